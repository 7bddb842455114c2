"""Recovery that a provider does not log as recovery, seen by its order.

Okta's Identity Engine logs the answer to a recovery as the answer to a second factor. So a challenge from the
address that started a recovery, before that address signed in or set a password, is a proof of the recovery.

Google Workspace writes nothing when a recovery starts and has no event for its end: a completed recovery is a
`login_challenge` passed over a recovery channel and, soon after, `password_edit`; the sign-in comes last. At an
ordinary sign-in the challenge is followed by `login_success` first. So a password changed from an address that
has passed a challenge and has not signed in since is the end of a recovery, and the challenges before it are its
proofs. The same order is left by an owner who proves himself anew in an open session and then changes the
password; whose hand it was is weighed later, by its source. Challenges that lead to no change stay challenges.

LemonLDAP::NG says `Password changed` in the same words of a reset and of a change, unless its log was told to hold the
path; OneLogin's event 11 is both. A change after a start of the same account, with no sign-in of that account in
between, is the end of the recovery: the form for a change is behind a sign-in.
"""

from __future__ import annotations

import ibis

from tocsin.events import Activity, ChannelKind, Outcome, Reason
from tocsin.recovery.rules import Rules
from tocsin.recovery.windows import after, holds, only, up_to_here

STARTS_ONLY = ("okta",)
"""Providers that log the start of a recovery, and its proofs as challenges."""

NOTHING = ("google",)
"""Providers that log neither start nor end."""

SAME_WORDS = ("lemonldap", "onelogin")
"""Providers that log starts and sign-ins, but the end of a recovery as any change of a password."""

SAME_WORDS_CODES = ("changed/anywhere", "11")

_ACCOUNT = ("provider", "tenant", "account")
_PLACE = (*_ACCOUNT, "source_ip")
_ORDER = ("ts", "event_uid")
_ENDS = (Activity.SIGN_IN.value, Activity.RECOVERY_COMPLETE.value, Activity.CREDENTIAL_CHANGE.value)


def unlogged(events: ibis.Table, rules: Rules) -> ibis.Table:
    """Some events under another activity: a `challenge` as proof, a `credential_change` as completion."""
    return _answers(events, rules).union(_recoveries(events, rules)).union(_resets(events, rules))


def _answers(events: ibis.Table, rules: Rules) -> ibis.Table:
    theirs = _of(events, STARTS_ONLY)
    rows = theirs.filter(_starts(theirs) | _challenges(theirs) | (theirs.activity.isin(_ENDS) & _success(theirs)))
    rows = rows.semi_join(theirs.filter(_starts(theirs)).select(*_ACCOUNT).distinct(), _ACCOUNT)
    here = up_to_here(_PLACE, _ORDER)
    named = rows.mutate(
        start_ts=only(rows.ts, _starts(rows)).max().over(here),
        end_ts=only(rows.ts, rows.activity.isin(_ENDS)).max().over(here),
    )
    ended = holds(named.end_ts >= named.start_ts) == 1
    proofs = named.filter(_challenges(named), named.ts - named.start_ts <= rules.gap_ms, ~ended)
    return proofs.select(*events.columns).mutate(activity=ibis.literal(Activity.RECOVERY_PROOF.value))


