"""Tables of a provider's codes as SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyarrow as pa

_BEGIN, _OF, _END = "/*codes*/", "/*of*/", "/*end*/"
_INNER = r"(?:(?!/\*codes\*/).)*?"
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_LOOKUP = re.compile(rf"/\*codes\*/(?P<table>{_INNER})/\*of\*/(?P<code>{_INNER})/\*end\*/", re.DOTALL)


def looked_up(expression: str, table: Mapping[str, str]) -> str:
    """SQL for the table's value of an expression; NULL for a code that the table does not hold.

    The marks are comments to the engine; by them `apart` finds what is looked up. Codes are compared in their order.
    CASE takes twice as long; a cast to ENUM takes ten seconds where codes are not in the table (it words an error
    message for each).
    """
    keys = ", ".join(map(quoted, table))
    values = ", ".join(map(quoted, table.values()))
    return f"{_BEGIN}MAP([{keys}], [{values}]){_OF}[{expression}]{_END}"


def apart(expression: str, tables: dict[str, str], lookups: dict[str, str]) -> str:
    """The expression with names of lookups in it; `lookups` and `tables` are filled: SQL to name.

    A table written into an expression is built anew every 2,048 rows, which costs more than the looking up; and what
    several expressions look up is looked up once.
    """

    def named(found: re.Match[str]) -> str:
        table = tables.setdefault(found["table"], f"code_table_{len(tables)}")
        return lookups.setdefault(f"{table}{found['code']}", f"looked_up_{len(lookups)}")

    found = 1
    while found:  # the innermost first
        expression, found = _LOOKUP.subn(named, expression)
    return expression


def as_arrow(tables: Mapping[str, str]) -> pa.Table:
    """One row with a map under each name, of `apart`'s tables (SQL to name): the engine takes 20 ms to read them."""
    maps = {}
    for table, name in tables.items():
        words = [found.replace("''", "'") for found in _QUOTED.findall(table)]
        half = len(words) // 2
        pairs = list(zip(words[:half], words[half:], strict=True))
        maps[name] = pa.array([pairs], pa.map_(pa.string(), pa.string()))
    return pa.table(maps)


def inverted(groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Code to group, from group to codes. A code in two groups is a mistake and refused."""
    table: dict[str, str] = {}
    for group, codes in groups.items():
        for code in codes:
            if code in table:
                raise ValueError(f"{code} is in {table[code]} and in {group}")
            table[code] = str(group)
    return table


def quoted(text: str) -> str:
    return "'" + str(text).replace("'", "''") + "'"
