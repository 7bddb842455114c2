"""What every pattern keeps to. A new one is tested by being in `PATTERNS`, with samples.

`patterns/<name>/attack.jsonl` holds events in which it finds `expected.jsonl`; `benign.jsonl` the same events with one
fact changed or one line left out, in which it finds nothing. How a line is read: `pattern_samples.py`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from event_rows import Row
from pattern_samples import FOLDER, World, lines, rows
from small_site import table
from tocsin.detect import (
    DETECTIONS,
    FINDING_EVENT,
    LEVELS,
    PATTERNS,
    Finding,
    Observed,
    Pattern,
    detected,
    findings,
    habits,
    looked_at,
    observed,
)
from tocsin.engines import Engine, opened
from tocsin.enrich import CODED, NETWORK, filling, gist_of, owner_days
from tocsin.recovery import RecoveryTables, sessions

ROLES = ("identification", "attack", "access", "persistence")
TECHNIQUE = re.compile(r"(T\d{4}(\.\d{3})?|F\d{4}\.\d{3})")

every_pattern = pytest.mark.parametrize("pattern", PATTERNS, ids=[one.name for one in PATTERNS])


@dataclass(frozen=True)
class Site:
    engine: Engine
    looked_at: ibis.Table
    recovery: RecoveryTables
    seen: Observed


def every_row() -> pa.Table:
    return table(rows([one.name for one in PATTERNS]))


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All samples in one world, on each engine."""
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    engine = opened(request.param, scratch=tmp_path_factory.mktemp("scratch"))
    events = engine.table("events", every_row())
    gist = engine.kept("gist", gist_of(events), coded=CODED)
    days = engine.kept("owner_days", owner_days(gist))
    known = habits(engine, days)
    some = looked_at(engine, filling(events, engine.table("networks", NETWORK.empty_table())), gist, known, [])
    recovery = sessions(gist, concerned=some, keep=lambda steps: engine.kept("recovery_steps", steps))
    yield Site(engine, some, recovery, observed(engine, events, days, recovery, known, some=some))
    engine.close()


def told_of(engine: Engine, seen: Observed, recovery: RecoveryTables, some: ibis.Table) -> dict[str, pa.Table]:
    """Detections, recovery steps and what patterns look at, in order."""
    tables = {name: getattr(seen, name) for name in ("telling", "tried", "recovery", "entries")}
    tables |= {"steps": recovery.steps, "detected": detected(some).select("event_uid", "provider", "detection")}
    found = {name: engine.rows(rows) for name, rows in tables.items()}
    return {name: rows.sort_by([(one, "ascending") for one in rows.column_names]) for name, rows in found.items()}


def test_the_few_events_that_are_looked_at_tell_what_all_events_tell(site: Site, tmp_path: Path) -> None:
    few = told_of(site.engine, site.seen, site.recovery, site.looked_at)
    engine = opened(site.engine.name, scratch=tmp_path)
    events = engine.table("events", every_row())
    days = engine.kept("owner_days", owner_days(events))
    recovery = sessions(events, keep=lambda steps: engine.kept("recovery_steps", steps))
    every = told_of(engine, observed(engine, events, days, recovery, habits(engine, days)), recovery, events)
    number = len(engine.rows(events))
    engine.close()
    assert {name: rows.to_pylist() for name, rows in few.items()} == {
        name: rows.to_pylist() for name, rows in every.items()
    }
    assert all(map(len, few.values()))
    assert len(site.engine.rows(site.looked_at)) < number


def expected(pattern: Pattern) -> list[Row]:
    """The sample's own findings, in its names."""
    world = World(f"{pattern.name}-attack", 2 * PATTERNS.index(pattern))
    for line in lines(pattern.name, "attack"):
        world.address(line.get("source_ip", "203.0.113.5"))
    text = (FOLDER / pattern.name / "expected.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [
        one
        | {
            "account": world.account(one["account"]),
            "source_ip": world.address(one["source_ip"]),
            "events": [f"{world.prefix}.{uid}" for uid in one["events"]],
        }
        for one in found
    ]


def told(finding: Finding) -> Row:
    names = ("reason", "account", "source_ip", "first_seen", "last_seen")
    return {name: getattr(finding, name) for name in names} | {"events": [uid for _, uid in finding.event_uids]}


@every_pattern
def test_a_pattern_finds_its_attack_and_nothing_in_its_benign_sample(site: Site, pattern: Pattern) -> None:
    """Whole findings, on every engine."""
    found, shown = findings(site.engine, site.seen, [pattern])
    own = [one for one in found if any(uid.startswith(f"{pattern.name}-") for _, uid in one.event_uids)]
    assert [told(one) for one in own] == expected(pattern)
    assert {one.detection for one in found} == {pattern.name}
    assert shown.schema.equals(FINDING_EVENT)
    assert shown["finding_id"].to_pylist().count(own[0].id) == own[0].events


@every_pattern
def test_a_pattern_says_what_it_is(pattern: Pattern) -> None:
    """Title, role, level, techniques with real ids, numbers with reasons; its file says what the attacker does."""
    assert pattern.title
    assert pattern.role in ROLES
    assert pattern.level in LEVELS
    assert pattern.techniques
    assert [one for one in pattern.techniques if not TECHNIQUE.fullmatch(one)] == []
    assert pattern.false_positives
    assert all(one.name and one.unit and one.why for one in pattern.parameters)
    text = sys.modules[f"tocsin.detect.{pattern.name}"].__doc__ or ""
    assert "armless look-alike" in text, "say which harmless thing looks the same"


def test_names_are_distinct_and_every_sample_belongs_to_a_pattern() -> None:
    names = [one.name for one in PATTERNS]
    assert sorted(names) == sorted(set(names)) == sorted(folder.name for folder in FOLDER.iterdir())
    assert not set(names) & {one.name for one in DETECTIONS}


@every_pattern
def test_a_benign_sample_is_one_fact_away_from_the_attack(pattern: Pattern) -> None:
    """One fact, on however many lines; or one line left out."""
    attack, benign = lines(pattern.name, "attack"), lines(pattern.name, "benign")
    if len(attack) != len(benign):
        assert [line for line in attack if line in benign] == benign
        assert len(attack) == len(benign) + 1
        return
    changed = {
        name for bad, good in zip(attack, benign, strict=True) for name in bad | good if bad.get(name) != good.get(name)
    }
    assert len(changed) == 1, changed
