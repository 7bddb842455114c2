"""The time of a mapped record: SQL from what the application wrote to naive UTC, NULL when it is no time."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.errors import MappingError
from tocsin.sources.code_table import quoted
from tocsin.sources.mapping import Time

UNITS = {
    "seconds": (r"\d{9,11}(\.\d{1,9})?", 1_000_000),
    "milliseconds": (r"\d{12,14}(\.\d{1,6})?", 1_000),
    "microseconds": (r"\d{15,17}", 1),
    "nanoseconds": (r"\d{18,20}", 0.001),
}
"""Since 1970: what such a number looks like, and how many microseconds its unit has."""

DIRECTIVES = frozenset("aAbBdefgHIjmMnpSyYz%-")
"""What may follow a percent sign: DuckDB's strptime (https://duckdb.org/docs/current/sql/functions/dateformat)."""

OFFSET = r"[ T]\d.*(Z|[+-]\d\d(:?\d\d)?)$"


def time_of(time: Time, names: list[str]) -> str:
    """SQL for the time that stands in these fields, joined by a blank. Raises `MappingError`."""
    if not names:
        raise MappingError("`time.field` names no field", remedy="Say where the time of an event stands.")
    text = " || ' ' || ".join(names)
    if time.year is not None and (not 1980 <= time.year <= 2199 or not time.format.startswith("%")):
        raise MappingError(
            f"`time.year` cannot be {time.year} here",
            remedy="It is for patterns without a year (format = '%b %d %H:%M:%S'), and from 1980 to 2199.",
        )
    if unit := UNITS.get(time.format):
        pattern, micros = unit
        number = f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN try_cast({text} AS DOUBLE) END"
        if time.zone is not None:
            raise MappingError(
                f"`time.zone` is of no use with {time.format} since 1970", remedy="Remove it: such times are UTC."
            )
        if micros >= 1:
            return f"make_timestamp(({number} * {micros})::BIGINT)"
        whole = f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN try_cast({text} AS HUGEINT) END"
        return f"make_timestamp(({whole} // 1000)::BIGINT)"
    if time.format == "iso":
        dotted = f"replace(upper({text}), ',', '.')"
        # A zone apart from the time, as `date` and Python's logging write it.
        joined = f"regexp_replace(regexp_replace({dotted}, ' (UTC|GMT)$', 'Z'), ' ([+-][0-9:]{{4,5}})$', '\\1')"
        zoned = f"try_cast({joined} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        naive = _in_zone(f"try_cast({dotted} AS TIMESTAMP)", time.zone)
        return f"CASE WHEN regexp_matches({joined}, '{OFFSET}') THEN {zoned} ELSE {naive} END"
    return _by_pattern(time, text)


def _by_pattern(time: Time, text: str) -> str:
    directives = re.findall(r"%(-?.?)", time.format, re.DOTALL)
    odd = [one for one in directives if not one or one[-1] not in DIRECTIVES or one == "-"]
    if odd or not directives:
        wrong = f"%{odd[0]} means nothing in it" if odd else "it is neither a word nor a pattern"
        raise MappingError(
            f"`time.format` cannot be {time.format!r}: {wrong}",
            remedy=f"It is iso, {', '.join(UNITS)}, or a pattern like '%d/%b/%Y:%H:%M:%S %z' (%f microseconds,"
            " %g milliseconds).",
        )
    written = {one[-1] for one in directives}
    if not written & {"Y", "y"} and time.year is None:
        raise MappingError(
            f"`time.format` {time.format!r} has no year", remedy="Add time.year = 2026, the year of this log."
        )
    pattern = time.format
    if time.year is not None:
        pattern, text = f"%Y {pattern}", f"'{time.year} ' || {text}"
    read = f"try_strptime({text}, {quoted(pattern)})"
    return f"{read} AT TIME ZONE 'UTC'" if "z" in written else _in_zone(read, time.zone)


def _in_zone(naive: str, zone: str | None) -> str:
    if zone is None:
        return f"local_time({naive})"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MappingError(
            f"`time.zone` cannot be {zone!r}: there is no such time zone",
            remedy="Use a name of the IANA list, for example Europe/Berlin or UTC.",
        ) from error
    return f"({naive}) AT TIME ZONE {quoted(zone)} AT TIME ZONE 'UTC'"
