"""Blocks of raw records: what the containers give and the reader takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

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
    """Records of one file in order. `end` is how far into the file (bytes as stored) it reaches."""

    records: pa.ChunkedArray  # string: the text of each record; NULL where it was refused
    lines: Places  # first line of each, from 1 (0 where the container has none)
    ordinals: Places  # number of each in the file, from 1
    kind: str  # "lines", "json", "csv", "parquet"
    end: int
    refused: list[Refused] = field(default_factory=list)


def joined(blocks: list[Block]) -> Block:
    """One block of several that follow each other."""
    return Block(
        records=pa.chunked_array([chunk for block in blocks for chunk in block.records.chunks], pa.string()),
        lines=np.concatenate([block.lines for block in blocks]),
        ordinals=np.concatenate([block.ordinals for block in blocks]),
        kind=blocks[0].kind,
        end=blocks[-1].end,
        refused=[refusal for block in blocks for refusal in block.refused],
    )


def refusal(reason: str, kind: str, end: int) -> Block:
    """A block that only says what is wrong with the file."""
    empty: Any = np.empty(0, np.int64)
    return Block(
        records=pa.chunked_array([], pa.string()),
        lines=empty,
        ordinals=empty,
        kind=kind,
        end=end,
        refused=[Refused(line=None, record=None, reason=reason)],
    )
