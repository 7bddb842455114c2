"""The acts that campaigns are made of, with all that is weighed about each, as columns for NumPy.

Out of a million events some tens of thousands match a detection; from here on the work is small by nature.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.mirrors import DIRECTORY, repeats
from tocsin.campaigns.texts import coded, together
from tocsin.enrich import FEATURES, GIST, familiarity, let_in
from tocsin.events import Activity

FOLLOW_MS = 3_600_000
"""A success within the hour after a failure belongs to it: the sitting in which people sort their password out."""

COLUMNS = (
    "event_uid",
    "provider",
    "tenant",
    "ts",
    "day_number",
    "activity",
    "outcome",
    "reason",
    "account",
    "account_known",
    "channel_kind",
    "source_ip",
    "prefix",
    "network",
    "country",
    "client",
    "user_agent",
    "session_uid",
    "correlation_uid",
    "request_uid",
    "provider_code",
    "raw_ref",
)

GATHERED = tuple(name for name in COLUMNS if name in GIST)
"""What tells an operator's events from owners'. The rest of COLUMNS is fetched of its own alone (whole.py)."""

ACT = (*GATHERED, "prefix")
"""What is weighed of an act, beside what is usual for its account."""

NUMBER = "act"
"""A column of events: the number of the act that each is, -1 where it is none."""

IN_ORDER = [("ts", "ascending"), ("event_uid", "ascending"), ("provider", "ascending")]
"""By time; what is at the same time always in the same order, however it came into the store."""


def weighable(acts: ibis.Table, days: ibis.Table, events: ibis.Table) -> ibis.Table:
    """`acts` (enriched events) with familiarity and `followed`: the account was let in from there within the hour,
    the first time after `followed_ms` (NULL where it was not)."""
    recovered = (events.activity == "recovery_complete") & (events.outcome == "success")
    entered = events.filter(let_in(events) | recovered).select("account", "source_ip", success_ts="ts")
    keyed = acts.select("provider", "event_uid", "account", "source_ip", "ts")
    met = keyed.inner_join(entered, ["account", "source_ip"])
    met = met.filter(met.success_ts >= met.ts, met.success_ts <= met.ts + FOLLOW_MS)
    followed = met.group_by("provider", "event_uid").aggregate(followed_ms=(met.success_ts - met.ts).min())
    joined = acts.left_join(followed, ["provider", "event_uid"])
    joined = joined.mutate(followed=joined.followed_ms.notnull())
    kept = [*ACT, "followed", "followed_ms", *(["detection"] if "detection" in acts.columns else [])]
    return familiarity(joined.select(*kept), days)


@dataclass(frozen=True)
class Acts:
    """Acts in order of time then id; arrays are parallel."""

    table: pa.Table
    _texts: dict[str, np.ndarray] = field(default_factory=dict, init=False, repr=False, compare=False)
    _coded: dict[str, tuple[np.ndarray, list[Any]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, table: pa.Table) -> Acts:
        return cls(table.sort_by(IN_ORDER))

    def __len__(self) -> int:
        return len(self.table)

    def text(self, name: str) -> np.ndarray:
        """object array; None for NULL. Not to be written to."""
        held = self._texts.get(name)
        if held is None:
            codes, values = self.coded(name)
            held = self._texts[name] = np.array(values, object)[codes]
        return held

    def coded(self, name: str) -> tuple[np.ndarray, list[Any]]:
        """A column as `texts.coded` gives it, worked out once. Not to be written to."""
        held = self._coded.get(name)
        if held is None:
            held = self._coded[name] = coded(self.table[name])
        return held

    def numbered(self, events: pa.Table) -> pa.Table:
        """The events with NUMBER."""
        numbers = pc.index_in(event_keys(events), value_set=event_keys(self.table)).fill_null(-1)
        return events.append_column(NUMBER, numbers)

    def starts_shown(self) -> frozenset[str]:
        """Providers whose logs show who starts recoveries, with those whose logs repeat what these tell."""
        shown = {*self.text("provider")[self.equal("activity", Activity.RECOVERY_START.value)].tolist()}
        return frozenset(shown | {mirror for mirror, own in DIRECTORY.items() if own in shown})

    def codes(self, *names: str) -> tuple[np.ndarray, list[tuple[Any, ...]]]:
        """int64 code of the combination of columns per act, and the values each code stands for."""
        alike = together(self.coded(name) for name in names)
        _, first, each = np.unique(alike, return_index=True, return_inverse=True)
        number = np.argsort(np.argsort(first))  # as they come
        first.sort()
        return number[each], list(zip(*[self.text(name)[first].tolist() for name in names], strict=True))

    @cached_property
    def repeated(self) -> np.ndarray:
        """Acts that the directory's own log tells of, too (`mirrors.repeats`): bool per act."""
        alike, _ = self.codes("account", "source_ip", "activity", "outcome", "reason")
        return repeats(self.table["provider"], alike, self.ts)

    @cached_property
    def ts(self) -> np.ndarray:
        return np.asarray(self.table["ts"].to_numpy())

    @cached_property
    def day(self) -> np.ndarray:
        return np.asarray(self.table["day_number"].to_numpy())

    @cached_property
    def followed(self) -> np.ndarray:
        """Acts after which the account was let in from there within the hour."""
        return np.asarray(self.table["followed"].to_numpy(zero_copy_only=False), np.bool_)

    def where(self, mask: np.ndarray) -> Acts:
        return Acts(self.table.filter(pa.array(mask)))

    def until(self, last_day: int) -> Acts:
        return self.where(self.day <= last_day)

    def equal(self, name: str, value: str) -> np.ndarray:
        return np.asarray(pc.equal(self.table[name], value).fill_null(False).to_numpy(zero_copy_only=False), np.bool_)


def event_keys(events: pa.Table) -> pa.Array:
    """Each event's provider and id in one text: no provider's name holds what parts the two."""
    return pc.binary_join_element_wise(events["provider"], events["event_uid"], "\x1f").combine_chunks()


def among(events: pa.Table, others: pa.Table) -> np.ndarray:
    """Which of the events are among the others: bool per event."""
    found = pc.is_in(event_keys(events), value_set=event_keys(others))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


__all__ = [
    "ACT",
    "COLUMNS",
    "FEATURES",
    "FOLLOW_MS",
    "GATHERED",
    "IN_ORDER",
    "NUMBER",
    "Acts",
    "among",
    "event_keys",
    "weighable",
]
