"""The door of the room: acts in, operators with everything they did out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import ibis
import pyarrow as pa

from tocsin.campaigns.acts import Acts, weighable
from tocsin.campaigns.arrivals import arrivals, present, turned_away, with_arrivals
from tocsin.campaigns.changed_locks import changed_locks, with_changed_locks
from tocsin.campaigns.gather import everything
from tocsin.campaigns.houses import Houses
from tocsin.campaigns.infer import Suspects, infer
from tocsin.campaigns.lent import hosted, hosts, lent, with_lent
from tocsin.campaigns.mirrors import DIRECTORY
from tocsin.campaigns.population import agent_shares, agents, owners_by_source, population, visits
from tocsin.campaigns.proxies import proxies, together
from tocsin.campaigns.restores import Restoring
from tocsin.campaigns.strange_browsers import Entry, strange_browsers
from tocsin.campaigns.texts import texts
from tocsin.campaigns.weighed import Weighed
from tocsin.campaigns.whole import whole
from tocsin.detect import Habits
from tocsin.detect.unknown_identifier import UNKNOWN_IDENTIFIER
from tocsin.engines import Engine
from tocsin.enrich import Fill, let_in, standing_for

NO_LINKS = Restoring()


@dataclass(frozen=True, kw_only=True)
class Site:
    """The site's habits and everything that was weighed against them."""

    weighed: Weighed
    houses: Houses
    at_risk: Mapping[str, str]  # existing account -> whom on the roster it stands for
    at_risk_at: Mapping[str, frozenset[str]]  # the same accounts -> the directories that hold them

    @property
    def unknown_names(self) -> Iterable[tuple[int, str]]:
        """Days (numbered from 1970) with the names tried on them that no provider knows."""
        acts = self.weighed.acts
        unknown = acts.equal("detection", UNKNOWN_IDENTIFIER.name)
        return zip(acts.day[unknown].tolist(), acts.text("account")[unknown].tolist(), strict=True)


@dataclass(frozen=True, kw_only=True)
class Linked:
    """One operator."""

    suspects: Suspects
    events: pa.Table  # COLUMNS of acts.py, in order of time
    detected_at: datetime | None  # end of the first day whose data would have raised it (naive UTC)
    detections: frozenset[str]


def measured(
    engine: Engine,
    fill: Fill,
    events: ibis.Table,
    days: ibis.Table,
    known: Habits,
    steps: ibis.Table,
    acts: ibis.Table,
    roster: pa.Table,
) -> Site:
    """Weigh the acts. Ibis tables of enriched events: of `events` the columns of `enrich.GIST` are read. `days` as from
    `enrich.owner_days`, `steps` those of recoveries; `roster` is ROSTER."""
    proven = engine.kept("existing", existing(events))
    houses = Houses.counted(engine, proven)
    stands_for = standing_for(roster)
    met = engine.rows(_among(engine, proven, stands_for))
    met_at_risk = texts(met["account"])
    held_by: dict[str, set[str]] = defaultdict(set)
    for account, provider in zip(met_at_risk, texts(met["provider"]), strict=True):
        held_by[account].add(provider)
    listed = frozenset(roster["account"].to_pylist())
    names = houses.within()
    users = agents(engine, events)
    entries = strange_browsers(engine, events, days, known)
    between = _proxies(engine, acts, days, known, frozenset(met_at_risk), names, entries, agent_shares(users))
    if between:
        pairs = [pair for pair in entries if pair[0] in between]
        acts = with_arrivals(engine, fill, events, known, acts, pa.array(between, pa.string()), pairs)
    applications = hosted(engine, events)
    let_in_by = lent(engine, events, applications, frozenset(met_at_risk), names)
    if let_in_by:
        acts = with_lent(engine, fill, events, acts, let_in_by)
        between = hosts(let_in_by) | between
    people = population(engine, days, known)
    changed = changed_locks(engine, events, days, steps, people, users, frozenset(met_at_risk))
    if changed:
        acts = with_changed_locks(engine, fill, events, acts, changed)
    rows = Acts.of(engine.rows(weighable(acts, days, events)))
    lived = owners_by_source(engine, days, acts)
    places = zip(texts(lived["source_ip"]), texts(lived["client"]), strict=True)
    owners = dict(zip(places, lived["owners"].to_pylist(), strict=True))
    visited = visits(engine, days, acts)
    known_here = proven.semi_join(acts.select("account").distinct(), "account")
    there = engine.rows(known_here)
    return Site(
        weighed=Weighed(
            acts=rows,
            population=people,
            owners=owners,
            visits=frozenset(zip(*[texts(visited[name]) for name in ("source_ip", "client", "account")], strict=True)),
            known=frozenset(zip(texts(there["provider"]), texts(there["account"]), strict=True)),
            accounts=houses.accounts,
            roster=listed,
            proxies=between,
            changed_locks=changed,
            hosted={app: applications.read[app] for app in applications.read.keys() - {one.app for one in let_in_by}},
            roster_size=sum(account in listed for account in met_at_risk),
            agents=users,
        ),
        houses=houses,
        at_risk={account: stands_for[account] for account in met_at_risk},
        at_risk_at={account: frozenset(providers) for account, providers in held_by.items()},
    )


