"""Code tables are kept beside the records, and what they say is looked up once."""

from __future__ import annotations

import duckdb

from tocsin.sources.code_table import apart, as_arrow, looked_up

COLOURS = {"1": "red", "2": "it's green"}


def test_a_lookup_stands_in_any_statement_and_gives_null_for_unknown_codes() -> None:
    query = f"SELECT {looked_up('code', COLOURS)} FROM (VALUES ('1'), ('2'), ('3'), (NULL)) AS codes(code)"
    assert duckdb.connect().execute(query).fetchall() == [("red",), ("it's green",), (None,), (None,)]


def test_equal_lookups_share_a_name_and_equal_tables_a_place() -> None:
    tables: dict[str, str] = {}
    lookups: dict[str, str] = {}
    colour, other = looked_up("code", COLOURS), looked_up("other", COLOURS)
    assert apart(f"{colour} || {colour} || {other}", tables, lookups) == "looked_up_0 || looked_up_0 || looked_up_1"
    assert lookups == {"code_table_0[code]": "looked_up_0", "code_table_0[other]": "looked_up_1"}
    assert list(tables.values()) == ["code_table_0"]


def test_a_lookup_of_what_was_looked_up_is_told_apart_from_it() -> None:
    tables: dict[str, str] = {}
    lookups: dict[str, str] = {}
    nested = looked_up(f"lower({looked_up('code', COLOURS)})", {"red": "stop"})
    assert apart(f"coalesce({nested}, '')", tables, lookups) == "coalesce(looked_up_1, '')"
    assert list(lookups) == ["code_table_0[code]", "code_table_1[lower(looked_up_0)]"]


def test_tables_made_in_arrow_hold_what_their_sql_says() -> None:
    tables: dict[str, str] = {}
    apart(looked_up("code", {**COLOURS, "it's": "', '"}), tables, {})
    ((text, name),) = tables.items()
    said = as_arrow(tables)
    assert said[name].to_pylist() == [[("1", "red"), ("2", "it's green"), ("it's", "', '")]]
    assert duckdb.connect().execute(f"SELECT {text}").fetchall() == [(dict(said[name].to_pylist()[0]),)]
