"""Sessions that were open before a recovery, and went on after it.

Ten minutes are left for tokens that live out their time, and a month is looked at. The session in which the recovery
itself was completed does not count.
"""

from __future__ import annotations

import ibis

from tocsin.events import Activity, Outcome
from tocsin.lint import clauses
from tocsin.lint.practice.logs import DAY_MS, MINUTE_MS, Logs, case_rows
from tocsin.lint.practice.rule import PracticeRule, recoveries

GRACE_MS = 10 * MINUTE_MS
WITHIN_MS = 30 * DAY_MS


def _finds(logs: Logs) -> ibis.Table:
    steps = logs.steps
    done = steps.filter(steps.done)
    ends = done.group_by("recovery_session_uid", "provider", "account").aggregate(
        done_ts=done.ts.max(), own_session=done.session_uid.max()
    )
    begun = logs.recoveries.select("recovery_session_uid", "first_ts")
    ends = ends.inner_join(begun, "recovery_session_uid")
    events = logs.events
    within = events.filter(events.session_uid.notnull(), events.account.notnull())
    within = within.semi_join(ends, ["provider", "account"])
    keys = ["provider", "account", "session_uid"]
    opened = within.group_by(*keys).aggregate(opened=within.ts.min())
    used = within.filter(within.activity == Activity.SESSION_USE.value, within.outcome == Outcome.SUCCESS.value)
    used = used.inner_join(opened, keys).inner_join(ends, ["provider", "account"])
    after = used.ts - used.done_ts
    on = used.filter(
        used.opened < used.first_ts,
        after > GRACE_MS,
        after <= WITHIN_MS,
        used.own_session.isnull() | (used.own_session != used.session_uid),
    )
    wanted = on.select("recovery_session_uid").distinct()
    completed = done.semi_join(wanted, "recovery_session_uid")
    return case_rows(on, "recovery_session_uid").union(case_rows(completed, "recovery_session_uid"), distinct=True)


RULE = PracticeRule(
    name="practice_sessions_go_on",
    title="Open sessions survived a recovery",
    clauses=(clauses.RESET, clauses.OTHER_SESSIONS),
    severity="medium",
    why="The owner takes his account back, and the intruder stays signed in.",
    fix="End all other sessions after a recovery, or ask the owner whether to.",
    fixes={
        "keycloak": "Leave 'Sign out from other devices' ticked on the page for the new password, or end the sessions:"
        " Users > the user > Sessions > Logout all sessions.",
        "entra": "Revoke them: Users > the user > Revoke sessions; with Continuous access evaluation a reset does it.",
        "okta": "Users > the user > More actions > Clear user sessions, or have a Workflow do so after a reset.",
        "authentik": "The User Login Stage of the recovery flow: switch 'Terminate other sessions' on.",
    },
    needs=("session_use", "recovery_completed"),
    says=lambda cases, accounts: f"after {recoveries(cases, accounts)} older sessions went on",
    so="no older session went on after a recovery",
    finds=_finds,
)
