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
_RUN = re.compile(r"(?:[*•●·…]|\.{3,})+")
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
        found: list[str] = []
        candidates, fits = self._mail(hint) if kind == Kind.MAILBOX else self._phone(hint)
        if fits is None:
            return None
        for one in candidates:
            if fits.fullmatch(one):
                found.append(one)
                if len(found) > MOST_MATCHES:
                    return None
        return tuple(found)

    def _mail(self, hint: str) -> tuple[list[str], re.Pattern[str] | None]:
        parts = _RUN.split(hint)
        if not any(part.strip("@.") for part in parts):
            return [], None
        first, last = parts[0][:1], parts[-1][-_TAIL:]
        # A run of masks stands for any number of letters, within the mailbox's name or its domain.
        pattern = "[^@]*".join(re.escape(part) for part in parts)
        return self._mailboxes.get((first, last), []), re.compile(pattern)

    def _phone(self, hint: str) -> tuple[list[str], re.Pattern[str] | None]:
        shown = re.sub(rf"[{_MASKS}xX]", "?", re.sub(r"\.{3,}", "*", hint)).replace("(", "").replace(")", "")
        shown = re.sub(r"[\s\-./]", "", shown)
        digits = re.search(r"\d+$", shown)
        if digits is None:
            return [], None  # nothing at its end is shown
        tail = digits.group()
        # Some providers hide with as many signs as there are digits, others with a fixed number.
        plus = r"\+?"
        body = re.sub(r"\?+", r"\\d*", re.sub(r"^\+", "", shown))
        return self._numbers.get(tail[-_TAIL:], []), re.compile(plus + body)
