"""Rows of sign-ins, second factors and changes to attempts: what several rows tell of one act is one attempt.

Providers write one act as several rows, and each case has its own sign by which they are known to be one:

* One request. A record and its repeats share the provider's request: a sign-in and its mirror in Microsoft's
  unified audit log (`IntraSystemId` is the Entra `id`), the rows of an Okta transaction, which is one web request
  (https://developer.okta.com/docs/reference/api/system-log/), or of a request of authentik, the rows that Azure
  Monitor holds of one second factor (all have the `originalRequestId` of the sign-in that asked; each further prompt
  has another).
* One dialogue. Rows of a correlation are steps of one attempt until it is decided: an interrupt, the right
  password, a prompt, its answer, the success, the further applications opened by it. A wrong password or a refused
  prompt decides, so what comes after it is another attempt.
* Twins. Microsoft writes a decided request a second time, under another id, within two seconds. Within that time a
  second factor is asked for once, however many records say so (Auth0: asked for, begun, push sent).
* Two logs. A row of a log that names no request of the other repeats a row of the same account, source and result
  in the other log, one for one: Microsoft's within a minute, Google's applications (`login` and `user_accounts`)
  within two seconds. So does the record by which Okta or Keycloak says that a failure locked the account.

Nothing else folds: without such a sign two rows are two attempts, however near. Accounts and addresses are never
crossed. The rules with examples: docs/counting.md, "One act, several records".
"""

from __future__ import annotations

import ibis

from tocsin.events import Activity, Outcome, Reason
from tocsin.recovery.windows import first_text, holds, numbered, only, since_last, text_of, within

TWIN_MS = 2_000
"""Rows of one request that Microsoft writes twice (same correlation, account and address) lie within two seconds."""

LOGS_APART_MS = 60_000
"""The unified audit log repeats a sign-in within seconds of the directory's own log; a minute, for late clocks."""

SITTING_MS = 60_000
"""One sign-in opens its further applications, under the same correlation, within a minute."""

DIALOGUE_MS = 30 * 60_000
"""A step that comes later belongs to no earlier one: half an hour is how long one visit lasts (recovery/rules.py)."""

COLUMNS = (
    "event_uid",
    "provider",
    "tenant",
    "ts",
    "activity",
    "outcome",
    "reason",
    "provider_code",
    "account",
    "source_ip",
    "session_uid",
    "correlation_uid",
    "request_uid",
)
"""What is read of each event."""

MIRROR = "m365"
"""The log that repeats what `entra` logs."""

ONE_REQUEST = ("okta", "authentik")
"""Providers whose correlation is a single web request: Okta's `transaction.id`, authentik's `request_id`."""

LOCKS = ("user.account.lock", "USER_DISABLED_BY_", "limit_wc")
"""Beginnings of the codes by which a provider tells, beside the failure, that it locked the account for it: Okta's
event type, Keycloak's (`EventType.java`) and Auth0's (https://auth0.com/docs/tenant-logs/system-notification/limit-wc,
an address blocked "because it reached the maximum failed login attempts into a single account")."""

UNNAMED = "auth0"
"""Writes steps of one dialogue under names that do not agree (the transaction stands in `s` and not in the records of
Guardian, `gd_...`, https://github.com/auth0/auth0-log-schemas), so they are told by account and address alone. That is
safe where a step needs another: a prompt is answered after it was asked for, and one that nobody answered stays one."""

OPENED = "seacft"
"""Auth0's record of the code that a sign-in gives for the tokens of the application, beside the sign-in's own."""

_TRIED = (Activity.SIGN_IN.value, Activity.CHALLENGE.value, Activity.IDENTIFY.value)
_LEFT = (Reason.INTERRUPT.value, Reason.CANCELLED.value)
_CHANGED = (
    Activity.CREDENTIAL_CHANGE.value,
    Activity.FACTOR_CHANGE.value,
    Activity.CHANNEL_CHANGE.value,
    Activity.MAILBOX_RULE.value,
    Activity.CONSENT.value,
)

OPEN, ASKED, PASSED, REFUSED, WRONG, IN = range(6)
"""How far a row takes its attempt: undecided, a factor or name asked for, one proof of several right, the second
factor refused, the password or name wrong, signed in."""


def attempts(events: ibis.Table) -> ibis.Table:
    """`provider, event_uid, attempt_uid` for each event (COLUMNS, duplicates gone): rows of one attempt share an
    `attempt_uid`, which is `provider:event_uid` of the first of them, the directory's own before its mirror's."""
    rows = _placed(events)
    tried, changed = rows.activity.isin(_TRIED) | (rows.opened == 1), rows.activity.isin(_CHANGED)
    alone = rows.filter(~(tried | changed)).select("provider", "event_uid", attempt_uid="uid")
    return _tries(rows.filter(tried)).union(_changes(rows.filter(changed))).union(alone)


