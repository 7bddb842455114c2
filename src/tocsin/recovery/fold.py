"""Rows of a session to acts: one act that several rows tell of is one act.

Within a session, rows of one kind fold while each follows the one before within `act_seconds`. A code that is
sent or tried again is a new act, though, so messages and proofs fold only when one log wrote them in the same
second of the same correlation, or when different logs wrote them: the first of one log is the first of the
other, and so on.
"""

from __future__ import annotations

import ibis

from tocsin.recovery.rules import Rules
from tocsin.recovery.windows import first_text, holds, marked, numbered, opening, since_last, text_of, within


def folded(rows: ibis.Table, rules: Rules) -> ibis.Table:
    """`joined` rows to `owner, uid, recovery_session_uid, act_uid, is_first_of_act, refused`.

    `refused`: the act holds a row that says there is nobody to recover. Entra writes "User submitted their
    user ID" (success) and in the same second "Password reset is not enabled for this user".
    """
    kind, order = ("owner", "session", "kind"), ("seq",)
    rows = rows.mutate(silence=since_last(rows.ts, kind, order))
    begins = opening(rows.silence, rules.act_ms) & (rows.silence.isnull() | ~rows.follows)
    rows = rows.mutate(burst=marked(rows.seq, begins, kind, order))
    # Rows that never repeat have no log and share one turn.
    told = ("owner", "burst", "log")
    one_log = ibis.window(group_by=list(told), order_by=list(order))
    rows = rows.mutate(last_ts=rows.ts.lag().over(one_log), last_run=rows.run.lag().over(one_log))
    again = (rows.ts // 1000 != rows.last_ts // 1000) | (rows.run != rows.last_run)
    rows = rows.mutate(turn=numbered(again & rows.log.notnull(), told, order))
    act = within(["owner", "burst", "turn"])
    rows = rows.mutate(
        first=rows.seq.min().over(act),
        act=first_text(rows.seq, rows.uid).over(act),
        refused=holds(rows.refuses).max().over(act),
    )
    return rows.select(
        "owner",
        "uid",
        "recovery_session_uid",
        act_uid=text_of(rows.act),
        is_first_of_act=rows.seq == rows.first,
        refused=rows.refused == 1,
    )
