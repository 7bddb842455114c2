"""A name for an Ibis expression that is the same wherever the same is said, in every process.

Two expressions of one fingerprint are the same node for node, argument for argument; so their SQL is the same, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
from ibis.common.graph import Node
from ibis.common.grounds import Annotable

PLAIN = (bool, int, float, str, bytes, type(None), Decimal, date, datetime, time, timedelta)
"""Values that are said in full by their type and their text."""


class Unnamed(Exception):
    """The expression holds something that has no name in another process, such as rows in memory."""


def fingerprint(expression: ibis.Table) -> str | None:
    """Of a table; None where it has none."""
    written = _Written()
    try:
        written.node(expression.op())
    except Unnamed:
        return None
    return hashlib.blake2b("\n".join(written.lines).encode(errors="surrogatepass"), digest_size=16).hexdigest()


class _Written:
    """The nodes of an expression as lines, each after those that it is made of."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._numbers: dict[int, int] = {}  # id of a node -> its line
        self._references: dict[int, int] = {}
        self._types: dict[dt.DataType, str] = {}

    def node(self, root: Node) -> None:
        waiting = [root]
        while waiting:
            one = waiting[-1]
            if id(one) in self._numbers:
                waiting.pop()
                continue
            # Ibis flattens what an argument holds; nodes all the way down before the node itself.
            missing = [child for child in one.__children__ if id(child) not in self._numbers]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            self.lines.append(self._annotable(one))
            self._numbers[id(one)] = len(self._numbers)

    def _annotable(self, one: Any) -> str:
        if isinstance(one, (ops.ScalarUDF, ops.AggUDF)):
            raise Unnamed(type(one).__name__)  # what it does stands in its class
        if isinstance(one, ops.Reference):
            # Numbered by how many there were before in the process, which says nothing.
            number = self._references.setdefault(one.identifier, len(self._references))
            return f"{type(one).__name__}({self._argument(one.parent)},{number})"
        return f"{type(one).__name__}({','.join(map(self._argument, one.__args__))})"

    def _argument(self, value: Any) -> str:
        if isinstance(value, Node):
            return f"#{self._numbers[id(value)]}"
        if isinstance(value, dt.DataType):
            return self._type(value)
        if isinstance(value, Enum):
            return f"{type(value).__name__}.{value.name}"
        if isinstance(value, PLAIN):
            return f"{type(value).__name__}:{value!r}"
        if isinstance(value, tuple):
            return f"({','.join(map(self._argument, value))})"
        if isinstance(value, frozenset):
            return f"[{','.join(sorted(map(self._argument, value)))}]"
        if isinstance(value, Mapping):
            return "{" + ",".join(f"{name!r}:{self._argument(held)}" for name, held in value.items()) + "}"
        if isinstance(value, Annotable):
            return self._annotable(value)
        raise Unnamed(type(value).__name__)

    def _type(self, kind: dt.DataType) -> str:
        text = self._types.get(kind)
        if text is None:
            text = self._types[kind] = repr(kind)
        return text
