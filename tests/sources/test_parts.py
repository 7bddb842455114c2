"""A statement run in parts gives what it gives as a whole, whatever is taken for a name of few values."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tocsin.sources import SOURCES, Reader
from tocsin.sources.containers import read_blocks
from tocsin.sources.engine import Engine
from tocsin.sources.parts import SPARSE, Divisions, combinations

FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(path for path in FOLDER.glob("*/raw.*") if not path.with_name("mapping.toml").exists())
BY_FORMAT = {source.format: source for source in SOURCES}
AT = datetime(2026, 4, 1)  # noqa: DTZ001 - naive, as everywhere inside


@pytest.mark.parametrize("few", [0, 2, 256])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_parts_give_what_the_whole_gives(path: Path, few: int) -> None:
    (block,) = read_blocks(path)
    whole, divisions = Engine(ingested_at=AT), Divisions(block_rows=1, source_rows=1, left_rows=1, few=few)
    in_parts = Engine(ingested_at=AT, divisions=divisions)
    for engine in (whole, in_parts):
        engine.open(path, block)
    for source in {BY_FORMAT[name] for found in Reader(SOURCES, ingested_at=AT).read(path) for name in found.formats}:
        part = block.part()
        assert in_parts.rows(source, part) == whole.rows(source, part)
        # What the second block holds, the look at the first knew nothing of.
        again = part.take(pa.array(np.arange(len(part))[::-1]))
        assert in_parts.rows(source, again) == whole.rows(source, again)
    assert divisions.of


def test_a_few_rows_are_not_worth_it() -> None:
    divisions = Divisions(block_rows=3, source_rows=6)
    source = SOURCES[0]
    assert [divisions.pay(source, rows) for rows in (3, 2, 3, 2)] == [False, False, True, False]


def test_of_a_divided_source_fewer_rows_are_worth_it() -> None:
    path = FOLDER / "keycloak_event" / "raw.jsonl"
    (block,) = read_blocks(path)
    divisions = Divisions(block_rows=len(block.lines), source_rows=1, left_rows=2)
    source = BY_FORMAT["keycloak_event"]
    assert not divisions.pay(source, 2)
    engine = Engine(ingested_at=AT, divisions=divisions)
    engine.open(path, block)
    engine.rows(source, block.part())
    assert [divisions.pay(source, rows) for rows in (2, 1)] == [True, False]


def test_combinations_are_numbered_and_each_has_a_row() -> None:
    kinds = pa.array(["a", "b", None, "a", "b", None])
    flags = pa.array([True, False, True, False, False, True])
    codes, rows = combinations([kinds, flags])
    assert codes[4] == codes[1]
    assert codes[5] == codes[2]
    assert len(set(codes.tolist())) == len(rows) == 4
    assert codes[rows].tolist() == [0, 1, 2, 3]


def test_many_combinations_are_numbered_as_well() -> None:
    number = np.arange(4 * SPARSE)
    columns = [pa.array((number % width).astype(str)) for width in (1000, 999, 1001)]
    codes, rows = combinations(columns)
    assert len(rows) == len(number)
    assert codes[rows].tolist() == list(range(len(rows)))
