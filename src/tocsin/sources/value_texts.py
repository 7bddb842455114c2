"""Rows of typed columns, as Parquet has them, as JSON texts: each column at once, down to the leaves of its structures.

What has no value is left out of a row, and `null` further down. A text that itself holds a JSON object or list is
opened. What is rare (fractions, dates without time, decimals, zones other than UTC) is written value by value.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from tocsin.sources.row_texts import escaped, objects

_MIDNIGHT = ".000000"


def value_texts(batch: pa.RecordBatch) -> pa.Array:
    """A JSON object a row."""
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    written = {name: _column(column) for name, column in columns.items()}
    pairs = [
        pc.binary_join_element_wise(pa.scalar(f"{_key(name)}:"), texts, "")
        for name, texts in written.items()
        if texts.null_count < len(texts)
    ]
    return objects(pairs, len(batch))


def _column(column: pa.Array) -> pa.Array:
    """Its values as JSON; NULL where there is none."""
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        texts = _texts(column)
        return _opened(column, texts) if _is_text(column.type) else texts
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # Bytes that are no UTF-8, or a type that Arrow writes no text of: no row may be lost for that.
        return _one_by_one(column)


def _texts(column: pa.Array) -> pa.Array:
    held = column.type
    if _is_text(held) or types.is_binary(held) or types.is_large_binary(held):
        return _around('"', escaped(column.cast(pa.string())), '"')
    if types.is_integer(held) or types.is_boolean(held) or types.is_null(held):
        return column.cast(pa.string())
    if types.is_timestamp(held) and held.tz in (None, "UTC"):
        return _stamps(column)
    if types.is_struct(held):
        return _structures(column)
    if types.is_map(held):
        return _maps(column)
    if types.is_large_list(held) or types.is_fixed_size_list(held):
        column = column.cast(pa.list_(held.value_type))
    return _lists(column) if types.is_list(column.type) else _one_by_one(column)


def _is_text(held: pa.DataType) -> bool:
    return bool(types.is_string(held) or types.is_large_string(held))


def _stamps(column: pa.Array) -> pa.Array:
    """As in 2026-03-02T08:00:00.5Z; without zone where the column has none."""
    texts = column.cast(pa.timestamp("us"), safe=False).cast(pa.string())
    texts = pc.binary_replace_slice(texts, 10, 11, "T")
    texts = pc.if_else(pc.ends_with(texts, _MIDNIGHT), pc.utf8_slice_codeunits(texts, 0, -len(_MIDNIGHT)), texts)
    return _around('"', texts, 'Z"' if column.type.tz else '"')


def _structures(column: pa.Array) -> pa.Array:
    parts = {field.name: part for field, part in zip(column.type, column.flatten(), strict=True)}
    pieces: list[pa.Array | pa.Scalar] = []
    for sign, (name, part) in zip("{" + "," * len(parts), parts.items(), strict=False):
        pieces += [pa.scalar(f"{sign}{_key(name)}:"), _or_null(part)]
    joined = pc.binary_join_element_wise(*pieces, pa.scalar("}"), "") if parts else pa.repeat("{}", len(column))
    return _where_valid(column, joined)


def _lists(column: pa.Array) -> pa.Array:
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    return _where_valid(column, _around("[", _joined(lengths, _or_null(column.flatten())), "]"))


def _maps(column: pa.Array) -> pa.Array:
    offsets = column.offsets.to_numpy()
    lengths = np.diff(offsets)
    first, size = int(offsets[0]), int(offsets[-1] - offsets[0])
    names, values = column.keys.slice(first, size), column.items.slice(first, size)
    row = np.repeat(np.arange(len(column)), lengths)
    codes = pc.dictionary_encode(names).indices.to_numpy()
    twice = len(np.unique(row * (len(names) + 1) + codes)) < size  # of names that come twice, the last value counts
    if twice or not _is_text(names.type):
        return _one_by_one(column)
    entries = pc.binary_join_element_wise(_texts(names), _or_null(values), ":")
    joined = _around("{", _joined(lengths, entries), "}")
    return _where_valid(column, pc.if_else(pa.array(lengths > 0), joined, "[]"))


def _joined(lengths: np.ndarray, texts: pa.Array) -> pa.Array:
    """The texts in groups of these lengths, with commas between them."""
    offsets = pa.array(np.cumsum([0, *lengths]), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(offsets, texts), ",")


def _or_null(column: pa.Array) -> pa.Array:
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return pc.fill_null(_texts(column), "null")


def _where_valid(column: pa.Array, texts: pa.Array) -> pa.Array:
    return pc.if_else(column.is_valid(), texts, None) if column.null_count else texts


def _around(before: str, texts: pa.Array, after: str) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(before), texts, pa.scalar(after), "")


def _key(name: str) -> str:
    return msgspec.json.encode(name).decode()


def _opened(column: pa.Array, texts: pa.Array) -> pa.Array:
    """The texts, but those that are JSON objects or lists as such."""
    begins = pc.or_(pc.starts_with(column, "{"), pc.starts_with(column, "["))
    maybe = pc.fill_null(begins, False)
    if not pc.any(maybe).as_py():
        return texts
    opened = pa.array([_of_text(text) for text in column.filter(maybe).to_pylist()], pa.string())
    return pc.replace_with_mask(texts, maybe, opened)


def _of_text(text: str) -> str:
    held: Any = text
    with suppress(msgspec.DecodeError, RecursionError):
        held = msgspec.json.decode(text)
    return msgspec.json.encode(held).decode()


def _one_by_one(column: pa.Array) -> pa.Array:
    if types.is_timestamp(column.type):  # Python's times hold no nanoseconds
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    values = column.to_pylist()
    texts = [None if value is None else msgspec.json.encode(_plain(value)).decode() for value in values]
    return pa.array(texts, pa.string())


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return value.decode("utf-8", "replace")
        case dict():
            return {str(name): _plain(held) for name, held in value.items()}
        case list() if value and all(isinstance(one, tuple) and len(one) == 2 for one in value):
            return {str(name): _plain(held) for name, held in value}  # a map
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
