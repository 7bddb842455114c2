"""Accounts used, on one day or on many, from one foreign address with one browser that is none of theirs.

A code typed on the wrong page, a consent, a session that was sold: whoever holds them goes into all accounts with the
machine that he sits at, and comes back to it (Microsoft, "Storm-2372 conducts device code phishing campaign", 13
February 2025). Nothing fails, and nobody is there on a single day alone as on a page that hands passwords on
(`arrivals.py`). What the accounts have in common is an address in a network where none of them was before, and a user
agent, to the version, that none of them has anywhere else. People on a journey bring their own browsers, a gateway
hands on everybody's, and programs that work for people with their leave name a library or nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa

from tocsin.campaigns.background import BROWSER
from tocsin.campaigns.faithfulness import FAITHFUL_DAYS
from tocsin.campaigns.texts import texts
from tocsin.detect import Habits
from tocsin.engines import Engine
from tocsin.enrich import let_in

TOGETHER = 3
"""Accounts to which an address is foreign, before it is looked at: two are a household or a coincidence."""

BELONG = 4
"""Where more than one in so many of the accounts at an address are not foreign there, people live or work behind it."""

HALF = 2
"""Where fewer than one in so many of those who are foreign show one browser, each has brought their own."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One account at one such address."""

    agent: str  # the user agent
    network: str
    day: int  # (since 1970) the first one there
    seen: int  # days on which the account was let in anywhere
    span: int  # days from the first of these to the last
    abroad: bool | None  # it was in no such country before; None: the country is unknown
    at_home: bool  # on that day it was let in in a network known before, too
    moved: bool  # within a day it was let in with this browser in another network


@dataclass(frozen=True)
class _Use:
    """A day on which an account was let in with a user agent somewhere."""

    source_ip: str
    network: str | None
    country: str | None
    agent: str | None
    day: int


def strange_browsers(engine: Engine, gist: ibis.Table, days: ibis.Table, known: Habits) -> dict[tuple[str, str], Entry]:
    """By address and account. `gist` are the columns of `enrich.GIST` of all events, `days` as from
    `enrich.owner_days`; `known` are their `habits`."""
    rows = engine.rows(_foreign(days, known)).to_pylist()
    foreign: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        foreign[row["source_ip"]].add(row["account"])
    met = {ip: accounts for ip, accounts in foreign.items() if len(accounts) >= TOGETHER}
    if not met:
        return {}
    entered = gist.filter(let_in(gist), gist.account.notnull(), gist.source_ip.notnull())
    common = _common(engine, entered, met)
    if not common:
        return {}
    uses = _uses(engine, entered, {account for ip in common for account in met[ip]})
    spans = {row["account"]: (int(row["seen"]), int(row["span"])) for row in rows}
    found = {}
    for ip, agent in common.items():
        for account in sorted(met[ip]):
            entry = _entry(ip, agent, uses[account], *spans[account])
            if entry is not None:
                found[ip, account] = entry
    return found


def _foreign(days: ibis.Table, known: Habits) -> ibis.Table:
    """`source_ip, account, seen, span` of accounts that are let in there in a network that is foreign to them, at
    addresses where most are so. An account is judged by more than `FAITHFUL_DAYS` days elsewhere."""
    accounts = known.account
    settled = accounts.filter(accounts.all_days > FAITHFUL_DAYS)
    settled = settled.select("account", "all_days", since="first_day", last="last_day")
    pairs = known.traits["source_ip"]
    crowds = pairs.group_by("source_ip").aggregate(met=pairs.count())
    pairs = pairs.semi_join(crowds.filter(crowds.met >= TOGETHER), "source_ip").inner_join(settled, "account")
    # Nearly all addresses fall out by what needs no network: what is foreign in it is so at the address.
    pairs = _where_most(pairs, (pairs.first_day > pairs.since) & (2 * pairs.days <= pairs.all_days))
    met = days.semi_join(pairs.select("source_ip").distinct(), "source_ip").select("source_ip", "network").distinct()
    networks = known.traits["network"].select("account", "network", shown_first="first_day", shown="days")
    pairs = pairs.inner_join(met, "source_ip").inner_join(networks, ["account", "network"])
    elsewhere = pairs.all_days - pairs.shown
    foreign = (pairs.shown_first > pairs.since) & (pairs.shown <= elsewhere) & (elsewhere > FAITHFUL_DAYS)
    pairs = _where_most(pairs, foreign)
    pairs = pairs.filter(pairs.foreign)
    return pairs.select("source_ip", "account", seen="all_days", span=pairs.last - pairs.since + 1)


