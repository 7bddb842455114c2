"""What the log of an own application shows: what its mapping file reads from it, and nothing else for certain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tocsin.coverage.kinds import KINDS
from tocsin.coverage.knowledge import Document, Fact, Knowledge, Log
from tocsin.events import Activity, Known, Outcome
from tocsin.sources import LogMapping
from tocsin.sources.mapping import Rule

DOCUMENT = "own-mapping"

WORDS = "as the mapping file reads it"


def with_own_logs(table: Knowledge, mappings: Iterable[tuple[str, LogMapping]]) -> Knowledge:
    """The table with a log for each mapping (by the name of its format). What no rule reads stays not known."""
    logs = [_log(name, mapping) for name, mapping in mappings]
    if not logs:
        return table
    documents = {**table.documents, DOCUMENT: Document(name="the mapping file", url="")}
    return replace(table, documents=documents, logs=(*table.logs, *logs))


def _log(name: str, mapping: LogMapping) -> Log:
    return Log(
        provider=mapping.provider,
        log=name,
        title=mapping.title or f"{mapping.provider} log",
        formats=[name],
        facts=[Fact(kind=kind, shown="partly", words=WORDS, source=DOCUMENT) for kind in _kinds(mapping)],
    )


def _kinds(mapping: LogMapping) -> Iterator[str]:
    rules = [rule for rule in mapping.rules if not rule.ignore]
    # A rule without an activity says something of the records of other rules, too.
    activities = {rule.activity for rule in rules if rule.activity is not None}
    for kind in KINDS:
        if kind.counted == "addressed":
            read = mapping.fields.source_ip is not None
        elif kind.counted == "client":
            read = mapping.fields.user_agent is not None or mapping.fields.client_key is not None
        else:
            said = {"failed": _fails, "unknown": _unknown}.get(kind.counted)
            of_kind = [rule for rule in rules if rule.activity is None or rule.activity in kind.activities]
            read = bool(activities & set(kind.activities)) and (said is None or any(map(said, of_kind)))
            if kind.name == "second_factor":
                read = Activity.CHALLENGE in activities
        if read:
            yield kind.name


def _fails(rule: Rule) -> bool:
    return rule.outcome is Outcome.FAILURE


def _unknown(rule: Rule) -> bool:
    return rule.account_known is False or rule.account_known is Known.FALSE
