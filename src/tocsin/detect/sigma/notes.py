"""What an answer that rests on rules has to say of them, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tocsin.detect.sigma.find import Said
from tocsin.detect.sigma.logs import Logs
from tocsin.detect.sigma.rules import RuleSet
from tocsin.detect.words import counted

TOLD = 5
MANY = 500
"""Findings of one rule that nobody reads one by one."""


def notes_on(
    rules: RuleSet,
    said: Sequence[Said],
    *,
    formats: Mapping[str, int],
    without: Mapping[str, int],
    read_again: int,
) -> Iterator[str]:
    """Rules that do not run, those too broad to say anything, and events that none of them was asked of.

    `formats` are the store's events by format, `without` those whose fields were not read.
    """
    yield from _left(rules)
    for one in said:
        if one.of is not None:
            yield (
                f"The Sigma rule {one.rule.about.title} matches {one.events:,} of the {one.of:,} events of its log:"
                " it is too broad to tell one from another, so its matches are no findings."
            )
        elif one.findings > MANY:
            yield (
                f"The Sigma rule {one.rule.about.title} has {one.findings:,} findings: a correlation over it, or a"
                " filter, would say more."
            )
    logs = {rule.logs.name: rule.logs for rule in rules.rules if rule.logs.formats}
    for log in logs.values():
        yield from _unasked(log, formats, without)
    if read_again:
        yield (
            f"{counted(read_again, 'file')} that had been read before {'was' if read_again == 1 else 'were'} read once"
            " more, for fields that the Sigma rules name."
        )


def _left(rules: RuleSet) -> Iterator[str]:
    if rules.left:
        named = [f"{one.title or one.file.name} ({one.reason})" for one in rules.left[:TOLD]]
        more = f"; and {len(rules.left) - TOLD} more: `tocsin sigma` lists them" if len(rules.left) > TOLD else ""
        yield f"{counted(len(rules.left), 'Sigma rule')} cannot be run: {'; '.join(named)}{more}."


def _unasked(log: Logs, formats: Mapping[str, int], without: Mapping[str, int]) -> Iterator[str]:
    if gone := sum(without.get(name, 0) for name in log.formats):
        yield (
            f"{counted(gone, 'event')} of {log.title} could not be asked by Sigma rules: the fields that these name"
            " were not read when the events were, and the files are no longer there."
        )
    if other := sum(formats.get(name, 0) for name in log.blind):
        yield (
            f"{counted(other, 'event')} of {log.title} came in a format without the provider's own field names, so"
            " Sigma rules that name these could not be asked of them."
        )
