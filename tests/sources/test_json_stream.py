"""Records come out of a JSON document whole, whichever way its bytes are cut."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.sources.json_stream import ENVELOPE_KEYS, JsonStream


def fed(pieces: list[bytes], *, max_record: int = 16 << 20) -> tuple[list[Any], list[int], list[tuple[int, str]]]:
    stream = JsonStream(max_record=max_record)
    records: list[Any] = []
    lines: list[int] = []
    for spans in [*(stream.feed(piece) for piece in pieces), stream.finish()]:
        records += [json.loads(text) for text in spans.texts]
        lines += spans.lines.tolist()
    return records, lines, [(line, reason) for line, reason, _ in stream.take_refused()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


TEXT = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ['"', "\\", '\\"', "{[", "]}", "\\\\", "value"]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NO_PAGE_KEY = TEXT.filter(lambda name: name not in ENVELOPE_KEYS)
RECORD = st.dictionaries(NO_PAGE_KEY, VALUE, max_size=4)
RECORDS = st.lists(RECORD, max_size=5)


def written(records: list[Any], shape: str, indent: int | None, ascii_only: bool) -> bytes:
    def dumped(value: Any) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    match shape:
        case "array":
            return dumped(records).encode()
        case "page":
            return dumped({"@odata.context": "x[{", "value": records, "next": {"a": [1]}}).encode()
        case "wrapped":
            return dumped({"stat": "OK", "response": {"authlogs": records, "metadata": {"x": [{}]}}}).encode()
        case "pages":
            return "\n".join(dumped({"items": [record]}) for record in records).encode()
        case _:
            return "\n".join(map(dumped, records)).encode()


@settings(max_examples=150)
@given(
    records=RECORDS,
    shape=st.sampled_from(["array", "page", "wrapped", "pages", "objects"]),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
    places=st.lists(st.integers(0, 10_000), max_size=12),
)
def test_any_cut_gives_the_records_that_json_gives(
    records: list[Any], shape: str, indent: int | None, ascii_only: bool, places: list[int]
) -> None:
    data = written(records, shape, indent, ascii_only)
    found, lines, refused = fed(cut(data, places))
    assert found == records
    assert refused == []
    assert lines == sorted(lines)


@settings(max_examples=100)
@given(
    data=st.just(b"{]") | st.binary(max_size=60) | st.text('{}[]",:\\a1 \n', max_size=60).map(str.encode),
    places=st.lists(st.integers(0, 60), max_size=5),
)
def test_no_bytes_break_it(data: bytes, places: list[int]) -> None:
    """Whatever is given out as a record is a piece of the document, in order, from a brace to where that is closed,
    be it by the wrong bracket."""
    stream = JsonStream()
    texts = [text for piece in cut(data, places) for text in stream.feed(piece).texts]
    stream.finish()
    behind = 0
    for text in map(bytes, texts):
        assert text[:1] + text[-1:] in (b"{}", b"{]")
        behind = data.index(text, behind) + len(text)


def test_an_object_closed_by_the_wrong_bracket_is_refused() -> None:
    """And costs no other record."""
    found, _, refused = fed([b'{"a": 1] {"a": 2}'])
    assert found == [{"a": 2}]
    assert [reason for *_, reason in refused] == ["text that is no JSON object"]


def test_every_byte_by_itself() -> None:
    data = rb'[{"a": "x\\\"]}", "b": [{}, {"c": "\\"}]}, {"d": 1}]'
    assert fed([data[place : place + 1] for place in range(len(data))])[0] == json.loads(data)


def test_lines_are_those_on_which_records_begin() -> None:
    assert fed([b'\n[\n  {\n"a": 1},\n', b'{"b":\n2}, {"c": 3}\n]'])[1] == [3, 5, 6]


def test_pages_one_after_another_and_an_empty_one() -> None:
    data = b'{"value": [{"a": 1}], "next": "x"}\n{"value": []}\n{"value": [ {"a": 2} ]}'
    assert fed([data])[0] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "page",
    [
        {"pagination": {"next": 2}, "results": [{"a": 1}, {"a": 2}]},
        {"status": {"error": False}, "pagination": {"next_link": None}, "data": [{"a": 1}, {"a": 2}]},
        {"start": 0, "limit": 2, "length": 2, "total": 9, "logs": [{"a": 1}, {"a": 2}]},
        {"stat": "OK", "response": [{"a": 1}, {"a": 2}]},
        {"stat": "OK", "response": {"authlogs": [{"a": 1}, {"a": 2}], "metadata": {"total_objects": 2}}},
    ],
    ids=["authentik", "OneLogin", "Auth0", "Duo, version 1", "Duo, version 2"],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_pages_of_these_interfaces_give_their_records(page: dict[str, Any], indent: int | None) -> None:
    data = json.dumps(page, indent=indent).encode()
    assert fed([data])[0] == [{"a": 1}, {"a": 2}]
    assert fed([data[place : place + 1] for place in range(len(data))])[0] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "record",
    [
        {"kind": "admin#reports#activity", "id": {"time": "x"}, "events": [{"name": "login"}]},
        {"log_id": "1", "data": {"type": "s", "details": {"response": {"logs": [{"a": 1}]}}}},
        {"stat": "FAIL", "response": {"code": 40002, "message": [{"a": 1}]}},
    ],
    ids=["an activity of Google Workspace", "a streamed record of Auth0", "another answer"],
)
def test_what_looks_like_a_page_of_these_interfaces_stays_a_record(record: dict[str, Any]) -> None:
    assert fed([json.dumps(record).encode()])[0] == [record]


def test_a_record_with_a_list_of_texts_under_a_page_key_stays_a_record() -> None:
    record = {"items": ["a", "b"], "id": 1}
    assert fed([json.dumps(record).encode()])[0] == [record]


def test_a_document_that_ends_early_gives_what_it_held() -> None:
    records, _, refused = fed([b'[{"a": 1},\n{"b": 2},\n{"c": "cut o'])
    assert records == [{"a": 1}, {"b": 2}]
    assert refused == [(3, "the document ends inside this record")]


def test_a_list_that_is_not_closed_is_told() -> None:
    records, _, refused = fed([b'{"value": [{"a": 1},'])
    assert records == [{"a": 1}]
    assert refused == [(1, "the document ends early: what stood before was read")]


def test_text_between_records_is_refused_and_they_live() -> None:
    records, _, refused = fed([b'{"a": 1}\noops\n{"b": 2}\n'])
    assert records == [{"a": 1}, {"b": 2}]
    assert refused == [(2, "text that is no JSON object")]


def test_a_bracket_too_many_closes_nothing() -> None:
    records, _, _ = fed([b'{"a": 1}}]\n{"b": {"c": {}}}'])
    assert records == [{"a": 1}, {"b": {"c": {}}}]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_an_overlong_record_is_refused_and_its_neighbours_live(size: int) -> None:
    data = b'[{"a": 1}, {"b": "' + b"x" * 5000 + b'"}, {"c": 3}]'
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    records, _, refused = fed(pieces, max_record=1000)
    if size <= 1000:
        assert records == [{"a": 1}, {"c": 3}]
        assert len(refused) == 1
    else:
        assert [record for record in records if "b" not in record] == [{"a": 1}, {"c": 3}]


def test_time_grows_with_the_size_only() -> None:
    """Ten times the bytes, far less than a hundred times the time: nothing is searched again from the
    start."""
    record = json.dumps({"id": 1, "text": 'a "quoted" \\ word ' * 20, "inner": {"list": [{"x": 1}] * 5}}).encode()

    def seconds(count: int) -> float:
        data = b"[" + b",".join([record] * count) + b"]"
        began = time.process_time()
        records = sum(
            JsonStream.feed(stream, data[start : start + (1 << 20)]).count
            for stream in [JsonStream()]
            for start in range(0, len(data), 1 << 20)
        )
        assert records == count
        return time.process_time() - began

    small, large = seconds(3_000), seconds(30_000)
    assert large < 30 * max(small, 0.01)
