"""Scans of one store, one after the other, as `tocsin scan` makes them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.pipeline import Case, run
from tocsin.report.archive import earlier, keep, kept_roster
from tocsin.report.json import to_json
from tocsin.settings import ScanSettings


def scan_and_keep(store: Path, paths: Sequence[Path], now: datetime, roster: Path | None = None) -> Case:
    """One scan, its answer kept."""
    settings = ScanSettings(paths=tuple(paths), store=store, roster=roster)
    case = run(Case(settings=settings, now=now, before=earlier(store), roster=kept_roster(store)))
    keep(
        store,
        case.assessment,
        case.evidence,
        case.roster,
        case.finding_events,
        changes=case.changes,
        gone=case.gone,
    )
    return case


def plain(case: Case, *without: str) -> Any:
    """The JSON of the answer but for when it was made; `without` leaves out members of that name wherever they are."""
    text = to_json(case.assessment).decode()
    stamp = case.assessment.generated_at
    return _without(json.loads(re.sub(re.escape(stamp), "now", text)), frozenset(without))


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(held, names) for name, held in value.items() if name not in names}
    if isinstance(value, list):
        return [_without(held, names) for held in value]
    return value