def _placed(events: ibis.Table) -> ibis.Table:
    """With `site`, `place` (one account of it at one address; a row that lacks either has a place of its own)."""
    rows = events.select(*COLUMNS)
    family = ibis.cases((rows.provider == MIRROR, "entra"), else_=rows.provider)
    # Microsoft and Google name accounts by mail address, alike in logs that name the tenant otherwise or not at all.
    site = ibis.cases((family.isin(("entra", "google")), family), else_=family.concat("|", rows.tenant))
    uid = rows.provider.concat(":", rows.event_uid)
    rows = rows.mutate(
        uid=uid,
        site=site,
        twins=family == "entra",
        mirror=holds(rows.provider == MIRROR),
        opened=holds((rows.provider == UNNAMED) & rows.provider_code.startswith(OPENED)),
        lock=holds(ibis.or_(*[rows.provider_code.startswith(code) for code in LOCKS])),
        apart_ms=ibis.cases((family == "entra", LOGS_APART_MS), else_=TWIN_MS),
    )
    place = rows.site.concat("|", rows.account, "|", rows.source_ip)
    return rows.mutate(place=place.fill_null(ibis.literal("#").concat(rows.uid)))


def _tries(rows: ibis.Table) -> ibis.Table:
    rows = _dialogues(_requests(rows))
    # Which of a provider's failures locked the account, its record of the lock does not say.
    failed = rows.far.isin((REFUSED, WRONG)) & ~rows.twins
    rows = rows.mutate(
        kind=ibis.cases((failed, "failed"), else_=rows.far.cast("string")),
        log=rows.mirror + 2 * rows.lock,
    )
    units = rows.group_by("place", "attempt").aggregate(
        apart_ms=rows.apart_ms.max(),
        at=rows.start.min(),
        kind=rows.kind.max(),
        log=rows.log.min(),
        last_log=rows.log.max(),
    )
    # What both logs are known to tell of needs no partner.
    both = units.log != units.last_log
    units = units.mutate(
        kind=ibis.cases((both, units.kind.concat("|", units.attempt)), else_=units.kind),
        log=units.log.cast("string"),
        order=units.log,
    )
    return _told(rows, units)


def _requests(rows: ibis.Table) -> ibis.Table:
    """With `label` (the request a row is of), and of the request `start`, `end`, `far`, `why` and `thread`."""
    mirror = rows.mirror == 1
    rows = rows.mutate(
        own=only(rows.request_uid, mirror).fill_null(rows.event_uid),
        original=only(rows.request_uid, ~mirror),
        directory_ts=only(rows.ts, ~mirror),
        step=_step(rows),
    )
    one = within(("place", "own"))
    rows = rows.mutate(
        original=rows.original.max().over(one),
        # Clocks of the mirror are cut to seconds.
        seen=ibis.coalesce(rows.directory_ts.min().over(one), rows.ts.min().over(one)),
        wrong=holds(rows.step == WRONG).max().over(one) == 1,
    )
    okta, correlated = rows.provider == "okta", rows.correlation_uid.nullif("").notnull()
    label = ibis.cases(
        (rows.provider.isin(ONE_REQUEST) & correlated, ibis.literal("t ").concat(rows.correlation_uid)),
        # Each wrong password is a request of its own, whatever it goes back to.
        (rows.wrong, ibis.literal("w ").concat(rows.own)),
        else_=ibis.literal("r ").concat(ibis.coalesce(rows.original, rows.own)),
    )
    threads = ibis.cases((okta, ibis.coalesce(rows.session_uid, rows.correlation_uid)), else_=rows.correlation_uid)
    threads = ibis.cases((rows.provider == UNNAMED, ibis.literal(UNNAMED)), else_=threads.nullif(""))
    told = (
        "provider",
        "event_uid",
        "ts",
        "place",
        "uid",
        "twins",
        "mirror",
        "lock",
        "apart_ms",
        "seen",
        "step",
        "reason",
    )
    rows = rows.select(*told, label=label, thread=threads)
    request = within(("place", "label"))
    rows = rows.mutate(
        start=rows.seen.min().over(request),
        end=rows.seen.max().over(request),
        far=rows.step.max().over(request),
        why=rows.reason.min().over(request),
        thread=rows.thread.min().over(request),
    )
    return rows.mutate(
        thread=rows.thread.fill_null(rows.label),
        seq=ibis.row_number()
        .over(
            ibis.window(
                group_by="place",
                order_by=["start", "far", "label", "seen", "mirror", "ts", "event_uid", "provider"],
            )
        )
        .cast("int64"),
    )


