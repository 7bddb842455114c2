"""Account recovery as sessions with states: the door of this room.

A session begins when an identifier is submitted at a recovery form, and goes on while somebody takes it
further:

    identified     only an identifier was submitted: no such account, or recovery is not set up for it
    started        the form went on: the account can be recovered
    message_sent   a code or link went out over a recovery channel
    proof_tried    a code, link or answer was presented, right or wrong
    completed      the credential was replaced

`reached` is the furthest of these, whatever order the rows came in. `ended` says how it ended: `completed`;
`blocked` (the provider throttled or refused it); `cancelled` (the last thing the requester did was to
leave); `abandoned` (no step for as long as a token lives, or there was nothing to go on with); `open` (the
log ends before that could be told). docs/recovery-sessions.md draws the diagram and says how rows are
joined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis

from tocsin.recovery.fold import folded
from tocsin.recovery.join import joined, narrowed
from tocsin.recovery.rules import DEFAULT_RULES, Rules
from tocsin.recovery.select import recovery_rows
from tocsin.recovery.summarise import log_ends, sessions_of, source_parts_of

Keep = Callable[[ibis.Table], ibis.Table]

STEPS = ibis.schema(
    {
        "event_uid": "!string",
        "provider": "string",
        "tenant": "string",
        "ts": "int64",  # milliseconds since 1970, UTC
        "account": "string",  # as the event names it, else the one that its correlation names
        "account_known": "string",  # as this event tells it
        "source_ip": "string",
        "user_agent": "string",
        "recovery_session_uid": "string",
        "act_uid": "string",  # provider:event_uid of the act's first row
        "step": "string",  # identified | started | message | proof | completed | cancelled | blocked
        "outcome": "string",
        "reason": "string",
        "channel_kind": "string",
        "is_first_of_act": "boolean",  # true once an act: count these
        "from_requester": "boolean",  # source_ip is the requester's, not an administrator's or a service's
        "is_source_step": "boolean",  # an act, not a consequence like a mail going out by itself
    }
)
"""One row per recovery event."""

SESSIONS = ibis.schema(
    {
        "recovery_session_uid": "string",  # provider:event_uid of the first row
        "provider": "string",  # of the first row
        "tenant": "string",  # of the first row, or of one that names it
        "account": "string",
        "account_known": "string",  # true if a row says so, else false if a row says so, else unknown
        "first_ts": "int64",
        "last_ts": "int64",
        "start_ip": "string",  # of the source that started it, else of the first row that has one
        "start_user_agent": "string",
        "channels": "string",  # kinds, sorted, joined by commas; '' if none is named
        "starts": "int64",  # acts, not rows, from here on
        "messages": "int64",
        "proofs_failed": "int64",
        "proofs_passed": "int64",
        "completed": "boolean",
        "blocked": "boolean",
        "cancelled": "boolean",
        "reached": "string",  # identified | started | message_sent | proof_tried | completed
        "ended": "string",  # completed | blocked | cancelled | abandoned | open
    }
)
"""One row per recovery session."""

SOURCE_PARTS = ibis.schema(
    {
        "recovery_session_uid": "string",
        "source_ip": "string",
        "user_agent": "string",  # where a row names none, that of the same address in this session
        "first_ts": "int64",
        "last_ts": "int64",
        "started": "boolean",  # this source submitted the identifier
        "continued": "boolean",  # it chose an option by hand, presented a proof right or wrong, or completed
        "proofs_failed": "int64",
        "proofs_passed": "int64",
        "completed": "boolean",
    }
)
"""One row per session and source (address and user agent): who did which part of it."""


@dataclass(frozen=True, kw_only=True)
class RecoveryTables:
    steps: ibis.Table  # STEPS
    sessions: ibis.Table  # SESSIONS
    source_parts: ibis.Table  # SOURCE_PARTS


def sessions(
    events: ibis.Table,
    *,
    concerned: ibis.Table | None = None,
    rules: Rules = DEFAULT_RULES,
    keep: Keep = lambda steps: steps,
) -> RecoveryTables:
    """The recovery sessions in a table of EVENT columns (more columns do no harm; duplicates must be gone).

    Nothing runs until one of the tables is asked for, and each runs the whole way by itself: `keep` may
    store the steps (`ibis.Table.cache`, a table of the lake) for the other two to be derived from. The events are
    read ten times over; `concerned` is `concerning_recovery(events)`, if that is stored.
    """
    steps = keep(_steps(events if concerned is None else concerned, rules))
    return RecoveryTables(
        steps=steps,
        sessions=sessions_of(steps, log_ends(events), rules).select(*SESSIONS.names),
        source_parts=source_parts(steps),
    )


def source_parts(steps: ibis.Table) -> ibis.Table:
    """SOURCE_PARTS of the sessions that these steps (STEPS) are all of."""
    return source_parts_of(steps).select(*SOURCE_PARTS.names)


def _steps(events: ibis.Table, rules: Rules) -> ibis.Table:
    rows = recovery_rows(events, rules)
    acts = folded(joined(narrowed(rows), rules), rules)
    found = rows.join(acts, ["owner", "uid"])
    # A start that its own act refuses went no further than the identifier.
    step = ibis.cases((found.refused & (found.step == "started"), "identified"), else_=found.step)
    return found.mutate(step=step).select(*STEPS.names)
