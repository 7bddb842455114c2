"""The ids of this scan's campaigns, what else they are known by, and where they came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import pyarrow as pa

from tocsin.assess.earlier import Earlier
from tocsin.assess.succession import Key, Succession, id_of, succession

Evidence = Sequence[Mapping[str, object]]
"""Rows of one campaign, in order of time."""


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """By place of the campaigns in their order."""

    ids: Sequence[str]
    aliases: Sequence[Sequence[str]]  # sorted
    split_from: Sequence[str | None]
    passed: Succession
    old: Mapping[str, Collection[Key]] = field(default_factory=dict)  # events of those there were, by id


def lineage(found: Sequence[Evidence], earlier: Earlier | None) -> Lineage:
    """Ids for the campaigns that these rows are the evidence of, the most surprising first."""
    events = [[(_time(row), _key(row)) for row in rows] for rows in found]
    old = _events_of(earlier) if earlier else {}
    passed = _passed(old, events)
    aliases_of, split_before = _known_names(earlier)
    # Ids that a campaign bears or bore are nobody else's, be it found no longer.
    taken = {*old, *(earlier.history if earlier else ()), *(name for names in aliases_of.values() for name in names)}
    ids: list[str] = []
    for number, mine in enumerate(events):
        one = passed.kept.get(number) or id_of(mine, taken)
        taken.add(one)
        ids.append(one)
    aliases: list[list[str]] = []
    for number, mine in enumerate(events):
        names = set(aliases_of.get(ids[number], ()))
        for merged, into in passed.merged.items():
            if into == number:
                names |= {merged, *aliases_of.get(merged, ())}
        # What a scan of all these logs at once would call it.
        if (by_content := id_of(mine)) not in taken:
            names.add(by_content)
            taken.add(by_content)
        aliases.append(sorted(names - {ids[number]}))
    return Lineage(
        ids=ids,
        aliases=aliases,
        split_from=[passed.split.get(number) or split_before.get(one) for number, one in enumerate(ids)],
        passed=passed,
        old=old,
    )


def _passed(old: Mapping[str, Collection[Key]], events: Sequence[Sequence[tuple[datetime, Key]]]) -> Succession:
    found = succession(old, [[key for _, key in mine] for mine in events])
    # Where the answer of the last scan was lost, the first event alone tells that it is the same campaign.
    unknown = {one for one in found.gone if not old[one]}
    again = {
        number: by_content
        for number, mine in enumerate(events)
        if number not in found.kept and (by_content := id_of(mine)) in unknown
    }
    return Succession(
        kept={**found.kept, **again},
        merged=found.merged,
        split=found.split,
        gone=tuple(one for one in found.gone if one not in again.values()),
        shared=found.shared,
    )


def _events_of(earlier: Earlier) -> dict[str, set[Key]]:
    held: dict[str, set[Key]] = {one: set() for one in earlier.open}
    rows = pa.concat_tables([earlier.evidence, earlier.gone])
    columns = (rows[name].to_pylist() for name in ("campaign_id", "provider", "event_uid"))
    for campaign, provider, uid in zip(*columns, strict=True):
        held.setdefault(campaign, set()).add((provider, uid))
    return held


def _known_names(earlier: Earlier | None) -> tuple[dict[str, list[str]], dict[str, str | None]]:
    if earlier is None or earlier.assessment is None:
        return {}, {}
    before = earlier.assessment
    return before.aliases, {one.id: one.split_from for one in before.campaigns}


def _key(row: Mapping[str, object]) -> Key:
    return str(row["provider"]), str(row["event_uid"])


def _time(row: Mapping[str, object]) -> datetime:
    return cast("datetime", row["time"])
