"""Rows of typed columns become the JSON texts that writing them one by one gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.sources.value_texts import value_texts

NAIVE = datetime(2026, 3, 2, 8)  # noqa: DTZ001 - a column without zone
EAST = timezone(timedelta(hours=1))


def text_of(value: Any, held: pa.DataType) -> str | None:
    (text,) = value_texts(pa.record_batch({"x": pa.array([value], held)})).to_pylist()
    return None if text == "{}" else text.removeprefix('{"x":').removesuffix("}")


INNER = pa.struct([("a", pa.string()), ("b", pa.list_(pa.int32()))])


@pytest.mark.parametrize(
    ("value", "held", "text"),
    [
        ("Zoë\n\"x\" \\ \x1b", pa.string(), '"Zoë\\n\\"x\\" \\\\ \\u001b"'),
        ("Zoë", pa.large_string(), '"Zoë"'),
        ("", pa.string(), '""'),
        ("low", pa.dictionary(pa.int8(), pa.string()), '"low"'),
        ('{"a": [1, {"b": 2}]}', pa.string(), '{"a":[1,{"b":2}]}'),
        ('["a", "b"]', pa.string(), '["a","b"]'),
        ("[INFO] no list", pa.string(), '"[INFO] no list"'),
        ("[" * 100_000, pa.string(), '"' + "[" * 100_000 + '"'),
        (b"v\xff", pa.binary(), '"v\ufffd"'),
        (b'{"a":1}', pa.binary(), '"{\\"a\\":1}"'),
        (-5, pa.int64(), "-5"),
        (2**64 - 1, pa.uint64(), "18446744073709551615"),
        (True, pa.bool_(), "true"),
        (1e16, pa.float64(), "1e16"),
        (0.5, pa.float32(), "0.5"),
        (float("nan"), pa.float64(), "null"),
        (Decimal("1.50"), pa.decimal128(5, 2), '"1.50"'),
        (date(2026, 3, 2), pa.date32(), '"2026-03-02"'),
        (NAIVE, pa.timestamp("ns"), '"2026-03-02T08:00:00"'),
        (NAIVE + timedelta(microseconds=120), pa.timestamp("us"), '"2026-03-02T08:00:00.000120"'),
        (NAIVE.replace(tzinfo=UTC), pa.timestamp("ms", "UTC"), '"2026-03-02T08:00:00Z"'),
        (datetime(1960, 1, 1, tzinfo=UTC), pa.timestamp("s", "UTC"), '"1960-01-01T00:00:00Z"'),
        (NAIVE.replace(tzinfo=EAST), pa.timestamp("ms", "+01:00"), '"2026-03-02T08:00:00+01:00"'),
        ({"a": None, "b": [1, None]}, INNER, '{"a":null,"b":[1,null]}'),
        ({"a": '{"c":1}', "b": []}, INNER, '{"a":"{\\"c\\":1}","b":[]}'),  # only a row's own columns are opened
        ({"a": "x", "b": None}, INNER, '{"a":"x","b":null}'),
        ({}, pa.struct([]), "{}"),
        ([NAIVE, None], pa.list_(pa.timestamp("ns")), '["2026-03-02T08:00:00",null]'),
        ([{"a": "x", "b": [1]}, None], pa.list_(INNER), '[{"a":"x","b":[1]},null]'),
        ([["a"], [], None], pa.large_list(pa.list_(pa.string())), '[["a"],[],null]'),
        ([1, 2], pa.list_(pa.int8(), 2), "[1,2]"),
        ([("k", "v"), ("l", None)], pa.map_(pa.string(), pa.string()), '{"k":"v","l":null}'),
        ([("k", "1"), ("k", "2")], pa.map_(pa.string(), pa.string()), '{"k":"2"}'),
        ([(1, "a")], pa.map_(pa.int32(), pa.string()), '{"1":"a"}'),
        (None, INNER, None),
        (None, pa.null(), None),
    ],
)  # fmt: skip
def test_a_value_is_written_as_json(value: Any, held: pa.DataType, text: str | None) -> None:
    assert text_of(value, held) == text


def test_what_has_no_value_is_left_out_of_its_row() -> None:
    batch = pa.record_batch({"a": ["x", None, None], "b": pa.array([None, 2, None], pa.int64()), "c": pa.nulls(3)})
    assert value_texts(batch).to_pylist() == ['{"a":"x"}', '{"b":2}', "{}"]


HELD = pa.struct(
    [
        ("s", pa.string()),
        ("n", pa.int64()),
        ("f", pa.float64()),
        ("t", pa.timestamp("us", "UTC")),
        ("l", pa.list_(pa.struct([("k", pa.string()), ("v", pa.list_(pa.string()))]))),
        ("m", pa.map_(pa.string(), pa.bool_())),
    ]
)
TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(['{"a":1}', "[]", "{", '["x"]'])
TIMES = st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NAME = st.text(st.characters(codec="utf-8"), max_size=2)
PAIR = st.none() | st.fixed_dictionaries({"k": TEXT, "v": st.none() | st.lists(TEXT, max_size=2)})
VALUES = st.none() | st.fixed_dictionaries(
    {
        "s": TEXT,
        "n": st.none() | st.integers(-(2**63), 2**63 - 1),
        "f": st.none() | st.floats(allow_nan=False),
        "t": st.none() | TIMES,
        "l": st.none() | st.lists(PAIR, max_size=2),
        "m": st.none()
        | st.dictionaries(NAME, st.none() | st.booleans(), min_size=1).map(lambda one: list(one.items())),
    }
)


def in_python(row: dict[str, Any]) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: plain(held) for name, held in value.items()}
        if isinstance(value, list) and value and all(isinstance(one, tuple) for one in value):
            return dict(value)
        return [plain(one) for one in value] if isinstance(value, list) else value

    def opened(value: Any) -> Any:
        try:
            return msgspec.json.decode(value) if isinstance(value, str) and value[:1] in ("{", "[") else plain(value)
        except msgspec.DecodeError:
            return value

    return msgspec.json.encode({name: opened(value) for name, value in row.items() if value is not None}).decode()


@given(st.lists(st.tuples(VALUES, TEXT), min_size=1, max_size=8), st.integers(0, 3))
def test_rows_are_written_as_one_by_one_and_so_is_any_part_of_them(rows: list[tuple[Any, Any]], start: int) -> None:
    whole = {"in": pa.array([one for one, _ in rows], HELD), "text": pa.array([one for _, one in rows], pa.string())}
    batch = pa.record_batch(whole).slice(min(start, len(rows) - 1))
    assert value_texts(batch).to_pylist() == [in_python(row) for row in batch.to_pylist()]
