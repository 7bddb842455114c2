"""A rule's condition as one Ibis predicate over events.

A leaf is true or false, never NULL: a field that is missing matches nothing, so `not` of it matches, as the
specification has it. A field that holds several values matches when one of them does; with `all`, each value that the
rule asks for must be among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import ibis
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    SigmaCasedString,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    TimestampPart,
)

from tocsin.detect.sigma.unconvertible import Unconvertible
from tocsin.detect.sigma.values import Predicate, keyword, matching

ANYWHERE = "*"
"""The name of the field that keywords are looked for in: all of the record."""

MAX_VALUES = 20_000
MAX_DEPTH = 60

_PARTS: dict[TimestampPart, Callable[[ibis.Value], ibis.Value]] = {
    TimestampPart.MINUTE: lambda time: time.minute(),
    TimestampPart.HOUR: lambda time: time.hour(),
    TimestampPart.DAY: lambda time: time.day(),
    TimestampPart.WEEK: lambda time: time.week_of_year(),
    TimestampPart.MONTH: lambda time: time.month(),
    TimestampPart.YEAR: lambda time: time.year(),
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of the events at hand."""

    value: ibis.Value  # text, a list of texts where `many`, or a time
    many: bool = False

    def has(self, predicate: Predicate) -> ibis.Value:
        """Does a value of it match? Never NULL."""
        found = self.value.filter(predicate).length() > 0 if self.many else predicate(self.value)
        return found.fill_null(False)

    def is_missing(self) -> ibis.Value:
        return (self.value.length() == 0).fill_null(True) if self.many else self.value.isnull()


class Fields(Protocol):
    """Gives the fields of the events that a predicate is asked of."""

    def __call__(self, name: str) -> Field: ...


Condition = Callable[[Fields], ibis.Value]


def converted(item: object, *, engine: str, depth: int = 0) -> tuple[Condition, frozenset[str]]:
    """The condition, and the names of the fields that it asks for. Raises `Unconvertible`."""
    if depth > MAX_DEPTH:
        raise Unconvertible("its condition is nested too deeply")
    match item:
        case ConditionNOT():
            inner, names = converted(item.args[0], engine=engine, depth=depth + 1)
            return (lambda fields: ~inner(fields)), names
        case ConditionOR():
            return _joined(_with_lists(item.args), _any, engine, depth)
        case ConditionAND():
            return _joined(item.args, _all, engine, depth)
        case _OneOf():
            return item.condition(), frozenset({item.field})
        case ConditionFieldEqualsValueExpression():
            return _leaf(item.field, item.value, engine)
        case ConditionValueExpression():
            predicate = _any_of(item.value, lambda one: keyword(one, engine=engine))
            return (lambda fields: fields(ANYWHERE).has(predicate)), frozenset({ANYWHERE})
    if item is None:
        raise Unconvertible("its condition is empty")
    raise Unconvertible(f"conditions of the kind {type(item).__name__} are not converted")


def _joined(
    args: Sequence[object], join: Callable[[list[ibis.Value]], ibis.Value], engine: str, depth: int
) -> tuple[Condition, frozenset[str]]:
    if len(args) > MAX_VALUES:
        raise Unconvertible(f"it asks for more than {MAX_VALUES} values at once")
    parts = [converted(one, engine=engine, depth=depth + 1) for one in args]
    names = frozenset[str]().union(*(names for _, names in parts))
    return (lambda fields: join([condition(fields) for condition, _ in parts])), names


def _any(parts: list[ibis.Value]) -> ibis.Value:
    return _halved(parts, lambda one, other: one | other)


def _all(parts: list[ibis.Value]) -> ibis.Value:
    return _halved(parts, lambda one, other: one & other)


def _halved(parts: list[ibis.Value], join: Callable[[ibis.Value, ibis.Value], ibis.Value]) -> ibis.Value:
    """All joined, as a tree of small depth: engines go down it by recursion."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [*(join(one, other) for one, other in pairs), *(parts[-1:] if len(parts) % 2 else [])]
    return parts[0]


@dataclass(frozen=True)
class _OneOf:
    """Several whole texts asked of one field: one look-up instead of as many comparisons."""

    field: str
    texts: tuple[str, ...]

    def condition(self) -> Condition:
        texts = [text.lower() for text in self.texts]
        return lambda fields: fields(self.field).has(lambda value: value.lower().isin(texts))


def _with_lists(args: Sequence[object]) -> list[object]:
    """Alternatives, those for whole ASCII texts of one field put together."""
    rest: list[object] = []
    whole: dict[str, list[str]] = {}
    for one in args:
        text = _whole_text(one)
        if text is None or not isinstance(one, ConditionFieldEqualsValueExpression):
            rest.append(one)
        else:
            whole.setdefault(one.field, []).append(text)
    return [*(_OneOf(name, tuple(dict.fromkeys(texts))) for name, texts in whole.items()), *rest]


def _whole_text(item: object) -> str | None:
    if not isinstance(item, ConditionFieldEqualsValueExpression) or not isinstance(item.value, SigmaString):
        return None
    if isinstance(item.value, SigmaCasedString) or not all(isinstance(part, str) for part in item.value.s):
        return None
    text = "".join(map(str, item.value.s))
    return text if text.isascii() else None


def _leaf(name: str, value: SigmaType, engine: str) -> tuple[Condition, frozenset[str]]:
    match value:
        case SigmaNull():
            return (lambda fields: fields(name).is_missing()), frozenset({name})
        case SigmaExists():
            there = bool(value)
            return (lambda fields: ~fields(name).is_missing() if there else fields(name).is_missing()), frozenset(
                {name}
            )
        case SigmaFieldReference():
            return _same(name, value), frozenset({name, value.field})
        case SigmaTimestampPart():
            part, number = _PARTS[value.timestamp_part], int(value.number)
            return (lambda fields: (part(_time(fields(name), name)) == number).fill_null(False)), frozenset({name})
    predicate = _any_of(value, lambda one: matching(one, engine=engine))
    return (lambda fields: fields(name).has(predicate)), frozenset({name})


def _any_of(value: SigmaType, convert: Callable[[SigmaType], Predicate]) -> Predicate:
    """Of values that a modifier made of one, one is enough."""
    if not isinstance(value, SigmaExpansion):
        return convert(value)
    predicates = [_any_of(one, convert) for one in value.values]
    if not predicates:
        raise Unconvertible("a modifier leaves no value")
    return lambda text: _any([predicate(text) for predicate in predicates])


def _same(name: str, reference: SigmaFieldReference) -> Condition:
    def compared(one: ibis.Value, other: ibis.Value) -> ibis.Value:
        if reference.starts_with and reference.ends_with:
            return one.lower().contains(other.lower())
        if reference.starts_with:
            return one.lower().startswith(other.lower())
        if reference.ends_with:
            return one.lower().endswith(other.lower())
        return one.lower() == other.lower()

    def condition(fields: Fields) -> ibis.Value:
        ours, theirs = fields(name), fields(reference.field)
        return ours.has(lambda one: theirs.has(lambda other: compared(one, other)))

    return condition


def _time(field: Field, name: str) -> ibis.Value:
    if field.many or not field.value.type().is_timestamp():
        raise Unconvertible(f"{name} is no time here; a rule of the product tocsin may ask for parts of `time`")
    return field.value
