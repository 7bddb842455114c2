"""Links and codes that were used long after they were sent.

A proof answers the latest message of its kind before it, in the same recovery or under the same correlation. Ten
minutes are allowed by text or voice and 24 hours by mail; a minute is added for clocks that differ.
"""

from __future__ import annotations

import ibis

from tocsin.lint import clauses
from tocsin.lint.practice.logs import CASE, DAY_MS, MINUTE_MS, Logs, case_rows
from tocsin.lint.practice.rule import PracticeRule, recoveries

LIMITS = {"email": DAY_MS, "sms": 10 * MINUTE_MS, "voice": 10 * MINUTE_MS}
SLACK_MS = MINUTE_MS
_PERSON = ["provider", "tenant", "account"]


def _finds(logs: Logs) -> ibis.Table:
    steps = logs.steps
    proved = steps.filter(steps.passed).select("recovery_session_uid").distinct()
    # Where a right proof is logged, setting the new password afterwards may take its time.
    alone = steps.filter(steps.done).anti_join(proved, "recovery_session_uid")
    answers = steps.filter(steps.passed).union(alone, distinct=False)
    sent = steps.filter(steps.sent, steps.channel_kind.isin(tuple(LIMITS)))
    pairs = answers.inner_join(sent, _PERSON, rname="{name}_sent")
    together = (pairs.recovery_session_uid == pairs.recovery_session_uid_sent) | (
        pairs.correlation_uid == pairs.correlation_uid_sent
    ).fill_null(False)
    kind = ibis.coalesce(pairs.channel_kind, pairs.channel_kind_sent)
    pairs = pairs.filter(together, pairs.ts_sent <= pairs.ts, kind == pairs.channel_kind_sent)
    latest = pairs.group_by("provider", "event_uid").aggregate(latest=pairs.ts_sent.max())
    pairs = pairs.inner_join(latest, ["provider", "event_uid"])
    pairs = pairs.filter(pairs.ts_sent == pairs.latest)
    limit = ibis.cases(*[(pairs.channel_kind_sent == name, span) for name, span in LIMITS.items()], else_=DAY_MS)
    old = pairs.filter(pairs.ts - pairs.ts_sent > limit + SLACK_MS)
    shown = case_rows(old, "recovery_session_uid")
    before = old.select(
        "provider", "tenant", "account",
        case="recovery_session_uid", event_uid="event_uid_sent", ts="ts_sent", raw_ref="raw_ref_sent",
    ).select(*CASE)  # fmt: skip
    return shown.union(before, distinct=True)


RULE = PracticeRule(
    name="practice_old_links_work",
    title="Links and codes worked long after they were sent",
    clauses=(clauses.ISSUED_CODES, clauses.URL_TOKENS),
    severity="high",
    why="Whoever gets into the mailbox or telephone later finds what still opens the account.",
    fix="Shorten how long links and codes are good: 24 hours by mail, ten minutes by text or voice.",
    fixes={
        "keycloak": "Realm settings > Tokens > Action tokens: set 'Override Action Tokens: Forgot password'.",
        "okta": "Security > Authentication > Password > Account recovery: shorten how long recovery emails are valid.",
        "authentik": "Flows and Stages > Stages > the Email Stage: shorten 'Token expiration'.",
    },
    needs=("recovery_message", "recovery_completed"),
    says=lambda cases, accounts: f"{recoveries(cases, accounts)} with a link or code past its time",
    so="no link or code was used past its time",
    finds=_finds,
)
