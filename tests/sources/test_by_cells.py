"""Rows are read by their cells, and come out as they do when each is made a JSON text first."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from mapped_samples import MAPPED
from normalised import read
from tocsin.sources import SOURCES, Source
from tocsin.sources.block import texts_of
from tocsin.sources.by_cells import reads_cells
from tocsin.sources.containers import read_blocks
from tocsin.sources.engine import Engine
from tocsin.sources.read import UNRECOGNISED

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*/raw.csv"))
BY_FORMAT = {source.format: source for source in (*SOURCES, *MAPPED)}
AT = datetime(2026, 4, 1)  # noqa: DTZ001 - naive, as everywhere inside


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_rows_read_by_cells_are_those_read_of_texts(path: Path) -> None:
    source = BY_FORMAT.get(path.parent.name, BY_FORMAT["m365_audit_wrapped"])
    (block,) = read_blocks(path)
    engine = Engine(ingested_at=AT)
    engine.open(path, block)
    part = block.part()
    texts = pa.table({"record": texts_of(part), "line": part["line"], "record_number": part["record_number"]})
    by_cells, by_texts = engine.rows(source, part), engine.rows(source, texts)
    order = [("raw_ref", "ascending"), ("event_uid", "ascending")]
    assert by_cells.events.sort_by(order).to_pylist() == by_texts.events.sort_by(order).to_pylist()
    assert sorted(by_cells.untimed.to_pylist()) == sorted(by_texts.untimed.to_pylist())
    assert by_cells.ignored == by_texts.ignored


def with_fields(*paths: str) -> Source:
    return Source(
        format="made_up",
        provider="made_up",
        title="made up",
        recognises=lambda _: True,
        fields={f"field_{number}": path for number, path in enumerate(paths)},
        columns={"event_uid": "field_0", "time": "event_time(field_1)"},
    )


def test_a_path_of_one_step_is_a_column_and_a_longer_one_leads_nowhere() -> None:
    read = reads_cells(with_fields("$.id", '$."Date (UTC)"', '$."a \\"b\\""', "$.status.code"))
    assert read is not None
    assert (read.names, read.needs_text) == (("id", "Date (UTC)", 'a "b"', None), False)


def test_a_path_into_a_list_is_read_of_the_text() -> None:
    assert reads_cells(with_fields("$.id", "$.ids[0]")) is None


def test_a_row_without_id_is_named_after_its_text_and_its_neighbours_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,at,note\nu-1,2026-03-02T08:00:00Z,x\n,2026-03-02T08:00:01Z,y\n")
    (block,) = read_blocks(path)
    engine = Engine(ingested_at=AT)
    engine.open(path, block)
    rows = engine.rows(with_fields("$.id", "$.at"), block.part()).events.sort_by("time")
    # The MD5 digest of {"at":"2026-03-02T08:00:01Z","note":"y"}.
    assert rows["event_uid"].to_pylist() == ["u-1", "md5:43b5e8bd7de16d8b753a7843c88d4780"]


def test_a_row_without_any_cell_is_refused_and_costs_no_other_row(tmp_path: Path) -> None:
    sample = Path(__file__).parent / "samples" / "google_console" / "raw.csv"
    head, first, *others = sample.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "log.csv"
    path.write_text("\n".join([head, first, "," * head.count(","), *others]) + "\n")
    events, rejected = read(path)
    whole, _ = read(sample)
    assert [row["event_uid"] for row in events] == [row["event_uid"] for row in whole]
    assert [(row["record"], row["reason"]) for row in rejected] == [(2, UNRECOGNISED)]
