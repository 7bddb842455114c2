"""Addresses at which somebody stands between people and the log: adversary-in-the-middle phishing.

A proxy at a rented address lets a mailing's victims in, each once, and whoever runs it goes on with their sessions
from elsewhere (Microsoft, "From cookie theft to BEC", 12 July 2022; on Storm-1167, "Detecting and mitigating a
multi-stage AiTM phishing and BEC campaign", 8 June 2023). Other places bring many people together for one day, too: a
conference's hotel, a VPN's exit, a carrier's, a gateway on trial. So what the accounts that arrive (`arrivals.py`) show
together is weighed, each kind of evidence as the log of how likely it is at a proxy over how likely at any other place,
the latter measured at this site:

moved     within a day the account was used from a third place with a client that it has on no other days
kind      the address is a hosting company's, one through which people are relayed, abroad, or in people's own country
once      nobody stays: at a place where people are, some are seen on several days or live there
home      the account was at its usual place on that day, too, as on any day; who travels is not
aim       people at risk among those who arrive, beyond their share of the same houses; conferences gather them, too

No kind of evidence suffices by itself but the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.special import betaln

from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.profiles import AIM_MOST
from tocsin.campaigns.texts import texts
from tocsin.enrich import network_kinds

TOGETHER = 3
"""Accounts that arrive at an address before it is looked at: two are a household or a coincidence."""

BESIDE = 2
"""The same in a network in which a proxy was found."""

ONE_IN = 100.0
"""One in so many addresses at which accounts arrive together is a proxy, before anything is seen; one alone of a site
where there are more."""

PLAIN = 3.0
"""Log-odds from which an address is held to be a proxy: twenty to one."""

MOVED = 0.4
"""Share of the caught sessions that are used from elsewhere within a day, with the operator's own client."""

IMAGINED_ARRIVALS = 100.0
"""Arrivals imagined beside those seen at addresses where nobody else arrives, of which one moved on: keeps a small
site from taking the first one for a proof."""

SHARED = frozenset({"vpn", "tor", "cdn"})
"""Kinds of network through which people are relayed; in hosting companies' there are hardly any."""

PLACES: Mapping[str, float] = {"hosting": 0.5, "abroad": 0.35, "domestic": 0.1, "shared": 0.05}
"""Where proxies stand: mostly at hosting companies, of which lists know about half."""

ONCE = (19.0, 1.0)
"""The share of accounts at a proxy that are seen there on one day alone, as a beta distribution: nineteen of twenty.
Of other addresses every share is as likely, so that a hotel is no surprise."""

DENSITY = (0.05, 0.9)
"""Least and most that the share of days on which an account is used may say of one day."""

HOME_MOST = 2.0
"""The most that people at their usual places may add (natural log): a whole group goes somewhere for a day."""

AIMED = 0.9
"""Share of people at risk among the victims of an operator who is after them."""

KIN = 0.3
"""Chance that another of an operator's proxies stands in the same network."""

KIN_MOST = 3.0
"""The most that a found proxy may say of others in its network (natural log), as in `traits.py`."""

IN_VAIN = 0.5
"""The most accounts that are tried in vain at an address which is nothing but a proxy, for each that is let in: people
look at the page and leave, mistype, or refuse the prompt. Where there are more, other things are done from there."""


class _Arrival(NamedTuple):
    """A row of `arrivals`."""

    source_ip: str
    account: str
    day_number: int
    network: str
    seen: int
    span: int
    abroad: bool | None
    at_home: int
    moved: int


@dataclass(frozen=True)
class _Site:
    """What arrivals show here anyway."""

    places: Mapping[str, float]  # share of all that are at each of PLACES
    moved: float  # share of those at addresses where nobody else arrives
    home: float  # share of all
    at_risk: frozenset[str]
    share_at_risk: Mapping[str, float]  # by mail domain, of its accounts


