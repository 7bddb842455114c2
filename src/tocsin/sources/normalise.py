"""Raw records to event rows: a source's description compiled to one DuckDB statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pyarrow as pa

from tocsin.events import EVENT
from tocsin.sources import arguments
from tocsin.sources.by_cells import cell
from tocsin.sources.code_table import apart, as_arrow
from tocsin.sources.source import Beside, Source

FRAMEWORK_COLUMNS = frozenset({"ts", "ingested_at", "raw_ref"})
"""Filled for every source alike, never by a source itself."""

RESERVED = frozenset(
    {
        "raw",
        "record",
        "line",
        "record_number",
        "found",
        "items",
        "inside",
        "found_inside",
        "read_inside",
        "item",
        "item_index",
        "item_position",
        "ignored",
    }
)
"""Names that a statement uses itself."""

KEPT = "record, line, record_number"
"""What every step hands on of a record."""

DIGEST = "md5:"
"""How the id of a record begins that has none of its own: the digest of its text follows."""

SQL_TYPES = {pa.timestamp("us"): "TIMESTAMP", pa.int64(): "BIGINT"}


@cache
def code_tables(source: Source) -> pa.Table | None:
    """The one row that `statement` reads code tables from, if it reads any."""
    tables = worked_apart(source)[1]
    return as_arrow(tables) if tables else None


@cache
def statement(source: Source, *, of_cells: bool = False) -> str:
    """SQL from a table `raw(record, line, record_number)` to the columns of EVENT that the source fills, `line,
    record_number`, `ignored` if it ignores records, and what is read beside. `event_rows.py` adds what is the same in
    every row.

    It may have the parameters `$by_row` (for a source with `csv_record_column`) and `$ingested_at` (where a source's
    SQL names it). They are no engine variables, since a plan that reads those is thrown away after every run.

    A record whose time the source does not give still yields a row with a NULL time: the caller rejects it by
    name. A record without id of its own gets a digest of its text, so that reading it twice adds nothing.
    """
    if unknown := set(source.columns) - set(EVENT.names):
        raise ValueError(f"{source.format}: no such event columns: {sorted(unknown)}")
    if taken := RESERVED & {*source.fields, *source.fields_inside, *source.before, *source.derived}:
        raise ValueError(f"{source.format}: these names are the reader's own: {sorted(taken)}")
    if framed := set(source.columns) & FRAMEWORK_COLUMNS:
        raise ValueError(f"{source.format}: these columns are not a source's to fill: {sorted(framed)}")
    source, tables = worked_apart(source)
    beside = source.beside or Beside()
    steps, last = opening(source, of_cells=of_cells)
    if tables:
        # After records are exploded, which would give every item a copy.
        steps.append(f"with_codes AS (SELECT * FROM {last}, {codes(source)})")
        last = "with_codes"
    last = derive(steps, last, source.derived)
    columns = ", ".join(f"{typed_column(source, name)} AS {name}" for name in filled(source))
    ignored = f", coalesce({source.ignores}, false) AS ignored" if source.ignores else ""
    position = "item_index" if source.explode else "0"
    more = "".join(f", {sql} AS {name}" for name, sql in beside.columns.items())
    steps.append(f"rows AS (SELECT {columns}{ignored}, {KEPT}, {position} AS item_position{more} FROM {last})")
    final = [final_column(source, name) for name in filled(source)]
    final += ["epoch_ms(time) AS ts", "line", "record_number", *(["ignored"] if source.ignores else [])]
    final += beside.columns
    return "WITH " + ",\n".join(steps) + f"\nSELECT {', '.join(final)} FROM rows"


def opening(source: Source, *, of_cells: bool) -> tuple[list[str], str]:
    """The steps from `raw` to the source's fields, and the name of the last one."""
    beside = source.beside or Beside()
    steps = [f"opened AS (SELECT {record_text(source)} AS record, line, record_number FROM raw)"]
    if of_cells:
        # Of rows, each field stands in a cell of its own, and `raw` holds them as well.
        steps = []
        named = [cell(number) for number in range(len(source.fields) + len(beside.paths))]
        last = "raw"
    elif source.recognises_line is not None:
        # In two steps: to trim what need not be trimmed costs as much as to look for it, and to look for it twice more.
        looked = (f"regexp_extract(record, {_quoted(path)}, 1) AS {name}" for name, path in source.fields.items())
        steps.append(f"looked AS (SELECT {KEPT}, {', '.join(looked)} FROM opened)")
        named = [f"filled({name})" for name in source.fields]
        last = "looked"
    else:
        paths = ", ".join(map(_quoted, (*source.fields.values(), *beside.paths)))
        steps.append(f"parsed AS (SELECT {KEPT}, json_extract_string(record, [{paths}]) AS found FROM opened)")
        named = [f"found[{number}]" for number in range(1, len(source.fields) + len(beside.paths) + 1)]
        last = "parsed"
    given_names = (*source.fields, *(f"beside_{number}" for number in range(len(named) - len(source.fields))))
    names = ", ".join(f"{value} AS {name}" for value, name in zip(named, given_names, strict=True))
    steps.append(f"named AS (SELECT {KEPT}, {names} FROM {last})")
    last = "named"
    if source.inside is not None:
        paths = ", ".join(map(_quoted, source.fields_inside.values()))
        steps.append(f"holding AS (SELECT *, {source.inside} AS inside FROM {last})")
        found = f"CASE WHEN json_valid(inside) THEN json_extract_string(inside, [{paths}]) END"
        steps.append(f"opened_inside AS (SELECT * EXCLUDE (inside), {found} AS found_inside FROM holding)")
        named = [f"found_inside[{number}] AS {name}" for number, name in enumerate(source.fields_inside, 1)]
        named.append("found_inside IS NOT NULL AS read_inside")
        steps.append(f"named_inside AS (SELECT * EXCLUDE (found_inside), {', '.join(named)} FROM opened_inside)")
        last = "named_inside"
    if source.explode:
        last = derive(steps, last, source.before, step="before")
        # A record that holds no item still gives one row: nothing is dropped silently.
        steps.append(f"listed AS (SELECT *, {source.explode} AS items FROM {last})")
        steps.append(
            "counted AS (SELECT * REPLACE (CASE WHEN len(items) > 0 THEN items ELSE [NULL] END AS items) FROM listed)"
        )
        steps.append(
            "exploded AS (SELECT * EXCLUDE (items), unnest(items) AS item, len(items) AS item_count,"
            " generate_subscripts(items, 1) - 1 AS item_index FROM counted)"
        )
        last = "exploded"
    return steps, last


