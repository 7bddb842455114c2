"""A small site that Sigma rules are asked of: records written to files, read into a store, and put on an engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import msgspec
import pyarrow as pa

from tocsin.detect import Finding
from tocsin.detect.sigma import Found, RuleSet, read_rules, rule_findings
from tocsin.engines import Engine
from tocsin.lake import Intake, Lake, take_in
from tocsin.sources import SOURCES, Reader, Source

Record = Mapping[str, Any]

NOW = datetime(2026, 4, 1)  # noqa: DTZ001 - naive UTC
START = datetime(2026, 3, 2, 8)  # noqa: DTZ001


def okta(uid: str, seconds: float = 0, **more: Any) -> dict[str, Any]:
    """A System Log event; `more` replaces its parts."""
    when = START + timedelta(seconds=seconds)
    record: dict[str, Any] = {
        "uuid": uid,
        "published": when.isoformat(timespec="milliseconds") + "Z",
        "eventType": "user.session.start",
        "outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"},
        "actor": {"id": "00u1", "type": "User", "alternateId": "ada@example.org", "displayName": "Ada"},
        "client": {"ipAddress": "203.0.113.5"},
    }
    return record | more


@dataclass(frozen=True, kw_only=True)
class Site:
    """What rules were asked of, and what they said."""

    rules: RuleSet
    intake: Intake
    found: Found
    events: pa.Table = field(repr=False)

    @property
    def matched(self) -> dict[str, list[str]]:
        """Title of a rule -> ids of the events in its findings; rules that found nothing are not there."""
        return _matched(self.found)

    def told(self, title: str) -> list[Finding]:
        return [one for one in self.found.findings if one.title == title]


def asked(engine: Engine, folder: Path, rules: str, records: Mapping[str, Iterable[Record]] | Sequence[Record]) -> Site:
    """The rules (YAML) asked of records: one file of Okta's, or files by name."""
    written = dict(records) if isinstance(records, Mapping) else {"okta.jsonl": records}
    (folder / "logs").mkdir(parents=True)
    for name, held in written.items():
        (folder / "logs" / name).write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in held))
    (folder / "rules.yml").write_text(rules, encoding="utf-8")
    return scanned(engine, folder / "store", folder / "rules.yml", sorted((folder / "logs").iterdir()))


def scanned(
    engine: Engine, store: Path, rules: Path, files: Sequence[Path], sources: Sequence[Source] = SOURCES
) -> Site:
    """The files taken into the store and the rules asked of all that it holds."""
    brought = read_rules([rules], sources, engine=engine.name)
    lake = Lake(store)
    reader = Reader(brought.plan.reading(sources), ingested_at=NOW, workers=1)
    intake = take_in(lake, files, reader, wanted=brought.wanted)
    nothing = ibis.null("string")
    events = engine.events(lake.event_files()).mutate(network=nothing, country=nothing, client=nothing)
    found = rule_findings(engine, events, brought, intake.beside)
    return Site(rules=brought, intake=intake, found=found, events=engine.rows(events))


def by_title(engine: Engine, events: ibis.Table, rules: RuleSet) -> dict[str, list[str]]:
    """What rules on columns match in enriched events."""
    return _matched(rule_findings(engine, events, rules, []))


def _matched(found: Found) -> dict[str, list[str]]:
    held: dict[str, set[str]] = {}
    for one in found.findings:
        held.setdefault(one.title, set()).update(uid for _, uid in one.event_uids)
    return {title: sorted(uids) for title, uids in held.items()}
