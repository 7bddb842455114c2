"""Accounts that come in, rightly, at an address where they are on one day alone, in a network that they hardly use.

Who has known an account for days and meets it once in a strange network has mostly seen its owner on a journey, behind
a VPN or in a carrier's network. Adversary-in-the-middle phishing looks the same, account by account: the owner's
password and second factor are right, and so is the browser, since the proxy hands all of it on. What differs is what
else happened about that day (`proxies.py` weighs it).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import ibis
import pyarrow as pa

from tocsin.campaigns.acts import ACT, GATHERED
from tocsin.campaigns.faithfulness import FAITHFUL_DAYS
from tocsin.campaigns.texts import texts
from tocsin.detect import Habits
from tocsin.engines import Engine
from tocsin.enrich import CODED, Fill, let_in
from tocsin.events import Outcome

ARRIVAL = "arrival"
"""The detection of acts that are arrivals."""

ARRIVAL_TECHNIQUES = ("T1557", "T1539")

ENTRY = "entry"
"""The detection of acts with a browser that is strange to the account, at an address that nobody belongs to."""

ENTRY_TECHNIQUES = ("T1528", "T1539")

PASSING_DAYS = 2
"""A network or a client that an account shows on no more days than this is a passing one: an operator that replays a
session looks in again on the next day, and owners go on using what is theirs."""

COLUMNS = ("source_ip", "account", "day_number", "network", "seen", "span", "abroad", "at_home", "moved")


def arrivals(engine: Engine, days: ibis.Table, known: Habits) -> pa.Table:
    """COLUMNS of every arrival, in order of address and account.

    An account arrives at an address if it was let in there on one day, in its network on no more than `PASSING_DAYS`,
    and on more than `FAITHFUL_DAYS` anywhere. `seen` are the days on which it was let in anywhere, and `span` those
    from the first of them to the last.

    ``abroad``     it was in this country on no other day (NULL: the country is unknown)
    ``at_home``    on the same day it was let in in a network that it uses on more days
    ``moved``      on the same day or the next it was let in at another address of a passing network, with a passing
                   client or with none that the log names

    `days` as from `enrich.owner_days`; `known` are their `habits`.
    """
    there = days.select("account", "source_ip", "network", "country", "day_number").distinct()
    there = _once(there, known)
    there = there.inner_join(_settled(known), "account")
    networks, countries, clients = (known.traits[name] for name in ("network", "country", "client"))
    lived_in = countries.select("account", "country", country_days="days")
    there = there.left_join(lived_in, ["account", "country"]).drop("account_right", "country_right")
    there = there.group_by("source_ip", "account", "day_number", "network", "seen", "span").aggregate(
        abroad=(there.country_days == 1).max()
    )
    told = _about(there, days, networks, clients)
    found = there.left_join(told, ["account", "source_ip"]).drop("account_right", "source_ip_right")
    found = found.mutate(at_home=found.at_home.fill_null(0), moved=found.moved.fill_null(0))
    return engine.rows(found.select(*COLUMNS)).sort_by([("source_ip", "ascending"), ("account", "ascending")])


def _about(there: ibis.Table, days: ibis.Table, networks: ibis.Table, clients: ibis.Table) -> ibis.Table:
    """`account, source_ip, at_home, moved` of arrivals beside which the account was let in at another address."""
    used = days.select("account", address="source_ip", other="network", client="client", other_day="day_number")
    met = there.select("account", "source_ip", "network", "day_number").inner_join(used, "account")
    same_day, next_day = met.other_day == met.day_number, met.other_day == met.day_number + 1
    met = met.filter(same_day | next_day, met.address != met.source_ip)
    lived = networks.select("account", other="network", other_days="days")
    met = met.left_join(lived, ["account", "other"]).drop("account_right", "other_right")
    kept = clients.select("account", "client", client_days="days")
    met = met.left_join(kept, ["account", "client"])
    passing = (met.other_days <= PASSING_DAYS) & (met.client.isnull() | (met.client_days <= PASSING_DAYS))
    at_home = (met.other_day == met.day_number) & (met.other_days > PASSING_DAYS)
    return met.group_by("account", "source_ip").aggregate(
        at_home=at_home.fill_null(False).cast("int8").max(), moved=passing.fill_null(False).cast("int8").max()
    )


def _once(rows: ibis.Table, known: Habits) -> ibis.Table:
    """Rows at addresses where their account was let in on one day, in a network that it hardly uses."""
    places, networks = known.traits["source_ip"], known.traits["network"]
    rows = rows.semi_join(places.filter(places.days == 1), ["account", "source_ip"])
    return rows.semi_join(networks.filter(networks.days <= PASSING_DAYS), ["account", "network"])


def _settled(known: Habits) -> ibis.Table:
    account = known.account
    span = account.last_day - account.first_day + 1
    return account.filter(account.all_days > FAITHFUL_DAYS).select("account", seen="all_days", span=span)


def present(engine: Engine, days: ibis.Table, known: Habits, addresses: pa.Array) -> Mapping[str, int]:
    """How many accounts of which it could be told were let in at each of these addresses, arriving or not."""
    asked = engine.table("arrived_at", pa.table({"source_ip": addresses}))
    here = days.semi_join(asked, "source_ip").semi_join(_settled(known), "account")
    rows = engine.rows(here.group_by("source_ip").aggregate(accounts=here.account.nunique()))
    return dict(zip(rows["source_ip"].to_pylist(), rows["accounts"].to_pylist(), strict=True))


def turned_away(
    engine: Engine, acts: ibis.Table, days: ibis.Table, known: Habits, addresses: Collection[str]
) -> dict[str, frozenset[str]]:
    """Accounts that were refused at each of these addresses and let in there never, in a network that they never show,
    of those of which it can be told."""
    asked = engine.table("asked_of_refused", pa.table({"source_ip": pa.array(sorted(addresses), pa.string())}))
    refused = acts.filter(acts.outcome != Outcome.SUCCESS.value, acts.account.notnull()).semi_join(asked, "source_ip")
    refused = refused.select("source_ip", "account", "network").distinct().semi_join(_settled(known), "account")
    refused = refused.anti_join(known.traits["network"], ["account", "network"])
    refused = refused.anti_join(days.select("account", "source_ip").distinct(), ["account", "source_ip"])
    rows = engine.rows(refused.select("source_ip", "account").distinct())
    met: dict[str, set[str]] = {}
    for ip, account in zip(texts(rows["source_ip"]), texts(rows["account"]), strict=True):
        met.setdefault(ip, set()).add(account)
    return {ip: frozenset(accounts) for ip, accounts in met.items()}


def with_arrivals(
    engine: Engine,
    fill: Fill,
    events: ibis.Table,
    known: Habits,
    acts: ibis.Table,
    addresses: pa.Array,
    strange: Sequence[tuple[str, str]] = (),
) -> ibis.Table:
    """The acts with all by which accounts arrived at these addresses, whether anything else is known of them or not,
    and all by which they were let in with a browser that is `strange` to them: (address, account).

    A proxy hands on whatever browser its victim has, so that the client of what it does does not tell who sat there:
    none is named. A strange one is the operator's.
    """
    asked = engine.table("proxies", pa.table({"source_ip": addresses}))
    there = events.filter(let_in(events), events.account.notnull()).semi_join(asked, "source_ip")
    both = ["account", "source_ip"]
    named = {
        name: pa.array([pair[place] for pair in strange], pa.string()) for place, name in ((1, both[0]), (0, both[1]))
    }
    operators = engine.table("strange_entries", pa.table(named))
    once, entered = _once(there, known).anti_join(operators, both), there.semi_join(operators, both)
    pairs = once.select(*both).distinct()
    nobodys = {name: ibis.null("string") for name in ("client", "user_agent")}
    arrived = fill(once.select(*GATHERED), ACT).mutate(detection=ibis.literal(ARRIVAL), **nobodys)
    went_in = fill(entered.select(*GATHERED), ACT).mutate(detection=ibis.literal(ENTRY))
    tried, rest = acts.semi_join(pairs, both).mutate(**nobodys), acts.anti_join(pairs, both)
    parts = [one.select(*ACT, "detection") for one in (rest, arrived, tried, went_in)]
    return engine.kept("acts_with_arrivals", ibis.union(*parts), coded=CODED)
