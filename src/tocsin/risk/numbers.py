"""Texts as numbers: what is grouped, sorted and joined again and again is cheaper as a number, on any engine.

The numbers of a column follow the order of its texts, so that sorting, minimum and maximum say the same of both. They
hold for one call only: a history keeps texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from tocsin.engines import Engine

NUMBERED = ("account", "source_ip", "prefix", "network", "country", "agent", "client")
"""Columns of acts."""


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """For each column of NUMBERED, and for `system`, the kept table of its texts: `text` and `number`."""

    of: Mapping[str, ibis.Table]
    systems: ibis.Table  # `client_number, system`: what each client runs on

    def numbered(self, rows: ibis.Table) -> ibis.Table:
        """The rows with numbers for the texts of NUMBERED; NULL stays NULL."""
        met, numbers = rows, {}
        for column in NUMBERED:
            table = self._as(column)
            met = met.left_join(table, [(column, f"{column}_text")])
            numbers[column] = table[f"{column}_number"]
        return met.select(*[column for column in rows.columns if column not in numbers], **numbers)

    def texts(self, rows: ibis.Table, *columns: str) -> ibis.Table:
        """The rows with the texts of these columns."""
        met, texts = rows, {}
        for column in columns:
            table = self._as(column)
            met = met.left_join(table, [(column, f"{column}_number")])
            texts[column] = table[f"{column}_text"]
        return met.select(*[column for column in rows.columns if column not in texts], **texts)

    def known(self, rows: ibis.Table, column: str, *, of: str = "") -> ibis.Table:
        """Those of the rows whose text in the column stands in the acts, with its number; a text of column `of`."""
        of = of or column
        table = self._as(of)
        met = rows.inner_join(table, rows[column] == table[f"{of}_text"])
        others = [one for one in rows.columns if one != column]
        return met.select(*others, **{column: table[f"{of}_number"]})

    def values(self, rows: ibis.Table, level: str) -> ibis.Table:
        """Those of a history's rows of this level whose `value` stands in the acts, as visits have it."""
        rows = rows.filter(rows.level == level)
        if level in self.of:
            return self.known(rows, "value", of=level)
        return rows.mutate(value=rows.value.try_cast("int64"))

    def value_texts(self, rows: ibis.Table, level: str) -> ibis.Table:
        """The rows, of visits, with `value`: the text of their value at the level."""
        if level not in self.of:
            return rows.mutate(value=rows[level].cast("string"))
        table = self._as(level)
        met = rows.left_join(table, rows[level] == table[f"{level}_number"])
        return met.select(*rows.columns, value=table[f"{level}_text"])

    def _as(self, column: str) -> ibis.Table:
        return self.of[column].select(**{f"{column}_text": "text", f"{column}_number": "number"})


def numbers(engine: Engine, name: str, acts: ibis.Table) -> Numbers:
    """Kept: the numbers of what stands in the acts."""
    of = {column: engine.kept(f"{name}_{column}_numbers", _listed(acts[column])) for column in NUMBERED}
    # As `enrich` writes it behind the stroke.
    runs_on = of["client"].mutate(system=of["client"].text.re_replace("^[^/]*/", ""))
    of["system"] = engine.kept(f"{name}_system_numbers", _listed(runs_on.system))
    named = runs_on.inner_join(
        of["system"].rename(system_number="number", system_text="text"), [("system", "system_text")]
    )
    return Numbers(of=of, systems=named.select(client_number="number", system=named.system_number))


def _listed(column: ibis.Column) -> ibis.Table:
    texts = column.as_table()
    texts = texts.select(text=texts[column.get_name()]).filter(texts[column.get_name()].notnull()).distinct()
    return texts.mutate(number=ibis.row_number().over(order_by="text").cast("int32"))
