"""What scoring costs beside plainly counting the same table, and how both grow.

    python benchmarks/risk_cost.py --events 1000000 5000000

Three plain countings are measured in the same run, right before the scoring, on the same Parquet file: one GROUP BY of
the whole table by account, address, network, country and client; one by all columns that the score looks at; and the
history's own counts (visits, first and last of every account and value, and of every value, level by level), which is
what the score rests on. "score" is what `tocsin risk` does: every act is scored, and the riskiest are handed over with
all that is behind their scores; "all rows" keeps that of every act. Processor seconds of the process; memory is the
engine's as in a scan. Statements are those that ship with the package (`make statements`).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from math import log
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from risk_world import EVENTS, risk_world

from tocsin.cli.risk import ABOVE
from tocsin.engines import Engine, opened
from tocsin.risk import risk_of

PER_ACCOUNT = 11.0  # attempts of a world's account, about
PART_ACCOUNTS = 45_000
FIVE = ("account", "source_ip", "network", "country", "client")
EIGHT = ("account", "day_number", "source_ip", "prefix", "network", "country", "user_agent", "client")
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
    engine.kept("once", events.group_by(*FIVE).aggregate(**_seen(events)))


def at_all(engine: Engine, events: ibis.Table) -> None:
    """One GROUP BY of all that the score is told from."""
    engine.kept("at_all", events.group_by(*EIGHT).aggregate(**_seen(events)))


def riskiest(engine: Engine, events: ibis.Table) -> None:
    """As `tocsin risk` asks."""
    risk = risk_of(engine, events)
    engine.rows(risk.filter(risk.log_odds >= log(ABOVE)))


def history(engine: Engine, events: ibis.Table) -> None:
    """The counts of a history, level by level."""
    for level in LEVELS:
        engine.kept("own", events.group_by("account", level).aggregate(**_seen(events)))
        engine.kept("site", events.group_by(level).aggregate(**_seen(events)))
    engine.kept("accounts", events.group_by("account").aggregate(**_seen(events)))


def _seen(events: ibis.Table) -> dict[str, ibis.Value]:
    return {"n": events.count(), "first": events.ts.min(), "last": events.ts.max()}


def all_rows(engine: Engine, events: ibis.Table) -> None:
    """RISK of every act."""
    engine.kept("scored", risk_of(engine, events, name="all"))


PARTS: dict[str, Callable[[Engine, ibis.Table], None]] = {
    "GROUP BY": once,
    "of eight": at_all,
    "history counts": history,
    "score": riskiest,
    "all rows": all_rows,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--memory", default="2GB")
    asked = parser.parse_args(arguments)
    shown = Table(title="processor seconds")
    for name in ("events", *PARTS, "score / GROUP BY", "/ of eight", "/ counts", "us an event"):
        shown.add_column(name, justify="right")
    console = Console(width=130)
    for events in asked.events:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "events.parquet")
            held = written(path, events)
            engine = opened("duckdb", scratch=Path(folder, "scratch"), memory=asked.memory)
            table = engine.files("events", [str(path)], EVENTS)
            seconds = [used(partial(work, engine, table)) for work in PARTS.values()]
            engine.close()
        five, eight, counts, score, _ = seconds
        ratios = (f"{score / five:.1f}", f"{score / eight:.1f}", f"{score / counts:.1f}", f"{score / held * 1e6:.1f}")
        shown.add_row(f"{held:,}", *(f"{one:.2f}" for one in seconds), *ratios)
        console.print(f"{held:,} events: {', '.join(f'{one:.2f}' for one in seconds)}")
    console.print(shown)


if __name__ == "__main__":
    main()
