"""Blocks of raw records: what the containers give and the reader takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.sources.row_texts import row_texts

MAX_RECORD_BYTES = 16 << 20
"""No provider's record comes near; a longer one is damage or an attack on memory."""

EXCERPT_CHARS = 200


def printable(text: str) -> str:
    """The beginning of the text as one line: line breaks and what does not show are written as in `\\n`, `\\x1b`."""
    shown = text.strip()[:EXCERPT_CHARS]
    if not shown.isprintable():
        shown = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in shown)
    return shown[:EXCERPT_CHARS]


Places = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Something in a file that is no record, with its place and the reason."""

    line: int | None
    record: int | None
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """Records of one file in order, as texts or as cells. `end` is how far into the file (bytes as stored) it
    reaches."""

    texts: pa.ChunkedArray | None = None  # string: the text of each record; NULL where it was refused
    cells: pa.Table | None = None  # of rows: their columns, all string; NULL where a cell is empty
    lines: Places  # first line of each, from 1 (0 where the container has none)
    ordinals: Places  # number of each in the file, from 1
    kind: str  # "lines", "json", "csv", "parquet"
    end: int
    refused: list[Refused] = field(default_factory=list)
    taken_from: tuple[str, ...] = ()  # where in the file's own records its records stood, if they stood inside of those

    @cached_property
    def records(self) -> pa.ChunkedArray:
        """The text of each record; NULL where it was refused. Rows are made JSON objects for it."""
        if self.cells is not None:
            return row_texts(self.cells)
        return pa.chunked_array([], pa.string()) if self.texts is None else self.texts

    @property
    def nbytes(self) -> int:
        return int((self.records if self.cells is None else self.cells).nbytes)

    def part(self) -> pa.Table:
        """Its records that were not refused, with their places: what engines take, and any part of it."""
        if self.cells is not None:
            cells = {"cells": self.cells.to_struct_array()}
            return pa.table({**cells, "line": self.lines, "record_number": self.ordinals})
        part = pa.table({"record": self.records, "line": self.lines, "record_number": self.ordinals})
        return part.filter(pc.is_valid(part["record"])) if part["record"].null_count else part


def cells_of(part: pa.Table) -> pa.Table | None:
    """The cells of the part's rows, a column each; None where it holds texts."""
    if "cells" not in part.column_names:
        return None
    held = part["cells"]
    return pa.table(held.flatten(), names=[one.name for one in held.type])


def texts_of(part: pa.Table) -> pa.ChunkedArray:
    """The texts of the part's records."""
    cells = cells_of(part)
    return part["record"] if cells is None else row_texts(cells)


def joined(blocks: list[Block]) -> Block:
    """One block of several that follow each other."""
    cells = [block.cells for block in blocks if block.cells is not None]
    chunks = [] if cells else [chunk for block in blocks for chunk in block.records.chunks]
    return Block(
        texts=None if cells else pa.chunked_array(chunks, pa.string()),
        cells=pa.concat_tables(cells) if cells else None,
        lines=np.concatenate([block.lines for block in blocks]),
        ordinals=np.concatenate([block.ordinals for block in blocks]),
        kind=blocks[0].kind,
        end=blocks[-1].end,
        refused=[refusal for block in blocks for refusal in block.refused],
    )


def refusal(reason: str, kind: str, end: int) -> Block:
    """A block that only says what is wrong with the file."""
    empty: Any = np.empty(0, np.int64)
    refused = [Refused(line=None, record=None, reason=reason)]
    return Block(lines=empty, ordinals=empty, kind=kind, end=end, refused=refused)
