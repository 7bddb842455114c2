"""What an engine offers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import ibis
import pyarrow as pa


class Engine(Protocol):
    """Runs Ibis expressions. All times are naive UTC."""

    name: str

    def events(self, files: Sequence[str]) -> ibis.Table:
        """The event table held in these Parquet files (EVENT)."""
        ...

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        """The columns of the schema out of Parquet files that all have them."""
        ...

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        """A small table handed to the engine."""
        ...

    def named(self, name: str, expression: ibis.Table) -> ibis.Table:
        """The expression under a name, computed anew wherever it is used: what builds on it is compiled without it."""
        ...

    def kept(
        self, name: str, expression: ibis.Table, *, coded: Sequence[str] = (), ids: Sequence[str] = ()
    ) -> ibis.Table:
        """The expression computed once and held under a name until the engine is closed.

        `coded` are text columns, where there are such, whose values come again and again: an engine may hold a number
        for each value, which makes grouping and joining cheap. `codes`, or else a column's first table, sets its code;
        a later table that holds other values is held as it is, at the cost of a second try. `ids` are text columns of
        ids: of millions, those that are UUIDs may be held as the numbers that they are, half as large.
        """
        ...

    def codes(self, *values: ibis.Table) -> None:
        """The values of text columns that are to be `coded`, where they are cheaper to come by than in the first table:
        those of a column are in the columns of its name. What `events` gave is read as codes from then on, so they must
        hold all that it holds in columns of these names; what was `named` before can no longer be asked."""
        ...

    def forget(self, *held: ibis.Table) -> None:
        """Of what was kept, these are asked no more: their memory is wanted for others."""
        ...

    def passing(self) -> AbstractContextManager[None]:
        """What is kept meanwhile is forgotten at the end."""
        ...

    def rows(self, expression: ibis.Table) -> pa.Table:
        """The expression's rows."""
        ...

    def close(self) -> None: ...
