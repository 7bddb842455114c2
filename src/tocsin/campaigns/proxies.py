"""Addresses at which somebody stands between people and the log, or holds their sessions: adversary-in-the-middle and
device-code phishing.

A proxy at a rented address lets a mailing's victims in, each once, and whoever runs it goes on with their sessions
from elsewhere (Microsoft, "From cookie theft to BEC", 12 July 2022; on Storm-1167, "Detecting and mitigating a
multi-stage AiTM phishing and BEC campaign", 8 June 2023). Other places bring many people together for one day, too: a
conference's hotel, a VPN's exit, a carrier's, a gateway on trial. So what the accounts that arrive (`arrivals.py`), or
are entered with a strange browser (`strange_browsers.py`), show together is weighed, each kind of evidence as the log
of how likely it is at a proxy over how likely at any other place, the latter measured at this site:

moved     within a day the account was used from a third place with a client that it has on no other days
kind      the address is a hosting company's, one through which people are relayed, abroad, or in people's own country
once      nobody stays, or nobody belongs there: where people are, some are seen on several days or live there
browser   one browser, strange to all of them, is what they come with
home      the account was at its usual place on that day, too, as on any day; who travels is not
aim       people at risk among those who arrive, beyond their share of the same houses; conferences gather them, too

No kind of evidence suffices by itself but the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.special import betaln, expit

from tocsin.campaigns.arrivals import COLUMNS
from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.profiles import AIM_MOST
from tocsin.campaigns.strange_browsers import Entry
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

REFUSED = 2
"""Where more strangers than this are only refused, for each that is let in, somebody guesses there, and whom he guesses
at says nothing of who comes."""

ONE_BROWSER = 0.95
"""Share of the accounts that an operator who sits at one machine enters with its browser."""

SAME_BROWSER = 0.1
"""The least chance that somebody else's strange browser is the same: houses roll versions out for all at once."""

CLIENT_MOST = 3.0
"""The most that a common browser may say (natural log), as in `KIN_MOST`: a house may rent desktops for a trial."""

ROUNDS = 20
"""In which it settles how many proxies there are."""

IN_VAIN = 0.5
"""The most accounts that are tried in vain at an address which is nothing but a proxy, for each that is let in: people
look at the page and leave, mistype, or refuse the prompt. Where there are more, other things are done from there."""


class _Arrival(NamedTuple):
    """A row of `arrivals`, or an entry with a strange browser, on whatever days."""

    source_ip: str
    account: str
    day_number: int
    network: str
    seen: int
    span: int
    abroad: bool | None
    at_home: int
    moved: int
    agent: str | None = None  # the browser, where it is strange to the account
    once: bool = True


@dataclass(frozen=True)
class _Site:
    """What arrivals show here anyway."""

    places: Mapping[str, float]  # share of the addresses at which any arrive that are each of PLACES
    moved: float  # share of those at addresses where nobody else arrives
    home: float  # share of all
    at_risk: frozenset[str]
    share_at_risk: Mapping[str, float]  # by mail domain, of its accounts


def proxies(
    rows: pa.Table,
    present: Mapping[str, int],
    at_risk: frozenset[str],
    houses: Mapping[str, int],
    entries: Mapping[tuple[str, str], Entry] = MappingProxyType({}),
    agents: Mapping[str, float] = MappingProxyType({}),
    refused: Callable[[Collection[str]], Mapping[str, frozenset[str]]] = lambda _addresses: {},
) -> dict[str, float]:
    """Addresses among those of these `arrivals` and `entries` (as from `strange_browsers`), and the log-odds of each,
    but for how seldom such are.

    `present`: how many accounts were let in at each address that is `together`; `at_risk`: existing accounts of people
    at risk; `houses`: by mail domain how many accounts exist; `agents`: how usual each user agent is among owners;
    `refused` says who came to addresses in vain (`turned_away`).
    """
    arrived: dict[str, list[_Arrival]] = defaultdict(list)
    left = dict(entries)
    for values in zip(*(rows[name].to_pylist() for name in COLUMNS), strict=True):
        one = _Arrival(*values)
        entry = left.pop((one.source_ip, one.account), None)
        arrived[one.source_ip].append(one if entry is None else _entered(one, entry))
    for (ip, account), entry in left.items():
        arrived[ip].append(_returning(ip, account, entry))
    kinds = network_kinds([*arrived])
    place = {ip: _place(kinds[ip][0], there) for ip, there in arrived.items()}
    site = _site(arrived, place, at_risk, houses)
    met = {ip: there for ip, there in arrived.items() if len(there) >= BESIDE}
    odds = {ip: _odds(there, present[ip], place[ip], site, agents) for ip, there in met.items()}
    # Who came in vain says no more than what the aim may say, and is asked where that would decide.
    near = [ip for ip in sorted(odds) if odds[ip] > PLAIN]
    vain = {ip: held for ip, held in refused(near).items() if len(held) <= REFUSED * len(met[ip])} if near else {}
    odds |= {ip: _odds(met[ip], present[ip], place[ip], site, agents, held) for ip, held in vain.items()}
    busy = [ip for ip, there in met.items() if len(there) + len(vain.get(ip, ())) >= TOGETHER]
    rare = _rare({ip: odds[ip] for ip in busy})
    found = {ip for ip in busy if odds[ip] > PLAIN + rare[ip]}
    network = {ip: there[0].network for ip, there in met.items()}
    usual = Counter(network.values())
    kin = {one: min(log(KIN * len(met) / usual[one]), KIN_MOST) for one in {network[ip] for ip in found}}
    one_in = log(max(ONE_IN, len(busy)))
    found |= {ip for ip in met if network[ip] in kin and odds[ip] + kin[network[ip]] > PLAIN + one_in}
    return {ip: odds[ip] for ip in sorted(found)}


