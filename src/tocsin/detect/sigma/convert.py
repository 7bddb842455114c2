"""Parsed documents to rules that run here. A document that cannot is left out with its reason; the others stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import ibis
from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule, SigmaRuleBase

from tocsin.detect.sigma import columns
from tocsin.detect.sigma.condition import ANYWHERE, Condition, Field, Fields, converted
from tocsin.detect.sigma.convert_correlation import Referred, correlation_of
from tocsin.detect.sigma.fields import MAX_STEPS, planned
from tocsin.detect.sigma.load import UNFORESEEN, Parsed, names_of, parsed, said
from tocsin.detect.sigma.logs import Logs
from tocsin.detect.sigma.rules import About, Correlation, Left, Rule, RuleSet
from tocsin.detect.sigma.unconvertible import Unconvertible
from tocsin.events import EVENT
from tocsin.sources.block import printable
from tocsin.sources.source import Source

NO_LEVEL = "medium"
MAX_NAME = 300
"""Characters of a field's name."""

MAX_NAMES = 200
"""Fields of one rule."""

_ROLES = (
    ("persistence", frozenset({"persistence", "privilege-escalation", "stealth", "defense-evasion"})),
    ("attack", frozenset({"credential-access"})),
    ("identification", frozenset({"reconnaissance", "discovery"})),
)
"""What a rule shows, by its tactics of ATT&CK; the first that fits. Anything else shows that somebody is in."""


def read_rules(paths: Sequence[Path], sources: Iterable[Source], *, engine: str = "duckdb") -> RuleSet:
    """The rules in the files and below the folders, for events that the sources give. Raises `NoRules`."""
    sources = tuple(sources)
    found = parsed(paths, sources)
    left = list(found.left)
    names: dict[str, int] = {}
    rules: list[Rule] = []
    for document, logs, file in found.rules:
        try:
            about = about_of(document, file)
            _once(document, names)
            rules.append(_rule(_filtered(document, found.filters), logs, about, len(rules), engine))
        except (SigmaError, *UNFORESEEN) as error:
            left.append(_left(document, file, error))
        else:
            names |= dict.fromkeys(names_of(document), rules[-1].number)
    correlations = _correlations(found, rules, names, left)
    quiet = {part for one, generates in correlations if not generates for part in one.parts}
    return RuleSet(
        rules=tuple(replace(one, speaks=one.number not in quiet) for one in rules),
        correlations=tuple(replace(one, speaks=one.number not in quiet) for one, _ in correlations),
        left=tuple(left),
        elsewhere=tuple(found.elsewhere),
        plan=planned(_asked(rules, [one for one, _ in correlations]), sources),
    )


def about_of(document: SigmaRuleBase, file: Path) -> About:
    """What the rule says of itself."""
    title = printable(document.title or "") or file.stem
    tags = [(one.namespace.lower(), one.name.lower()) for one in document.tags]
    tactics = {name.replace("_", "-") for namespace, name in tags if namespace == "attack"}
    name = str(document.id or document.name or re.sub(r"\W+", "-", title.lower()).strip("-"))
    return About(
        name=f"sigma/{printable(name)}",
        title=title,
        level=document.level.name.lower() if document.level is not None else NO_LEVEL,
        tags=tuple(printable(f"{namespace}.{name}") for namespace, name in tags),
        techniques=tuple(
            name.upper()
            for namespace, name in tags
            if namespace == "attack" and re.fullmatch(r"t\d{4}(\.\d{3})?", name)
        ),
        false_positives=tuple(printable(one) for one in document.falsepositives if isinstance(one, str)),
        role=next((role for role, shown in _ROLES if tactics & shown), "access"),
        file=file,
    )


def _once(document: SigmaRuleBase, names: dict[str, int]) -> None:
    if twice := [name for name in names_of(document) if name in names]:
        raise Unconvertible(f"another rule has the same id or name: {printable(twice[0])}")


def _filtered(document: SigmaRule, filters: Sequence[tuple[SigmaFilter, Path]]) -> SigmaRule:
    for one, _ in filters:
        document = one.apply_on_rule(document)
    return document


