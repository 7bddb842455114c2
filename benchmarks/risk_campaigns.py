"""How the risk score ranks a campaign's takeovers among the owners' own acts, in simulated worlds.

    python benchmarks/risk_campaigns.py --scenario phosphorus pivot --seeds 61-63 --accounts 2500

Campaign and owners are told apart by the world's truth; the score sees the logs alone. For completed recoveries and for
sign-ins: how often an act of the campaign scores above an owner's (area under the curve), and how many of the
campaign's acts lie above the score that one in a hundred, or one in a thousand, of the owners' acts reaches.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from accuracy import numbers
from rich.console import Console
from rich.table import Table
from scipy.stats import rankdata

from tocsin.engines import opened
from tocsin.pipeline import Case, read, surrounded
from tocsin.risk import risk_of
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

GROUPS = {
    "recoveries": ("recovery_complete", "credential_change"),
    "sign-ins": ("sign_in", "challenge", "session_use"),
    "changes": ("factor_change", "channel_change", "consent", "mailbox_rule"),
}

ALARMS = (0.001, 0.01)


def world_risk(scenario: str, seed: int, accounts: int, folder: Path) -> tuple[pa.Table, set[tuple[str, str]]]:
    """RISK of a world, and the events of its campaigns with what belongs to them."""
    world = folder / "world"
    simulate(scenario, seed=seed, out=world, accounts=accounts)
    store = folder / "store"
    settings = ScanSettings(paths=(world / "logs",), store=store)
    case = read(Case(settings=settings, now=datetime(2026, 6, 1)))  # noqa: DTZ001 - naive UTC throughout
    engine = opened("duckdb", scratch=store / "scratch")
    events = surrounded(engine, case.lake).events
    risk = engine.rows(risk_of(engine, events))
    engine.close()
    truth = world / "truth"
    theirs = {
        (row["provider"], row["event_uid"])
        for name in ("events", "companions")
        for row in pq.read_table(truth / f"{name}.parquet").to_pylist()
    }
    return risk, theirs


def ranked(risk: pa.Table, theirs: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """One row a group of activities."""
    keys = zip(risk["provider"].to_pylist(), risk["event_uid"].to_pylist(), strict=True)
    campaign = np.array([key in theirs for key in keys])
    scores = risk["log_odds"].to_numpy(zero_copy_only=False).astype(float)
    activity = np.array(risk["activity"].to_pylist())
    rows = []
    for name, activities in GROUPS.items():
        here = np.isin(activity, activities)
        judged = here & ~np.isnan(scores)
        bad, own = scores[judged & campaign], scores[judged & ~campaign]
        row: dict[str, Any] = {"acts": name, "campaign": len(bad), "owners": len(own)}
        row["not judged"] = int((here & campaign & np.isnan(scores)).sum())
        if len(bad) and len(own):
            ranks = rankdata(np.concatenate([bad, own]))[: len(bad)]
            row["auc"] = float((ranks.sum() - len(bad) * (len(bad) + 1) / 2) / (len(bad) * len(own)))
            for alarms in ALARMS:
                row[f"at {alarms:.1%}"] = float((bad > np.quantile(own, 1 - alarms)).mean())
            row["median odds"] = float(np.exp(np.median(bad)))
        rows.append(row)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", nargs="+", default=["phosphorus", "pivot"])
    parser.add_argument("--seeds", default="61-63", help="numbers and ranges, by commas")
    parser.add_argument("--accounts", type=int, default=2500)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    shown = Table(title=f"worlds of {asked.accounts:,} accounts")
    columns = ("world", "acts", "campaign", "not judged", "owners", "auc", "at 0.1%", "at 1.0%", "median odds")
    for name in columns:
        shown.add_column(name, justify="left" if name in ("world", "acts") else "right")
    told = []
    for scenario in asked.scenario:
        for seed in numbers(asked.seeds):
            with tempfile.TemporaryDirectory() as folder:
                risk, theirs = world_risk(scenario, seed, asked.accounts, Path(folder))
            for row in ranked(risk, theirs):
                told.append({"world": f"{scenario} {seed}", **row})
                shown.add_row(*[_cell(told[-1].get(name)) for name in columns])
    Console(width=130).print(shown)
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return (
        f"{value:.3f}"
        if isinstance(value, float) and value < 10
        else f"{value:,.0f}"
        if not isinstance(value, str)
        else value
    )


if __name__ == "__main__":
    main()
