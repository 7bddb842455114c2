"""Recovery rows to sessions: which rows are one run through a recovery flow.

Five decisions, each a window over one account's rows; `seq` numbers them in time and every label is a `seq`:

1. run: rows that share the provider's correlation, split where it is silent longer than a token lives;
2. visit: runs from the same address, each beginning within the gap after the one before;
3. group: visits from one neighbourhood (/24, /64) with the same user agent, by the same gap;
4. rows that have no source go to the group last seen in the gap, or to the twin that follows within
   seconds;
5. a group that begins with a proof or completion, having started nothing, answers the account's latest open
   group.

Strangers stay apart: two sources that each start have two groups whatever the time between them, and
nothing is ever joined across accounts. Joining looks only at when a run *begins*, so what comes later never
redraws what was joined.
"""

from __future__ import annotations

import ibis

from tocsin.recovery.rules import Rules
from tocsin.recovery.windows import (
    after,
    before,
    holds,
    label_of,
    numbered,
    only,
    packed,
    seq_of,
    since_last,
    within,
)

ORDER = ("ts", "rank", "event_uid", "provider")
_ANSWERS = ("proof", "cancelled", "completed")


def joined(rows: ibis.Table, rules: Rules) -> ibis.Table:
    """`recovery_rows` with `recovery_session_uid`, the `uid` of the session's first row."""
    rows = rows.mutate(
        seq=ibis.row_number().over(ibis.window(group_by="owner", order_by=list(ORDER))).cast("int64")
    )
    rows = rows.mutate(answers=rows.step.isin(_ANSWERS))
    rows = _runs(rows, rules)
    rows = _visits(rows, rules)
    rows = _groups(rows, rules)
    rows = _sourceless(rows, rules)
    rows = _answered(rows, rules)
    first = rows.seq.min().over(within(["owner", "session"]))
    rows = rows.mutate(first=rows.seq == first)
    return rows.mutate(
        recovery_session_uid=only(rows.uid, rows.first).max().over(within(["owner", "session"]))
    )


def network_of(address: ibis.Value) -> ibis.Value:
    """The /24 of an IPv4 address, the /64 of an IPv6 address in canonical text, else the address itself."""
    four = address.re_extract(r"^(\d+\.\d+\.\d+)\.\d+$", 1)
    full = address.re_extract(r"^((?:[0-9a-f]{1,4}:){4})", 1)
    short = address.re_extract(r"^((?:[0-9a-f]{1,4}:){1,3}:)(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,3})?$", 1)
    return ibis.coalesce(four.nullif(""), full.nullif(""), short.nullif(""), address)


def _runs(rows: ibis.Table, rules: Rules) -> ibis.Table:
    thread = ("owner", "thread")
    rows = rows.mutate(silence=since_last(rows.ts, thread, ["seq"]))
    rows = rows.mutate(stretch=numbered(rows.silence > rules.lifetime_ms, thread, ["seq"]))
    run = within([*thread, "stretch"])
    rows = rows.mutate(
        run=rows.seq.min().over(run),
        run_ts=rows.ts.min().over(run),
        asked=only(rows.seq, rows.from_requester).min().over(run),
    )
    return rows.mutate(
        run_ip=only(rows.source_ip, rows.seq == rows.asked).max().over(within(["owner", "run"]))
    )


def _visits(rows: ibis.Table, rules: Rules) -> ibis.Table:
    address, order = ("owner", "run_ip"), ("run", "seq")
    rows = rows.mutate(silence=since_last(rows.run_ts, address, order))
    rows = rows.mutate(stretch=numbered(rows.silence > rules.gap_ms, address, order))
    visit = within([*address, "stretch"])
    rows = rows.mutate(
        visit=rows.run.min().over(visit),
        visit_ts=rows.run_ts.min().over(visit),
        asked=rows.asked.min().over(visit),
    )
    agent = only(rows.user_agent, rows.seq == rows.asked).max().over(within(["owner", "visit"]))
    rows = rows.mutate(agent=agent)
    return rows.mutate(place=ibis.cases((rows.agent.isnull(), rows.run_ip), else_=network_of(rows.run_ip)))


