"""Statements that ship with the package are what the compiler writes, and an expression never gets another's."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from tocsin.engines import statements
from tocsin.engines.fingerprint import fingerprint
from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings


def rows(**types: str) -> ibis.Table:
    return ibis.table({"who": "string", "ts": "int64", "day": "int32"} | types, name="rows")


def counted(least: int = 3, ending: object = 0) -> ibis.Table:
    """What each account did on a day, in a window."""
    held = rows()
    window = ibis.range_window(group_by="who", order_by="ts", preceding=60, following=ending)
    held = held.mutate(n=held.ts.count().over(window))
    return held.filter(held.n >= least, held.day.isin((1, 2)))


def joined(how: str = "inner") -> ibis.Table:
    left, right = rows(), ibis.table({"who": "string", "kind": "string"}, name="kinds")
    return left.join(right, "who", how=how)


def in_memory() -> ibis.Table:
    return ibis.memtable(pa.table({"who": ["ada"]}))


ALIKE: tuple[Callable[[], ibis.Table], ...] = (
    counted,
    lambda: counted(least=4),
    lambda: counted(ending=1),
    joined,
    lambda: joined(how="left"),
    lambda: joined(how="semi"),
    rows,
    lambda: rows(day="int64"),
    lambda: rows(who="!string"),
    lambda: rows(kind="string"),
    lambda: rows().rename(account="who"),
    lambda: rows().drop("who"),
    lambda: rows().drop("ts"),
    lambda: rows().drop("ts", "who"),
    lambda: rows().mutate(one=ibis.literal(1)),
    lambda: rows().mutate(one=ibis.literal(1, "int64")),
    lambda: rows().mutate(one=ibis.literal("1")),
    lambda: rows().mutate(one=ibis.literal(True)),
    lambda: rows().mutate(one=ibis.literal(1.0)),
    lambda: rows().filter(ibis._.who == "a,b"),
    lambda: rows().filter(ibis._.who.isin(("a", "b"))),
    lambda: rows().filter(ibis._.who.isin(("a,b",))),
    lambda: rows().filter(ibis._.who == "a\nb"),
    lambda: rows().order_by("ts"),
    lambda: rows().order_by(ibis.desc("ts")),
    lambda: rows().union(rows()),
    lambda: rows().union(rows(), distinct=True),
    lambda: ibis.table({"who": "string", "ts": "int64", "day": "int32"}, name="others"),
)


def test_expressions_alike_but_for_one_fact_have_fingerprints_of_their_own() -> None:
    found = [fingerprint(make()) for make in ALIKE]
    assert None not in found
    assert [one for one in itertools.combinations(range(len(ALIKE)), 2) if found[one[0]] == found[one[1]]] == []


def test_an_expression_has_the_same_fingerprint_whatever_was_said_before_and_in_every_process() -> None:
    """Ibis numbers what is joined from the beginning of the process."""
    first = fingerprint(joined())
    for _ in range(3):
        joined(how="left")
    assert fingerprint(joined()) == first
    said = (
        "import ibis; from tocsin.engines.fingerprint import fingerprint as name;"
        "left = ibis.table({'who': 'string', 'ts': 'int64', 'day': 'int32'}, name='rows');"
        "right = ibis.table({'who': 'string', 'kind': 'string'}, name='kinds');"
        "print(name(left.join(right, 'who', how='inner')))"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == first


def test_rows_in_memory_and_functions_of_somebody_s_have_no_fingerprint() -> None:
    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def levenshtein(one: str, other: str) -> int:
        """The engine's own: a declaration, whose body never runs."""
        raise NotImplementedError

    assert fingerprint(in_memory()) is None
    assert fingerprint(rows().mutate(far=levenshtein(rows().who, "ada"))) is None


def test_what_has_no_fingerprint_is_compiled_each_time() -> None:
    with statements.recording() as found:
        assert statements.sql(in_memory(), lambda _: "SELECT 1") == "SELECT 1"
    assert found == {}


@pytest.fixture(scope="module")
def asked(month: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The statements of a scan, each compiled."""
    settings = ScanSettings(
        paths=(month / "logs",), store=tmp_path_factory.mktemp("asked") / "store", roster=month / "roster.csv"
    )
    with statements.recording() as found:
        run(Case(settings=settings, now=datetime(2026, 4, 1)))  # noqa: DTZ001 - naive UTC, as everywhere inside
    return found


def ordered(sql: str) -> str:
    """Which columns are left out stands in the statement in the order of a set."""
    return re.sub(r"EXCLUDE \(([^()]*)\)", lambda found: f"EXCLUDE ({', '.join(sorted(found[1].split(', ')))})", sql)


def test_a_shipped_statement_is_the_one_that_the_compiler_writes(asked: dict[str, str]) -> None:
    held = statements.shipped()
    both = asked.keys() & held.keys()
    assert {name: ordered(held[name]) for name in both} == {name: ordered(asked[name]) for name in both}


def test_nearly_all_statements_of_a_scan_are_shipped(asked: dict[str, str]) -> None:
    """`make statements` writes them anew: after changes of expressions, and with other versions of Ibis and SQLGlot."""
    assert len(asked.keys() & statements.shipped().keys()) >= 0.9 * len(asked)


def test_other_versions_of_the_compilers_get_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert statements.shipped.__wrapped__()
    monkeypatch.setitem(statements.COMPILERS, "ibis-framework", "11.0.0")
    assert statements.shipped.__wrapped__() == {}


def test_the_same_statements_are_the_same_file(tmp_path: Path) -> None:
    some = {"b": "SELECT 2", "a": "SELECT 1"}
    statements.write(some, tmp_path / "one")
    statements.write(dict(reversed(some.items())), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
