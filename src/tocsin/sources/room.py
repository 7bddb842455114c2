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

PIECE_BYTES = 5 << 20
"""What is read at a time, and a megabyte of what was left of the last time. Pieces that need more are not kept."""

PIECES = 40
"""How many that nobody holds are kept at most: as much as the blocks that are read and normalised at one time hold."""


class _Held:
    """Stands behind a piece and all that is cut out of it: an array cut out of another does not keep that one, but
    what is behind both."""

    def __init__(self, memory: Piece) -> None:
        self.__array_interface__ = memory.__array_interface__


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
        held = _Held(memory)
        weakref.finalize(held, self._free.append, memory).atexit = False
        return np.asarray(held)
