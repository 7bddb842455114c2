"""Lists read in large pieces give what Python's json gives, and broken ones what `JsonStream` gives, however cut."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.sources.json_pieces import JsonPieces
from tocsin.sources.json_stream import ENVELOPE_KEYS, JsonStream

Told = tuple[list[tuple[bytes, int]], list[tuple[int, str, bytes]]]


def told(reader: JsonPieces | JsonStream, pieces: list[bytes]) -> Told:
    """The records with their lines, and what was refused."""
    found: list[tuple[bytes, int]] = []
    for spans in [*map(reader.feed, pieces), reader.finish()]:
        found += zip(map(bytes, spans.texts), spans.lines.tolist(), strict=True)
    return found, reader.take_refused()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


def cuts(data: bytes, places: list[int], size: int) -> list[list[bytes]]:
    """As a whole, byte by byte, at these places, and in pieces of one size."""
    return [[data], *(cut(data, held) for held in ([*range(len(data))], places, [*range(0, len(data), size)]))]


TEXT = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(
    ['"', "\\", '\\"', "},{", "}]", "\\\\", '},\n{"a": 1', "\u00e5\u20ac\U0001f511", "\n"]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
NAME = st.sampled_from(["id", "a", "b", "\u00e9"]) | TEXT.filter(lambda name: name not in ENVELOPE_KEYS)
RECORD = st.dictionaries(NAME, VALUE | st.just([{"id": 1}, {"id": 2}]), max_size=4)
RECORDS = st.builds(lambda held, times: held * times, st.lists(RECORD, min_size=1, max_size=6), st.integers(1, 12))
GAP = st.sampled_from([",", ",\n", ", ", ",\n\n  ", "\r\n,\r\n", "\t,"])
AROUND = {
    "array": ("[", "]"),
    "array over lines": ("[\n  ", "\n]\n"),
    "page": ('{"@odata.context": "x[{", "value": [', '], "next": {"a": [1]}}'),
    "wrapped page": ('{"stat": "OK", "response": {"authlogs": [', '], "metadata": {"x": [{}]}}}'),
}


def written(records: list[Any], around: str, gaps: list[str], indent: int | None, ascii_only: bool) -> bytes:
    """The document; between two records stands one gap after the other."""
    before, behind = AROUND[around]
    texts = [json.dumps(record, indent=indent, ensure_ascii=ascii_only) for record in records]
    held = "".join(text + gaps[number % len(gaps)] for number, text in enumerate(texts[:-1])) + texts[-1]
    return (before + held + behind).encode()


DOCUMENT = {
    "records": RECORDS,
    "around": st.sampled_from([*AROUND]),
    "gaps": GAP.map(lambda gap: [gap]) | st.lists(GAP, min_size=2, max_size=3),
    "indent": st.sampled_from([None, 1]),
    "ascii_only": st.booleans(),
    "places": st.lists(st.integers(0, 10_000), max_size=12),
    "size": st.integers(20, 400),
}


@settings(max_examples=100)
@given(**DOCUMENT)
def test_any_cut_gives_the_records_that_json_gives(
    records: list[Any], around: str, gaps: list[str], indent: int | None, ascii_only: bool, places: list[int], size: int
) -> None:
    data = written(records, around, gaps, indent, ascii_only)
    whole = told(JsonStream(), [data])[0]
    for pieces in cuts(data, places, size):
        found, refused = told(JsonPieces(least=1), pieces)
        assert [json.loads(text) for text, _ in found] == records
        assert found == whole
        assert refused == []


BROKEN = [
    b"",
    b"oops",
    b"null",
    b"12,",
    b",",
    b"\n",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b'{"a": }',
    b'{"a": 1]',
    b'{"a": "\n"},',
]
BROKEN += [b'{"id": "\xff"},', b'[{"a": 1}]', b'{"items": [{"a": 1}]}', b'"authlogs": [']


@settings(max_examples=150)
@given(
    put=st.sampled_from(BROKEN),
    put_at=st.integers(0, 10_000),
    lost=st.integers(0, 3),
    end=st.integers(0, 20_000),
    **DOCUMENT,
)
def test_what_is_broken_is_told_as_the_stream_tells_it(
    records: list[Any],
    around: str,
    gaps: list[str],
    indent: int | None,
    ascii_only: bool,
    places: list[int],
    size: int,
    put: bytes,
    put_at: int,
    lost: int,
    end: int,
) -> None:
    """Something is put into the document, some bytes are lost there, and it may end early."""
    data = written(records, around, gaps, indent, ascii_only) + b"\n"
    at = put_at % len(data)
    data = (data[:at] + put + data[at + lost :])[: max(end, 1)]
    for pieces in cuts(data, places, size):
        assert told(JsonPieces(least=1), pieces) == told(JsonStream(), pieces)


def seconds(reader: type[JsonPieces | JsonStream], data: bytes) -> float:
    """The least of three readings in pieces of half a megabyte."""

    def once() -> float:
        began = time.process_time()
        told(reader(), cut(data, [*range(0, len(data), 1 << 19)]))
        return time.process_time() - began

    return min(once() for _ in range(3))


RECORD_TEXT = json.dumps({"id": 1, "text": 'a "quoted" \\ word ' * 20, "inner": {"list": [{"id": 1}] * 5}}).encode()


@pytest.mark.parametrize("gap", [b",\n", b",", b" ,\r\n  "], ids=["lines", "one line", "indented"])
def test_lists_are_read_faster_than_by_the_stream(gap: bytes) -> None:
    data = b"[" + gap.join([RECORD_TEXT] * 8000) + b"]"
    assert seconds(JsonPieces, data) < seconds(JsonStream, data) * 0.7


@pytest.mark.parametrize(
    "unit",
    [RECORD_TEXT + b",", b"12," + RECORD_TEXT + b",", b'{"id":1,},', b'{"id":{"id":[' * 9 + b"1" + b"]}}" * 9 + b","],
    ids=["sound", "other things between records", "no JSON", "nested"],
)
def test_time_grows_with_the_size_only(unit: bytes) -> None:
    """Four times the bytes, far less than sixteen times the time, be it of many records or of one that holds them."""
    count = (1 << 20) // len(unit)
    for before, behind in ((b"[", b"null]"), (b'[{"id":1},{"held":[', b"null]}]")):
        small, large = (seconds(JsonPieces, before + unit * count * times + behind) for times in (1, 4))
        assert large < small * 8 + 0.02
