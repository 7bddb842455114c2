"""Events to recovery rows: what belongs to account recovery at all, and which step each row is.

Four activities are recovery by themselves. Two more can be part of it and are taken only with a reason:

* `identify` (a form was shown or left) when its correlation holds a recovery row;
* `credential_change` when it is how a recovery ended: Keycloak's newer `UPDATE_CREDENTIAL` stands in the
  recovery's correlation, Okta's `update_password` can follow a passed proof from the same address, and
  Microsoft's unified audit log repeats a completion as the user's own `Change user password.` within about
  a minute.

What a provider does not log as recovery at all is added by `unlogged`.
"""

from __future__ import annotations

import ibis

from tocsin.events import Activity, ChannelKind, Outcome, Reason
from tocsin.recovery.rules import Rules
from tocsin.recovery.unlogged import NOTHING, SAME_WORDS, STARTS_ONLY, read_by_order, unlogged
from tocsin.recovery.windows import holds, only, up_to_here, within

RECOVERY = ("recovery_start", "recovery_message", "recovery_proof", "recovery_complete")
_MAYBE = (*RECOVERY, "identify", "credential_change", "admin_act")
READ = (
    "event_uid", "provider", "tenant", "ts", "activity", "outcome", "reason", "provider_code", "account",
    "account_uid", "account_known", "actor", "channel_kind", "source_ip", "user_agent", "correlation_uid",
)  # fmt: skip

FAMILIES = {"entra": "microsoft", "m365": "microsoft"}
"""Logs of one provider under several names: the same act stands in each. Accounts are named alike in all of
them, and only some of them name the tenant, so a family's accounts are not told apart by tenant."""

BY_HAND = ("microsoft",)
"""Families whose recovery form lets the requester choose where the code goes. Elsewhere the mail or text
goes out by itself as soon as the identifier is submitted: it is no act of the requester, though it may
carry his address."""

RANK = {"identified": 0, "started": 0, "blocked": 1, "message": 2, "proof": 3, "cancelled": 4, "completed": 5}
"""Steps in the order in which they happen, for rows of one millisecond; equal ones can be one act."""

_NOBODY = (Reason.UNKNOWN_ACCOUNT.value, Reason.NOT_ENROLLED.value)


def family_of(provider: ibis.Value) -> ibis.Value:
    return ibis.cases(*[(provider == name, family) for name, family in FAMILIES.items()], else_=provider)


def recovery_rows(events: ibis.Table, rules: Rules) -> ibis.Table:
    """One row per recovery event with its `step`, `owner` (site and account) and `thread` (correlation)."""
    rows = _named(_narrowed(events, rules))
    rows = rows.filter((rows.activity != Activity.IDENTIFY.value) | rows.in_recovery)
    return _stepped(_ending(rows, rules))


def concerning_recovery(events: ibis.Table) -> ibis.Table:
    """The events from which the recovery sessions follow, with the columns that are read of them."""
    return events.filter(concerns_recovery(events)).select(*READ)


def concerns_recovery(events: ibis.Table, asked: ibis.Value | None = None) -> ibis.Value:
    """Do recovery sessions follow from the event? `asked`: it is of an account of `owners_read_by_order`, where that
    is known: of most accounts nothing is."""
    by_order = events.provider.isin((*STARTS_ONLY, *NOTHING, *SAME_WORDS)) & read_by_order(events)
    return events.activity.isin(_MAYBE) | (by_order if asked is None else by_order & asked)


def _narrowed(events: ibis.Table, rules: Rules) -> ibis.Table:
    events = events.select(*READ)
    implied = unlogged(events, rules)
    found = events.filter(events.activity.isin(_MAYBE)).anti_join(implied, ["provider", "event_uid"]).union(implied)
    by_hand = found.reason.isnull() | (found.reason != Reason.BY_ADMIN.value)
    ended = (found.outcome == Outcome.SUCCESS.value) & by_hand & found.account.notnull()
    threaded = found.correlation_uid.notnull() & (found.correlation_uid != "")
    found = found.filter(
        found.activity.isin(RECOVERY)
        | ((found.activity == Activity.IDENTIFY.value) & threaded)
        | ((found.activity == Activity.ADMIN_ACT.value) & threaded & ~family_of(found.provider).isin(BY_HAND))
        | ((found.activity == Activity.CREDENTIAL_CHANGE.value) & ended)
    )
    family = family_of(found.provider)
    return found.select(
        "event_uid", "provider", "tenant", "ts", "activity", "outcome", "reason", "provider_code",
        "account_known", "actor", "channel_kind",
        account=found.account.nullif(""),
        source_ip=found.source_ip.nullif(""),
        user_agent=found.user_agent.nullif(""),
        uid=found.provider.concat(":", found.event_uid),
        person=found.account_uid.nullif("").fill_null(ibis.literal("#").concat(found.event_uid)),
        site=ibis.cases((family == found.provider, family.concat("|", found.tenant)), else_=family),
        thread=found.correlation_uid.nullif("").fill_null(ibis.literal("#").concat(found.event_uid)),
    )  # fmt: skip


