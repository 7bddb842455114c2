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
    observed,
    worth_a_look,
)
from tocsin.engines import Engine, opened
from tocsin.enrich import CODED, GIST, owner_days
from tocsin.recovery import concerning_recovery, sessions

ROLES = ("identification", "attack", "access", "persistence")
TECHNIQUE = re.compile(r"(T\d{4}(\.\d{3})?|F\d{4}\.\d{3})")

every_pattern = pytest.mark.parametrize("pattern", PATTERNS, ids=[one.name for one in PATTERNS])


@dataclass(frozen=True)
class Site:
    engine: Engine
    seen: Observed


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All samples in one world, on each engine."""
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    engine = opened(request.param, scratch=tmp_path_factory.mktemp("scratch"))
    events = engine.table("events", table(rows([one.name for one in PATTERNS])))
    gist = engine.kept("gist", events.select(*GIST), coded=CODED)
    days = engine.kept("owner_days", owner_days(gist))
    concerned = engine.kept("recovery_events", concerning_recovery(events))
    recovery = sessions(gist, concerned=concerned, keep=lambda steps: engine.kept("recovery_steps", steps))
    worth = engine.kept("worth_a_look", worth_a_look(events, ["event_uid"]), coded=CODED)
    yield Site(engine, observed(engine, events, days, recovery, worth=worth))
    engine.close()


def test_all_that_is_detected_is_worth_a_look_and_most_is_not(site: Site) -> None:
    events = site.seen.events
    some = worth_a_look(events, ["event_uid", "provider"])
    keys = [("event_uid", "ascending"), ("provider", "ascending"), ("detection", "ascending")]
    few, all_of_them = (
        site.engine.rows(detected(rows).select("event_uid", "provider", "detection")).sort_by(keys)
        for rows in (some, events)
    )
    assert few.equals(all_of_them)
    assert 0 < len(few) <= len(site.engine.rows(some)) < len(site.engine.rows(events))


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