def _rule(document: SigmaRule, logs: Logs, about: About, number: int, engine: str) -> Rule:
    parts = [converted(one.parsed, engine=engine) for one in document.detection.parsed_condition]
    names = frozenset[str]().union(*(names for _, names in parts))
    condition = _either([one for one, _ in parts])
    if len(names) > MAX_NAMES:
        raise Unconvertible(f"it asks for more than {MAX_NAMES} fields")
    for name in names:
        check_name(name, logs)
    condition(_trial(logs))  # what the fields' types do not allow shows here
    return Rule(about=about, number=number, logs=logs, names=names, condition=condition)


def _either(conditions: Sequence[Condition]) -> Condition:
    if len(conditions) == 1:
        return conditions[0]
    return lambda fields: ibis.or_(*(one(fields) for one in conditions))


def check_name(name: str, logs: Logs) -> None:
    """Raises `Unconvertible` for a name that no field of the log can have."""
    if logs.columns or logs.ocsf:
        columns.known(name, ocsf=logs.ocsf)
    elif name != ANYWHERE and (not name.isprintable() or len(name) > MAX_NAME or name.count(".") >= MAX_STEPS):
        raise Unconvertible(f"{printable(name)[:60]} can be no field's name")


def _trial(logs: Logs) -> Fields:
    if logs.columns or logs.ocsf:
        schema = {**ibis.Schema.from_pyarrow(EVENT), **dict.fromkeys(columns.ENRICHED, "string")}
        events = ibis.table(schema, name="events")
        return lambda name: columns.column(events, name, ocsf=logs.ocsf)
    table = ibis.table({"values": "array<string>"}, name="beside")
    return lambda _name: Field(value=table["values"], many=True)


def _correlations(
    found: Parsed, rules: list[Rule], names: dict[str, int], left: list[Left]
) -> list[tuple[Correlation, bool]]:
    """Correlations behind those that they refer to, and whether what they refer to speaks by itself."""
    made: list[tuple[Correlation, bool]] = []
    logs: dict[int, tuple[Logs, ...]] = {one.number: (one.logs,) for one in rules}
    waiting = list(found.correlations)
    while waiting:
        behind = []
        for document, file in waiting:
            try:
                referred = Referred.of(document, names, logs, {**_why_left(left), **found.unread})
                if referred.later([one for one, _ in waiting]):
                    behind.append((document, file))
                    continue
                _once(document, names)
                number = len(rules) + len(made)
                one = correlation_of(document, about_of(document, file), number, referred)
            except (SigmaError, *UNFORESEEN) as error:
                left.append(_left(document, file, error))
            else:
                made.append((one, bool(document.generate)))
                logs[number] = tuple(log for part in one.parts for log in logs[part])
                names |= dict.fromkeys(names_of(document), number)
        if len(behind) == len(waiting):
            reason = Unconvertible("it refers to itself, by way of what it refers to")
            left += [_left(document, file, reason) for document, file in behind]
            break
        waiting = behind
    return made


def _why_left(left: Sequence[Left]) -> dict[str, str]:
    return {name: one.reason for one in left for name in one.names}


def _left(document: SigmaRuleBase, file: Path, error: BaseException) -> Left:
    return Left(file=file, title=printable(document.title or ""), reason=said(error), names=tuple(names_of(document)))


def _asked(rules: Sequence[Rule], correlations: Sequence[Correlation]) -> Iterator[tuple[Logs, str]]:
    """Every field that a rule or a correlation asks of a log."""
    for rule in rules:
        yield from ((rule.logs, name) for name in rule.names)
    every: list[Rule | Correlation] = [*rules, *correlations]
    by_number = {one.number: one for one in every}
    for one in correlations:
        for part in one.parts:
            for rule in rules_behind(by_number[part], by_number):
                yield from ((rule.logs, one.field_of(name, part)) for name in (*one.group_by, *one.of))


def rules_behind(one: Rule | Correlation, by_number: dict[int, Rule | Correlation]) -> Iterator[Rule]:
    """The rules whose events a rule or correlation matches."""
    if isinstance(one, Rule):
        yield one
    else:
        for part in one.parts:
            yield from rules_behind(by_number[part], by_number)