def _where_most(pairs: ibis.Table, foreign: ibis.Value) -> ibis.Table:
    """Accounts at addresses, with `foreign`, where that is so of at least `TOGETHER` and of most (`BELONG`)."""
    pairs = pairs.drop("foreign") if "foreign" in pairs.columns else pairs
    pairs = pairs.mutate(foreign=foreign.fill_null(False))
    number = pairs.foreign.cast("int64")
    by_address = pairs.group_by("source_ip").aggregate(foreigners=number.sum(), present=pairs.count())
    belong = by_address.present - by_address.foreigners
    most = by_address.filter(by_address.foreigners >= TOGETHER, BELONG * belong <= by_address.present)
    return pairs.semi_join(most, "source_ip")


def _common(engine: Engine, entered: ibis.Table, met: Mapping[str, Collection[str]]) -> dict[str, str]:
    """By address the browser that most of those to whom it is foreign show there, where one is common."""
    asked = engine.table("foreign_addresses", pa.table({"source_ip": pa.array(sorted(met), pa.string())}))
    there = entered.filter(entered.user_agent.notnull()).semi_join(asked, "source_ip")
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    for row in engine.rows(there.select("source_ip", "account", "user_agent").distinct()).to_pylist():
        if row["account"] in met[row["source_ip"]] and row["user_agent"].startswith(BROWSER):
            shown[row["source_ip"]][row["user_agent"]] += 1
    most = {ip: min(held.items(), key=lambda item: (-item[1], item[0])) for ip, held in shown.items()}
    return {
        ip: agent
        for ip, (agent, number) in sorted(most.items())
        if number >= TOGETHER and HALF * number >= len(met[ip])
    }


def _uses(engine: Engine, entered: ibis.Table, accounts: Collection[str]) -> dict[str, list[_Use]]:
    asked = engine.table("foreign_accounts", pa.table({"account": pa.array(sorted(accounts), pa.string())}))
    rows = engine.rows(
        entered.semi_join(asked, "account")
        .select("account", "source_ip", "network", "country", "user_agent", "day_number")
        .distinct()
    )
    held: dict[str, list[_Use]] = defaultdict(list)
    columns = (texts(rows[name]) for name in ("account", "source_ip", "network", "country", "user_agent"))
    for account, address, network, country, agent, day in zip(*columns, rows["day_number"].to_pylist(), strict=True):
        held[account].append(_Use(address, network, country, agent, day))
    return held


def _entry(address: str, agent: str, uses: list[_Use], seen: int, span: int) -> Entry | None:
    """The account's entry at the address, if it never has the browser in a network known before."""
    shown = [use for use in uses if use.agent == agent]
    there = [use for use in shown if use.source_ip == address]
    if not there:
        return None
    before = [use for use in uses if use.day < min(use.day for use in shown)]
    homes, countries = {use.network for use in before}, {use.country for use in before}
    if not before or any(use.network in homes for use in shown):
        return None
    first, on = min(there, key=lambda use: use.day), {use.day for use in there}
    return Entry(
        agent=agent,
        network=str(first.network),
        day=first.day,
        seen=seen,
        span=span,
        abroad=None if first.country is None else first.country not in countries,
        at_home=any(use.day == first.day and use.network in homes for use in uses),
        moved=any(
            use.network not in (None, first.network) and not on.isdisjoint((use.day, use.day - 1)) for use in shown
        ),
    )