def _recoveries(events: ibis.Table, rules: Rules) -> ibis.Table:
    theirs = _of(events, NOTHING)
    entered = (theirs.activity == Activity.SIGN_IN.value) & _success(theirs)
    rows = theirs.filter(entered | _challenges(theirs) | _changes(theirs))
    rows = rows.semi_join(theirs.filter(_changes(theirs)).select(*_ACCOUNT).distinct(), _ACCOUNT)
    here, later = up_to_here(_PLACE, _ORDER), after(_PLACE, _ORDER)
    passed, entered = _challenges(rows) & _success(rows), rows.activity == Activity.SIGN_IN.value
    rows = rows.mutate(
        passed_ts=only(rows.ts, passed).max().over(here), entered_ts=only(rows.ts, entered).max().over(here)
    )
    fresh = rows.entered_ts.isnull() | (rows.entered_ts < rows.passed_ts)
    rows = rows.mutate(ends=_changes(rows) & fresh & (rows.ts - rows.passed_ts <= rules.gap_ms))
    rows = rows.mutate(
        end_ts=only(rows.ts, rows.ends).min().over(later),
        enter_ts=only(rows.ts, rows.activity == Activity.SIGN_IN.value).min().over(later),
    )
    soon = rows.end_ts - rows.ts <= rules.gap_ms
    leads = _challenges(rows) & soon & (rows.enter_ts.isnull() | (rows.enter_ts >= rows.end_ts))
    activity = ibis.cases(
        (rows.ends, Activity.RECOVERY_COMPLETE.value),
        (leads, Activity.RECOVERY_PROOF.value),
        else_=ibis.null("string"),
    )
    rows = rows.mutate(activity=activity).select(*events.columns)
    return rows.filter(rows.activity.notnull())


def _resets(events: ibis.Table, rules: Rules) -> ibis.Table:
    theirs = events.filter(events.provider.isin(SAME_WORDS), events.account.notnull())
    entered = (theirs.activity == Activity.SIGN_IN.value) & _success(theirs)
    changed = _changes(theirs) & theirs.provider_code.isin(SAME_WORDS_CODES)
    rows = theirs.filter(entered | _starts(theirs) | changed)
    rows = rows.semi_join(theirs.filter(changed).select(*_ACCOUNT).distinct(), _ACCOUNT)
    # Within a second, which is all that syslog tells, a change comes last.
    rows = rows.mutate(is_change=holds(_changes(rows)))
    here = up_to_here(_ACCOUNT, ("ts", "is_change", "event_uid"))
    rows = rows.mutate(
        start_ts=only(rows.ts, _starts(rows)).max().over(here),
        entered_ts=only(rows.ts, rows.activity == Activity.SIGN_IN.value).max().over(here),
    )
    behind = holds(rows.entered_ts > rows.start_ts) == 1
    ends = rows.filter(rows.is_change == 1, rows.ts - rows.start_ts <= rules.lifetime_ms, ~behind)
    return ends.select(*events.columns).mutate(activity=ibis.literal(Activity.RECOVERY_COMPLETE.value))


def read_by_order(events: ibis.Table) -> ibis.Value:
    """What is read here beside the events of recoveries."""
    entered = (events.activity == Activity.SIGN_IN.value) & _success(events)
    return entered | (events.activity == Activity.CHALLENGE.value)


def owners_read_by_order(events: ibis.Table) -> ibis.Table:
    """`provider, tenant, account` of those of whose events something may be read here; of no others."""
    started = events.provider.isin((*STARTS_ONLY, *SAME_WORDS)) & _starts(events)
    changed = events.provider.isin((*NOTHING, *SAME_WORDS)) & _changes(events)
    return events.filter(started | changed, events.account.notnull()).select(*_ACCOUNT).distinct()


def _of(events: ibis.Table, providers: tuple[str, ...]) -> ibis.Table:
    return events.filter(events.provider.isin(providers), events.account.notnull(), events.source_ip.notnull())


def _success(rows: ibis.Table) -> ibis.Value:
    return rows.outcome == Outcome.SUCCESS.value


def _starts(rows: ibis.Table) -> ibis.Value:
    return (rows.activity == Activity.RECOVERY_START.value) & _success(rows)


def _challenges(rows: ibis.Table) -> ibis.Value:
    kind = rows.channel_kind
    return (rows.activity == Activity.CHALLENGE.value) & kind.notnull() & (kind != ChannelKind.OTHER.value)


def _changes(rows: ibis.Table) -> ibis.Value:
    by_hand = rows.reason.isnull() | (rows.reason != Reason.BY_ADMIN.value)
    return (rows.activity == Activity.CREDENTIAL_CHANGE.value) & _success(rows) & by_hand