def derive(steps: list[str], last: str, derived: Mapping[str, str], *, step: str = "derived") -> str:
    """Add the steps that work out the names; the name of the last one."""
    for number, layer in enumerate(_layers(derived)):
        named_here = ", ".join(f"{expression} AS {name}" for name, expression in layer.items())
        steps.append(f"{step}_{number} AS (SELECT *, {named_here} FROM {last})")
        last = f"{step}_{number}"
    return last


def filled(source: Source) -> list[str]:
    """Event columns that the statement computes."""
    return [name for name in EVENT.names if name in source.columns or name in ("event_uid", "time")]


def worked_apart(source: Source) -> tuple[Source, dict[str, str]]:
    """The source with what it looks up, and arguments of macros, among its derived names; and the code tables for it:
    SQL to name."""
    tables: dict[str, str] = {}
    lookups: dict[str, str] = {}
    given: dict[str, str] = {}
    derived: dict[str, str] = {}

    def taken(expression: str) -> str:
        held = arguments.apart(apart(expression, tables, lookups), given)
        derived.update({name: lookup for lookup, name in lookups.items()})
        derived.update({name: argument for argument, name in given.items()})
        return held

    for name, expression in source.derived.items():
        derived[name] = taken(expression)
    columns = {name: taken(expression) for name, expression in source.columns.items()}
    ignores = taken(source.ignores) if source.ignores else None
    return replace(source, derived=derived, columns=columns, ignores=ignores), tables


def codes(source: Source) -> str:
    """The name under which a source's code tables stand."""
    return f"codes_of_{source.format}"


def _layers(derived: Mapping[str, str]) -> list[dict[str, str]]:
    """The derived names in as few steps as their mentions of each other allow: every step costs planning
    time."""
    layers: list[dict[str, str]] = []
    place: dict[str, int] = {}
    for name, expression in derived.items():
        words = set(re.findall(r"\w+", expression))
        place[name] = max((place[word] + 1 for word in words if word in place), default=0)
        if place[name] == len(layers):
            layers.append({})
        layers[place[name]][name] = expression
    return layers


def typed_column(source: Source, name: str) -> str:
    """SQL for what the source says of an event column, in the column's type."""
    return f"CAST({source.columns.get(name, 'NULL')} AS {SQL_TYPES.get(EVENT.field(name).type, 'VARCHAR')})"


def final_column(source: Source, name: str) -> str:
    match name:
        case "event_uid":
            text = "CASE WHEN suffix(record, '}') THEN record ELSE regexp_replace(record, '\\s+$', '') END"
            digest = f"'{DIGEST}' || md5({text}) || CASE WHEN item_position > 0 THEN '/' || item_position ELSE '' END"
            return f"coalesce(event_uid, {digest}) AS event_uid"
        case "provider":
            return f"coalesce(provider, {_quoted(source.provider)}) AS provider"
        case _:
            return name


def record_text(source: Source, *, by_row: str = "$by_row::BOOLEAN") -> str:
    """SQL for the text that a source's fields are read of, from `record`."""
    if source.unwraps is not None:
        return source.unwraps
    if source.csv_record_column is None:
        return "record"
    # The portal's CSV holds the record in one column; the interface's JSON is the record itself.
    path = _quoted(f"$.{source.csv_record_column}")
    return f"CASE WHEN {by_row} THEN coalesce(json_extract_string(record, {path}), record) ELSE record END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
