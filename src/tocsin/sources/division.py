"""A source's statement in parts: what is worked out of each record, and what once for the values that come again.

Most of what a source says of a record (activity, outcome, reason, channel, country) rests on a few fields with few
values each: a type, a result, a code. Of a block of records there are some hundred combinations of those, so that what
rests on them is worked out some hundred times and brought back by index, which costs a tenth of an expression.

Every name that the source's SQL may use is of one kind:

- `FEW`: a field, or a name worked out of each record, that has few values; or what rests on nothing else;
- `OWN`: what rests on one field that comes again, but has too many values to be combined with others, as an address;
- `EACH`: all else.

Where an expression only asks whether something is there (`IS NULL`), that is one of two values, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.sources.normalise import codes, derive, filled, final_column, opening, typed_column, worked_apart
from tocsin.sources.source import Source

FEW, OWN, EACH = "few", "own", "each"

_TEXT = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"\w+")
_IS_NULL = re.compile(
    r"(?P<before>^\s*|[(,]\s*|\b(?:AND|OR|NOT|WHEN|THEN|ELSE)\s+)(?P<name>\w+)\s+IS\s+(?P<not>NOT\s+)?NULL\b"
)
_OF_RECORD = ("record", "ingested_at", "by_row")
_PLAIN = frozenset({"VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "TIMESTAMP"})
"""Types of what is handed on from one part to another as it is."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a look at some records told of a name."""

    type: str
    distinct: float  # values, NULL among them


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """A part that is worked out once for each combination of its keys."""

    keys: tuple[str, ...]  # names
    asked: tuple[str, ...]  # names of which only counts whether they are there
    statement: str  # from `combined`, with the keys and `has_NAME`
    columns: tuple[str, ...]  # what it gives: event columns, as `column_NAME`
    names: tuple[str, ...]  # and names for the last part, as `name_NAME`


@dataclass(frozen=True, kw_only=True, eq=False)
class Division:
    """The parts of a source's statement."""

    cells: tuple[str, ...]  # names that stand in `raw` as they are: fields of rows
    first: str  # of each record of `raw`: event columns as `column_NAME`, names as `name_NAME`, `has_NAME`
    first_columns: tuple[str, ...]
    groups: tuple[Group, ...]
    last: str | None  # of each row of `rows`, with `last_names`: event columns as `column_NAME`
    last_names: tuple[str, ...]
    last_columns: tuple[str, ...]


def names_statement(source: Source, *, of_cells: bool) -> str:
    """SQL from `raw` to every name."""
    source, tables = worked_apart(source)
    steps, last = opening(source, of_cells=of_cells)
    last = _with_codes(source, steps, last, used=bool(tables))
    last = derive(steps, last, source.derived)
    return "WITH " + ",\n".join(steps) + f"\nSELECT {', '.join(_names(source))} FROM {last}"


def _names(source: Source) -> list[str]:
    inside = [*source.fields_inside, "read_inside"] if source.inside is not None else []
    exploded = [*source.before, "item", "item_index", "item_count"] if source.explode else []
    return [*source.fields, *inside, *exploded, *source.derived]


def _with_codes(source: Source, steps: list[str], last: str, *, used: bool) -> str:
    if not used:
        return last
    steps.append(f"with_codes AS (SELECT * FROM {last}, {codes(source)})")
    return "with_codes"


