"""Counts by category with small ones hidden, so that neither they nor a zero can be worked out from the total."""

from __future__ import annotations

from collections.abc import Collection, Mapping

SMALLEST = 5
"""The smallest count by category that is told. Below it a figure may point at persons."""


def told(cells: Mapping[str, int], *, zeros: Collection[str] = (), hide: Collection[str] = ()) -> dict[str, int | None]:
    """The cells as they may be told, None where one is hidden.

    The cells add up to a total that is told as well. `zeros` are cells whose zero was approved: it is told as long as
    that gives no other cell away. A hidden zero looks like every other hidden cell. `hide` are cells to hide whatever
    they count, because another table hides the same.
    """
    hidden = {name for name, count in cells.items() if count < SMALLEST and not (count == 0 and name in zeros)}
    hidden |= set(hide) & cells.keys()
    enough = min(SMALLEST, sum(cells.values()))
    while hidden and (len(hidden) < 2 or sum(cells[name] for name in hidden) < enough):
        # Hidden cells have a known sum. One alone is that sum, and several with a small one are nearly known.
        rest = [name for name in cells if name not in hidden]
        if not rest:
            break
        hidden.add(min(rest, key=lambda name: (cells[name] == 0, cells[name], name)))
    return {name: None if name in hidden else count for name, count in cells.items()}
