"""The SQL of expressions, worked out once for all: to write it takes Ibis longer than most of it takes to run, and a
tenth of a scan.

A file that ships with the package holds the statements of a scan by the fingerprints of their expressions
(`make statements` writes it). What does not stand there is compiled. So a change of an expression costs time until the
file is written anew, and nothing else: what has another fingerprint is another expression.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import ibis
import msgspec

from tocsin.engines.fingerprint import fingerprint

FILE = "statements.json.gz"

COMPILERS = {name: version(name) for name in ("ibis-framework", "sqlglot")}
"""Other versions of these may write other SQL."""


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """What the file holds."""

    compilers: dict[str, str]
    statements: dict[str, str]  # fingerprint -> SQL


_recorded: ContextVar[dict[str, str] | None] = ContextVar("recorded", default=None)


def sql(expression: ibis.Table, compiled: Callable[[ibis.Table], str]) -> str:
    """The statement that computes the expression, as `compiled` would write it."""
    name = fingerprint(expression)
    if name is None:
        return compiled(expression)
    recorded = _recorded.get()
    if recorded is None:
        return shipped().get(name) or compiled(expression)
    return recorded.setdefault(name, compiled(expression))


@contextmanager
def recording() -> Iterator[dict[str, str]]:
    """All statements that are asked for meanwhile, each compiled, by fingerprint."""
    recorded: dict[str, str] = {}
    token = _recorded.set(recorded)
    try:
        yield recorded
    finally:
        _recorded.reset(token)


@cache
def shipped() -> Mapping[str, str]:
    """The statements that ship with the package, if the installed compilers are those that wrote them."""
    place = files("tocsin.engines").joinpath(FILE)
    if not place.is_file():
        return {}
    read = msgspec.json.decode(gzip.decompress(place.read_bytes()), type=Shipped)
    return read.statements if read.compilers == COMPILERS else {}


def write(statements: Mapping[str, str], path: Path) -> None:
    """The file; the same statements always give the same bytes."""
    written = Shipped(compilers=COMPILERS, statements=dict(sorted(statements.items())))
    path.write_bytes(gzip.compress(msgspec.json.encode(written), mtime=0))
