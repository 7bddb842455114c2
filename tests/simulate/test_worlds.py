"""Worlds are reproducible, and their sizes and counts are what the scenario says."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

from tocsin.simulate import MIN_ACCOUNTS, SCENARIOS, simulate
from tocsin.simulate.scenarios import phosphorus as scenario
from tocsin.simulate.world import build

from .native_reading import read_all, roster


def _files(world: Path) -> dict[str, bytes]:
    return {str(path.relative_to(world)): path.read_bytes() for path in sorted(world.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate("phosphorus", seed=11, out=tmp_path / name, accounts=150, days=8)
    assert _files(tmp_path / "one") == _files(tmp_path / "two")


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    for seed in (11, 12):
        simulate("quiet", seed=seed, out=tmp_path / str(seed), accounts=150, days=3)
    assert _files(tmp_path / "11")["roster.csv"] != _files(tmp_path / "12")["roster.csv"]


@pytest.mark.parametrize("seed", [1, 2])
def test_phosphorus_is_as_large_as_announced(tmp_path: Path, seed: int) -> None:
    """20,000 accounts and 30 days, with little benign life to be quick: that changes no campaign."""
    truth = simulate("phosphorus", seed=seed, out=tmp_path, accounts=20_000, events=1_000)
    (campaign,) = truth.campaigns()
    counts, accounts = campaign["counts"], campaign["accounts"]
    low, high = scenario.ATTEMPTS
    assert low <= counts["identification_attempts"] <= high
    low, high = scenario.ATTACKED
    assert low <= counts["accounts_attacked"] <= high
    low, high = scenario.COMPROMISED
    assert low <= counts["accounts_compromised"] <= high
    share = sum(account["category"] is not None for account in accounts) / len(accounts)
    assert scenario.ROSTER_SHARE[0] - 0.03 <= share <= scenario.ROSTER_SHARE[1] + 0.03
    addresses = {e["value"] for e in campaign["infrastructure"] if e["kind"] == "ip"}
    assert 25 <= len(addresses) <= 120
    assert {account["provider"] for account in accounts} == {"okta", "entra", "google", "keycloak"}
    assert 0.02 <= len(roster(tmp_path)) / 20_000 <= 0.06


def test_attempts_are_low_and_slow(phosphorus: Path) -> None:
    """A few from an address, then rest: never what a rate limiter counts, and nothing for half of the day."""
    events = pq.read_table(phosphorus / "truth" / "events.parquet").to_pylist()
    attempts = {row["event_uid"] for row in events if row["role"] == "identification"}
    moments = [reading for reading in read_all(phosphorus) if reading.uid in attempts and ":" in reading.time]
    by_minute = Counter((reading.address, reading.time[:15]) for reading in moments)  # ten minutes
    by_hour_of_day = Counter(reading.time[11:13] for reading in moments)
    assert max(by_minute.values()) <= 9
    assert len(by_hour_of_day) <= 16


def test_benign_size_is_about_what_was_wanted(quiet: Path) -> None:
    records = json.loads((quiet / "truth" / "truth.json").read_text())["records"]
    assert records == pytest.approx(800 * 50, rel=0.1)


def test_lines_come_late_and_twice(quiet: Path) -> None:
    """Trap 8 and trap 10: exact duplicates, and records behind younger ones."""
    texts = (quiet / "logs" / "okta-system-log.jsonl").read_text().splitlines()
    assert len(set(texts)) < len(texts)
    times = [json.loads(text)["published"] for text in texts]
    assert times != sorted(times)
    ids = [json.loads(text)["uuid"] for text in set(texts)]
    assert len(set(ids)) == len(ids)


def test_roster_names_accounts_that_exist(quiet: Path) -> None:
    names = {reading.name for reading in read_all(quiet)}
    with (quiet / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert sum(row["account"] in names for row in rows) > 0.8 * len(rows)
    assert all(row["recovery"] and row["contact"] for row in rows)
    at_risk = {
        "campaign",
        "political-party",
        "government",
        "media",
        "diaspora",
        "think-tank",
        "ngo",
        "academia",
        "other",
    }
    assert {row["category"] for row in rows} <= at_risk


@pytest.mark.parametrize("days", [7, 30])
def test_an_outage_falls_on_a_work_day(days: int) -> None:
    """Whichever weekday the world begins on."""
    for seed in range(21):
        world = build(seed, start=date(2026, 2, 2 + seed % 7), days=days, accounts=MIN_ACCOUNTS, events=0)
        (outage,) = world.outages
        (noted,) = [one.day for one in world.happenings if one.kind == "outage"]
        begun = datetime.fromtimestamp(outage.start / 1000, UTC)
        assert begun.date() == noted
        assert begun.weekday() < 5
        assert 6 <= begun.hour < 14
        assert 2 <= (outage.end - outage.start) / 3_600_000 <= 7


def test_the_smallest_world_is_the_same_by_command_and_by_call(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"at least {MIN_ACCOUNTS} accounts"):
        simulate("quiet", seed=1, out=tmp_path / "call", accounts=MIN_ACCOUNTS - 1, days=7)
    command = [sys.executable, "-m", "tocsin", "simulate", "--scenario", "quiet", "--days", "7"]
    for accounts, code in ((MIN_ACCOUNTS - 1, 2), (MIN_ACCOUNTS, 0)):
        out = tmp_path / str(accounts)
        done = subprocess.run([*command, "--accounts", str(accounts), "--out", str(out)], capture_output=True)
        assert done.returncode == code, done.stderr
        assert out.exists() == (code == 0)


@pytest.mark.parametrize(("compress", "ending"), [("gzip", ".gz"), ("zstd", ".zst")])
def test_logs_can_be_compressed(tmp_path: Path, compress: str, ending: str) -> None:
    simulate("quiet", seed=1, out=tmp_path / "plain", accounts=120, days=2)
    simulate("quiet", seed=1, out=tmp_path / "packed", accounts=120, days=2, compress=compress)
    packed = (tmp_path / "packed" / "logs" / f"keycloak-events.jsonl{ending}").read_bytes()
    plain = (tmp_path / "plain" / "logs" / "keycloak-events.jsonl").read_bytes()
    if compress == "gzip":
        assert gzip.decompress(packed) == plain
    else:
        assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == plain


def test_unknown_scenario_and_tiny_worlds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        simulate("peace", seed=1, out=tmp_path)
    with pytest.raises(ValueError, match="100 accounts"):
        simulate("quiet", seed=1, out=tmp_path, accounts=10)


def test_progress_is_told_day_by_day(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    simulate("quiet", seed=1, out=tmp_path, accounts=120, days=3, on_progress=lambda d, n: told.append((d, n)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_scenarios_are_named_as_they_are_keyed() -> None:
    assert all(name == scenario.name and scenario.about for name, scenario in SCENARIOS.items())
    assert {"phosphorus", "quiet"} <= set(SCENARIOS)
