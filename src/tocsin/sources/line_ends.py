"""Where lines end in a piece of text, all at once: a search for one after another costs four times as much."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

NEWLINE = 0x0A
_WORD = 64  # places told by one number


def line_ends(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """The places behind each line feed."""
    found = letters == NEWLINE
    # As bits of numbers, most of which are zero: few lines are shorter than 64 letters.
    whole = len(found) // _WORD * _WORD
    words: npt.NDArray[Any] = np.packbits(found[:whole], bitorder="little").view(np.uint64)
    holding = np.flatnonzero(words)
    bits = words[holding]
    if (bits & (bits - np.uint64(1))).any():  # two in one number
        return np.flatnonzero(found) + 1
    # The exponent of a power of two, which a float holds as it is, is the place of its bit, counted from 1.
    ends = holding * _WORD + np.frexp(bits.astype(np.float64))[1]
    return np.concatenate((ends, np.flatnonzero(found[whole:]) + (whole + 1)))
