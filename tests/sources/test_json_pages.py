"""Pages of one line each are read as `JsonStream` reads them, in pieces of any size."""

from __future__ import annotations

import json

import pytest

from tocsin.sources.json_pages import JsonRecords
from tocsin.sources.json_stream import JsonStream

ONE = json.dumps({"id": 1, "in": [{"id": 2}, {"records": []}], "said": 'a "}],[{" \\ \u00e5'}).encode()
TWO = b'{ "id":2,\t"in":{} }'
PAGE = b'{"@odata.context":"x","value":[' + ONE + b" , " + TWO + b"]}\n"

WRAPPED = b'{"response":{"authlogs":[' + ONE + b" , " + TWO + b'],"metadata":{"next":[{}]}},"stat":"OK"}\n'

DOCUMENTS = {
    "pages inside another object": WRAPPED * 3,
    "pages inside another object, the status first": WRAPPED.replace(b'{"resp', b'{"stat":{"a":[{}]},"resp') * 2,
    "a wrapped page among others": PAGE + WRAPPED + PAGE + WRAPPED,
    "a wrapped page over many lines": json.dumps(json.loads(WRAPPED), indent=1).encode() + b"\n" + WRAPPED,
    "a wrapped page that is empty": b'{"stat":"OK","response":{"authlogs":[]}}\n' + WRAPPED,
    "a wrapper that holds a list": b'{"stat":"OK","response":[' + ONE + b"," + TWO + b"]}\n" + WRAPPED,
    "a record with an object under the wrapper's key": b'{"id":1,"response":{"body":[{"a":1}]}}\n' + WRAPPED,
    "a wrapped page cut off inside a record": WRAPPED + WRAPPED[: len(WRAPPED) // 2],
    "pages": PAGE * 3,
    "no line end": PAGE + PAGE.rstrip(),
    "Windows line ends and blank lines": PAGE.replace(b"\n", b"\r\n\r\n") * 2,
    "an empty page": b'{"value":[]}\n' + PAGE,
    "records between pages": PAGE + ONE + b"\n" + PAGE,
    "two pages on a line": PAGE.rstrip() + PAGE,
    "a page over many lines": PAGE + json.dumps(json.loads(PAGE), indent=1).encode() + b"\n" + PAGE,
    "an array": b"[" + ONE + b"," + TWO + b"]",
    "two keys that hold lists": b'{"value":[' + ONE + b'],"items":[' + TWO + b"]}\n" + PAGE,
    "a list of other things": b'{"id":1,"value":[1,2]}\n' + PAGE,
    "text between pages": PAGE + b"retry\n" + PAGE,
    "cut off inside a record": PAGE + PAGE[: len(PAGE) // 2],
    "cut off between records": PAGE + PAGE[: PAGE.index(b" , ") + 2],
    "a broken page": PAGE + PAGE.replace(b"}],[{", b"}]]]", 1).replace(b'"id":2', b'"id" 2') + PAGE,
    "nothing": b"",
}


def read(
    splitter: JsonRecords | JsonStream, document: bytes, size: int
) -> tuple[list[tuple[bytes, int]], list[object]]:
    """The records with their lines, and what was refused."""
    found: list[tuple[bytes, int]] = []
    refused: list[object] = []
    for start in range(0, len(document), size):
        spans = splitter.feed(document[start : start + size])
        found += zip(map(bytes, spans.texts), spans.lines.tolist(), strict=True)
        refused += splitter.take_refused()
    spans = splitter.finish()
    found += zip(map(bytes, spans.texts), spans.lines.tolist(), strict=True)
    return found, [*refused, *splitter.take_refused()]


@pytest.mark.parametrize("size", [7, 61, 100_000])
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_same_records_lines_and_refusals_as_the_stream_gives(document: bytes, size: int) -> None:
    assert read(JsonRecords(), document, size) == read(JsonStream(), document, size)