class _Divider:
    def __init__(self, source: Source, kinds: Mapping[str, Kind], few: int, own: int, *, of_cells: bool) -> None:
        self.source, self.tables = worked_apart(source)
        self.kinds, self.of_cells = kinds, of_cells
        self.few, self.own = few, own
        self.universe = {*_names(self.source), *_OF_RECORD}
        self.columns = {name: typed_column(self.source, name) for name in filled(self.source)}
        if self.source.ignores:
            self.columns["ignored"] = f"coalesce({self.source.ignores}, false)"
        self.kind: dict[str, str] = {}
        self.edges: set[str] = set()
        for name in _OF_RECORD:
            self.kind[name] = EACH
        for name in _names(self.source):
            if name not in self.source.derived:
                self.kind[name] = FEW if self._has_few(name) else EACH
        for name, expression in self.source.derived.items():
            self.kind[name] = self._kind(expression)
            if self.kind[name] == EACH and self._has_few(name):
                self.kind[name] = FEW
                self.edges.add(name)

    def _has_few(self, name: str) -> bool:
        found = self.kinds.get(name)
        return found is not None and found.type in _PLAIN and found.distinct <= self.few

    def _repeats(self, name: str) -> bool:
        found = self.kinds.get(name)
        return found is not None and found.type == "VARCHAR" and found.distinct <= self.own

    def _kind(self, expression: str) -> str:
        mentioned = self.mentioned(self.asking(expression)[0])
        if all(self.kind[name] == FEW for name in mentioned):
            return FEW
        bases = self.own_bases(self.mentioned(expression))
        return OWN if len(bases) == 1 and all(map(self._repeats, bases)) else EACH

    def own_bases(self, mentioned: Iterable[str]) -> set[str]:
        """The fields that names rest on; all that is not worked out."""
        found: set[str] = set()
        for name in mentioned:
            expression = self.source.derived.get(name)
            found |= {name} if expression is None else self.own_bases(self.mentioned(expression))
        return found

    def mentioned(self, expression: str) -> set[str]:
        return set(_WORD.findall(_TEXT.sub("''", expression))) & self.universe

    def asking(self, expression: str) -> tuple[str, set[str]]:
        """The expression with `has_NAME` where it only asks whether there is something that has many values, and of
        which it asks that."""
        asked: set[str] = set()

        def flag(found: re.Match[str]) -> str:
            name = found["name"]
            if self.kind.get(name, FEW) == FEW:
                return found[0]
            asked.add(name)
            return f"{found['before']}({'' if found['not'] else 'NOT '}has_{name})"

        parts, end = [], 0
        for text in _TEXT.finditer(expression):  # texts are left as they are
            parts += [_IS_NULL.sub(flag, expression[end : text.start()]), text[0]]
            end = text.end()
        return "".join(parts) + _IS_NULL.sub(flag, expression[end:]), asked

    def closure(self, names: Iterable[str]) -> set[str]:
        """The worked-out names among them, and those that they rest on."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.source.derived]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [one for one in self.mentioned(self.source.derived[name]) if one in self.source.derived]
        return found

    def divide(self) -> Division:
        few_columns, own_columns, first_columns, last_columns = [], [], ["event_uid"], []
        for name, expression in self.columns.items():
            if name == "event_uid":
                continue
            kind = EACH if name == "time" or self._as_it_is(name) else self._kind(expression)
            if kind == FEW:
                few_columns.append(name)
            elif kind == OWN:
                own_columns.append(name)
            elif self._rests_on_few(expression):
                last_columns.append(name)
            else:
                first_columns.append(name)
        while True:
            forced = self._forced(first_columns, few_columns, last_columns)
            crossing, late = self._crossing(last_columns, forced)
            unfit = [name for name in last_columns if not self._crosses(self.columns[name], forced)]
            if not unfit:
                break
            last_columns = [name for name in last_columns if name not in unfit]
            first_columns += unfit
        worked_out = {name for name in crossing if self._in_group(name)}
        groups = [self._group(few_columns, sorted(worked_out))] if few_columns or worked_out else []
        for base in sorted({next(iter(self.own_bases(self.mentioned(self.columns[one])))) for one in own_columns}):
            held = [one for one in own_columns if self.own_bases(self.mentioned(self.columns[one])) == {base}]
            groups.append(self._group(held, [], base=base))
        keys = {key for group in groups for key in group.keys} | (crossing - worked_out)
        asked = {name for group in groups for name in group.asked}
        cells = keys & set(self.source.fields) if self.of_cells and not self.source.explode else set()
        return Division(
            cells=tuple(sorted(cells)),
            first=self._first(first_columns, sorted(keys - cells), sorted(asked), forced),
            first_columns=tuple(first_columns),
            groups=tuple(groups),
            last=self._last(last_columns, late) if last_columns else None,
            last_names=tuple(sorted(crossing)),
            last_columns=tuple(last_columns),
        )

    def _as_it_is(self, column: str) -> bool:
        """Is the column a field, as it stands there?"""
        expression = self.source.columns.get(column)
        return expression in self.universe and expression not in self.source.derived

    def _in_group(self, name: str) -> bool:
        """Is the name one that is worked out for combinations, not for each record?"""
        return name in self.source.derived and self.kind[name] == FEW and name not in self.edges

    def _rests_on_few(self, expression: str) -> bool:
        return any(
            self._in_group(name) and self.mentioned(self.source.derived[name])
            for name in self.closure(self.mentioned(expression))
        )

    def _forced(self, first_columns: list[str], few_columns: list[str], last_columns: list[str]) -> set[str]:
        """Names that the first part works out."""
        needed: set[str] = set()
        for name in first_columns:
            needed |= self.mentioned(self.columns[name])
        waiting = [self.columns[name] for name in (*few_columns, *last_columns)]
        seen: set[str] = set()
        while waiting:
            rewritten, asked = self.asking(waiting.pop())
            needed |= {name for name in asked if name in self.source.derived}
            for name in self.mentioned(rewritten) - seen:
                seen.add(name)
                if name in self.edges:
                    needed.add(name)
                elif name in self.source.derived:
                    waiting.append(self.source.derived[name])
        return self.closure(needed)

    def _crossing(self, last_columns: list[str], forced: set[str]) -> tuple[set[str], dict[str, str]]:
        """Names that the last part is given, and those that it works out itself."""
        crossing: set[str] = set()
        late: set[str] = set()
        waiting = [name for column in last_columns for name in self.mentioned(self.columns[column])]
        while waiting:
            name = waiting.pop()
            if name in self.source.derived and not self._in_group(name) and name not in forced:
                if name not in late:
                    late.add(name)
                    waiting += self.mentioned(self.source.derived[name])
            else:
                crossing.add(name)
        return crossing, {name: held for name, held in self.source.derived.items() if name in late}

    def _crosses(self, expression: str, forced: set[str]) -> bool:
        waiting, seen = list(self.mentioned(expression)), set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            if name in self.source.derived and not self._in_group(name) and name not in forced:
                waiting += self.mentioned(self.source.derived[name]) - seen
            elif name not in self.kinds or self.kinds[name].type not in _PLAIN:
                return False
        return True

    def _group(self, columns: list[str], names: list[str], *, base: str | None = None) -> Group:
        written = {name: self.columns[name] for name in columns}
        derived: set[str] = set()
        keys: set[str] = set()
        asked: set[str] = set()
        rewritten: dict[str, str] = {}
        waiting = [(f"column_{name}", held) for name, held in written.items()]
        waiting += [(name, self.source.derived[name]) for name in names]
        while waiting:
            name, expression = waiting.pop()
            if name in rewritten:
                continue
            flags: set[str] = set()
            if base is None:
                expression, flags = self.asking(expression)
            rewritten[name] = expression
            asked |= flags
            for one in self.mentioned(expression):
                if one in self.source.derived and (base is not None or self._in_group(one)):
                    derived.add(one)
                    waiting.append((one, self.source.derived[one]))
                else:
                    keys.add(one)
        steps: list[str] = ["given AS (SELECT * FROM combined)"]
        of_names = {name: rewritten[name] for name in self.source.derived if name in derived or name in names}
        last = self._coded(steps, "given", rewritten.values())
        last = derive(steps, last, of_names)
        held = [f"{rewritten[f'column_{name}']} AS {name}" for name in columns]
        steps.append(
            f"worked AS (SELECT {', '.join([*held, *(f'{name} AS name_{name}' for name in names)])} FROM {last})"
        )
        finals = [*self._finals(columns), *(f"name_{name}" for name in names)]
        return Group(
            keys=tuple(sorted(keys)),
            asked=tuple(sorted(asked)),
            statement="WITH " + ",\n".join(steps) + f"\nSELECT {', '.join(finals)} FROM worked",
            columns=tuple(columns),
            names=tuple(names),
        )

    def _finals(self, columns: Iterable[str]) -> list[str]:
        finals = [f"{self._final(name)} AS column_{name}" for name in columns]
        return finals + (["epoch_ms(time) AS column_ts"] if "time" in columns else [])

    def _final(self, column: str) -> str:
        return column if column == "ignored" else final_column(self.source, column).removesuffix(f" AS {column}")

    def _coded(self, steps: list[str], last: str, expressions: Iterable[str]) -> str:
        used = any(table in expression for expression in expressions for table in self.tables.values())
        return _with_codes(self.source, steps, last, used=used)

    def _first(self, columns: list[str], names: list[str], asked: list[str], forced: set[str]) -> str:
        steps, last = opening(self.source, of_cells=self.of_cells)
        derived = {name: held for name, held in self.source.derived.items() if name in forced}
        last = self._coded(steps, last, [*derived.values(), *(self.columns[name] for name in columns)])
        last = derive(steps, last, derived)
        position = "item_index" if self.source.explode else "0"
        held = [f"{self.columns[name]} AS {name}" for name in columns]
        held += [f"{name} AS name_{name}" for name in names]
        held += [f"{name} IS NOT NULL AS has_{name}" for name in asked]
        held += ["record", "line", "record_number", f"{position} AS item_position"]
        steps.append(f"worked AS (SELECT {', '.join(held)} FROM {last})")
        finals = [*self._finals(columns), *(f"name_{name}" for name in names), *(f"has_{name}" for name in asked)]
        return "WITH " + ",\n".join(steps) + f"\nSELECT {', '.join([*finals, 'line', 'record_number'])} FROM worked"

    def _last(self, columns: list[str], late: dict[str, str]) -> str:
        steps: list[str] = ["given AS (SELECT * FROM rows)"]
        last = self._coded(steps, "given", [*late.values(), *(self.columns[name] for name in columns)])
        last = derive(steps, last, late)
        held = [f"{self.columns[name]} AS {name}" for name in columns]
        steps.append(f"worked AS (SELECT {', '.join(held)} FROM {last})")
        return "WITH " + ",\n".join(steps) + f"\nSELECT {', '.join(self._finals(columns))} FROM worked"


def divided(source: Source, kinds: Mapping[str, Kind], *, few: int, own: int, of_cells: bool) -> Division:
    """The parts, when a name with as many values as `few` may be combined with others, and one with as many as `own`
    comes again."""
    return _Divider(source, kinds, few, own, of_cells=of_cells).divide()
