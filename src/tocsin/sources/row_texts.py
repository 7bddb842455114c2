"""Rows of a table as JSON texts, column by column: an object of each row's cells, without those that are empty.

Nothing here is done once a row: for each column all its cells are put behind its name at once.
"""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ESCAPED = bytes({*range(32), *b'"\\'})
"""What JSON writes otherwise in a text (RFC 8259, section 7)."""

_ESCAPES = {'"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPES |= {one: f"\\u{ord(one):04x}" for one in map(chr, range(32)) if one not in _ESCAPES}


def row_texts(cells: pa.Table) -> pa.ChunkedArray:
    """A JSON object a row; cells are texts, or NULL where they are empty."""
    texts = [_texts(batch) for batch in cells.to_batches()]
    return pa.chunked_array(texts, pa.string())


def _texts(batch: pa.RecordBatch) -> pa.Array:
    at_once = _at_once(batch)
    return _by_pairs(batch) if at_once is None else at_once


def _at_once(batch: pa.RecordBatch) -> pa.Array | None:
    """The objects in one pass, where the first column that holds something does so in every row."""
    held = {
        name: cells
        for name, cells in zip(batch.schema.names, batch.columns, strict=True)
        if cells.null_count < len(cells)
    }
    pieces: list[pa.Array | pa.Scalar] = []
    before = "{"
    for name, cells in held.items():
        begin = pa.scalar(f'{before}{msgspec.json.encode(name).decode()}:"')
        if not cells.null_count:
            pieces += [begin, escaped(cells), pa.scalar('"')]
        elif before == "{":
            return None
        else:
            pieces.append(pc.binary_join_element_wise(begin, escaped(cells), pa.scalar('"'), ""))
        before = ","
    if not pieces:
        return None
    return pc.binary_join_element_wise(*pieces, pa.scalar("}"), "", null_handling="skip")


def _by_pairs(batch: pa.RecordBatch) -> pa.Array:
    written = [
        pc.binary_join_element_wise(_name(name), escaped(cells), pa.scalar('"'), "")
        for name, cells in zip(batch.schema.names, batch.columns, strict=True)
        if cells.null_count < len(cells)
    ]
    return objects(written, len(batch))


def objects(pairs: list[pa.Array], rows: int) -> pa.Array:
    """JSON objects of these pairs of names and values; NULL where a row has none of that name."""
    if not pairs:
        return pa.repeat("{}", rows)
    # Something has to stand in every row: Arrow leaves out those in which all is NULL.
    inside = pc.binary_join_element_wise(pa.scalar(""), *pairs, ",", null_handling="skip")
    return pc.binary_join_element_wise(pc.binary_replace_slice(inside, 0, 1, "{"), pa.scalar("}"), "")


def _name(name: str) -> pa.Scalar:
    return pa.scalar(f'{msgspec.json.encode(name).decode()}:"')


def escaped(cells: pa.Array) -> pa.Array:
    """The texts as JSON writes them between quotes."""
    _, offsets, data = cells.buffers()
    if data is None or offsets is None:
        return cells
    # Of a slice, the buffers are those of the whole.
    bounds = np.frombuffer(offsets, np.int32)[[cells.offset, cells.offset + len(cells)]]
    held = data.slice(bounds[0], bounds[1] - bounds[0]).to_pybytes()
    if len(held) == len(held.translate(None, _ESCAPED)):
        return cells
    cells = pc.replace_substring(cells, "\\", "\\\\")  # before those that write one
    for sign, escape in _ESCAPES.items():
        if sign.encode() in held:
            cells = pc.replace_substring(cells, sign, escape)
    return cells
