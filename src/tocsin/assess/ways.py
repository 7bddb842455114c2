"""Over which recovery channels a campaign went, and over which of them, or without any, accounts fell.

What was tried on all accounts says nothing of how the few were lost: an account attacked by text message may have
fallen by its password. How it fell is read at the first act that shows control of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

import pyarrow as pa

from tocsin.events import Activity, Outcome

NO_RECOVERY = "no_recovery"
"""Of accounts that the campaign had before, or without, a recovery: as far as the logs show."""

NOT_TOLD = "not_told"
"""Of accounts that fell by a recovery of which no log names the channel."""

ONE_ACT = timedelta(minutes=10)
"""Clocks of two logs may be so far apart: a sign-in may seem to come before the recovery that made it possible."""

CONTROL = ("access", "persistence")

Key = tuple[str, str]  # provider, event_uid or account
Row = Mapping[str, object]


def channels_tried(rows: Sequence[Row], events: pa.Table) -> dict[str, int]:
    """Accounts by the kind of recovery channel their attack went over, however it ended."""
    kinds = _kinds(events)
    held: dict[str, set[Key]] = defaultdict(set)
    for row in rows:
        kind = kinds.get(_key(row))
        if kind and row["role"] != "identification" and str(row["activity"]).startswith("recovery"):
            held[kind].add(_account(row))
    return {kind: len(accounts) for kind, accounts in sorted(held.items())}


def ways_in(rows: Sequence[Row], events: pa.Table, sessions: Mapping[Key, str]) -> dict[str, int]:
    """Compromised accounts by the kind of recovery channel they fell over, `NOT_TOLD` or `NO_RECOVERY`; each counts
    once, two channels of one recovery as ``app+email``. `sessions`: (provider, event_uid) -> recovery session."""
    kinds = _kinds(events)
    taken: dict[Key, list[Row]] = defaultdict(list)
    runs: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["account_exists"] and row["role"] in CONTROL:
            taken[_account(row)].append(row)
        if session := sessions.get(_key(row)):
            runs[session].append(row)
    found = Counter(_way(acts, runs, kinds, sessions) for acts in taken.values())
    return dict(sorted(found.items()))


def _way(
    acts: Sequence[Row],
    runs: Mapping[str, Sequence[Row]],
    kinds: Mapping[Key, str | None],
    sessions: Mapping[Key, str],
) -> str:
    """How one account fell, by the acts that show control of it. What was proven names the channel before what was
    only sent. `runs`: rows by recovery session."""
    first = min(cast("datetime", row["time"]) for row in acts)
    begun = [row for row in acts if cast("datetime", row["time"]) - first <= ONE_ACT]
    session = next((sessions[_key(row)] for row in begun if _key(row) in sessions), None)
    if session is None:
        return NO_RECOVERY
    run = [row for row in runs[session] if row["outcome"] != Outcome.FAILURE.value]
    for shown in ([row for row in run if _proves(row)], run):
        if told := {kind for row in shown if (kind := kinds.get(_key(row)))}:
            return "+".join(sorted(told))
    return NOT_TOLD


def _proves(row: Row) -> bool:
    right = row["activity"] == Activity.RECOVERY_PROOF.value and row["outcome"] == Outcome.SUCCESS.value
    return right or row["role"] in CONTROL


def _kinds(events: pa.Table) -> dict[Key, str | None]:
    """(provider, event_uid) -> kind of channel."""
    columns = [events[name].to_pylist() for name in ("provider", "event_uid", "channel_kind")]
    return {(provider, uid): kind for provider, uid, kind in zip(*columns, strict=True)}


def _key(row: Row) -> Key:
    return str(row["provider"]), str(row["event_uid"])


def _account(row: Row) -> Key:
    return str(row["account_provider"]), str(row["account"])
