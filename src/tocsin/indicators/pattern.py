"""What a STIX pattern asks for, where events can answer it.

Of the language (STIX 2.1, section 9) that is comparisons with `=`, `IN` and `ISSUBSET` of addresses, domains and
accounts, joined by OR, in one or several observations joined by OR. All else is refused with the reason: an AND asks
for things that sign-in logs do not tell, and to leave it out would match more than was meant. Own code and not
stix2-patterns: that parser takes milliseconds a pattern and grows its stack with the pattern's depth; this one goes
through the text once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tocsin.indicators.values import NotComparable, account, address, domain

LONGEST_PATTERN = 100_000
MOST_VALUES = 5_000

Read = Callable[[str], tuple[str, str]]
Part = Callable[["_Tokens"], list[tuple[str, str]]]

PATHS: dict[str, Read] = {
    "ipv4-addr:value": address,
    "ipv6-addr:value": address,
    "network-traffic:src_ref.value": address,
    "domain-name:value": domain,
    "email-addr:value": account,
    "email-message:from_ref.value": account,
    "user-account:account_login": account,
}

TOKEN = re.compile(
    r"""\s*(?:
    (?P<sign>\[|\]|\(|\)|,|!=|<=|>=|=|<|>)
    |(?P<text>'(?:[^'\\]|\\.)*')
    |(?P<path>[A-Za-z][A-Za-z0-9-]*:[A-Za-z0-9_.\[\]*'-]+)
    |(?P<word>[A-Za-z]+)
    |(?P<other>\S)
    )""",
    re.VERBOSE | re.DOTALL,
)


def compared(pattern: str) -> list[tuple[str, str]]:
    """Kinds and values that any of which makes the pattern true. Raises `NotComparable`."""
    if len(pattern) > LONGEST_PATTERN:
        raise NotComparable(f"a pattern of {len(pattern):,} characters: at most {LONGEST_PATTERN:,}")
    reading = _Tokens(pattern)
    found = _either(reading, _observation, "observations", end="")
    return list(dict.fromkeys(found))


class _Tokens:
    """The pattern's tokens, one after another."""

    def __init__(self, pattern: str) -> None:
        self._found = TOKEN.finditer(pattern.strip())
        self._next = self._read()

    def _read(self) -> tuple[str, str] | None:
        found = next(self._found, None)
        if found is None or found.lastgroup is None:
            return None
        return found.lastgroup, found[found.lastgroup]

    def take(self) -> tuple[str, str]:
        if self._next is None:
            raise NotComparable("the pattern ends too early")
        held, self._next = self._next, self._read()
        return held

    def peek(self) -> str:
        """The sign or word that comes next; '' at the end. A text in quotes is neither."""
        if self._next is None:
            return ""
        kind, text = self._next
        return "'" if kind == "text" else text.upper()

    def expect(self, what: str, otherwise: str) -> None:
        kind, text = self.take()
        if kind == "text" or text.upper() != what:
            raise NotComparable(otherwise.format(text[:40]))


def _either(reading: _Tokens, part: Part, name: str, *, end: str) -> list[tuple[str, str]]:
    """Parts joined by OR up to the end. Parentheses are counted only: among ORs they change nothing."""
    found: list[tuple[str, str]] = []
    depth = 0
    while True:
        while reading.peek() == "(":
            reading.take()
            depth += 1
        found += part(reading)
        if len(found) > MOST_VALUES:
            raise NotComparable(f"more than {MOST_VALUES:,} values")
        while depth and reading.peek() == ")":
            reading.take()
            depth -= 1
        if not depth and reading.peek() == end:
            return found
        reading.expect("OR", name + " are joined by {}: only OR is read")


def _observation(reading: _Tokens) -> list[tuple[str, str]]:
    reading.expect("[", "{} where an observation should begin")
    found = _either(reading, _comparison, "comparisons", end="]")
    reading.take()
    if reading.peek() in ("WITHIN", "REPEATS", "START"):
        raise NotComparable(f"the qualifier {reading.peek()} is not read")
    return found


def _comparison(reading: _Tokens) -> list[tuple[str, str]]:
    kind, path = reading.take()
    if kind != "path":
        raise NotComparable(f"{path[:40]} where the path of an object should stand")
    read = PATHS.get(path)
    if read is None:
        raise NotComparable(f"{path[:60]} is nothing that sign-in logs tell")
    kind, operator = reading.take()
    if kind == "word" and operator.upper() == "IN":
        return [read(text) for text in _list(reading)]
    subset = kind == "word" and operator.upper() == "ISSUBSET" and read is address
    if operator != "=" and not subset:
        raise NotComparable(f"the comparison {operator[:20]} is not read")
    return [read(_text(reading))]


def _list(reading: _Tokens) -> list[str]:
    reading.expect("(", "{} where a list should begin")
    found = [_text(reading)]
    while True:
        kind, text = reading.take()
        if (kind, text) == ("sign", ")"):
            return found
        if (kind, text) != ("sign", ","):
            raise NotComparable(f"{text[:40]} in a list")
        found.append(_text(reading))
        if len(found) > MOST_VALUES:
            raise NotComparable(f"more than {MOST_VALUES:,} values")


def _text(reading: _Tokens) -> str:
    kind, text = reading.take()
    if kind != "text":
        raise NotComparable(f"{text[:40]} where a text should stand")
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
