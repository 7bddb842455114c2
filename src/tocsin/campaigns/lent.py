"""Applications that owners let into their accounts, and that use them from hosts of their own.

Who is asked to consent signs in where he always does and grants it himself; the application, or whoever got a device's
code typed, then reads the mailbox from wherever it runs, with no password and mostly with no client in the log
(Microsoft, "Detect and remediate illicit consent grants"; "Storm-2372 conducts device code phishing campaign", 13
February 2025). Every program that the house begins to use looks the same, account by account. Two things are asked,
each with the chance that the application is harmless, and taken together (Fisher's method):

aim      how many of those whom it reads are people at risk, against their share of the same houses
hosts    how many applications here act, as it does, from networks from which no other does

The aim alone is no proof, for people at risk get tools of their own. Nothing is said where another application acts
from the same networks, where an administrator consented for all, where nothing is known of hosts (no other
application has any, and these are in one network), or where people use it from where they are themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log

import ibis
import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import ACT, GATHERED
from tocsin.campaigns.chances import fishers, log_at_least
from tocsin.campaigns.suspicion import FALSE_ALARM
from tocsin.campaigns.texts import texts
from tocsin.engines import Engine
from tocsin.enrich import CODED, Fill, let_in
from tocsin.events import Activity, Outcome, Reason

LENT = "lent_access"
"""The detection of what an application did in accounts that it was let into."""

LENT_TECHNIQUES = ("T1528", "T1550.001")

LEAST_READ = 5
"""Accounts that an application must read: of fewer no aim is told."""

LEAST_HOSTED = 2
"""Accounts that an application must read from hosts to say where applications' hosts are."""

BELONG = 4
"""Where more than one in so many of an application's accounts are used through it only where they are used anyhow,
people use it themselves."""

SEVERAL = 2
"""Networks of an application's hosts that tell something by themselves: programs run where their makers rent."""

AT_RISK_MOST = 0.95
"""The most that a house's share of people at risk is taken to be."""


@dataclass(frozen=True, kw_only=True)
class Lent:
    """An application that is not harmless."""

    app: str
    chance: float  # natural log of the chance that it is
    pairs: frozenset[tuple[str, str]]  # (address, account)


@dataclass(frozen=True, kw_only=True)
class Hosted:
    """Applications that act from hosts of their own."""

    places: ibis.Table  # app_uid, account, network
    read: Mapping[str, frozenset[str]]  # application -> accounts that it reads so
    networks: Mapping[str, frozenset[str]]  # application -> networks of its hosts


def hosted(engine: Engine, gist: ibis.Table) -> Hosted:
    """Those of a site. `gist` are the columns of `enrich.GIST` of all events."""
    places = engine.kept("hosted_applications", _places(_uses(gist)))
    rows = engine.rows(places)
    networks: dict[str, set[str]] = defaultdict(set)
    read: dict[str, set[str]] = defaultdict(set)
    for app, account, network in zip(*(texts(rows[name]) for name in ("app_uid", "account", "network")), strict=True):
        networks[app].add(network)
        read[app].add(account)
    return Hosted(
        places=places,
        read={app: frozenset(held) for app, held in read.items()},
        networks={app: frozenset(held) for app, held in networks.items()},
    )


def lent(
    engine: Engine, gist: ibis.Table, applications: Hosted, at_risk: frozenset[str], houses: Mapping[str, int]
) -> list[Lent]:
    """The `applications` that are not harmless, the least harmless first. `gist` as for `hosted`; `at_risk`: existing
    accounts of people at risk; `houses`: by mail domain how many accounts exist."""
    asked = {app: held for app, held in applications.read.items() if at_risk and len(held) >= LEAST_READ}
    chances = {
        app: _chance(app, held, applications.networks, at_risk, houses) + log(len(asked)) for app, held in asked.items()
    }
    found = {app: chance for app, chance in chances.items() if chance < log(FALSE_ALARM)}
    found = {app: found[app] for app in found.keys() - _approved(engine, gist)} if found else {}
    if not found:
        return []
    pairs = _pairs(engine, _uses(gist), applications.places, found)
    told = [Lent(app=app, chance=chance, pairs=pairs[app]) for app, chance in found.items()]
    return sorted(told, key=lambda one: (one.chance, one.app))


def known_programs(read: Mapping[str, frozenset[str]], touched: Collection[str]) -> frozenset[str]:
    """Applications that act from hosts of their own mostly in accounts that no operator `touched`: what they do in
    others they do there, too, and not whoever got in. `read`: the accounts that each reads."""
    return frozenset(app for app, accounts in read.items() if 2 * len(accounts.intersection(touched)) <= len(accounts))


def _uses(gist: ibis.Table) -> ibis.Table:
    return gist.filter(let_in(gist), gist.account.notnull(), gist.network.notnull(), gist.source_ip.notnull())