def proxies(
    rows: pa.Table, present: Mapping[str, int], at_risk: frozenset[str], houses: Mapping[str, int]
) -> dict[str, float]:
    """Addresses among those of these `arrivals`, and the log-odds of each, but for how seldom proxies are.

    `present`: how many accounts were let in at each address at which at least `BESIDE` arrive; `at_risk`: existing
    accounts of people at risk; `houses`: by mail domain how many accounts exist.
    """
    arrived: dict[str, list[_Arrival]] = defaultdict(list)
    for one in map(_Arrival._make, zip(*(rows[name].to_pylist() for name in _Arrival._fields), strict=True)):
        arrived[one.source_ip].append(one)
    kinds = network_kinds([*arrived])
    place = {ip: _place(kinds[ip][0], there) for ip, there in arrived.items()}
    site = _site(arrived, place, at_risk, houses)
    met = {ip: there for ip, there in arrived.items() if len(there) >= BESIDE}
    odds = {ip: _odds(there, present[ip], place[ip], site) for ip, there in met.items()}
    busy = [ip for ip, there in met.items() if len(there) >= TOGETHER]
    wanted = PLAIN + log(max(ONE_IN, len(busy)))
    found = {ip for ip in busy if odds[ip] > wanted}
    network = {ip: there[0].network for ip, there in met.items()}
    usual = Counter(network.values())
    kin = {one: min(log(KIN * len(met) / usual[one]), KIN_MOST) for one in {network[ip] for ip in found}}
    found |= {ip for ip in met if network[ip] in kin and odds[ip] + kin[network[ip]] > wanted}
    return {ip: odds[ip] for ip in sorted(found)}


def together(rows: pa.Table) -> pa.Array:
    """Addresses at which at least BESIDE accounts arrive."""
    met = Counter(texts(rows["source_ip"]))
    return pa.array(sorted(ip for ip, number in met.items() if number >= BESIDE), pa.string())


def _place(kind: str, there: Sequence[_Arrival]) -> str | None:
    """Which of PLACES the address is, for most of those who arrive; None where its country is unknown."""
    if kind == "hosting" or kind in SHARED:
        return "hosting" if kind == "hosting" else "shared"
    abroad = Counter(one.abroad for one in there).most_common(1)[0][0]
    return None if abroad is None else "abroad" if abroad else "domestic"


def _site(
    arrived: Mapping[str, Sequence[_Arrival]],
    place: Mapping[str, str | None],
    at_risk: frozenset[str],
    houses: Mapping[str, int],
) -> _Site:
    total = sum(map(len, arrived.values()))
    at = Counter(dict.fromkeys(PLACES, 1))
    for ip, there in arrived.items():
        if (name := place[ip]) is not None:
            at[name] += len(there)
    alone = [one for there in arrived.values() if len(there) < TOGETHER for one in there]
    rostered = Counter(map(_domain, at_risk))
    return _Site(
        places={name: at[name] / (total + len(PLACES)) for name in PLACES},
        moved=(sum(one.moved for one in alone) + 1.0) / (len(alone) + IMAGINED_ARRIVALS),
        home=(sum(one.at_home for there in arrived.values() for one in there) + 1.0) / (total + 2.0),
        at_risk=at_risk,
        share_at_risk={domain: min((rostered[domain] + 0.5) / (names + 1.0), 0.95) for domain, names in houses.items()},
    )


def _odds(there: Sequence[_Arrival], present: int, place: str | None, site: _Site) -> float:
    """Log-odds that the address is a proxy, but for how seldom proxies are."""
    moved, stayed = log(MOVED / site.moved), log((1.0 - MOVED) / (1.0 - site.moved))
    odds = sum(moved if one.moved else stayed for one in there)
    odds += 0.0 if place is None else log(PLACES[place] / site.places[place])
    odds += _once(len(there), present)
    odds += min(sum(_home(one, site.home) for one in there), HOME_MOST)
    return odds + min(_aim(there, site), AIM_MOST)


def _once(arrived: int, present: int) -> float:
    """Of the accounts that are present, so many are there on one day alone."""
    once, again = ONCE
    stay = present - arrived
    chosen = float(log_choose(float(present), np.array(arrived)))
    return chosen + float(betaln(arrived + once, stay + again) - betaln(once, again)) + log(present + 1.0)


def _home(one: _Arrival, usual: float) -> float:
    """Whether the account was where it always is on that day, as it is on any day."""
    share = min(max((one.seen - 1.0) / max(one.span - 1.0, 1.0), DENSITY[0]), DENSITY[1])
    return log(share / usual) if one.at_home else log((1.0 - share) / (1.0 - usual))


def _aim(there: Sequence[_Arrival], site: _Site) -> float:
    """Whether these accounts were chosen for being at risk; one operator in two does not know who is."""
    odds = 0.0
    for one in there:
        usual = site.share_at_risk.get(_domain(one.account), 0.5)
        odds += log(AIMED / usual) if one.account in site.at_risk else log((1.0 - AIMED) / (1.0 - usual))
    return float(np.logaddexp(log(0.5), log(0.5) + odds))


def _domain(account: str) -> str:
    return account.partition("@")[2]
