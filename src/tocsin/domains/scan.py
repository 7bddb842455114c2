"""Files to hits: every name read, the suspicious ones with probability, reasons and where they stand.

Lists of names go through in bulk: sorted by `clean_lines`, sifted by `Candidates`, and only what could be a hit is
taken apart. Nothing is resolved, fetched or probed: names are judged as text.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tocsin.domains.judge import Judge, Verdict
from tocsin.domains.names import NotAName, clean, clean_lines
from tocsin.domains.records import Columns, NoNames, cell_with_name, names_of
from tocsin.sources.block import Block, printable
from tocsin.sources.containers import NotALog, read_blocks

REFUSALS_KEPT = 1000
"""Refused lines that are listed; all are counted."""

PLACES_KEPT = 5
"""Places of a hit that are listed; all are counted."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A line that gave no name."""

    file: str
    line: int | None
    reason: str
    excerpt: str


@dataclass(kw_only=True)
class Hit:
    """A name that is suspected, and where it was seen."""

    verdict: Verdict
    places: list[str]
    times: int


@dataclass(kw_only=True)
class Scanned:
    """What a scan found."""

    names: int = 0
    refused: int = 0
    hits: dict[str, Hit] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    refused_for: Counter[str] = field(default_factory=Counter)

    def ranked(self) -> list[Hit]:
        """Hits, likeliest first."""
        return sorted(self.hits.values(), key=lambda hit: (-hit.verdict.probability, hit.verdict.name))


def scan(paths: Iterable[tuple[Path, str]], judge: Judge, *, above: float) -> Scanned:
    """Judge every name of the files. Each path comes with the name that people know it by."""
    work = _Scan(judge, above)
    with _uncollected():
        for path, title in paths:
            try:
                for block in read_blocks(path):
                    work.block(block, title)
            except NotALog as error:
                work.refuse(title, None, str(error), "")
    return work.scanned


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for reference cycles: a scan makes none, and makes so many small tuples that looking through them all
    again and again takes a quarter of its time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Scan:
    def __init__(self, judge: Judge, above: float) -> None:
        self.scanned = Scanned()
        self._judge = judge
        self._above = above
        self._passed: set[str] = set()
        self._columns: dict[str, Columns] = {}
        self._waiting: list[tuple[str, int, str]] = []

    def block(self, block: Block, title: str) -> None:
        for refused in block.refused:
            self.refuse(title, refused.line or refused.record, refused.reason, refused.excerpt)
        places = block.lines if block.kind in ("lines", "json") else block.ordinals
        position = 0
        for chunk in block.records.chunks:
            numbers = places[position : position + len(chunk)]
            position += len(chunk)
            if block.kind == "lines":
                self._lines(chunk, numbers, title)
            else:
                for record, number in zip(chunk.to_pylist(), numbers, strict=True):
                    if record is not None:
                        self._record(record, int(number), title)
        self._sift()

    def refuse(self, title: str, line: int | None, reason: str, excerpt: str) -> None:
        scanned = self.scanned
        scanned.refused += 1
        scanned.refused_for[reason.split(":")[0][:60]] += 1
        if len(scanned.refusals) < REFUSALS_KEPT:
            scanned.refusals.append(Refusal(file=title, line=line, reason=reason, excerpt=printable(excerpt)))

    def _lines(self, chunk: Any, numbers: npt.NDArray[np.int64], title: str) -> None:
        offsets = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        text = chunk.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes()
        told = clean_lines(text, (offsets[1:] - offsets[0]).astype(np.int64))
        self.scanned.names += len(told.numbers)
        ends, passed = told.ends, told.text
        rows = self._judge.candidates.of(passed, ends)
        begins = np.r_[0, ends[:-1]][rows].tolist()
        names = [passed[start : stop - 1].decode() for start, stop in zip(begins, ends[rows].tolist(), strict=True)]
        self._weigh(names, numbers[told.numbers[rows]].tolist(), title)
        for row in told.others:
            record = chunk[int(row)].as_py()
            if record is not None:
                self._odd(record, int(numbers[row]), title)

    def _odd(self, line: str, number: int, title: str) -> None:
        stripped = line.strip()
        if not stripped:
            return
        if stripped[0] in '{["':
            self._record(stripped, number, title)
            return
        columns = self._columns.setdefault(title, Columns())
        if len(line) <= _HEADER and columns.header(line):
            return
        try:
            name = clean(columns.cell(line) or stripped)
        except NotAName as error:
            found = cell_with_name(stripped) if len(stripped) <= _HEADER else None
            if found is None:
                self.refuse(title, number, str(error), line)
                return
            name = found
        self.scanned.names += 1
        self._name(name, number, title)

    def _record(self, record: str, number: int, title: str) -> None:
        try:
            texts = names_of(record)
        except NoNames as error:
            self.refuse(title, number, str(error), record)
            return
        for text in texts:
            try:
                name = clean(text)
            except NotAName as error:
                self.refuse(title, number, str(error), text)
                continue
            self.scanned.names += 1
            self._name(name, number, title)

    def _name(self, name: str, number: int, title: str) -> None:
        self._waiting.append((name, number, title))
        if len(self._waiting) >= _TOGETHER:
            self._sift()

    def _sift(self) -> None:
        """Weigh what could be a hit of the names that came one by one."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        text = "".join(f"{name}\n" for name, _, _ in waiting).encode()
        ends = np.cumsum([len(name) + 1 for name, _, _ in waiting], dtype=np.int64)
        could = self._judge.candidates.of(text, ends).tolist()
        could = sorted({*could, *(row for row, (name, _, _) in enumerate(waiting) if "xn--" in name)})
        for title, rows in groupby(could, key=lambda row: waiting[row][2]):
            kept = [waiting[row] for row in rows]
            self._weigh([name for name, _, _ in kept], [number for _, number, _ in kept], title)

    def _weigh(self, names: list[str], numbers: list[int], title: str) -> None:
        """Cut and weigh those of the names that are within reach of the threshold, each once."""
        hits, passed = self.scanned.hits, self._passed
        fresh = list(dict.fromkeys(name for name in names if name not in hits and name not in passed))
        for name, within in zip(fresh, self._judge.within_reach(fresh, self._above), strict=True):
            verdict = None if within is None else self._judge.weigh(name, within, above=self._above)
            if verdict is not None:
                hits[name] = Hit(verdict=verdict, places=[], times=0)
            elif len(passed) < _REMEMBERED:
                passed.add(name)
        for name, number in zip(names, numbers, strict=True):
            hit = hits.get(name)
            if hit is None:
                continue
            hit.times += 1
            if len(hit.places) < PLACES_KEPT:
                hit.places.append(f"{title}:{number}")


_TOGETHER = 10_000
_REMEMBERED = 1_000_000
_HEADER = 4096
