"""Text to names: what a log line calls a domain, in the one form that everything after works with.

A name is lower case ASCII without the last dot; letters of other scripts are in their `xn--` form. What is no name is
refused with a reason. Clean lines of a list are told apart in bulk (`clean_lines`), the rest one by one (`clean`), in
time that grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import idna
import numpy as np
import numpy.typing as npt

LONGEST = 253
"""Octets of a name in text form (RFC 1035, 2.3.4; RFC 1123)."""
LONGEST_LABEL = 63

LONGEST_TEXT = 2048
"""What may stand around a name: a link, a mail address, blanks."""

_CLEAN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,15}:/{0,2}", re.IGNORECASE)
_ENDS = re.compile(r"[/?#:\\\s]")
_DEFANGED = (("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("hxxp", "http"))
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})


class NotAName(ValueError):
    """The text is no domain name; the message says why."""


def clean(text: str) -> str:
    """The name that the text gives, perhaps as a link, a mail address, a wildcard or with brackets around dots."""
    if len(text) > LONGEST_TEXT:
        raise NotAName(f"{len(text):,} characters: a name has at most {LONGEST}")
    text = text.strip().removeprefix("*.")
    if _CLEAN.fullmatch(text) and len(text) <= LONGEST and "xn--" not in text:
        return _checked(text)
    for written, meant in _DEFANGED:
        text = text.replace(written, meant)
    if "://" in text and (scheme := _SCHEME.match(text)):
        text = _ENDS.split(text[scheme.end() :], maxsplit=1)[0]
    text = text.rpartition("@")[2].strip("<>\"'")
    text = text.removeprefix("*.").removesuffix(".").translate(_DOTS)
    if not text:
        raise NotAName("nothing that could be a name")
    for character in text:
        if not character.isprintable():
            raise NotAName(f"holds U+{ord(character):04X}, which no name can hold")
    labels = text.lower().split(".")
    if len(labels) < 2:
        raise NotAName("no dot: not a full name")
    if not all(labels):
        raise NotAName("an empty label: two dots in a row")
    name = ".".join(_label(label) for label in labels)
    if len(name) > LONGEST:
        raise NotAName(f"{len(name)} characters: a name has at most {LONGEST}")
    return _checked(name)


def _label(label: str) -> str:
    if label.isascii():
        if len(label) > LONGEST_LABEL:
            raise NotAName(f"a label of {len(label)} characters: at most {LONGEST_LABEL}")
        if not re.fullmatch(r"[a-z0-9_-]+", label):
            wrong = next(character for character in label if not re.match(r"[a-z0-9_-]", character))
            raise NotAName(f"holds {wrong!r}, which no name can hold")
        if label.startswith("xn--"):
            shown(label)
        return label
    if len(label) > LONGEST_LABEL:
        raise NotAName(f"a label of {len(label)} characters: at most {LONGEST_LABEL}")
    try:
        return idna.encode(label, uts46=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise NotAName(f"no name in any script: {str(error)[:120]}") from error


def _checked(name: str) -> str:
    last = name.rsplit(".", 1)[-1]
    if last.isdigit():
        raise NotAName("an address or a number, not a name")
    return name


def shown(label: str) -> str:
    """A label's letters as an address bar could show them."""
    if not label.startswith("xn--"):
        return label
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError) as error:
        raise NotAName("invalid punycode") from error
    if not text or text.isascii() or not text.isprintable():
        raise NotAName("invalid punycode")
    return text


@dataclass(frozen=True, slots=True)
class Sorted:
    """Lines of a list: names that are clean already, one after another, and the numbers of the other lines."""

    text: bytes
    """The clean names, each with a line feed behind it."""
    ends: npt.NDArray[np.int64]
    """Where each ends in the text, line feed included."""
    numbers: npt.NDArray[np.int64]
    """Which line each was."""
    others: npt.NDArray[np.int64]
    """Lines that need a closer look."""


_BAD = np.ones(256, np.bool_)
_BAD[[*range(ord("a"), ord("z") + 1), *range(ord("0"), ord("9") + 1), *b"-._\n"]] = False
_FEED, _DOT = 10, 46


def clean_lines(text: bytes, ends: npt.NDArray[np.int64]) -> Sorted:
    """Tell clean names from other lines, all at once. `ends` says where each line ends; each ends with a line feed."""
    lowered = text.lower()
    if b"\r\n" in lowered:
        # Each line has one: ends move by the number of lines before.
        stripped = lowered.replace(b"\r\n", b"\n")
        fresh = np.flatnonzero(np.frombuffer(stripped, np.uint8) == _FEED).astype(np.int64) + 1
        if len(fresh) == len(ends):
            lowered, ends = stripped, fresh
    letters = np.frombuffer(lowered, np.uint8)
    count = len(ends)
    starts = np.empty(count, np.int64)
    if count:
        starts[0] = 0
        starts[1:] = ends[:-1]
    odd = np.zeros(count, np.bool_)
    marks = np.flatnonzero((letters == _DOT) | (letters == _FEED))
    line_of = np.searchsorted(ends, marks, side="right")
    lengths = np.diff(marks, prepend=-1) - 1
    odd[line_of[(lengths == 0) | (lengths > LONGEST_LABEL)]] = True
    odd[np.searchsorted(ends, np.flatnonzero(_BAD[letters]), side="right")] = True
    odd |= np.bincount(line_of, minlength=count)[:count] < 2  # no dot
    odd |= ends - starts > LONGEST + 1
    if count:
        odd |= letters[ends - 1] != _FEED
        last = letters[np.maximum(ends - 2, 0)]
        odd |= (last >= 48) & (last <= 57)  # ends in a digit: an address, perhaps
    place = lowered.find(b"xn--")
    while place >= 0:
        odd[np.searchsorted(ends, place, side="right")] = True
        place = lowered.find(b"xn--", place + 4)
    good = np.flatnonzero(~odd)
    if len(good) == count:
        return Sorted(lowered, ends, good, np.empty(0, np.int64))
    keep = np.repeat(~odd, ends - starts)
    kept_ends = np.cumsum((ends - starts)[good])
    return Sorted(letters[keep].tobytes(), kept_ends, good, np.flatnonzero(odd))
