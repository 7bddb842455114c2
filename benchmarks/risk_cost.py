"""What scoring costs beside plainly counting the same table, and how both grow.

    python benchmarks/risk_cost.py --events 1000000 5000000

Two plain countings are measured in the same run, right before the scoring, on the same Parquet file: the history's own
counts (visits, first and last of every account and value, and of every value, level by level), which is what the score
rests on; and one GROUP BY of the whole table by account, address, network, country and client. Processor seconds of the
process; memory is the engine's as in a scan.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from risk_world import EVENTS, risk_world

from tocsin.engines import Engine, opened
from tocsin.risk import risk_of

PER_ACCOUNT = 11.0  # attempts of a world's account, about
PART_ACCOUNTS = 45_000
LEVELS = ("source_ip", "prefix", "network", "country", "user_agent", "client")


def written(path: Path, events: int) -> int:
    """A file of at least so many attempts, in worlds whose accounts differ; how many there are."""
    held = 0
    with pq.ParquetWriter(path, EVENTS, compression="zstd") as out:
        for seed in range(1, 1000):
            if held >= events:
                break
            accounts = min(PART_ACCOUNTS, int((events - held) / PER_ACCOUNT) + 1)
            part = risk_world(seed, accounts=accounts, takeovers=10).events
            for name in ("account", "event_uid"):
                at = EVENTS.get_field_index(name)
                named = pc.binary_join_element_wise(pa.scalar(str(seed)), part[name], "-")
                part = part.set_column(at, EVENTS.field(name), named)
            out.write_table(part)
            held += len(part)
    return held


def used(work: Callable[[], object]) -> float:
    """Processor seconds."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def once(engine: Engine, events: ibis.Table) -> None:
    """One GROUP BY."""
    keys = ("account", "source_ip", "network", "country", "client")
    engine.kept("once", events.group_by(*keys).aggregate(**_seen(events)))


def history(engine: Engine, events: ibis.Table) -> None:
    """The counts of a history, level by level."""
    for level in LEVELS:
        engine.kept("own", events.group_by("account", level).aggregate(**_seen(events)))
        engine.kept("site", events.group_by(level).aggregate(**_seen(events)))
    engine.kept("accounts", events.group_by("account").aggregate(**_seen(events)))


def _seen(events: ibis.Table) -> dict[str, ibis.Value]:
    return {"n": events.count(), "first": events.ts.min(), "last": events.ts.max()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--memory", default="2GB")
    asked = parser.parse_args(arguments)
    shown = Table(title="processor seconds")
    for name in (
        "events",
        "one GROUP BY",
        "history counts",
        "score",
        "score / GROUP BY",
        "score / counts",
        "us an event",
    ):
        shown.add_column(name, justify="right")
    console = Console(width=130)
    for events in asked.events:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "events.parquet")
            held = written(path, events)
            engine = opened("duckdb", scratch=Path(folder, "scratch"), memory=asked.memory)
            table = engine.files("events", [str(path)], EVENTS)
            plain = used(lambda: once(engine, table))  # noqa: B023 - done with before the next turn
            counts = used(lambda: history(engine, table))  # noqa: B023
            score = used(lambda: engine.kept("scored", risk_of(engine, table)))  # noqa: B023
            engine.close()
        ratios = (f"{score / plain:.1f}", f"{score / counts:.1f}", f"{score / held * 1e6:.1f}")
        shown.add_row(f"{held:,}", f"{plain:.2f}", f"{counts:.2f}", f"{score:.2f}", *ratios)
        console.print(f"{held:,} events: {plain:.2f}, {counts:.2f}, {score:.2f}")
    console.print(shown)


if __name__ == "__main__":
    main()
