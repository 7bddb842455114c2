"""Laws of a whole scan, held over small simulated worlds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tocsin.assess import Earlier
from tocsin.assess.assessment import Assessment
from tocsin.assess.history_rows import by_campaign
from tocsin.enrich import digest
from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)
START = datetime(2026, 2, 2, tzinfo=UTC)
WORLDS = {1: 500, 12: 400, 7: 400, 3: 300}  # seed: accounts
FALLEN = (1, 12, 7)  # worlds in which a scan finds accounts that fell


def scanned(world: Path, paths: list[Path], store: Path, before: Case | None = None) -> Case:
    settings = ScanSettings(paths=tuple(paths), store=store, roster=world / "roster.csv")
    left = None
    if before is not None:
        left = Earlier(
            assessment=before.assessment,
            evidence=before.evidence,
            history=by_campaign(before.changes),
            roster=digest(before.roster),
        )
    return run(Case(settings=settings, now=NOW, before=left))


def logs(world: Path) -> list[Path]:
    return sorted((world / "logs").iterdir())


def compromised(assessment: Assessment) -> set[tuple[str, str]]:
    return {
        (one.provider, one.account)
        for campaign in assessment.campaigns
        for one in campaign.accounts
        if one.stage == "compromised"
    }


def taken(world: Path) -> set[tuple[str, str]]:
    """The accounts that fell, by the truth."""
    with (world / "truth/accounts.csv").open(newline="", encoding="utf-8") as file:
        return {(row["provider"], row["account"]) for row in csv.DictReader(file) if row["stage"] == "compromised"}


def another_realm(path: Path) -> Path:
    """Three weeks of forty people at home, each of whom forgets the password now and then: benign by any reading."""
    lines = []
    for number in range(40):
        who = {"realmId": "other", "userId": f"other-{number}", "ipAddress": f"81.90.{number}.5", "clientId": "account"}
        for day in range(21):
            at = START + timedelta(days=day, hours=8, minutes=number)
            stamped: dict[str, Any] = who | {"details": {"username": f"person{number}@other.example"}}
            if (number + day) % 10 == 0:
                stamp = int((at - timedelta(minutes=1)).timestamp() * 1000)
                failed = {"id": f"f-{number}-{day}", "type": "LOGIN_ERROR", "error": "invalid_user_credentials"}
                lines.append(stamped | failed | {"time": stamp})
            lines.append(stamped | {"id": f"s-{number}-{day}", "type": "LOGIN", "time": int(at.timestamp() * 1000)})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scan_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, Case]]:
    """The world of a seed and its first scan, made once."""

    @cache
    def scan(seed: int) -> tuple[Path, Case]:
        world = tmp_path_factory.mktemp(f"world-{seed}")
        simulate("phosphorus", seed=seed, out=world, accounts=WORLDS[seed])
        return world, scanned(world, logs(world), world / "store")

    return scan


def test_the_order_of_the_files_changes_nothing(scan_of: Callable[[int], tuple[Path, Case]], tmp_path: Path) -> None:
    """The whole assessment and all evidence are equal, ids too."""
    world, forwards = scan_of(3)
    backwards = scanned(world, logs(world)[::-1], tmp_path / "store")
    assert forwards.assessment.campaigns
    assert msgspec.to_builtins(backwards.assessment) == msgspec.to_builtins(forwards.assessment)
    assert backwards.evidence.to_pylist() == forwards.evidence.to_pylist()


@pytest.mark.parametrize("seed", FALLEN)
def test_benign_noise_removes_no_compromised_account(
    scan_of: Callable[[int], tuple[Path, Case]], tmp_path: Path, seed: int
) -> None:
    """And a campaign that holds one keeps its id when a log is added."""
    world, first = scan_of(seed)
    assert taken(world) & compromised(first.assessment), "nothing that noise could remove: choose another world"
    noise = another_realm(tmp_path / "other-realm.jsonl")
    second = scanned(world, [*logs(world), noise], world / "store", before=first)
    assert (second.intake.events, second.intake.rejected) == (40 * 21 + 84, 0)
    assert compromised(first.assessment) <= compromised(second.assessment)
    held = {one.id for one in first.assessment.campaigns if one.counts.accounts_compromised}
    assert held <= {one.id for one in second.assessment.campaigns}


def test_a_quiet_month_holds_no_targeted_campaign(tmp_path: Path) -> None:
    world = tmp_path / "world"
    simulate("quiet", seed=4, out=world, accounts=300)
    found = scanned(world, logs(world), tmp_path / "store").assessment
    assert [one for one in found.campaigns if one.verdict == "targeted"] == []
