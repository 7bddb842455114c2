"""Windows that move along say the same as counting by hand, on every engine."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from tocsin.detect.sliding import crowded, varied

WITHIN = 10


def table(rows: list[tuple[str, str, int]]) -> pa.Table:
    """Rows of `key`, `what`, `ts`, numbered."""
    keys, whats, moments = zip(*rows, strict=True)
    return pa.table(
        {
            "key": pa.array(keys, pa.string()),
            "what": pa.array(whats, pa.string()),
            "ts": pa.array(moments, pa.int64()),
            "number": pa.array(range(len(rows)), pa.int64()),
        }
    )


def some(seed: int) -> list[tuple[str, str, int]]:
    chance = random.Random(seed)
    return [(chance.choice("ab"), chance.choice("vwxyz"), chance.randrange(120)) for _ in range(60)]


def crowded_by_hand(rows: list[tuple[str, str, int]], least: int) -> set[int]:
    found: set[int] = set()
    for key, _, start in rows:
        inside = [n for n, (k, _, ts) in enumerate(rows) if k == key and start <= ts <= start + WITHIN]
        if len(inside) >= least:
            found.update(inside)
    return found


def varied_by_hand(rows: list[tuple[str, str, int]], least: int) -> set[int]:
    found: set[int] = set()
    for key, _, start in rows:
        inside = [n for n, (k, _, ts) in enumerate(rows) if k == key and start <= ts < start + WITHIN]
        if len({rows[n][1] for n in inside}) >= least:
            found.update(inside)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_that_crowd_are_those_counted_by_hand(engine: Any, seed: int) -> None:
    rows = some(seed)
    found = engine.rows(crowded(engine.table(table(rows)), least=5, within_ms=WITHIN))
    assert set(found["number"].to_pylist()) == crowded_by_hand(rows, 5)
    assert found.num_rows == len(crowded_by_hand(rows, 5)) > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_that_vary_are_those_counted_by_hand(engine: Any, seed: int) -> None:
    """Distinct values, each once however often it comes again."""
    rows = some(seed)
    numbers = iter(range(9))
    kept = varied(
        engine.table(table(rows)),
        "what",
        least=4,
        within_ms=WITHIN,
        keep=lambda one: engine.kept(one, f"kept_{seed}_{next(numbers)}"),
    )
    found = engine.rows(kept)
    assert set(found["number"].to_pylist()) == varied_by_hand(rows, 4)
    assert found.num_rows == len(varied_by_hand(rows, 4)) > 0


def test_the_ends_of_a_window_count_for_rows_and_not_for_what_varies(duck_engine: Any) -> None:
    rows = table([("a", "v", 0), ("a", "w", WITHIN)])
    assert len(duck_engine.rows(crowded(duck_engine.table(rows), least=2, within_ms=WITHIN))) == 2
    one = varied(duck_engine.table(rows), "what", least=2, within_ms=WITHIN, keep=lambda some: some)
    assert len(duck_engine.rows(one)) == 0
