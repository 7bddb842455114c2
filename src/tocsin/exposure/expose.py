"""From what is registered to the answer: the order of the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from tocsin.enrich import origin
from tocsin.exposure.answer import (
    SCHEMA,
    AccountExposure,
    Channel,
    EffectRow,
    Exposure,
    RejectedRow,
    Sources,
    Taken,
    Totals,
    WayIn,
)
from tocsin.exposure.build import Built, build, with_roster
from tocsin.exposure.changes import KEPT, changes
from tocsin.exposure.channels import channels
from tocsin.exposure.collector import collector_at_rest
from tocsin.exposure.effects import EFFECTS
from tocsin.exposure.graph import Graph
from tocsin.exposure.people import People, Person, together
from tocsin.exposure.read import Reading
from tocsin.exposure.registered import Registered, named
from tocsin.exposure.weigh import Way, Weighed, best, distinct, weigh

WAYS_KEPT = 20
"""Ways in that the answer lists of each account; the ranking rests on all of them."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The answer and the graph it was read from."""

    answer: Exposure
    built: Built
    weighed: Weighed


def exposure(
    *,
    roster: pa.Table,
    reading: Reading,
    seen: Sequence[Registered] = (),
    notes: Sequence[str] = (),
    now: datetime,
) -> Found:
    """The answer for everybody on the roster; without one, for every account of the exports. `roster` is ROSTER, `now`
    naive UTC."""
    with collector_at_rest():
        return _exposure(roster, reading, seen, notes, now)


def _exposure(
    roster: pa.Table, reading: Reading, seen: Sequence[Registered], notes: Sequence[str], now: datetime
) -> Found:
    rows = {row["account"]: row for row in roster.to_pylist()}
    people = together(list(rows), [*reading.registered, *seen])
    persons, unread = _with_roster(people, rows)
    built = build(people, persons.values())
    at_risk = [one for one in rows if one in persons] or ([] if rows else sorted(persons))
    weighed = weigh(built.graph, at_risk)
    opened = channels(built, at_risk)
    accounts = _accounts(built, weighed, rows, at_risk)
    every = changes(built.graph, weighed)
    rejected = [*reading.refused, *people.refused]
    came_from = origin(roster)
    answer = Exposure(
        schema=SCHEMA,
        generated_at=now.isoformat(timespec="seconds") + "Z",
        sources=Sources(
            roster=str(came_from) if came_from else None,
            files=reading.files,
            records=dict(sorted(reading.records.items())),
            channels_in_logs=sum(len(one.methods) for one in seen),
            accounts=len(persons),
            not_in_use=people.not_in_use,
            rejected=len(rejected),
        ),
        totals=_totals(accounts, built),
        accounts=accounts,
        channels=opened,
        changes=[
            *(one for one in every if one.scope == "everybody"),
            *[one for one in every if one.scope == "channel"][:KEPT],
            *[one for one in every if one.scope == "account"][:KEPT],
        ],
        effects=_effects(),
        notes=[*notes, *_notes(built, people, accounts, opened, unread)],
        rejected=[
            # A file's name may be bytes that are no text.
            RejectedRow(
                file=one.file.encode("utf-8", "replace").decode(),
                line=one.line,
                record=one.record,
                reason=one.reason,
                excerpt=one.excerpt,
            )
            for one in rejected
        ],
    )
    return Found(answer=answer, built=built, weighed=weighed)


def _with_roster(people: People, rows: Mapping[str, dict[str, Any]]) -> tuple[dict[str, Person], int]:
    found: dict[str, Person] = {}
    unread = 0
    for account, person in people.persons.items():
        if account in rows:
            person, missed = with_roster(person, rows[account]["recovery"])
            unread += missed
        found[account] = person
    return found, unread


def _accounts(
    built: Built, weighed: Weighed, rows: Mapping[str, dict[str, Any]], at_risk: Sequence[str]
) -> list[AccountExposure]:
    graph, found = built.graph, []
    for number, ways in weighed.ways.items():
        account = graph.nodes[number].name
        row = rows.get(account, {})
        kept = distinct(ways)
        found.append(
            AccountExposure(
                account=account,
                organisation=row.get("organisation"),
                category=row.get("category"),
                success=best(ways),
                ways=[_way(graph, one) for one in kept[:WAYS_KEPT]],
                more_ways=len(kept) > WAYS_KEPT or number in weighed.cut,
                contact_falls=_contact_falls(graph, ways, row.get("contact")),
            )
        )
    place = {account: number for number, account in enumerate(at_risk)}
    return sorted(
        found, key=lambda one: (-(one.success if one.success is not None else -1), -len(one.ways), place[one.account])
    )


def _way(graph: Graph, one: Way) -> WayIn:
    nodes = sorted((graph.nodes[number] for number in one.items), key=lambda node: (node.kind, node.name))
    return WayIn(
        take=[Taken(kind=node.kind, name=node.name, account=node.of or None) for node in nodes],
        through=sorted(graph.nodes[number].name for number in one.vias),
        by=sorted(graph.nodes[number].name for number in one.marks),
        success=one.success,
        possible=one.possible,
    )


def _contact_falls(graph: Graph, ways: Sequence[Way], contact: str | None) -> bool:
    """Does a certain way in take the very mailbox or number by which the owner would be warned?"""
    found = named(contact) if contact else None
    if found is None or found.value is None:
        return False
    return any(
        graph.nodes[number].name == found.value for one in ways if not one.possible for number in one.items | one.vias
    )


def _totals(accounts: Sequence[AccountExposure], built: Built) -> Totals:
    certain = [one for one in accounts if one.success is not None]
    possible = [one for one in accounts if one.success is None and one.ways]
    return Totals(
        accounts=len(accounts),
        with_certain_way=len(certain),
        with_possible_way_only=len(possible),
        without_way=len(accounts) - len(certain) - len(possible),
        attacks_in=round(sum(one.success or 0.0 for one in certain), 2),
        second_steps_not_told=sum(one.account in built.factors_not_told for one in accounts),
        contacts_that_fall=sum(one.contact_falls for one in accounts),
        hints=built.hints,
        hints_matched=built.hints_matched,
    )


def _effects() -> list[EffectRow]:
    return [
        EffectRow(
            kind=kind,
            words=one.words,
            targeted=one.targeted,
            phishing=one.phishing,
            bots=one.bots,
            source=one.source,
            taken_from=one.taken_from,
        )
        for kind, one in EFFECTS.items()
    ]


def _notes(
    built: Built, people: People, accounts: Sequence[AccountExposure], opened: Sequence[Channel], unread: int
) -> list[str]:
    said = []
    if missing := sum(one.account in built.factors_not_told for one in accounts):
        said.append(
            f"Of {missing:,} accounts no file tells whether a second step is asked for: their sign-in by password is"
            " only possible. An export of registered methods (docs/exposure.md) would tell."
        )
    if built.hints:
        said.append(
            f"{built.hints:,} masked addresses were met; {built.hints_matched:,} of them fit a few known ones, and what"
            " follows from that is possible, never certain."
        )
    if unread:
        said.append(f"{unread:,} entries in the roster's recovery column are neither mailbox nor number nor method.")
    if people.not_in_use:
        said.append(f"{people.not_in_use:,} accounts cannot be signed in to (suspended, deleted) and were left out.")
    if any(one.at_least for one in opened):
        said.append("Of some channels the accounts were not counted to the end: they are marked with `at_least`.")
    if any(one.more_ways for one in accounts):
        said.append("Some accounts have more ways in than are listed: `more_ways`.")
    return said
