"""Recovery rows to sessions: which rows are one run through a recovery flow.

Five decisions, each a window over one account's rows. `seq` numbers an account's rows in time and every label
is the `seq` of the row that opens what it names:

1. run: rows that share the provider's correlation, split where it is silent longer than a token lives;
2. visit: runs from the same address, each beginning within the gap after the one before;
3. group: visits from one neighbourhood (/24, /64) with the same user agent, by the same gap;
4. runs without a source go to the group last seen in the gap, or to the twin that follows within seconds;
5. a group that begins with a proof or completion, having started nothing, answers the account's latest group
   that started something, if that is still open.

Strangers stay apart: two sources that each start have two groups whatever the time between them, and nothing
is ever joined across accounts. Joining looks only at when a run *begins*, so what comes later never redraws
what was joined.
"""

from __future__ import annotations

import ibis

from tocsin.recovery.rules import Rules
from tocsin.recovery.windows import (
    NEVER,
    after,
    before,
    first_text,
    holds,
    label_of,
    marked,
    only,
    opening,
    packed,
    seq_of,
    since_last,
    text_of,
    within,
)

_ANSWERS = ("proof", "completed")
_SPACE = " "  # parts an address from its user agent; no address holds one
_CARRIED = ("owner", "uid", "ts", "seq", "answers", "done", "kind", "log", "follows", "refuses")


def narrowed(rows: ibis.Table) -> ibis.Table:
    """What joining and folding look at. Windows copy every column that a table has, and texts are dear."""
    repeats = rows.step.isin(("message", "proof"))
    return rows.select(
        "owner",
        "uid",
        "ts",
        "thread",
        "follows",
        "refuses",
        "kind",
        seq=ibis.row_number()
        .over(ibis.window(group_by="owner", order_by=["ts", "rank", "event_uid", "provider"]))
        .cast("int64"),
        answers=rows.step.isin(_ANSWERS),
        done=rows.step == "completed",
        log=only(rows.provider.concat("|", _kind_of_record(rows)), repeats),
        origin=only(rows.source_ip.concat(_SPACE, rows.user_agent.fill_null("")), rows.from_requester),
    )


def joined(narrow: ibis.Table, rules: Rules) -> ibis.Table:
    """`narrowed` rows with `session` (a label within the owner) and `recovery_session_uid`."""
    rows = _runs(narrow, rules)
    rows = _visits(rows, rules)
    rows = _groups(rows, rules)
    rows = _sourceless(rows, rules)
    rows = _answered(rows, rules)
    first = first_text(rows.seq, rows.uid).over(within(["owner", "session"]))
    return rows.mutate(recovery_session_uid=text_of(first))


def _kind_of_record(rows: ibis.Table) -> ibis.Value:
    """What a log calls the record. Okta's and Keycloak's reasons, after a slash, say how an act ended, not which log
    told of it."""
    code = rows.provider_code.fill_null("")
    reasoned = rows.provider.isin(("okta", "keycloak")) & code.contains("/")
    return ibis.cases((reasoned, code.left(ibis.greatest(code.find("/"), 0))), else_=code)


def network_of(address: ibis.Value) -> ibis.Value:
    """The /24 of an IPv4 address, the /64 of an IPv6 address in canonical text, else the address itself."""
    four = address.re_extract(r"^(\d+\.\d+\.\d+)\.\d+$", 1)
    full = address.re_extract(r"^((?:[0-9a-f]{1,4}:){4})", 1)
    short = address.re_extract(r"^((?:[0-9a-f]{1,4}:){1,3}:)(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,3})?$", 1)
    return ibis.coalesce(four.nullif(""), full.nullif(""), short.nullif(""), address)


def _runs(rows: ibis.Table, rules: Rules) -> ibis.Table:
    thread, order = ("owner", "thread"), ("seq",)
    rows = rows.mutate(silence=since_last(rows.ts, thread, order))
    begins = opening(rows.silence, rules.lifetime_ms)
    rows = rows.mutate(run=marked(rows.seq, begins, thread, order), run_ts=marked(rows.ts, begins, thread, order))
    origin = first_text(rows.seq, rows.origin).over(within(["owner", "run"]))
    rows = rows.select(*_CARRIED, "run", "run_ts", origin=origin)
    ends = text_of(rows.origin).find(_SPACE)
    return rows.mutate(run_ip=only(text_of(rows.origin).left(ends), rows.origin.notnull()))


