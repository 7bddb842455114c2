"""Memory for what is read of files, used again when nobody holds it any more.

A bytes object of some megabytes is new memory from the system each time, and to touch that for the first time costs
four times what reading into it does.
"""

from __future__ import annotations

import weakref
from collections import deque

import numpy as np
import numpy.typing as npt

Piece = npt.NDArray[np.uint8]

PIECE_BYTES = (4 << 20) + (256 << 10)
"""What is read at a time, with room for the record that it begins inside of. More at a time is not kept."""

PIECES = 40
"""How many that nobody holds are kept at most: as much as the blocks that are read and normalised at one time hold."""


class Room:
    """Pieces of memory. What is taken comes back by itself, on whichever thread lets go of it last."""

    def __init__(self) -> None:
        self._free: deque[Piece] = deque(maxlen=PIECES)

    def take(self, size: int) -> Piece:
        """So many bytes or more, with whatever they hold."""
        if size > PIECE_BYTES:
            return np.empty(size, np.uint8)
        try:
            memory = self._free.pop()
        except IndexError:
            memory = np.empty(PIECE_BYTES, np.uint8)
        piece = memory[:]
        weakref.finalize(piece, self._free.append, memory).atexit = False
        return piece
