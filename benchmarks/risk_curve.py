"""How many planted takeovers the risk score catches, and how many owners it asks for it, beside simple rules.

    python benchmarks/risk_curve.py --seeds 21-25 --svg docs/risk-curve.svg

Every seed is a world of its own (`risk_world.py`) with two kinds of attacker: naive ones, from wherever attack
addresses are, and look-alikes, from the owner's country with a common client. The re-authentication rate is the share
of owners' visits, first visits left out, that a rule or a threshold of the score asks for a further proof; detection is
the share of takeovers that it asks. Each rule (`risk_rules.py`) is held against the score at the threshold that asks
no more owners.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from accuracy import numbers
from rich.console import Console
from rich.table import Table
from risk_chart import risk_svg
from risk_rules import RULES
from risk_world import KINDS, risk_world

from tocsin.engines import opened
from tocsin.risk import PUBLISHED, Weighing, risk_of

SCHEMA = "tocsin.risk-curve/1"
CAUGHT = (0.95, 0.99)

WEIGHINGS = {
    "score": PUBLISHED,
    "score without what is refused": Weighing(like_refused=0.0),
    "score with the published weights throughout": Weighing(site_visits=1e12, visits=1e12),
}


def judged(seed: int, *, accounts: int, takeovers: int) -> tuple[dict[str, pa.Table], np.ndarray]:
    """RISK of the visits that have a history, by weighing, and the kind of whoever made each."""
    world = risk_world(seed, accounts=accounts, takeovers=takeovers)
    with tempfile.TemporaryDirectory() as scratch:
        engine = opened("duckdb", scratch=Path(scratch), memory="2GB")
        events = engine.table("risk_world", world.events)
        found = {}
        for name, weighing in WEIGHINGS.items():
            risk = risk_of(engine, events, weighing=weighing)
            rows = engine.rows(risk.filter(risk.opened, risk.log_odds.notnull()))
            found[name] = rows.sort_by([("account", "ascending"), ("ts", "ascending"), ("event_uid", "ascending")])
        engine.close()
    kinds = np.array([world.kind.get(uid, "owner") for uid in found["score"]["event_uid"].to_pylist()])
    return found, kinds


def threshold(owners: np.ndarray, asked: int) -> float:
    """The least score above which no more than so many of the owners' visits lie."""
    ranked = np.sort(owners)[::-1]
    return float(ranked[asked]) if asked < len(ranked) else -np.inf


def compared(found: dict[str, pa.Table], kinds: np.ndarray) -> list[dict[str, Any]]:
    """One row a rule: its rate and what it catches, and what every weighing of the score does at that rate."""
    owner = kinds == "owner"
    rows = []
    for name, rule in RULES.items():
        asks = rule(found["score"])
        row: dict[str, Any] = {"rule": name, "asked": float(asks[owner].mean())}
        for kind in KINDS[1:]:
            row[kind] = {"rule": float(asks[kinds == kind].mean())}
            for weighing, table in found.items():
                scores = table["log_odds"].to_numpy()
                least = threshold(scores[owner], int(asks[owner].sum()))
                row[kind][weighing] = float((scores[kinds == kind] > least).mean())
        rows.append(row)
    return rows


def rate_to_catch(scores: np.ndarray, kinds: np.ndarray, kind: str, share: float) -> float:
    """The share of owners' visits asked where so many of the takeovers of a kind are caught."""
    wanted = np.sort(scores[kinds == kind])[::-1]
    least = wanted[int(np.ceil(share * len(wanted))) - 1]
    return float((scores[kinds == "owner"] >= least).mean())


def curve(scores: np.ndarray, kinds: np.ndarray, kind: str) -> list[tuple[float, float]]:
    """(rate, detection), at rates evenly spread on a logarithmic scale."""
    owners, theirs = np.sort(scores[kinds == "owner"])[::-1], scores[kinds == kind]
    rates = np.geomspace(1e-4, 1.0, 120)
    return [(float(rate), float((theirs > threshold(owners, int(rate * len(owners)))).mean())) for rate in rates]


def mean(rows: Sequence[Any]) -> Any:
    """The mean of numbers that stand at the same place of alike structures."""
    if isinstance(rows[0], dict):
        return {name: mean([row[name] for row in rows]) for name in rows[0]}
    if isinstance(rows[0], list):
        return [mean(list(parts)) for parts in zip(*rows, strict=True)]
    return rows[0] if isinstance(rows[0], str) else float(np.mean(rows))


def shown(rows: Sequence[dict[str, Any]], title: str) -> Table:
    """As people read it."""
    table = Table(title=title)
    for name in ("rule", "owners asked", *(f"{kind}: {who}" for kind in KINDS[1:] for who in ("rule", "score"))):
        table.add_column(name, justify="left" if name == "rule" else "right")
    for row in rows:
        caught = [f"{row[kind][who]:.1%}" for kind in KINDS[1:] for who in ("rule", "score")]
        table.add_row(row["rule"], f"{row['asked']:.2%}", *caught)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; draw the curves and write the results file if they are wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seeds", default="21-25", help="numbers and ranges, by commas; 1, 2 and 11-15 were seen while tuning"
    )
    parser.add_argument("--accounts", type=int, default=40_000)
    parser.add_argument("--takeovers", type=int, default=1000, help="of each kind of attacker")
    parser.add_argument("--svg", type=Path, help="file for the curves")
    parser.add_argument("--results", type=Path, help="folder for a results file")
    asked = parser.parse_args(arguments)
    console = Console(width=150)
    tables, rates, curves = [], [], []
    for seed in numbers(asked.seeds):
        found, kinds = judged(seed, accounts=asked.accounts, takeovers=asked.takeovers)
        rows = compared(found, kinds)
        console.print(shown(rows, f"seed {seed}: {int((kinds == 'owner').sum()):,} visits of owners"))
        scores = {name: table["log_odds"].to_numpy() for name, table in found.items()}
        tables.append({row["rule"]: row for row in rows})
        rates.append(
            {
                name: {
                    kind: {str(share): rate_to_catch(held, kinds, kind, share) for share in CAUGHT}
                    for kind in KINDS[1:]
                }
                for name, held in scores.items()
            }
        )
        curves.append({kind: [list(point) for point in curve(scores["score"], kinds, kind)] for kind in KINDS[1:]})
    over_all, needed, drawn = list(mean(tables).values()), mean(rates), mean(curves)
    console.print(shown(over_all, "mean of the seeds"))
    console.print_json(data={"owners asked to catch": needed})
    if asked.svg:
        asked.svg.write_text(risk_svg(drawn, over_all, needed["score"]) + "\n", encoding="utf-8")
    if asked.results:
        document = {
            "schema": SCHEMA,
            "measured_on": datetime.now(UTC).date().isoformat(),
            "seeds": numbers(asked.seeds),
            "accounts": asked.accounts,
            "takeovers": asked.takeovers,
            "rules": over_all,
            "owners_asked_to_catch": needed,
            "by_seed": [list(one.values()) for one in tables],
        }
        asked.results.mkdir(parents=True, exist_ok=True)
        path = asked.results / f"risk-curve-{document['measured_on']}.json"
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        console.print(path)


if __name__ == "__main__":
    main()
