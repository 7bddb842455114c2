"""Tables of a provider's codes as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def looked_up(expression: str, table: Mapping[str, str]) -> str:
    """SQL for the table's value of an expression; NULL for a code that the table does not hold.

    A MAP constant costs 0.1 to 0.25 seconds a million rows with some hundred codes. CASE takes twice that;
    a cast to
    ENUM a third, but ten seconds where codes are not in the table (it words an error message for each).
    """
    keys = ", ".join(map(quoted, table))
    values = ", ".join(map(quoted, table.values()))
    return f"MAP([{keys}], [{values}])[{expression}]"


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
