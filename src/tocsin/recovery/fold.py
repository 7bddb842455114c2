"""Rows of a session to acts: one act that several rows tell of is one act.

Within a session, rows of one step fold while each follows the one before within `act_seconds`. A code that
is sent or tried again is a new act, though, so messages and proofs fold only when one log wrote them in the
same second of the same correlation, or when different logs wrote them: the first of one log is the first of
the other, and so on.
"""

from __future__ import annotations

import ibis

from tocsin.events import Outcome, Reason
from tocsin.recovery.rules import Rules
from tocsin.recovery.windows import holds, numbered, only, since_last, within

ORDER = ("ts", "event_uid", "provider")
_NOBODY = (Reason.UNKNOWN_ACCOUNT.value, Reason.NOT_ENROLLED.value)


def folded(rows: ibis.Table, rules: Rules) -> ibis.Table:
    """`joined` rows with `act_uid` and `is_first_of_act`.

    A start that the same act refuses (Entra: "User submitted their user ID", then "Password reset is not
    enabled for this user") becomes `identified`.
    """
    repeats = rows.step.isin(("message", "proof"))
    one_start = rows.step.isin(("identified", "started"))
    detail = rows.channel_kind.fill_null("").concat("|", rows.outcome)
    rows = rows.mutate(
        kind=ibis.cases((one_start, "start"), else_=rows.step),
        detail=ibis.cases((repeats, detail), else_=""),
        repeats=repeats, log=rows.provider.concat("|", rows.provider_code.fill_null("")),
    )  # fmt: skip
    step, order = ("recovery_session_uid", "kind", "detail"), list(ORDER)
    rows = rows.mutate(silence=since_last(rows.ts, step, order))
    rows = rows.mutate(burst=numbered((rows.silence > rules.act_ms) & ~rows.follows, step, order))
    told = (*step, "burst", "log")
    one_log = ibis.window(group_by=list(told), order_by=order)
    again = (rows.ts // 1000 != (rows.ts.lag().over(one_log)) // 1000) | (
        rows.thread != rows.thread.lag().over(one_log)
    )
    rows = rows.mutate(again=again & rows.repeats)
    rows = rows.mutate(turn=numbered(rows.again, told, order))
    act = (*step, "burst", "turn")
    refused = holds(
        (rows.step == "identified") & rows.reason.isin(_NOBODY) & (rows.outcome == Outcome.FAILURE.value)
    )
    nth = ibis.row_number().over(ibis.window(group_by=list(act), order_by=order))
    rows = rows.mutate(is_first_of_act=nth == 0, refused=refused.max().over(within(act)))
    return rows.mutate(
        act_uid=only(rows.uid, rows.is_first_of_act).max().over(within(act)),
        step=ibis.cases(((rows.step == "started") & (rows.refused == 1), "identified"), else_=rows.step),
    )