def _named(rows: ibis.Table) -> ibis.Table:
    """A row without account takes the one account of its thread, or the one that its provider's number names.

    Without either it stands for nobody else. `for_admin`: what an administrator began, like a mail that goes out.
    """
    thread, person = within(["site", "thread"]), within(["site", "person"])
    one, same = rows.account.min().over(thread), rows.account.min().over(person)
    rows = rows.mutate(
        account=ibis.coalesce(
            rows.account,
            only(one, one == rows.account.max().over(thread)),
            only(same, same == rows.account.max().over(person)),
        ),
        in_recovery=holds(rows.activity.isin(RECOVERY)).max().over(thread) == 1,
        for_admin=holds(rows.activity == Activity.ADMIN_ACT.value).max().over(thread) == 1,
    )
    rows = rows.filter(rows.activity != Activity.ADMIN_ACT.value)
    nobody = ibis.literal("? ").concat(rows.thread)
    return rows.mutate(owner=rows.site.concat("|", rows.account.fill_null(nobody)))


def _ending(rows: ibis.Table, rules: Rules) -> ibis.Table:
    """Without the credential changes that ended no recovery."""
    change = rows.activity == Activity.CREDENTIAL_CHANGE.value
    rows = rows.mutate(is_change=holds(change))
    order = ("ts", "is_change")  # only changes read these windows, and never one another
    success = rows.outcome == Outcome.SUCCESS.value
    complete = (rows.activity == Activity.RECOVERY_COMPLETE.value) & success
    passed = (rows.activity == Activity.RECOVERY_PROOF.value) & success
    here, threaded = up_to_here(["owner", "source_ip"], order), up_to_here(["owner", "thread"], order)
    anywhere = up_to_here(["owner"], order)
    rows = rows.mutate(
        thread_ts=only(rows.ts, rows.is_change == 0).max().over(threaded),
        passed_here_ts=only(rows.ts, passed).max().over(here),
        complete_here_ts=only(rows.ts, complete).max().over(here),
        complete_nowhere_ts=only(rows.ts, complete & rows.source_ip.isnull()).max().over(anywhere),
        complete_ts=only(rows.ts, complete).max().over(anywhere),
    )
    nowhere = rows.source_ip.isnull()
    ends = (
        (rows.ts - rows.thread_ts <= rules.lifetime_ms)
        | (rows.source_ip.notnull() & (rows.ts - rows.passed_here_ts <= rules.gap_ms))
        | (rows.ts - rows.complete_here_ts <= rules.change_ms)
        | (rows.ts - rows.complete_nowhere_ts <= rules.change_ms)
        | (nowhere & (rows.ts - rows.complete_ts <= rules.change_ms))
    )
    return rows.filter((rows.is_change == 0) | (holds(ends) == 1))


def _stepped(rows: ibis.Table) -> ibis.Table:
    """The step that a row is.

    `completed` always means that the credential was replaced: a refused new password (policy) or an undecided
    completion is a `proof`, because the way to it led through one.
    """
    activity, reason = rows.activity, rows.reason.fill_null("")
    failed, success = rows.outcome == Outcome.FAILURE.value, rows.outcome == Outcome.SUCCESS.value
    complete = (activity == Activity.RECOVERY_COMPLETE.value) & success
    proof = activity.isin((Activity.RECOVERY_PROOF.value, Activity.RECOVERY_COMPLETE.value))
    locked = (reason == Reason.LOCKED.value) | (failed & (reason == Reason.RISK.value))
    step = ibis.cases(
        (complete | (activity == Activity.CREDENTIAL_CHANGE.value), "completed"),
        (reason == Reason.CANCELLED.value, "cancelled"),
        (proof, "proof"),
        (locked, "blocked"),
        (activity == Activity.RECOVERY_MESSAGE.value, "message"),
        (failed, "identified"),
        else_="started",
    )
    message = activity == Activity.RECOVERY_MESSAGE.value
    family = family_of(rows.provider)
    other = holds(rows.actor != rows.account) == 1
    # Neither an administrator's address nor that of Microsoft's reset service is the requester's.
    service = other & family.isin(BY_HAND) & ~message
    by_admin = (reason == Reason.BY_ADMIN.value) | (rows.for_admin & message)
    requester = rows.source_ip.notnull() & ~by_admin & ~service
    by_itself = (reason == Reason.BY_SYSTEM.value) | (message & (other | ~family.isin(BY_HAND)))
    rows = rows.mutate(
        step=step,
        from_requester=requester,
        is_source_step=requester & ~by_itself,
        follows=activity.isin((Activity.IDENTIFY.value, Activity.CREDENTIAL_CHANGE.value)),
    )
    rows = rows.mutate(rank=ranked(rows.step))
    start = rows.activity == Activity.RECOVERY_START.value
    refuses = start & (rows.step == "identified") & rows.reason.isin(_NOBODY)
    return rows.mutate(kind=_kind(rows), refuses=holds(refuses) == 1)


def _kind(rows: ibis.Table) -> ibis.Value:
    """A number that rows share which can be one act: step, and of messages and proofs channel and outcome."""
    channels = [(rows.channel_kind == str(kind), 100 * at) for at, kind in enumerate(ChannelKind, start=1)]
    outcomes = [(rows.outcome == str(outcome), 10 * at) for at, outcome in enumerate(Outcome, start=1)]
    manner = ibis.cases(*channels, else_=0).cast("int64") + ibis.cases(*outcomes, else_=0)
    return rows.rank + only(manner, rows.step.isin(("message", "proof"))).fill_null(0)


def ranked(step: ibis.Value) -> ibis.Value:
    return ibis.cases(*[(step == name, rank) for name, rank in RANK.items()], else_=len(RANK)).cast("int64")