def _visits(rows: ibis.Table, rules: Rules) -> ibis.Table:
    address, order = ("owner", "run_ip"), ("run", "seq")
    rows = rows.mutate(silence=since_last(rows.run_ts, address, order))
    begins = opening(rows.silence, rules.gap_ms)
    rows = rows.mutate(
        visit=marked(rows.run, begins, address, order), visit_ts=marked(rows.run_ts, begins, address, order)
    )
    # The packed texts sort by their row, so the least is that of the visit's first row with a source.
    rows = rows.mutate(origin=rows.origin.min().over(within(["owner", "visit"])))
    text = text_of(rows.origin)
    rows = rows.mutate(agent=text.substr(text.find(_SPACE) + 1))
    return rows.mutate(
        place=ibis.cases(
            (rows.origin.isnull(), ibis.null("string")),
            (rows.agent == "", rows.run_ip),
            else_=network_of(rows.run_ip).concat(_SPACE, rows.agent),
        )
    )


def _groups(rows: ibis.Table, rules: Rules) -> ibis.Table:
    place, order = ("owner", "place"), ("visit", "run", "seq")
    rows = rows.select(
        *_CARRIED, "run", "visit", "place", "run_ts",
        silence=rows.visit_ts - rows.run_ts.max().over(before(place, order)),
    )  # fmt: skip
    group = marked(rows.visit, opening(rows.silence, rules.gap_ms), place, order)
    return rows.select(*_CARRIED, "run", known=rows.place.notnull(), group=group)


def _sourceless(rows: ibis.Table, rules: Rules) -> ibis.Table:
    mark = packed(rows.seq, rows.group)
    past, future = before(["owner"], ["seq"]), after(["owner"], ["seq"])
    rows = rows.mutate(
        past=only(mark, rows.known).max().over(past),
        past_ts=only(rows.ts, rows.known).max().over(past),
        next_answer=only(mark, rows.known & rows.answers).min().over(future),
        next_answer_ts=only(rows.ts, rows.known & rows.answers).min().over(future),
        next_start=only(mark, rows.known & ~rows.answers).min().over(future),
        next_start_ts=only(rows.ts, rows.known & ~rows.answers).min().over(future),
    )
    target = ibis.cases(
        (rows.ts - rows.past_ts <= rules.gap_ms, rows.past),
        (rows.answers & (rows.next_answer_ts - rows.ts <= rules.act_ms), rows.next_answer),
        (~rows.answers & (rows.next_start_ts - rows.ts <= rules.act_ms), rows.next_start),
        else_=ibis.null("int64"),
    )
    target = only(label_of(target), (rows.seq == rows.run) & ~rows.known)
    rows = rows.select(*_CARRIED, "run", "group", target=target)
    return rows.mutate(group=rows.target.max().over(within(["owner", "run"])).fill_null(rows.group))


def _answered(rows: ibis.Table, rules: Rules) -> ibis.Table:
    group = within(["owner", "group"])
    rows = rows.mutate(
        first=packed(rows.seq, holds(rows.answers)).min().over(group),
        done_ts=only(rows.ts, rows.done).min().over(after(["owner", "group"], ["seq"])),
    )
    done_in = (rows.done_ts - rows.ts).fill_null(NEVER)
    rows = rows.mutate(
        begins=rows.seq == seq_of(rows.first),
        opens=label_of(rows.first) == 0,
        done_in=only(done_in, done_in < NEVER).fill_null(NEVER),
    )
    past, start = before(["owner"], ["seq"]), rows.opens & ~rows.answers
    rows = rows.mutate(
        latest=only(packed(rows.seq, rows.group), start).max().over(past),
        latest_ts=only(rows.ts, start).max().over(past),
        latest_done_in=only(packed(rows.seq, rows.done_in), start).max().over(past),
        answered=only(rows.seq, ~rows.opens & rows.done).max().over(past),
        answered_ts=only(rows.ts, ~rows.opens & rows.done).max().over(past),
    )
    # Closed by its own source or by an earlier answer; a twin of that completion still belongs to it.
    age = rows.ts - rows.latest_ts
    finished = age - label_of(rows.latest_done_in) > rules.act_ms
    answered = (rows.answered > seq_of(rows.latest)) & (rows.ts - rows.answered_ts > rules.act_ms)
    still_open = (age <= rules.lifetime_ms) & (holds(finished) + holds(answered) == 0)
    target = only(label_of(rows.latest), rows.begins & ~rows.opens & still_open)
    rows = rows.select(*_CARRIED, "run", "group", target=target)
    return rows.mutate(session=rows.target.max().over(group).fill_null(rows.group))