def _step(rows: ibis.Table) -> ibis.Value:
    success, failed = rows.outcome == Outcome.SUCCESS.value, rows.outcome == Outcome.FAILURE.value
    challenge = rows.activity == Activity.CHALLENGE.value
    sign_in = rows.activity == Activity.SIGN_IN.value
    steps = ibis.cases(
        (challenge & success, PASSED),
        (challenge & failed, REFUSED),
        (challenge & ~rows.reason.fill_null("").isin(_LEFT), ASKED),
        (sign_in & success & (rows.reason == Reason.FIRST_FACTOR.value), PASSED),
        ((sign_in & success) | (rows.opened == 1), IN),
        (sign_in & failed, WRONG),
        (sign_in | challenge, OPEN),
        (failed, WRONG),
        else_=ASKED,
    )
    return steps.cast("int64")


def _dialogues(rows: ibis.Table) -> ibis.Table:
    """With `attempt`: the requests of a thread that are steps of one attempt, or twins."""
    thread, order = ("place", "thread"), ("seq",)
    last = ibis.window(group_by=list(thread), order_by=list(order))
    rows = rows.mutate(
        same=holds(rows.label == rows.label.lag().over(last)) == 1,
        before=rows.far.lag().over(last),
        alike=holds(
            (rows.far == rows.far.lag().over(last))
            & (rows.twins & (rows.why.fill_null("") == rows.why.fill_null("").lag().over(last)) | (rows.far == ASKED))
        )
        == 1,
        silence=rows.start - rows.end.lag().over(last),
    )
    goes_on = ibis.cases(
        (rows.before == OPEN, True),
        (rows.before == ASKED, rows.far.isin((OPEN, PASSED, REFUSED, IN))),
        (rows.before == PASSED, rows.far != WRONG),
        (rows.before == IN, rows.far.isin((OPEN, PASSED, IN)) & (rows.silence <= SITTING_MS)),
        else_=False,
    )
    rows = rows.mutate(
        goes_on=rows.same | (goes_on & (rows.silence <= DIALOGUE_MS)),
        chained=rows.same | (rows.alike & (rows.silence <= TWIN_MS)),
    )
    # A chain of twins is no longer than twins lie apart: what a script sends each second is not one request.
    rows = rows.mutate(chain=numbered(~rows.chained, thread, order))
    rows = rows.mutate(span=(rows.start - rows.start.min().over(within((*thread, "chain")))) // (TWIN_MS + 1))
    rows = rows.mutate(later=holds(rows.span != rows.span.lag().over(last)) == 1)
    rows = rows.mutate(number=numbered(~(rows.goes_on | (rows.chained & ~rows.later)), thread, order))
    first = first_text(rows.seq, rows.uid).over(within((*thread, "number")))
    told = ("provider", "event_uid", "place", "twins", "mirror", "lock", "apart_ms", "start", "far")
    return rows.select(*told, attempt=text_of(first))


def _changes(rows: ibis.Table) -> ibis.Table:
    """Changes of credentials, factors, channels and rights: told by two logs, or by two applications of Google."""
    google = rows.provider == "google"
    name = rows.provider_code.fill_null("")
    cut = name.find("/")
    applied = ibis.cases((google & (cut >= 0), name.substr(0, ibis.greatest(cut, 0))), else_=ibis.literal(""))
    what = ibis.cases((google & (cut >= 0), name.substr(ibis.greatest(cut, 0))), else_=ibis.literal(""))
    rows = rows.mutate(
        attempt=rows.uid,
        apart_ms=rows.apart_ms,
        at=rows.ts,
        kind=rows.activity.concat("|", rows.outcome, "|", what),
        log=rows.provider.concat("|", applied),
        # Of Google's two copies the one under `login` stands first.
        order=ibis.cases((rows.provider == MIRROR, 1), (google & (applied != "login"), 1), else_=0).cast("int64"),
    )
    units = rows.select("place", "attempt", "apart_ms", "at", "kind", "log", "order")
    return _told(rows.select("provider", "event_uid", "place", "attempt"), units)


def _told(rows: ibis.Table, units: ibis.Table) -> ibis.Table:
    """The rows with their `attempt_uid`: the first unit of one log is the first of the other, and so on, within
    stretches in which no more than `apart_ms` lies between one and the next."""
    kind, order = ("place", "kind"), ("at", "order", "attempt")
    units = units.mutate(silence=since_last(units.at, kind, order))
    units = units.mutate(burst=numbered(holds(units.silence > units.apart_ms) == 1, kind, order))
    logs = (*kind, "burst", "log")
    units = units.mutate(turn=ibis.row_number().over(ibis.window(group_by=list(logs), order_by=list(order))))
    first = first_text(units.order, units.attempt).over(within((*kind, "burst", "turn")))
    units = units.select("place", "attempt", attempt_uid=text_of(first))
    found = rows.join(units, ["place", "attempt"])
    return found.select("provider", "event_uid", "attempt_uid")


__all__ = ["COLUMNS", "DIALOGUE_MS", "LOGS_APART_MS", "SITTING_MS", "TWIN_MS", "attempts"]
