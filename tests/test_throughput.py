"""The throughput benchmark measures what it says: every record is counted, every part gives its figures."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from limit import counting
from throughput import Cost, child, middle

from tocsin.simulate import simulate
from tocsin.sources.containers import read_blocks


def test_the_limit_counts_every_record_of_every_file(tmp_path: Path) -> None:
    simulate("quiet", seed=3, out=tmp_path, accounts=200, days=7)
    files = sorted((tmp_path / "logs").iterdir())
    assert sum(path.stat().st_size > 0 for path in files) > 5
    with duckdb.connect() as engine:
        for path in files:
            records = sum(len(block.records) for block in read_blocks(path))
            assert engine.execute(counting(path)).fetchall()[0][0] == records, path.name


def test_a_process_is_measured_by_what_it_used() -> None:
    cost, printed = child([sys.executable, "-c", "print(input()[::-1])"], "abc")
    assert printed == "cba\n"
    assert min(cost.cpu, cost.wall, cost.peak) > 0


def test_the_median_is_taken_of_each_figure_by_itself() -> None:
    rounds = [{"read": Cost(cpu=cpu, wall=wall, peak=1.0)} for cpu, wall in ((1.0, 9.0), (2.0, 7.0), (3.0, 8.0))]
    assert middle(rounds) == {"read": Cost(cpu=2.0, wall=8.0, peak=1.0)}
