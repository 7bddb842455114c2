"""One log export: records in about the order of their delivery, in the provider's envelope, plain or
compressed.

Real exports deliver late, out of order and sometimes twice. `flush` gives every record a delivery time a
little after its own time, now and then hours after, and repeats a few records exactly as they were.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from random import Random
from typing import IO, cast

import msgspec
import zstandard


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """How a provider hands records over. The shares vary by seed around these by a factor of 0.5 to 1.5."""

    usual_seconds: float  # mean delay of most records
    late_share: float
    late_seconds: float  # mean delay of the late ones
    duplicate_share: float


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """How records are wrapped: `size` records between `head` and `tail`; a size of 0 means one record a
    line.
    """

    size: int = 0
    head: str = ""
    tail: str = ""


class LogFile:
    def __init__(self, path: Path, envelope: Envelope, delivery: Delivery, rng: Random, compress: str | None) -> None:
        self.path = path.with_name(path.name + {None: "", "gzip": ".gz", "zstd": ".zst"}[compress])
        self.records = 0  # distinct records written
        self.duplicates = 0
        self._envelope = envelope
        self._rng = rng
        self._delivery = msgspec.structs.replace(
            delivery,
            late_share=delivery.late_share * rng.uniform(0.5, 1.5),
            duplicate_share=delivery.duplicate_share * rng.uniform(0.5, 1.5),
        )
        self._waiting: list[tuple[int, str]] = []
        self._delivered: list[tuple[int, str]] = []  # with a delivery time beyond the last flush
        self._page: list[str] = []
        self._raw = self.path.open("wb")
        self._out = _compressed(self._raw, compress)

    def add(self, time: int, text: str) -> None:
        self._waiting.append((time, text))

    def flush(self, until: int | None) -> None:
        """Write all that is delivered before `until` (milliseconds); None: all that is left."""
        rng, how = self._rng, self._delivery
        expovariate, random = rng.expovariate, rng.random
        usual, late, twice = 1 / (how.usual_seconds * 1000), how.late_share, how.duplicate_share
        pool = self._delivered
        for time, text in self._waiting:
            due = time + int(expovariate(usual))
            if random() < late:
                due += int(expovariate(1 / (how.late_seconds * 1000)))
            pool.append((due, text))
            if random() < twice:
                pool.append((due + int(expovariate(1 / 900_000)), text))
                self.duplicates += 1
        self.records += len(self._waiting)
        self._waiting = []
        pool.sort()
        if until is None:
            ready, self._delivered = pool, []
        else:
            ready = [entry for entry in pool if entry[0] < until]
            self._delivered = pool[len(ready) :]
        self._write([text for _, text in ready])

    def _write(self, texts: list[str]) -> None:
        envelope = self._envelope
        if not envelope.size:
            if texts:
                self._out.write(("\n".join(texts) + "\n").encode())
            return
        self._page += texts
        while len(self._page) >= envelope.size:
            self._write_page(self._page[: envelope.size])
            self._page = self._page[envelope.size :]

    def _write_page(self, texts: list[str]) -> None:
        self._out.write((self._envelope.head + ",".join(texts) + self._envelope.tail + "\n").encode())

    def close(self) -> None:
        self.flush(None)
        if self._page:
            self._write_page(self._page)
        if self._out is not self._raw:
            self._out.close()
        self._raw.close()


def _compressed(raw: IO[bytes], compress: str | None) -> IO[bytes]:
    if compress == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=4))
    if compress == "zstd":
        return cast("IO[bytes]", zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False))
    return raw
