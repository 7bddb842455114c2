"""Regular expressions of rules, checked and written so that every engine reads them alike.

Rules are other people's text. DuckDB runs RE2, whose time grows with the text alone. Spark runs Java's, which tries
every way in turn: `(a+)+$` takes longer than the universe on forty characters. So only what RE2 takes is taken at all
(no look-around, no back references: https://github.com/google/re2/wiki/Syntax), and on Spark not what repeats a
repetition, nor what Java does not have. What the two read differently is written out for Java
(https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html).
"""

from __future__ import annotations

import re
from typing import Any

import re2
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RegexEngine

from tocsin.detect.sigma.unconvertible import Unconvertible

MAX_CHARACTERS = 4096
MAX_PROGRAM = 1 << 20
"""Bytes that RE2 may take to compile one."""

_QUANTIFIER = re.compile(r"[*+]|\{\d+(?:,\d*)?\}|\?")
_UNBOUNDED = re.compile(r"[*+]|\{\d+,\}|\{\d{2,},?\d*\}|\{\d*,\d{2,}\}")
_ONLY_RE2 = re.compile(r"\\[CQ]|\[:\^?\w+:\]|\(\?[a-zA-Z]*U|\\[pP]\{\^?\w{3,}\}")
_NAMED = re.compile(r"\(\?P?<\w+>")


class NotTaken(ValueError):
    """RE2 does not take the pattern; the message says why."""


def compiled(pattern: str) -> Any:
    """The pattern as RE2 has it, or `NotTaken`. RE2 itself would write to the terminal what it does not like."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PROGRAM
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        why = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
        raise NotTaken(f"RE2 says {why}") from error


class Engine(RegexEngine):  # type: ignore[misc]
    """What pySigma asks about patterns."""

    def compile(self, pattern: str, flags: int = 0) -> Any:
        given = "".join(one for flag, one in ((re.I, "i"), (re.M, "m"), (re.S, "s")) if flags & flag)
        return compiled(f"(?{given}){pattern}" if given else pattern)

    @property
    def error(self) -> type[Exception]:
        return NotTaken


POLICY = SigmaPolicy(regex_engine=Engine())


def for_engines(pattern: str, *, ignore_case: bool, multiline: bool, dot_all: bool, engine: str) -> str:
    """The pattern with its flags, or `Unconvertible`."""
    if len(pattern) > MAX_CHARACTERS:
        raise Unconvertible(f"its regular expression is longer than {MAX_CHARACTERS} characters")
    on = "".join(flag for flag, given in (("i", ignore_case), ("m", multiline), ("s", dot_all)) if given)
    off = "" if dot_all else "-s"
    written = f"(?{on}{off}){pattern}"
    try:
        compiled(written)
    except NotTaken as error:
        raise Unconvertible(f"its regular expression is none that can be taken: {error}") from error
    if engine == "spark":
        if _ONLY_RE2.search(pattern):
            raise Unconvertible("its regular expression is none that Java takes; without --engine spark it runs")
        if repeats_a_repetition(pattern):
            raise Unconvertible(
                "its regular expression repeats a repetition, on which Spark might never end;"
                " without --engine spark it runs"
            )
        # d: only \n ends a line; u: letters of all languages without case.
        return f"(?d{on}{'u' if ignore_case else ''}{off}){for_java(pattern, multiline=multiline)}"
    return written


def for_java(pattern: str, *, multiline: bool) -> str:
    """What RE2 reads, in the words of Java: braces and brackets that stand for themselves, names, the end."""
    written: list[str] = []
    position = 0
    while position < len(pattern):
        one = pattern[position]
        if one == "\\":
            pair = pattern[position : position + 2]
            written.append(r"\x0B" if pair == r"\v" else pair)
            position += 2
        elif one == "[":
            end = _behind_class(pattern, position)
            written.append(_class_for_java(pattern[position:end]))
            position = end
        elif one == "{" and not _QUANTIFIER.match(pattern, position):
            written.append(r"\{")
            position += 1
        elif (named := _NAMED.match(pattern, position)) is not None:
            written.append("(?:")
            position = named.end()
        else:
            written.append(r"\z" if one == "$" and not multiline else one)
            position += 1
    return "".join(written)


def _class_for_java(text: str) -> str:
    """A character class in which brackets and ampersands are themselves."""
    head = 2 if text.startswith("[^") else 1
    inner = re.sub(r"(\\.)|([\[\]&])", lambda found: found[1] or f"\\{found[2]}", text[head:-1], flags=re.S)
    return f"{text[:head]}{inner}]"


def repeats_a_repetition(pattern: str) -> bool:
    """Is a group repeated without bound that itself holds a repetition without bound, or alternatives?"""
    groups: list[bool] = [False]  # of each open group: does it hold such?
    position, closed = 0, False
    while position < len(pattern):
        one = pattern[position]
        if one == "\\":
            position, closed = position + 2, False
            continue
        if one == "[":
            position, closed = _behind_class(pattern, position), False
            continue
        if one == "(":
            groups.append(False)
            closed = False
        elif one == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] |= closed
        elif one == "|":
            groups[-1] |= len(groups) > 1
            closed = False
        elif _UNBOUNDED.match(pattern, position):
            if closed:
                return True
            groups[-1] = True
            position = _QUANTIFIER.match(pattern, position).end()  # type: ignore[union-attr]
            continue
        else:
            closed = False
        position += 1
    return False


def _behind_class(pattern: str, position: int) -> int:
    """The place after the character class that begins here."""
    position += 1
    if pattern[position : position + 1] == "^":
        position += 1
    first = True
    while position < len(pattern):
        if pattern[position] == "\\":
            position += 2
        elif pattern.startswith("[:", position):
            end = pattern.find(":]", position)
            position = end + 2 if end > 0 else position + 1
        elif pattern[position] == "]" and not first:
            return position + 1
        else:
            position += 1
        first = False
    return position
