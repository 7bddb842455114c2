"""Which events match which rules, in one pass over the fields that were read beside the events of a log.

The conditions of a log's rules are asked of its records together, and their answers kept as the bits of numbers, so
that only what matched goes any further. An event that several records tell of matches when one of them does: Entra's
sign-ins are logged in several states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ibis

from tocsin.detect.pattern import SHOWN
from tocsin.detect.sigma import columns
from tocsin.detect.sigma.condition import Field, Fields
from tocsin.detect.sigma.fields import Plan
from tocsin.detect.sigma.logs import Logs
from tocsin.detect.sigma.rules import Rule
from tocsin.engines import Engine

BITS = 60
KEYS = ("provider", "event_uid")


class Matches:
    """Events and the records' fields beside them, as rules ask for them."""

    def __init__(self, engine: Engine, events: ibis.Table, beside: ibis.Table, plan: Plan) -> None:
        self._engine = engine
        self._plan = plan
        self.events = events
        self.beside = beside

    def table(self, logs: Logs) -> ibis.Table:
        """Where the fields of the log's events stand."""
        if logs.columns or logs.ocsf:
            return self.events
        return self.beside.filter(self.beside["format"].isin(list(logs.formats)))

    def fields(self, logs: Logs, table: ibis.Table) -> Fields:
        if logs.columns or logs.ocsf:
            return lambda name: columns.column(table, name, ocsf=logs.ocsf)

        def field(name: str) -> Field:
            column = self._plan.columns[logs.name, name.lower()]
            return Field(value=table[column.name], many=column.many)

        return field

    def matched(self, rules: Sequence[Rule]) -> ibis.Table:
        """`part` (the rule's number) and SHOWN of the events that match, each once for every rule."""
        found = [self._of_log(logs, held) for logs, held in _by_log(rules)]
        every = ibis.union(*found, distinct=True) if found[1:] else found[0].distinct()
        return self._engine.kept("sigma_matches", every)

    def _of_log(self, logs: Logs, rules: Sequence[Rule]) -> ibis.Table:
        table = self.table(logs)
        fields = self.fields(logs, table)
        masks: dict[str, ibis.Value] = {}
        for number in range(0, len(rules), BITS):
            bits = [
                ibis.cases((rule.condition(fields), ibis.literal(1 << place, "int64")), else_=ibis.literal(0, "int64"))
                for place, rule in enumerate(rules[number : number + BITS])
            ]
            masks[f"mask_{number // BITS}"] = sum(bits[1:], bits[0])
        asked = table.select(*KEYS, **masks)
        some = asked.filter(ibis.or_(*(asked[name] != 0 for name in masks)))
        some = self._engine.kept(f"sigma_{logs.name}", some.distinct())
        numbers = [
            ibis.cases(
                ((some[f"mask_{place // BITS}"] // (1 << place % BITS)) % 2 == 1, ibis.literal(rule.number, "int64")),
                else_=ibis.null("int64"),
            )
            for place, rule in enumerate(rules)
        ]
        parts = some.select(*KEYS, part=ibis.array(numbers).unnest())
        return self.shown(parts.filter(parts.part.notnull()))

    def shown(self, rows: ibis.Table) -> ibis.Table:
        """The rows' own columns and SHOWN of their events."""
        events = self.events.select(*SHOWN)
        joined = rows.inner_join(events, [*KEYS])
        own = [name for name in rows.columns if name not in SHOWN]
        return joined.select(*own, *SHOWN)

    def valued(self, rule: Rule, names: Mapping[str, str]) -> ibis.Table:
        """SHOWN of the events that match the rule, with values of its fields: column -> field. A field that holds
        several values gives a row for each."""
        table = self.table(rule.logs)
        fields = self.fields(rule.logs, table)
        matching = table.filter(rule.condition(fields))
        asked = self.fields(rule.logs, matching)
        found = {column: asked(name) for column, name in names.items()}
        rows = matching.select(*KEYS, **{column: one.value for column, one in found.items()})
        for column, one in found.items():
            if one.many:
                rows = rows.mutate(**{column: rows[column].unnest()})
        return self.shown(rows.distinct())


def _by_log(rules: Iterable[Rule]) -> list[tuple[Logs, list[Rule]]]:
    held: dict[str, tuple[Logs, list[Rule]]] = {}
    for rule in rules:
        held.setdefault(rule.logs.name, (rule.logs, []))[1].append(rule)
    return list(held.values())
