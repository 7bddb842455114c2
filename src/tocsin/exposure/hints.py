"""What a masked address may be: `j***@g***.com`, `+XX XXXXXXX89`.

A provider that shows an address with parts hidden says that there is one, not which. Known addresses that fit are
told as possible, and only while they are few: what fits many fits nobody in particular.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, cached_property

from tocsin.exposure.effects import Kind

MOST_MATCHES = 5

_MASKS = "*•●·…"
_RUN = re.compile(rf"(?:[{_MASKS}]|\.{{3,}})+")
_TAIL = 4
"""Digits or letters at the end by which known addresses are looked up."""


class Known:
    """Addresses that hints are held against."""

    def __init__(self, mailboxes: Iterable[str], numbers: Iterable[str]) -> None:
        self._given = mailboxes, numbers
        self.matches = cache(self._matches)

    @cached_property
    def _mailboxes(self) -> dict[tuple[str, str], list[str]]:
        """By first letter and end."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for address in sorted(set(self._given[0])):
            for first in {address[:1], ""}:
                for length in range(_TAIL + 1):
                    found[first, address[len(address) - length :]].append(address)
        return found

    @cached_property
    def _numbers(self) -> dict[str, list[str]]:
        """By last digits."""
        found: dict[str, list[str]] = defaultdict(list)
        for number in sorted(set(self._given[1])):
            digits = number.lstrip("+")
            for length in range(1, _TAIL + 1):
                found[digits[-length:]].append(number)
        return found

    def _matches(self, kind: Kind, hint: str) -> tuple[str, ...] | None:
        """What the hint may stand for; None where that is more than `MOST_MATCHES`, or the hint shows nothing."""
        candidates, shown = self._mail(hint) if kind == Kind.MAILBOX else self._phone(hint)
        if shown is None:
            return None
        found: list[str] = []
        for one in candidates:
            texts = one.lstrip("+") if kind == Kind.PHONE else one
            if all(map(_fits, shown, texts.rsplit("@", 1))):
                found.append(one)
                if len(found) > MOST_MATCHES:
                    return None
        return tuple(found)

    def _mail(self, hint: str) -> tuple[list[str], list[list[str]] | None]:
        """A run of masks stands for any number of letters, within the mailbox's name or its domain."""
        shown = [_RUN.split(part) for part in hint.rsplit("@", 1)]
        pieces = [piece for part in shown for piece in part]
        if not any(piece.strip(".") for piece in pieces):
            return [], None
        return self._mailboxes.get((pieces[0][:1], pieces[-1][-_TAIL:]), []), shown

    def _phone(self, hint: str) -> tuple[list[str], list[list[str]] | None]:
        """Some providers hide with as many signs as there are digits, others with a fixed number."""
        shown = re.sub(rf"(?:[{_MASKS}xX]|\.{{3,}})+", "*", re.sub(r"[\s()\-/]", "", hint)).replace(".", "")
        pieces = re.sub(r"\*+", "*", shown).lstrip("+").split("*")
        if not pieces[-1]:
            return [], None  # nothing at its end is shown
        return self._numbers.get(pieces[-1][-_TAIL:], []), [pieces]


def _fits(pieces: list[str], text: str) -> bool:
    """Do the pieces stand in the text in this order, the first at its start, the last at its end? In one pass: what an
    attacker writes into a log costs no more than its length."""
    if len(pieces) == 1:
        return pieces[0] == text
    first, *between, last = pieces
    if len(first) + len(last) > len(text) or not text.startswith(first) or not text.endswith(last):
        return False
    place, end = len(first), len(text) - len(last)
    for piece in between:
        place = text.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True
