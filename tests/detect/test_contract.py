"""What every detection keeps to. A new one is tested by being in `DETECTIONS`, with samples.

`samples/<name>/attack.jsonl` holds events that it matches; `benign.jsonl` the same events, line by line, each changed
in one fact, none of which it matches. What a line leaves out is as in `USUAL` of event_rows.py.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from event_rows import Row, event_row, event_table
from tocsin.detect import DETECTIONS, Detection, detected

SAMPLES = Path(__file__).parent / "samples"
ROLES = ("identification", "attack", "access", "persistence")
TECHNIQUE = re.compile(r"(T\d{4}(\.\d{3})?|F\d{4}\.\d{3})")

every_detection = pytest.mark.parametrize("detection", DETECTIONS, ids=[one.name for one in DETECTIONS])


@cache
def sample(name: str, kind: str) -> tuple[Row, ...]:
    """Rows of a sample file; the file's name goes into the event ids, so that samples can share a table."""
    lines = (SAMPLES / name / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines:
        facts = json.loads(line)
        rows.append(event_row(f"{name}/{kind}/{facts.pop('event_uid')}", **facts))
    return tuple(rows)


def uid(row: Row) -> str:
    return str(row["event_uid"])


@every_detection
def test_a_detection_says_what_it_is(detection: Detection) -> None:
    """It has a title for people, a role, techniques with real ids, and its file says what the attacker does."""
    assert detection.title
    assert detection.role in ROLES
    assert detection.techniques
    assert [one for one in detection.techniques if not TECHNIQUE.fullmatch(one)] == []
    text = sys.modules[f"tocsin.detect.{detection.name}"].__doc__ or ""
    assert "armless look-alike" in text, "say which harmless thing looks the same"


def test_names_are_distinct_and_every_sample_belongs_to_a_detection() -> None:
    names = [one.name for one in DETECTIONS]
    assert sorted(names) == sorted(set(names)) == sorted(folder.name for folder in SAMPLES.iterdir())


@every_detection
def test_a_benign_sample_is_one_fact_away_from_the_attack(detection: Detection) -> None:
    pairs = zip(sample(detection.name, "attack"), sample(detection.name, "benign"), strict=True)
    changed = [[name for name in bad if name != "event_uid" and bad[name] != good[name]] for bad, good in pairs]
    assert changed
    assert [names for names in changed if len(names) != 1] == []


@every_detection
def test_a_detection_matches_the_attack_and_not_the_benign_sample(engine: Any, detection: Detection) -> None:
    """On every engine, with the same rows."""
    attack, benign = sample(detection.name, "attack"), sample(detection.name, "benign")
    events = engine.table(event_table([*attack, *benign]))
    assert engine.rows(events.filter(detection.matches(events))).to_pylist() == sorted(attack, key=uid)


def test_matches_come_out_whole_with_the_name_of_the_detection(engine: Any) -> None:
    """`detected` over all attack samples gives each row, labelled; what names no account or source drops out."""
    attacks = [row for one in DETECTIONS for row in sample(one.name, "attack")]
    labels = [one.name for one in DETECTIONS for _ in sample(one.name, "attack")]
    nobody = attacks[0] | {"event_uid": "nobody", "account": None}
    nowhere = attacks[0] | {"event_uid": "nowhere", "source_ip": None}
    found = engine.rows(detected(engine.table(event_table([*attacks, nobody, nowhere]))))
    expected = [row | {"detection": label} for row, label in zip(attacks, labels, strict=True)]
    assert found.to_pylist() == sorted(expected, key=uid)


def test_an_event_that_two_detections_match_is_labelled_by_the_first(duck_engine: Any) -> None:
    """A recovery for a name of which the provider says that it does not exist is a name tried, not a recovery."""
    both = event_row(
        "1", activity="recovery_start", outcome="failure", reason="unknown_account", account_known="unknown"
    )
    events = duck_engine.table(event_table([both]))
    assert [one.name for one in DETECTIONS if len(duck_engine.rows(events.filter(one.matches(events))))] == [
        "unknown_identifier",
        "recovery_step",
    ]
    assert duck_engine.rows(detected(events))["detection"].to_pylist() == ["unknown_identifier"]
