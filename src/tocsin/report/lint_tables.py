"""What `tocsin lint` found, on the terminal: a table for each severity, then what cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tocsin.lint import (
    KINDS,
    PRACTICE_RULES,
    RULES,
    SEVERITIES,
    Found,
    Judged,
    NotGiven,
    Place,
    PracticeRule,
    Report,
    Rule,
)
from tocsin.report.phrases import PROVIDER_WORDS, counted
from tocsin.report.visible import visible

EVENTS_SHOWN = 3
UNSAID_SHOWN = 12
PLACES_SHOWN = 3
TEXT_CHARS = 400

_STYLE = {"high": "bold red", "medium": "yellow", "low": "dim"}


def report(found: Report, *, every: bool = False) -> RenderableType:
    """The whole answer. `every`: what is kept, too, and all that cannot be said."""
    parts: list[RenderableType] = [Text(_headline(found), "bold")]
    for severity in SEVERITIES:
        if rows := [one for one in found.findings if one.severity == severity]:
            parts.append(_findings(f"{severity} ({len(rows)})", severity, rows))
    if found.cannot_say or found.not_given:
        parts.append(_heading(f"cannot say ({len(found.cannot_say) + len(found.not_given)})", "bold"))
        parts.append(_unsaid(found.cannot_say, found.not_given, every=every))
    if every and found.kept:
        parts += [_heading(f"kept ({len(found.kept)})", "bold"), _judged(_by_fact(found.kept))]
    for refused in found.refused:
        place, reason = (visible(text, limit=TEXT_CHARS) for text in (refused.file, refused.reason))
        parts.append(Text(f"Not judged: {place}: {reason}.", "red"))
    for passed in found.passed_over:
        parts.append(Text(f"{visible(passed.file)}: {counted(passed.objects, 'other object')} passed over.", "dim"))
    return Group(*parts)


def rules() -> RenderableType:
    """Every kind of document, and the rules for it."""
    parts: list[RenderableType] = []
    for kind in KINDS:
        parts.append(_heading(kind.title, "bold"))
        parts.append(Text(f"Get it: {kind.got}.", "dim"))
        parts.append(_rules([rule for rule in RULES if rule.kind == kind.name]))
    parts.append(_heading("The logs of a scan (--store)", "bold"))
    parts.append(_rules(PRACTICE_RULES))
    return Group(*parts)


def _rules(listed: Sequence[Rule[Any] | PracticeRule]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("rule", overflow="fold")
    table.add_column("severity", no_wrap=True)
    table.add_column("clauses", overflow="fold")
    for rule in listed:
        clauses = "\n".join(one.id for one in rule.clauses)
        words = Text.assemble(rule.title, "\n", (rule.name, "dim"))
        table.add_row(words, Text(rule.severity, _STYLE[rule.severity]), clauses)
    return table


def _headline(found: Report) -> str:
    counts = [f"{n} {severity}" for severity in SEVERITIES if (n := _count(found.findings, severity))]
    parts = [counted(len(found.read), "document")] if found.read or not found.store else []
    judged = " and ".join([*parts, "the logs in the store"] if found.store else parts)
    kept, unsaid = len(found.kept), len(found.cannot_say)
    verdict = f"{counted(len(found.findings), 'finding')} ({', '.join(counts)})" if counts else "No finding"
    return f"{judged[:1].upper()}{judged[1:]} judged. {verdict}; {kept} kept; {unsaid} cannot be said."


def _count(findings: Sequence[Found], severity: str) -> int:
    return sum(one.severity == severity for one in findings)


def _heading(words: str, style: str) -> RenderableType:
    return Padding(Text(words, style), (1, 0, 0, 0))


def _findings(heading: str, severity: str, rows: Sequence[Found]) -> RenderableType:
    """A row a rule: what it says of several places stands together."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style=_STYLE[severity], show_lines=True)
    table.add_column(heading, overflow="fold")
    by_rule: dict[str, list[Found]] = {}
    for one in rows:
        by_rule.setdefault(one.rule, []).append(one)
    for found in by_rule.values():
        first = found[0]
        text = Text.assemble((first.title, "bold"), (f"  {first.rule}", "dim"), f"\n{first.why}")
        for one in found:
            text.append(f"\n{_sentence(one.fact)}: ").append(where(one.place), "cyan")
            _events(text, one, EVENTS_SHOWN if len(found) == 1 else 1)
        for fix in dict.fromkeys(one.fix for one in found):
            text.append("\nFix: ", "bold").append(fix)
        text.append(f"\n{', '.join(clause.id for clause in first.clauses)}", "dim")
        table.add_row(text)
    return Padding(table, (1, 0, 0, 0))


def _events(text: Text, found: Found, most: int) -> None:
    for event in found.evidence[:most]:
        text.append(f"\n  {event.time} {visible(PurePath(event.raw_ref).name)}", "dim")
    if (more := len(found.evidence) - most) > 0:
        text.append(f" … and {counted(more, 'more event')} (--json)", "dim")


def _unsaid(rows: Sequence[Judged], missing: Sequence[NotGiven], *, every: bool) -> RenderableType:
    grouped = _by_fact(rows)
    shown = grouped if every else grouped[:UNSAID_SHOWN]
    parts: list[RenderableType] = [_judged(shown)] if shown else []
    if more := len(grouped) - len(shown):
        parts.append(Text(f"… and {more:,} more (--all lists them).", "dim"))
    for one in missing:
        parts.append(Text(f"{one.title}: not given ({counted(len(one.rules), 'rule')}). Get it: {one.got}."))
    return Group(*parts)


def _by_fact(rows: Sequence[Judged]) -> list[list[Judged]]:
    """What is said of several places in the same words."""
    found: dict[tuple[str, str], list[Judged]] = {}
    for one in rows:
        found.setdefault((one.rule, one.fact), []).append(one)
    return list(found.values())


def _judged(grouped: Sequence[Sequence[Judged]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_header=False)
    table.add_column("rule", overflow="fold", ratio=2)
    table.add_column("why", overflow="fold", ratio=5)
    for same in grouped:
        places = "\n".join(where(one.place) for one in same[:PLACES_SHOWN])
        more = f"\n… and {counted(len(same) - PLACES_SHOWN, 'more place')}" if len(same) > PLACES_SHOWN else ""
        fact = Text.assemble(_sentence(same[0].fact), "\n", (places + more, "cyan"))
        table.add_row(Text(same[0].rule, "dim"), fact)
    return table


def where(place: Place) -> str:
    """`realm.json, realm school: verifyEmail = false`, or the tenant's log."""
    if place.of == "log":
        named = PROVIDER_WORDS.get(place.provider or "", place.provider or "")
        return f"log of {named}{f' ({visible(place.tenant)})' if place.tenant else ''}"
    document = f", {visible(place.document)}" if place.document else ""
    value = f" = {visible(place.value, limit=TEXT_CHARS)}" if place.value is not None else ""
    return f"{visible(place.file)}{document}: {visible(place.at or 'file', limit=TEXT_CHARS)}{value}"


def _sentence(fact: str) -> str:
    text = visible(fact, limit=TEXT_CHARS)
    return text[:1].upper() + text[1:]
