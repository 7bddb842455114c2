"""Recoveries by one proof, over a channel that had been changed within the week before.

Whoever gets in for a moment puts in his own mailbox or number, waits, and recovers the account with it alone.
"""

from __future__ import annotations

import ibis

from tocsin.lint import clauses
from tocsin.lint.practice.logs import DAY_MS, Logs, case_rows, changes_of_channels, of_completed, proofs_of_completed
from tocsin.lint.practice.rule import PracticeRule, recoveries

WITHIN_MS = 7 * DAY_MS


def _finds(logs: Logs) -> ibis.Table:
    known = proofs_of_completed(logs)
    one = known.filter(known.kinds <= 1, known.nameless <= 1).select("recovery_session_uid")
    begun = logs.recoveries.filter(logs.recoveries.completed).semi_join(one, "recovery_session_uid")
    begun = begun.select("recovery_session_uid", "provider", "account", "first_ts", "channels")
    changed = changes_of_channels(logs)
    pairs = changed.inner_join(begun, ["provider", "account"])
    over = pairs.channel_kind.isnull() | (pairs.channels == "") | pairs.channels.contains(pairs.channel_kind)
    pairs = pairs.filter(pairs.ts < pairs.first_ts, pairs.first_ts - pairs.ts <= WITHIN_MS, over)
    wanted = pairs.select("recovery_session_uid").distinct()
    return case_rows(pairs, "recovery_session_uid").union(of_completed(logs, wanted), distinct=True)


RULE = PracticeRule(
    name="practice_new_channel_restores",
    title="A channel changed within the week restored an account by itself",
    clauses=(clauses.TWO_PROOFS, clauses.ISSUED_CODES, clauses.REAUTHENTICATION),
    severity="high",
    why="It is how an intruder of a moment comes back; owners do it too, when they get a new telephone.",
    fix="Ask for a second proof in recoveries, and authenticate anew before a channel is changed; have owners confirm"
    " these recoveries.",
    fixes={
        "entra": "Password reset > Authentication methods: require 2 methods; Conditional Access: a"
        " policy for the user action 'Register security information'.",
        "okta": "Security > Authenticators > Password > edit the policy's rule: ask for additional verification.",
    },
    needs=("channel_change", "recovery_completed"),
    says=lambda cases, accounts: f"{recoveries(cases, accounts)} rested on a channel just changed",
    so="no recovery rested on a channel just changed alone",
    finds=_finds,
)