def _proxies(
    engine: Engine,
    acts: ibis.Table,
    days: ibis.Table,
    known: Habits,
    at_risk: frozenset[str],
    houses: Mapping[str, int],
    entries: Mapping[tuple[str, str], Entry],
    usual: Mapping[str, float],
) -> dict[str, float]:
    met = arrivals(engine, days, known)
    asked = together(met, entries)
    if not len(asked):
        return {}
    return proxies(
        met,
        present(engine, days, known, asked),
        at_risk,
        houses,
        entries,
        usual,
        lambda near: turned_away(engine, acts, days, known, near),
    )


def _among(engine: Engine, proven: ibis.Table, accounts: Iterable[str]) -> ibis.Table:
    # Under a name of its own: people who are on no log would keep the column from being held as codes, by an error.
    people = engine.table("roster_people", pa.table({"person": pa.array(list(accounts), pa.string())}))
    return proven.semi_join(people, proven.account == people.person)


def existing(events: ibis.Table) -> ibis.Table:
    """`provider, account` of every account that some event proves to exist, once under the provider whose directory
    holds it, however many logs tell of it."""
    proof = (events.account_known == "true") | let_in(events)
    held_by = events.provider.substitute(dict(DIRECTORY))
    return events.filter(events.account.notnull(), proof).select("account", provider=held_by).distinct()


def linked(
    engine: Engine, fill: Fill, gist: ibis.Table, days: ibis.Table, site: Site, graph: Restoring = NO_LINKS
) -> tuple[Linked, ...]:
    """Operators, the most surprising first. `gist` are the columns of `enrich.GIST` of all events; `graph` says which
    account restores which."""
    inferred = infer(site.weighed)
    suspects = [one for one, _ in inferred]
    gathered = whole(engine, fill, everything(engine, gist, days, site.weighed, suspects, graph))
    return tuple(
        Linked(
            suspects=one,
            events=rows,
            detected_at=raised,
            detections=frozenset(site.weighed.acts.text("detection")[one.acts].tolist()),
        )
        for (one, raised), rows in zip(inferred, gathered, strict=True)
    )


SAID = {
    "user_agent": "brought more strangers than harmless ones do, by the browser that they share",
    "network": "brought more strangers than harmless ones do, by the network that they share",
    "locks": "changed the locks of accounts, with more in common than owners would have",
    "refusals": "asked account after account again and again for a second factor that was refused",
    "accounts": "came for the same accounts again and again, each time from another network",
}
"""What quiet sources together stand out by (`Alike.name`)."""


def reasons(found: Linked) -> Sequence[str]:
    """Why this is held to be one campaign, in words."""
    sources = found.suspects.sources
    addresses = {ip for ip, _ in sources}
    acts = len(found.suspects.acts)
    core, chance = found.suspects.core, _chance(found.suspects.surprise)
    which = "tried more names that do not exist" if found.suspects.by_names else "brought more strangers"
    if not core:
        what, all_of = SAID[found.suspects.alike], _counted(found.suspects.spread, "source")
        told = [f"{all_of}, each of them hardly used, {what} ({chance} that all of them are harmless)"]
    elif core > 1:
        told = [f"{core:,} sources {which} than harmless sources do ({chance} that all of them are harmless)"]
    else:
        told = [f"1 source {which} than a harmless source does ({chance} that it is harmless)"]
    if len(sources) > 1:
        told.append(
            f"{_counted(len(sources), 'source')} at {_counted(len(addresses), 'address', 'addresses')} agree on what"
            " strangers seldom share: targets, aim, networks, clients, hours"
        )
    if found.suspects.arrived:
        told.append(
            f"{_counted(found.suspects.arrived, 'account')} came in there on a single day, in networks where they are"
            " hardly ever met else: as through a phishing page that hands passwords, second factors and sessions on"
        )
    if found.suspects.locked_out:
        told.append(
            f"{_counted(found.suspects.locked_out, 'account')} fell there by a recovery or a help desk's reset, at a"
            " place new to the owner; where it can be told, the owner was locked out"
        )
    if found.suspects.lent:
        told.append(
            f"{_counted(found.suspects.lent, 'account')}, more of them of people at risk than chance brings together,"
            " are used from there by an application that they let in, and by no other from there: ask who runs it"
        )
    if found.suspects.entered:
        told.append(
            f"{_counted(found.suspects.entered, 'account')} came in there with one browser that none of them has"
            " anywhere else, in a network where none of them was before: as where one person holds the sessions of many"
        )
    fit = "name no account or do" if found.suspects.by_names else "do" if acts != 1 else "does"
    return [*told, f"{_counted(acts, 'act')} {fit} not fit the habits of the accounts aimed at"]


LEAST_CHANCE = -100
"""log10 of the smallest chance that is told: no model of harmless life is right to the hundredth place."""


def _chance(log10: float) -> str:
    """``chance 1 in 10^12``."""
    if log10 < LEAST_CHANCE:
        return f"chance less than 1 in 10^{-LEAST_CHANCE}"
    return f"chance 1 in 10^{-log10:.0f}" if log10 < -6 else f"chance 1 in {10**-log10:,.0f}"


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
