"""Rows of Azure Monitor's custom tables (`Okta_CL`, `Auth0AM_CL`, ...): the records that they were made of, again.

The HTTP Data Collector API writes a record's fields as columns, the names on the way joined by `_` and the type of the
value behind them (https://learn.microsoft.com/azure/azure-monitor/logs/data-collector-api, "Record type and
properties"): `client.ipAddress` becomes `client_ipAddress_s`. Lists stand in a column as JSON. Which names were joined
cannot be told of a column alone, but of the paths that a format's source reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tocsin.sources.source import Source

LEAST = 4
"""Columns with a type behind their names that tell such a row."""

_COLUMN = re.compile(r"(?P<path>\w+)_(?P<type>[sdbtg])(?: \[UTC\])?")
_PLAIN = re.compile(r"\$((?:\.\w+)+)")


class CustomTables:
    """Puts rows together for the formats of these sources."""

    def __init__(self, sources: Iterable[Source]) -> None:
        asked = (one for one in sources if one.recognises_line is None and one.unwraps is None)
        self._formats = [(one.recognises, _joined(one)) for one in asked]

    def record(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record of a known format that the row was made of."""
        columns = [(found, value) for name, value in row.items() if (found := _COLUMN.fullmatch(name)) is not None]
        if len(columns) < LEAST:
            return None
        held = {found["path"]: _value(found["type"], value) for found, value in columns if value not in (None, "")}
        for recognises, paths in self._formats:
            record = _nested(held, paths)
            if recognises(record):
                return record
        return None


def _joined(source: Source) -> dict[str, tuple[str, ...]]:
    """Name of a column -> the steps of the path that it stands for."""
    found = (match for path in source.fields.values() if (match := _PLAIN.fullmatch(path)) is not None)
    paths = [tuple(match[1].split(".")[1:]) for match in found]
    return {"_".join(steps): steps for steps in paths}


def _nested(held: Mapping[str, Any], paths: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, value in held.items():
        *above, last = paths.get(name, ("",))
        inner: Any = record
        for step in above:
            inner = inner.setdefault(step, {}) if isinstance(inner, dict) else None
        if last and isinstance(inner, dict):
            inner[last] = value
    return record


def _value(kind: str, value: Any) -> Any:
    if kind == "d" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind == "b" and isinstance(value, str):
        return value.lower() == "true"
    if kind == "s" and isinstance(value, str) and value[:1] in "[{":
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
    return value
