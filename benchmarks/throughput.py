"""Throughput and memory: what a scan costs, held against the least that reading the same files costs.

    python benchmarks/throughput.py
    python benchmarks/throughput.py --events 1000000 5000000 --rounds 1
    python benchmarks/throughput.py --by-format

Worlds are made by `tocsin simulate` and kept for the next run. Every part runs as its own process; processor seconds
(user and system) and peak memory are those that the kernel accounts to it. Machines are shared and clocks vary, so
read the ratios to L first: L is measured anew right before the other parts of every round.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

import by_format
from format_files import format_files
from limit import counting
from rich.console import Console
from rich.table import Table

WORLDS = Path("build/worlds")

WIDTH = 160
"""Of what is printed into a file: figures would be cut off at the 80 letters that are taken for one."""
EVENTS_PER_ACCOUNT = 50
LIMIT, READ, START, SCAN = "limit L", "read", "start-up", "whole scan"
GOALS = {READ: 2.0, SCAN: 4.0}
"""Times L that a part may cost."""

COUNT = """
import sys, duckdb
engine = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
engine.execute("SET enable_progress_bar = false")
print(sum(engine.execute(query).fetchone()[0] for query in sys.stdin.read().split("\\0")))
"""
"""Nothing of Tocsin runs in the process that measures L."""


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once and not at every start, as those of an installed package are."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    cpu: float  # seconds, user and system
    wall: float
    peak: float  # MB of resident memory


def world(events: int, folder: Path) -> Path:
    """A simulated month of about so many events; made once."""
    made = folder / f"mixed-{events}"
    if not (made / "truth" / "truth.json").exists():
        accounts = max(200, events // EVENTS_PER_ACCOUNT)
        ask = ["--out", str(made), "--seed", "7", "--accounts", str(accounts), "--events", str(events)]
        subprocess.run([sys.executable, "-m", "tocsin", "simulate", *ask], check=True, stdout=subprocess.DEVNULL)
    return made


def costs(logs: Path, roster: Path) -> dict[str, Cost]:
    """One round: L, each stage of the pipeline, and the command."""
    found = {LIMIT: child([sys.executable, "-c", COUNT], "\0".join(counting(path) for path in _files(logs)))[0]}
    with tempfile.TemporaryDirectory(dir=logs.parent) as scratch:
        stages = [sys.executable, __file__, "--stages", str(logs), str(roster), f"{scratch}/stages"]
        for line in child(stages)[1].splitlines():
            stage, cost = json.loads(line)
            found[stage] = Cost(**cost)
        scan = ["scan", str(logs), "--roster", str(roster), "--store", f"{scratch}/scan"]
        found[SCAN] = child([sys.executable, "-m", "tocsin", *scan])[0]
    return found


def child(command: Sequence[str], said: str = "") -> tuple[Cost, str]:
    """What the process cost, as the kernel accounts for it, and what it printed."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as printed:
        given.write(said)
        given.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=given, stdout=printed, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        printed.seek(0)
        peak = usage.ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20)
        return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak=peak), printed.read()


def stages(logs: Path, roster: Path, store: Path) -> Iterator[tuple[str, Cost]]:
    """The pipeline in this process, stage by stage; the command's imports are the start-up."""
    began, cpu = time.perf_counter(), 0.0
    from tocsin.cli import process

    with process.imports():
        from tocsin.cli import scan  # noqa: F401 - as the command's process, with what it imports and leaves undone
    from tocsin.pipeline import PIPELINE, Case
    from tocsin.settings import ScanSettings

    settings = ScanSettings(paths=(logs,), store=store, roster=roster)
    case = Case(settings=settings, now=datetime.now(UTC).replace(tzinfo=None))
    for stage in (None, *PIPELINE):
        if stage is not None:
            case = stage(case)
        spent, now = _cpu_seconds(), time.perf_counter()
        yield stage.__name__ if stage else START, Cost(cpu=spent - cpu, wall=now - began, peak=_peak_since())
        cpu, began = spent, now


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak_since() -> float:
    """Peak memory since the last call, where the system can forget a peak (Linux); else since the beginning."""
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024 if sys.platform == "linux" else 1 << 20)
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _files(logs: Path) -> list[Path]:
    return sorted(path for path in logs.iterdir() if path.is_file())


def middle(rounds: Sequence[dict[str, Cost]]) -> dict[str, Cost]:
    """Each part's median of every figure."""
    return {
        part: Cost(
            cpu=median(one[part].cpu for one in rounds),
            wall=median(one[part].wall for one in rounds),
            peak=median(one[part].peak for one in rounds),
        )
        for part in rounds[0]
    }


def shown(rounds: Sequence[dict[str, Cost]], events: int, size: int) -> Table:
    table = Table(title=f"{events:,} events, {size / 1e6:,.0f} MB; median of {len(rounds)} rounds")
    for name in ("part", "CPU s", "wall s", "events/s", "CPU / L", "goal", "peak MB"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for part, cost in middle(rounds).items():
        ratio = median(one[part].cpu / one[LIMIT].cpu for one in rounds)
        goal = f"{GOALS[part]:.1f}" if part in GOALS else ""
        rate = f"{events / cost.wall:,.0f}"
        table.add_row(
            part, f"{cost.cpu:.2f}", f"{cost.wall:.2f}", rate, f"{ratio:.2f}", goal, f"{cost.peak:,.0f}",
            end_section=part in (LIMIT, "assess"),
        )  # fmt: skip
    return table


def growth(small: dict[str, Cost], large: dict[str, Cost], times: float) -> Table:
    """How much more the larger world costs."""
    table = Table(title=f"growth with {times:.1f} times the events")
    for name in ("part", "CPU", "peak memory"):
        table.add_column(name, justify="left" if name == "part" else "right")
    for part, cost in large.items():
        table.add_row(part, f"x {cost.cpu / small[part].cpu:.1f}", f"x {cost.peak / small[part].peak:.1f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000], help="sizes of the worlds (about)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worlds", type=Path, default=WORLDS, help="folder that keeps the worlds")
    parser.add_argument("--by-format", action="store_true", help="each format's own L, and its reader's ratio to it")
    parser.add_argument("--stages", type=Path, nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.stages:
        for stage, cost in stages(*asked.stages):
            print(json.dumps([stage, asdict(cost)]), flush=True)
        return
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    measured: list[tuple[int, dict[str, Cost]]] = []
    for size in sorted(asked.events):
        made = world(size, asked.worlds)
        logs = made / "logs"
        if asked.by_format:
            files = list(format_files(logs, made / "by-format"))
            console.print(by_format.shown([by_format.readings(files) for _ in range(asked.rounds)]))
            continue
        queries = "\0".join(counting(path) for path in _files(logs))
        events = int(child([sys.executable, "-c", COUNT], queries)[1])  # also brings the files into the page cache
        rounds = [costs(logs, made / "roster.csv") for _ in range(asked.rounds)]
        console.print(shown(rounds, events, sum(path.stat().st_size for path in _files(logs))))
        measured.append((events, middle(rounds)))
    for (fewer, small), (more, large) in pairwise(measured):
        console.print(growth(small, large, more / fewer))


if __name__ == "__main__":
    main()
