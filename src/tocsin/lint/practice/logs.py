"""What rules about practice look at: recoveries step by step, and the events around them."""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from tocsin.engines import Engine
from tocsin.enrich import account_names
from tocsin.events import Activity, Outcome
from tocsin.recovery import concerning_recovery, sessions

CASE = ("provider", "tenant", "account", "case", "event_uid", "ts", "raw_ref")
"""What a rule gives, a row an event that shows it; `case` is what its events have in common: a recovery, an account."""

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


@dataclass(frozen=True, kw_only=True)
class Logs:
    """Ibis tables. `steps` and `recoveries` are computed once."""

    events: ibis.Table  # EVENT, with the names of accounts that an event gives by id
    steps: ibis.Table  # recovery.STEPS, with `raw_ref`, `correlation_uid`, `session_uid`, and whether they were
    #                    `sent` (a message that went out), `passed` (a right proof), `failed` (a wrong one), `done`
    recoveries: ibis.Table  # recovery.SESSIONS


def looked_at(engine: Engine, events: ibis.Table) -> Logs:
    """The events of a store made ready for rules."""
    concerned = engine.kept("lint_concerned", concerning_recovery(events))
    found = sessions(events, concerned=concerned, keep=lambda steps: engine.kept("lint_steps_alone", steps))
    beside = events.select("provider", "event_uid", "raw_ref", "correlation_uid", "session_uid")
    steps = found.steps.filter(found.steps.account.notnull()).inner_join(beside, ["provider", "event_uid"])
    right, wrong = steps.outcome == Outcome.SUCCESS.value, steps.outcome == Outcome.FAILURE.value
    refused_otherwise = steps.reason.fill_null("").isin(("policy", "interrupt"))
    steps = steps.mutate(
        # Keycloak's start is its message, too: it names the channel.
        sent=((steps.step == "message") & ~wrong) | ((steps.step == "started") & steps.channel_kind.notnull()),
        passed=(steps.step == "proof") & right,
        failed=(steps.step == "proof") & wrong & ~refused_otherwise,
        done=steps.step == "completed",
    )
    names = engine.kept("lint_account_names", account_names(events))
    named = events.left_join(names, ["provider", "account_uid"]).drop("provider_right", "account_uid_right")
    named = named.mutate(account=ibis.coalesce(named.account, named.known_as)).drop("known_as")
    return Logs(events=named, steps=engine.kept("lint_steps", steps), recoveries=found.sessions)


def changes_of_channels(logs: Logs) -> ibis.Table:
    """Recovery channels that somebody changed, administrators left out."""
    events = logs.events
    return events.filter(
        events.activity == Activity.CHANNEL_CHANGE.value,
        events.outcome != Outcome.FAILURE.value,
        events.reason.fill_null("") != "by_admin",
        events.account.notnull(),
    )


def case_rows(rows: ibis.Table, case: str | ibis.Value) -> ibis.Table:
    """CASE of rows that show something; `case` is a column or an expression."""
    of = rows[case] if isinstance(case, str) else case
    return rows.mutate(case=of).select(*CASE)


def of_completed(logs: Logs, wanted: ibis.Table) -> ibis.Table:
    """CASE, a recovery each, of the right proofs and completions of `wanted` (`recovery_session_uid`)."""
    steps = logs.steps.filter(logs.steps.passed | logs.steps.done)
    return case_rows(steps.semi_join(wanted, "recovery_session_uid"), "recovery_session_uid")


def proofs_of_completed(logs: Logs) -> ibis.Table:
    """Of each completed recovery, how many right proofs there are, of which kinds: `recovery_session_uid, proofs,
    questions, phones, kinds`. A completion that names its channel is a proof by it."""
    steps = logs.steps
    told = (steps.passed | steps.done) & steps.channel_kind.notnull()
    counted = steps.group_by("recovery_session_uid").aggregate(
        proofs=told.cast("int64").sum(),
        nameless=(steps.passed & steps.channel_kind.isnull()).cast("int64").sum(),
        questions=(told & (steps.channel_kind == "question")).cast("int64").sum(),
        phones=(told & steps.channel_kind.isin(("sms", "voice"))).cast("int64").sum(),
        kinds=steps.channel_kind.nunique(where=told),
        completed=steps.done.cast("int64").sum(),
    )
    return counted.filter(counted.completed > 0)