def _places(uses: ibis.Table) -> ibis.Table:
    """`app_uid, account, network` where an account that is used elsewhere, too, is used through one application alone,
    for applications that act so in nearly all their accounts."""
    places = uses.group_by("account", "network").aggregate(
        apps=uses.app_uid.fill_null("").nunique(), app_uid=uses.app_uid.max()
    )
    single = places.filter(places.apps == 1, places.app_uid.notnull())
    everywhere = places.group_by("account").aggregate(places=places.count())
    own = single.group_by("account", "app_uid").aggregate(own=single.count()).inner_join(everywhere, "account")
    read = own.filter(own.own < own.places)
    used = uses.filter(uses.app_uid.notnull()).group_by("app_uid").aggregate(users=uses.account.nunique())
    counts = read.group_by("app_uid").aggregate(read=read.account.nunique()).inner_join(used, "app_uid")
    apps = counts.filter(counts.read >= LEAST_HOSTED, BELONG * (counts.users - counts.read) <= counts.users)
    held = single.semi_join(read, ["account", "app_uid"]).semi_join(apps, "app_uid")
    return held.select("app_uid", "account", "network")


def _approved(engine: Engine, gist: ibis.Table) -> frozenset[str]:
    """Applications that an administrator let in for all."""
    granted = gist.activity.isin((Activity.CONSENT.value, Activity.ADMIN_ACT.value))
    by_admin = granted & (gist.reason == Reason.BY_ADMIN.value) & (gist.outcome != Outcome.FAILURE.value)
    rows = engine.rows(gist.filter(by_admin, gist.app_uid.notnull()).select("app_uid").distinct())
    return frozenset(texts(rows["app_uid"]))


def _chance(
    app: str,
    read: Collection[str],
    networks: Mapping[str, Collection[str]],
    at_risk: frozenset[str],
    houses: Mapping[str, int],
) -> float:
    """Natural log of the chance that the application is harmless."""
    others = len(networks) - 1
    if not _alone(app, networks) or (not others and len(networks[app]) < SEVERAL):
        return 0.0
    aimed = len(at_risk.intersection(read))
    aim = float(log_at_least(np.array(aimed), len(read), _share_at_risk(read, at_risk, houses)))
    hosts = log((sum(_alone(one, networks) for one in networks if one != app) + 1.0) / (others + 2.0))
    return min(fishers([aim, hosts]), 0.0)


def _alone(app: str, networks: Mapping[str, Collection[str]]) -> bool:
    """Does no other application act from its networks?"""
    return all(other == app or not {*networks[app]} & {*held} for other, held in networks.items())


def _share_at_risk(accounts: Collection[str], at_risk: frozenset[str], houses: Mapping[str, int]) -> float:
    """How likely one of so many of the same houses' accounts is somebody's at risk."""
    rostered, theirs = (Counter(account.partition("@")[2] for account in held) for held in (at_risk, accounts))
    shares = {house: min((rostered[house] + 0.5) / (houses.get(house, 0) + 1.0), AT_RISK_MOST) for house in theirs}
    return sum(shares[house] * number for house, number in theirs.items()) / len(accounts)


def _pairs(
    engine: Engine, uses: ibis.Table, places: ibis.Table, apps: Collection[str]
) -> dict[str, frozenset[tuple[str, str]]]:
    """(address, account) at which each of these applications acts from its hosts."""
    asked = engine.table("lent_applications", pa.table({"app_uid": pa.array(sorted(apps), pa.string())}))
    theirs = uses.semi_join(places.semi_join(asked, "app_uid"), ["app_uid", "account", "network"])
    rows = engine.rows(theirs.select("app_uid", "source_ip", "account").distinct())
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for app, address, account in zip(*(texts(rows[name]) for name in ("app_uid", "source_ip", "account")), strict=True):
        found[app].add((address, account))
    return {app: frozenset(pairs) for app, pairs in found.items()}


def hosts(found: Sequence[Lent]) -> dict[str, float]:
    """The addresses from which these act, with the log-odds of each, as `proxies` gives its own."""
    return {address: -one.chance for one in reversed(found) for address, _ in sorted(one.pairs)}


def with_lent(engine: Engine, fill: Fill, gist: ibis.Table, acts: ibis.Table, found: Sequence[Lent]) -> ibis.Table:
    """The acts with all that these applications did in accounts from their hosts. What names no client is told by the
    application."""
    triples = sorted({(one.app, *pair) for one in found for pair in one.pairs})
    apps, addresses, accounts = zip(*triples, strict=True)
    named = {"app_uid": apps, "source_ip": addresses, "account": accounts}
    wanted = engine.table("lent_access", pa.table({name: pa.array(held, pa.string()) for name, held in named.items()}))
    done = gist.filter(let_in(gist)).semi_join(wanted, list(named))
    more = fill(done.mutate(client=ibis.coalesce(done.client, done.app_uid)).select(*GATHERED), ACT)
    more = more.mutate(detection=ibis.literal(LENT))
    rest = acts.anti_join(done, ["provider", "event_uid"])
    return engine.kept("acts_with_lent", rest.select(*more.columns).union(more), coded=CODED)


__all__ = ["LENT", "LENT_TECHNIQUES", "Hosted", "Lent", "hosted", "hosts", "known_programs", "lent", "with_lent"]
