"""A list of pages or of lists is read like these one after another, in pieces of any size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.sources.containers import read_blocks
from tocsin.sources.json_lists import Unlisted, holds_lists
from tocsin.sources.json_pages import JsonRecords

RECORDS = [{"id": number, "in": {"value": [{"id": 0}]}, "said": 'a "}],[{" \\ å'} for number in range(9)]
PAGES = [{"value": RECORDS[:4], "@odata.nextLink": "x"}, {"value": []}, {"value": RECORDS[4:]}]
LISTS = [RECORDS[:4], [], RECORDS[4:]]


class Piecewise:
    def __init__(self, document: bytes, size: int) -> None:
        self._rest, self._size = document, size

    def read(self, size: int = 0) -> bytes:  # noqa: ARG002 - as small as the test wants it
        given, self._rest = self._rest[: self._size], self._rest[self._size :]
        return given


def read(document: bytes, size: int) -> tuple[list[object], list[int], list[str]]:
    text, splitter = Unlisted(Piecewise(document, size)), JsonRecords()
    records: list[object] = []
    lines: list[int] = []
    refused: list[str] = []
    while True:
        data = text.read()
        spans = splitter.feed(data) if data else splitter.finish()
        records += [json.loads(bytes(text)) for text in spans.texts]
        lines += spans.lines.tolist()
        refused += [reason for _, reason, _ in splitter.take_refused()]
        if not data:
            return records, lines, refused


@pytest.mark.parametrize("size", [1, 7, 61, 100_000])
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("document", [PAGES, LISTS], ids=["pages", "lists"])
def test_it_gives_its_records(document: list[object], indent: int | None, size: int) -> None:
    for end in ("", "\n"):
        assert read((json.dumps(document, indent=indent) + end).encode(), size)[::2] == (RECORDS, [])


def test_each_record_has_its_line() -> None:
    """As in the file, for people who look there."""
    text = json.dumps(PAGES, indent=1)
    _, lines, _ = read(text.encode(), 61)
    where = [number for number, line in enumerate(text.splitlines(), start=1) if line == "   {"]
    assert lines == where


@pytest.mark.parametrize("document", [PAGES, LISTS], ids=["pages", "lists"])
def test_one_that_is_cut_off_says_so(document: list[object]) -> None:
    """Wherever: what stood before is read."""
    text = json.dumps(document).encode()
    for end in range(60, len(text)):
        records, _, refused = read(text[:end], 1000)
        assert records == RECORDS[: len(records)]
        assert len(refused) == 1, text[:end]


@pytest.mark.parametrize(
    ("head", "holds"),
    [
        (b'[{"value":[{"id"', True),
        (b' [\n {"@odata.context": "x{", "value": []}', True),
        (b'[[{"id"', True),
        (b"[[]", True),
        (b'[{"id":1,"value":[1]}', False),
        (b'[{"id":1},{"value":[{', False),
        (b'{"value":[{"id"', False),
        (b"[]", False),
        (b"[[INFO]] started {", False),
        (b"", False),
    ],
)
def test_a_list_of_pages_is_told_by_its_first(head: bytes, holds: bool) -> None:
    assert holds_lists(head) == holds


def test_a_file_of_pages_is_read(tmp_path: Path) -> None:
    path = tmp_path / "slurped.json"
    path.write_text(json.dumps(PAGES, indent=2))
    (block,) = read_blocks(path)
    assert [json.loads(text) for text in block.records.to_pylist()] == RECORDS
    assert block.refused == []