def _groups(rows: ibis.Table, rules: Rules) -> ibis.Table:
    place, order = ("owner", "place", "agent"), ("visit", "run", "seq")
    rows = rows.mutate(silence=rows.visit_ts - rows.run_ts.max().over(before(place, order)))
    rows = rows.mutate(stretch=numbered(rows.silence > rules.gap_ms, place, order))
    return rows.mutate(group=rows.visit.min().over(within([*place, "stretch"])))


def _sourceless(rows: ibis.Table, rules: Rules) -> ibis.Table:
    known = rows.run_ip.notnull()
    mark = packed(rows.seq, rows.group)
    past, future = before(["owner"], ["seq"]), after(["owner"], ["seq"])
    rows = rows.mutate(
        past=only(mark, known).max().over(past),
        past_ts=only(rows.ts, known).max().over(past),
        next_answer=only(mark, known & rows.answers).min().over(future),
        next_answer_ts=only(rows.ts, known & rows.answers).min().over(future),
        next_start=only(mark, known & ~rows.answers).min().over(future),
        next_start_ts=only(rows.ts, known & ~rows.answers).min().over(future),
    )
    target = ibis.cases(
        (rows.ts - rows.past_ts <= rules.gap_ms, rows.past),
        (rows.answers & (rows.next_answer_ts - rows.ts <= rules.act_ms), rows.next_answer),
        (~rows.answers & (rows.next_start_ts - rows.ts <= rules.act_ms), rows.next_start),
        else_=ibis.null("int64"),
    )
    rows = rows.mutate(target=only(label_of(target), (rows.seq == rows.run) & rows.run_ip.isnull()))
    chosen = rows.target.max().over(within(["owner", "run"]))
    return rows.mutate(group=ibis.coalesce(chosen, rows.group))


def _answered(rows: ibis.Table, rules: Rules) -> ibis.Table:
    group = within(["owner", "group"])
    rows = rows.mutate(begins=rows.seq == rows.seq.min().over(group), done=rows.step == "completed")
    rows = rows.mutate(
        opens=holds(rows.begins & ~rows.answers).max().over(group) == 1,
        ever_done=holds(rows.done).max().over(group) == 1,
    )
    past, mark = before(["owner"], ["seq"]), packed(rows.seq, rows.group)
    opening = rows.opens & ~rows.answers
    rows = rows.mutate(
        latest=only(mark, opening).max().over(past),
        latest_ts=only(rows.ts, opening).max().over(past),
        undone=only(mark, opening & ~rows.ever_done).max().over(past),
        undone_ts=only(rows.ts, opening & ~rows.ever_done).max().over(past),
        own_done=only(mark, rows.opens & rows.done).max().over(past),
        own_done_ts=only(rows.ts, rows.opens & rows.done).max().over(past),
        answer_done=only(rows.seq, ~rows.opens & rows.done).max().over(past),
        answer_done_ts=only(rows.ts, ~rows.opens & rows.done).max().over(past),
    )

    def still_open(start: ibis.Value, start_ts: ibis.Value) -> ibis.Value:
        own = (label_of(rows.own_done) == label_of(start)) & (seq_of(rows.own_done) > seq_of(start))
        finished = own & (rows.ts - rows.own_done_ts > rules.act_ms)
        answered = (rows.answer_done > seq_of(start)) & (rows.ts - rows.answer_done_ts > rules.act_ms)
        return (rows.ts - start_ts <= rules.lifetime_ms) & (holds(finished) + holds(answered) == 0)

    target = ibis.cases(
        (still_open(rows.latest, rows.latest_ts), label_of(rows.latest)),
        (still_open(rows.undone, rows.undone_ts), label_of(rows.undone)),
        else_=ibis.null("int64"),
    )
    rows = rows.mutate(target=only(target, rows.begins & ~rows.opens))
    return rows.mutate(session=ibis.coalesce(rows.target.max().over(group), rows.group))
