"""Correlations as they run here: what they refer to, their window, and what they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaCorrelationType,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from tocsin.detect.sigma import columns
from tocsin.detect.sigma.logs import Logs
from tocsin.detect.sigma.rules import About, Correlation
from tocsin.detect.sigma.unconvertible import Unconvertible
from tocsin.sources.block import printable

LONGEST_DAYS = 366
MAX_PARTS = 50
MAX_GROUPS = 12

_WITHOUT = {
    SigmaCorrelationType.VALUE_PERCENTILE: "percentiles",
    SigmaCorrelationType.VALUE_MEDIAN: "medians",
}
_COUNTS = frozenset({"event_count", "value_count", "temporal", "temporal_ordered"})
_NOT_OF_COUNTS = {
    "lt": "fewer than a number",
    "lte": "at most a number",
    "neq": "another number than one",
}


@dataclass(frozen=True, kw_only=True)
class Referred:
    """What a correlation refers to."""

    references: tuple[str, ...]
    numbers: Mapping[str, int]
    logs: Mapping[int, tuple[Logs, ...]]

    @classmethod
    def of(
        cls,
        document: SigmaCorrelationRule,
        numbers: Mapping[str, int],
        logs: Mapping[int, tuple[Logs, ...]],
        missing: Mapping[str, str],
    ) -> Referred:
        if document.rules is not None:
            references = tuple(one.reference for one in document.rules)
        elif isinstance(document.condition, SigmaExtendedCorrelationCondition):
            references = tuple(document.condition.get_referenced_rules())
        else:
            references = ()
        if not references:
            raise Unconvertible("it refers to no rule")
        if len(references) > MAX_PARTS:
            raise Unconvertible(f"it refers to more than {MAX_PARTS} rules")
        for one in references:
            if not isinstance(one, str):
                raise Unconvertible("it refers to something that is no rule's id or name")
            if one not in numbers and one in missing:
                raise Unconvertible(f"it refers to {printable(one)}, which does not run here: {missing[one]}")
        return cls(references=tuple(dict.fromkeys(references)), numbers=numbers, logs=logs)

    def later(self, waiting: Sequence[SigmaCorrelationRule]) -> bool:
        """Does it refer to a correlation that has not been converted yet? Raises `Unconvertible` if to nothing."""
        names = {str(name) for one in waiting for name in (one.id, one.name) if name}
        lacking = [one for one in self.references if one not in self.numbers]
        if unknown := [one for one in lacking if one not in names]:
            raise Unconvertible(f"it refers to {printable(unknown[0])}, which none of the rules is called")
        return bool(lacking)


def correlation_of(document: SigmaCorrelationRule, about: About, number: int, referred: Referred) -> Correlation:
    """The correlation as it runs here. Raises `Unconvertible`."""
    if document.type in _WITHOUT:
        raise Unconvertible(
            f"{_WITHOUT[document.type]} of a moving window are not the same on every engine, so they are not converted"
        )
    kind = document.type.name.lower()
    if document.timespan.seconds > LONGEST_DAYS * 86_400:
        raise Unconvertible(f"its time span is longer than {LONGEST_DAYS} days")
    parts = tuple(referred.numbers[one] for one in referred.references)
    aliases = {
        alias.alias: {
            referred.numbers[reference.reference]: field
            for reference, field in alias.mapping.items()
            if reference.reference in referred.numbers
        }
        for alias in document.aliases
    }
    one = Correlation(
        about=about,
        number=number,
        kind=kind,
        parts=parts,
        group_by=tuple(document.group_by or ()),
        aliases=aliases,
        timespan_ms=document.timespan.seconds * 1000,
    )
    one = _conditioned(one, document, referred)
    _check_names(one, referred)
    return one


def _conditioned(one: Correlation, document: SigmaCorrelationRule, referred: Referred) -> Correlation:
    condition, kind, parts = document.condition, one.kind, one.parts
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        if kind == "temporal_ordered":
            raise Unconvertible("an order of events with `and`, `or` or `not` between them is not converted")
        return replace(one, wanted=_tree(condition.parsed, referred.numbers))
    if not isinstance(condition, SigmaCorrelationCondition):
        raise Unconvertible("it has no condition")
    op = condition.op.name.lower()
    if kind in _COUNTS and op in _NOT_OF_COUNTS:
        raise Unconvertible(
            f"{_NOT_OF_COUNTS[op]} holds at every first event of a moving window, so it would always match"
        )
    needed = condition.count + (op == "gt")
    if kind == "temporal_ordered" and (op == "eq" or needed != len(parts)):
        raise Unconvertible("an order in which some of the rules may be missing is not converted")
    if kind == "temporal" and needed > len(parts):
        raise Unconvertible(f"it asks for {needed} of {len(parts)} rules")
    fields = condition.fieldref or []
    of = tuple([fields] if isinstance(fields, str) else fields) if kind.startswith("value_") else ()
    if kind in ("value_sum", "value_avg") and len(of) != 1:
        raise Unconvertible("a sum or a mean is of one field")
    return replace(one, op=op, count=condition.count, of=of)


def _tree(item: CorrelationConditionItem | SigmaRuleReference, numbers: Mapping[str, int]) -> object:
    match item:
        case SigmaRuleReference():
            return numbers[item.reference]
        case CorrelationConditionAND():
            return ("and", tuple(_tree(one, numbers) for one in item.args))
        case CorrelationConditionOR():
            return ("or", tuple(_tree(one, numbers) for one in item.args))
        case CorrelationConditionNOT():
            return ("not", tuple(_tree(one, numbers) for one in item.args))
    raise Unconvertible(f"conditions of the kind {type(item).__name__} are not converted")


def _check_names(one: Correlation, referred: Referred) -> None:
    if len(one.group_by) > MAX_GROUPS or len(one.of) > MAX_GROUPS:
        raise Unconvertible(f"it groups by, or counts, more than {MAX_GROUPS} fields together")
    for part in one.parts:
        for logs in referred.logs[part]:
            for name in (*one.group_by, *one.of):
                if logs.columns or logs.ocsf:
                    columns.known(one.field_of(name, part), ocsf=logs.ocsf)