def _rare(odds: Mapping[str, float]) -> dict[str, float]:
    """Log of how many addresses there are for each that is a proxy, as seen from each of these.

    One is expected before anything is seen, and as many more as the others are likely to be (empirical Bayes): who has
    set up one page mostly has set up several.
    """
    addresses = max(ONE_IN, len(odds))
    values = np.array(list(odds.values()), np.float64)
    likely = np.zeros(len(values))
    for _ in range(ROUNDS):
        beside = np.log(1.0 + likely.sum() - likely)
        likely = expit(values + beside - log(addresses))
    return dict(zip(odds, (log(addresses) - np.log(1.0 + likely.sum() - likely)).tolist(), strict=True))


def together(rows: pa.Table, entries: Iterable[tuple[str, str]] = ()) -> pa.Array:
    """Addresses at which at least BESIDE accounts arrive or have a strange browser: (address, account)."""
    pairs = {*zip(texts(rows["source_ip"]), texts(rows["account"]), strict=True), *entries}
    met = Counter(ip for ip, _ in pairs)
    return pa.array(sorted(ip for ip, number in met.items() if number >= BESIDE), pa.string())


def _entered(arrival: _Arrival, entry: Entry) -> _Arrival:
    """The arrival with what its strange browser tells."""
    return arrival._replace(agent=entry.agent, moved=max(arrival.moved, entry.moved))


def _returning(address: str, account: str, entry: Entry) -> _Arrival:
    return _Arrival(
        source_ip=address,
        account=account,
        day_number=entry.day,
        network=entry.network,
        seen=entry.seen,
        span=entry.span,
        abroad=entry.abroad,
        at_home=int(entry.at_home),
        moved=int(entry.moved),
        agent=entry.agent,
        once=False,
    )


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
    # Each address has one voice: a gateway through which everybody came for a day must not make its kind usual.
    at.update(name for name in place.values() if name is not None)
    alone = [one for there in arrived.values() if len(there) < TOGETHER for one in there]
    rostered = Counter(map(_domain, at_risk))
    return _Site(
        places={name: at[name] / (len(arrived) + len(PLACES)) for name in PLACES},
        moved=(sum(one.moved for one in alone) + 1.0) / (len(alone) + IMAGINED_ARRIVALS),
        home=(sum(one.at_home for there in arrived.values() for one in there) + 1.0) / (total + 2.0),
        at_risk=at_risk,
        share_at_risk={domain: min((rostered[domain] + 0.5) / (names + 1.0), 0.95) for domain, names in houses.items()},
    )


def _odds(
    there: Sequence[_Arrival],
    present: int,
    place: str | None,
    site: _Site,
    agents: Mapping[str, float],
    vain: Collection[str] = (),
) -> float:
    """Log-odds that the address is a proxy, but for how seldom proxies are."""
    moved, stayed = log(MOVED / site.moved), log((1.0 - MOVED) / (1.0 - site.moved))
    odds = sum(moved if one.moved else stayed for one in there)
    odds += 0.0 if place is None else log(PLACES[place] / site.places[place])
    odds += _foreign(there, present)
    odds += min(_browser(there, agents), CLIENT_MOST)
    odds += min(sum(_home(one, site.home) for one in there), HOME_MOST)
    return odds + min(_aim([*(one.account for one in there), *vain], site), AIM_MOST)


def _foreign(there: Sequence[_Arrival], present: int) -> float:
    """Whether nobody stays at the address, as at a page, or nobody belongs there, as where somebody has his machine."""
    page = _once(sum(one.once for one in there), present)
    if all(one.agent is None for one in there):
        return page
    machine = _once(sum(one.agent is not None for one in there), present)
    return float(np.logaddexp(log(0.5) + page, log(0.5) + machine))


def _browser(there: Sequence[_Arrival], agents: Mapping[str, float]) -> float:
    """Whether one browser, strange to all who have it, is what they come with; one operator in two hands on theirs."""
    shown = Counter(one.agent for one in there if one.agent is not None)
    if not shown:
        return 0.0
    agent, number = shown.most_common(1)[0]
    usual = max(agents.get(agent, 0.0), SAME_BROWSER)
    odds = number * log(ONE_BROWSER / usual) + (len(there) - number) * log((1.0 - ONE_BROWSER) / (1.0 - usual))
    return float(np.logaddexp(log(0.5), log(0.5) + odds))


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


def _aim(accounts: Iterable[str], site: _Site) -> float:
    """Whether these accounts were chosen for being at risk; one operator in two does not know who is."""
    odds = 0.0
    for account in accounts:
        usual = site.share_at_risk.get(_domain(account), 0.5)
        odds += log(AIMED / usual) if account in site.at_risk else log((1.0 - AIMED) / (1.0 - usual))
    return float(np.logaddexp(log(0.5), log(0.5) + odds))


def _domain(account: str) -> str:
    return account.partition("@")[2]
