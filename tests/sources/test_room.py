"""Memory that is used again: never while somebody holds a part of it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tocsin.sources.line_ends import line_ends
from tocsin.sources.room import PIECE_BYTES, Room


def test_a_piece_comes_back_when_the_last_part_of_it_is_let_go() -> None:
    room = Room()
    piece = room.take(100)
    place = piece.ctypes.data
    parts = [piece[10:20], piece.data[30:40], pa.py_buffer(piece[50:60]).slice(2)]
    del piece
    while parts:
        assert room.take(100).ctypes.data != place
        parts.pop()
    # What was taken meanwhile came back before it.
    assert room.take(100).ctypes.data == place


def test_a_larger_piece_is_given_and_not_kept() -> None:
    room = Room()
    assert len(room.take(PIECE_BYTES + 1)) == PIECE_BYTES + 1
    assert len(room.take(5)) == PIECE_BYTES


@pytest.mark.parametrize("letters", [1, 2, 7, 63, 64, 65, 200, 1000])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 127, 128, 129, 5000])
def test_lines_end_where_a_search_finds_their_ends(letters: int, size: int) -> None:
    text = np.random.default_rng(letters).integers(0, letters, size).astype(np.uint8) + 10
    expected = [place + 1 for place, letter in enumerate(text.tolist()) if letter == 10]
    assert line_ends(text).tolist() == expected
