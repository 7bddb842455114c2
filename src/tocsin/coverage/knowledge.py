"""The table of what logs can show (`what_logs_show.toml`), read once and checked.

What the table does not know is not known: no kind of act is held to be shown because nobody said that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.coverage.kinds import BY_NAME
from tocsin.events import Activity

TABLE = Path(__file__).with_name("what_logs_show.toml")


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a fact is said."""

    name: str
    url: str


class Kept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the provider keeps the log: so many days with this licence, or in words."""

    source: str
    days: int | None = None
    licence: str | None = None
    words: str | None = None


class Delay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long after the act its record can be had."""

    words: str
    source: str


class Shows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Kinds that the log shows, by one document."""

    source: str
    kinds: list[str]


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of act in one log."""

    kind: str
    shown: Literal["yes", "partly", "no"]
    source: str
    words: str = ""
    occurs_as: list[str] = []  # activities by which it shows, where the log has no word for it
    licence: str | None = None  # needed for it


class Log(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One log of a provider, in all formats in which it is exported."""

    provider: str
    log: str
    title: str
    formats: list[str]
    retention: list[Kept] = []  # none: not known
    delay: Delay | None = None
    activities: list[str] = []  # by which its days are told from those of the provider's other logs; none: all
    yes: list[Shows] = []
    facts: list[Fact] = []

    def fact(self, kind: str) -> Fact | None:
        """What is known of the kind in this log."""
        for one in self.facts:
            if one.kind == kind:
                return one
        for group in self.yes:
            if kind in group.kinds:
                return Fact(kind=kind, shown="yes", source=group.source)
        return None


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sources: dict[str, Document]
    logs: list[Log]
    unknown: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """The table: documents, logs in their order, and formats of which nothing is known, with the reason."""

    documents: dict[str, Document]
    logs: tuple[Log, ...]
    unknown: dict[str, str]

    def of(self, provider: str) -> tuple[Log, ...]:
        """The provider's logs."""
        return tuple(one for one in self.logs if one.provider == provider)

    def formats(self) -> set[str]:
        """Formats that the table knows or names as not known."""
        return {name for log in self.logs for name in log.formats} | set(self.unknown)


@cache
def knowledge(path: Path = TABLE) -> Knowledge:
    """The table. Raises `ValueError` on a fault in it: it ships with the package."""
    table = msgspec.toml.decode(path.read_bytes(), type=_Table)
    if faults := sorted(_faults(table)):
        raise ValueError(f"{path}: " + "; ".join(faults))
    return Knowledge(documents=table.sources, logs=tuple(table.logs), unknown=table.unknown)


def _faults(table: _Table) -> Iterable[str]:
    named: set[str] = set()
    seen: set[tuple[str, str]] = set()
    words = {one.value for one in Activity}
    for log in table.logs:
        place = f"{log.provider}/{log.log}"
        if (log.provider, log.log) in seen:
            yield f"{place} stands twice"
        seen.add((log.provider, log.log))
        kinds = [one.kind for one in log.facts] + [kind for group in log.yes for kind in group.kinds]
        yield from (f"{place}: {kind!r} is no kind of act" for kind in kinds if kind not in BY_NAME)
        yield from (f"{place}: {kind!r} is said twice" for kind in set(kinds) if kinds.count(kind) > 1)
        cited = [one.source for one in log.retention] + ([log.delay.source] if log.delay else [])
        cited += [one.source for one in log.yes] + [one.source for one in log.facts]
        named.update(cited)
        yield from (f"{place}: no document {one!r}" for one in cited if one not in table.sources)
        acts = [*log.activities, *(act for one in log.facts for act in one.occurs_as)]
        yield from (f"{place}: {act!r} is no activity" for act in acts if act not in words)
        yield from (f"{place}: {one.kind} needs words" for one in log.facts if one.shown != "yes" and not one.words)
        yield from (f"{place}: retention without days or words" for one in log.retention if not (one.days or one.words))
    yield from (f"document {one!r} is cited nowhere" for one in table.sources.keys() - named)
