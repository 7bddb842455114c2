"""Sigma rules as a list: those that run, with their log, and those that do not, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.detect.words import counted
from tocsin.report.visible import visible

LIMIT = 400
"""Characters of a reason: what a parser says may be long."""

if TYPE_CHECKING:
    from tocsin.detect.sigma import RuleSet


def listed(rules: RuleSet) -> Iterator[RenderableType]:
    """What to print, in order."""
    kinds = Counter(one.reason for one in rules.elsewhere)
    yield Text(
        f"Rules that run: {len(rules.every)}. That cannot be converted: {len(rules.left)}."
        f" About logs that Tocsin does not read: {len(rules.elsewhere)}."
    )
    if rules.rules or rules.correlations:
        yield _running(rules)
    if rules.left:
        yield _left(rules)
    for reason, number in kinds.most_common():
        yield Text(f"{visible(reason)}: {counted(number, 'rule')}")


def _running(rules: RuleSet) -> Table:
    table = Table(title="Rules that run", box=None, title_justify="left", pad_edge=False)
    for name in ("Rule", "Level", "Log", "Speaks"):
        table.add_column(name, overflow="fold")
    for rule in rules.rules:
        says = "" if rule.speaks else "in a correlation only"
        table.add_row(_text(rule.about.title), rule.about.level, _text(rule.logs.title), says)
    for one in rules.correlations:
        says = "" if one.speaks else "in a correlation only"
        table.add_row(_text(one.about.title), one.about.level, one.kind, says)
    return table


def _left(rules: RuleSet) -> Table:
    table = Table(title="Rules that cannot be converted", box=None, title_justify="left", pad_edge=False)
    for name in ("File", "Rule", "Why"):
        table.add_column(name, overflow="fold")
    for one in rules.left:
        table.add_row(_text(str(one.file)), _text(one.title), _text(one.reason))
    return table


def _text(value: str) -> Text:
    """As it stands, without markup and without what hides."""
    return Text(visible(value, limit=LIMIT))
