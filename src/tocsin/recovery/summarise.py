"""Steps to one row per session, and one row per session and source."""

from __future__ import annotations

import ibis

from tocsin.events import ChannelKind, Known, Outcome, Reason
from tocsin.recovery.rules import Rules
from tocsin.recovery.select import family_of, ranked
from tocsin.recovery.windows import holds, only, within

REACHED = ("identified", "started", "message_sent", "proof_tried", "completed")
"""How far a session got, in order."""

_STARTS = ("identified", "started", "blocked")


def log_ends(events: ibis.Table) -> ibis.Table:
    """`family, log_end_ts`: the last moment that each provider family's log speaks of."""
    return events.group_by(family=family_of(events.provider)).aggregate(log_end_ts=events.ts.max())


def sessions_of(steps: ibis.Table, ends: ibis.Table, rules: Rules) -> ibis.Table:
    one = ["recovery_session_uid"]
    rows = steps.mutate(rank=ranked(steps.step))
    nth = ibis.row_number().over(ibis.window(group_by=one, order_by=["ts", "rank", "event_uid", "provider"]))
    rows = rows.mutate(nth=nth)
    asked = only(rows.nth, rows.from_requester)
    start = only(rows.nth, rows.is_source_step & rows.step.isin(_STARTS))
    rows = rows.mutate(origin=ibis.coalesce(start.min().over(within(one)), asked.min().over(within(one))))
    found = rows.group_by("recovery_session_uid").aggregate(**_facts(rows))
    found = found.mutate(
        family=family_of(found.provider),
        account_known=ibis.cases(
            (found.known, Known.TRUE.value), (found.not_known, Known.FALSE.value), else_=Known.UNKNOWN.value
        ),
        channels=_kinds(found),
        reached=ibis.cases(*[(found.furthest == rank, name) for rank, name in enumerate(REACHED)], else_=REACHED[0]),
    )
    found = found.left_join(ends, "family").drop("family_right")
    over = found.log_end_ts - found.last_ts >= rules.lifetime_ms
    left = found.cancelled_ts.notnull() & (found.acted_ts.isnull() | (found.acted_ts <= found.cancelled_ts))
    ended = ibis.cases(
        (found.completed, "completed"), (found.blocked, "blocked"), (left, "cancelled"),
        ((found.furthest == 0) | over, "abandoned"), else_="open",
    )  # fmt: skip
    return found.mutate(ended=ended).select(
        "recovery_session_uid", "provider", "tenant", "account", "account_known", "first_ts", "last_ts",
        "start_ip", "start_user_agent", "channels", "starts", "messages", "proofs_failed", "proofs_passed",
        "completed", "blocked", "cancelled", "reached", "ended",
    )  # fmt: skip


def source_parts_of(steps: ibis.Table) -> ibis.Table:
    own = steps.filter(steps.from_requester)
    same = own.user_agent.max().over(within(["recovery_session_uid", "source_ip"]))
    own = own.mutate(user_agent=own.user_agent.fill_null(same))
    failed, passed = _proofs(own)
    # A message that went out by itself to this address's request tells of the request.
    asked = own.step.isin(_STARTS) | ((own.step == "message") & ~own.is_source_step)
    went_on = own.is_source_step & own.step.isin(("message", "proof", "completed"))
    return own.group_by("recovery_session_uid", "source_ip", "user_agent").aggregate(
        first_ts=own.ts.min(),
        last_ts=own.ts.max(),
        started=_any(asked),
        continued=_any(went_on),
        proofs_failed=own.act_uid.nunique(where=failed),
        proofs_passed=own.act_uid.nunique(where=passed),
        completed=_any(own.step == "completed"),
    )


def _facts(rows: ibis.Table) -> dict[str, ibis.Value]:
    failed, passed = _proofs(rows)
    # Keycloak's SEND_RESET_PASSWORD is start and message in one: a start that names its channel.
    sent = ((rows.step == "message") & (rows.outcome != Outcome.FAILURE.value)) | (
        (rows.step == "started") & rows.channel_kind.notnull()
    )
    # A channel's `locked` may stand on a proof; the session is blocked all the same.
    blocked = (rows.step == "blocked") | (rows.reason.fill_null("") == Reason.LOCKED.value)
    reached = ibis.cases(
        (rows.step == "completed", 4), (rows.step == "proof", 3), (sent, 2),
        (rows.step.isin(("started", "message", "cancelled")), 1), else_=0,
    ).cast("int64")  # fmt: skip
    first, origin = rows.nth == 0, rows.nth == rows.origin
    facts = {
        "provider": only(rows.provider, first).max(),
        "tenant": ibis.coalesce(only(rows.tenant, first).max().nullif(""), rows.tenant.max()),
        "account": rows.account.max(),
        "known": _any(rows.account_known == Known.TRUE.value),
        "not_known": _any(rows.account_known == Known.FALSE.value),
        "first_ts": rows.ts.min(),
        "last_ts": rows.ts.max(),
        "start_ip": only(rows.source_ip, origin).max(),
        "start_user_agent": only(rows.user_agent, origin).max(),
        "starts": rows.act_uid.nunique(where=rows.step.isin(("identified", "started"))),
        "messages": rows.act_uid.nunique(where=sent),
        "proofs_failed": rows.act_uid.nunique(where=failed),
        "proofs_passed": rows.act_uid.nunique(where=passed),
        "completed": _any(rows.step == "completed"),
        "blocked": _any(blocked),
        "cancelled": _any(rows.step == "cancelled"),
        "furthest": reached.max(),
        "cancelled_ts": only(rows.ts, rows.step == "cancelled").max(),
        "acted_ts": only(rows.ts, rows.is_source_step & (rows.step != "cancelled")).max(),
    }
    return facts | {f"by_{kind}": _any(rows.channel_kind == kind) for kind in _KINDS}


_KINDS = tuple(sorted(str(kind) for kind in ChannelKind))


def _kinds(found: ibis.Table) -> ibis.Value:
    listed = ibis.literal("")
    for kind in _KINDS:
        listed = listed.concat(ibis.cases((found[f"by_{kind}"], f",{kind}"), else_=""))
    return listed.substr(1)


def _proofs(rows: ibis.Table) -> tuple[ibis.Value, ibis.Value]:
    """Failed and passed. A new password that the policy refused says nothing about the proof before it."""
    proof = rows.step == "proof"
    refused = rows.reason.fill_null("").isin((Reason.POLICY.value, Reason.INTERRUPT.value))
    return (
        proof & (rows.outcome == Outcome.FAILURE.value) & ~refused,
        proof & (rows.outcome == Outcome.SUCCESS.value),
    )


def _any(condition: ibis.Value) -> ibis.Value:
    return holds(condition).max() == 1
