"""The benchmark of the exposure: every account is answered for, ratios are of what was measured."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "exposure.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """By its path: `exposure` is the name of a folder of tests, too."""
    spec = importlib.util.spec_from_file_location("exposure_benchmark", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_part_is_measured_of_every_account(benchmark: ModuleType) -> None:
    found = benchmark.measured(300)
    assert found["accounts"] == 300
    assert min(found["load"], found["read"], found["answer"]) > 0


def test_the_table_divides_what_was_measured(benchmark: ModuleType) -> None:
    rows = [
        {"accounts": 1_000, "load": 0.1, "read": 0.2, "answer": 0.3},
        {"accounts": 4_000, "load": 0.4, "read": 1.0, "answer": 1.0},
    ]
    assert [line.split() for line in benchmark.shown(rows).splitlines()[1:3]] == [
        ["1,000", "0.10", "0.20", "0.30", "2,000", "5.0"],
        ["4,000", "0.40", "1.00", "1.00", "2,000", "5.0"],
    ]
    assert benchmark.shown(rows).splitlines()[-1] == "4 times the accounts cost 4.0 times as much."
