"""Recovery that a provider does not log as recovery, seen by its order.

Google Workspace writes nothing when a recovery starts and has no event for its end: a completed recovery is
a `login_challenge` passed over a recovery channel and, soon after, `password_edit`; the sign-in comes last.
At an ordinary sign-in the challenge is followed by `login_success` first. So a password changed from an
address that has passed a challenge and has not signed in since is the end of a recovery, and the challenges
before it are its proofs.

The same order is left by an owner who proves himself anew in an open session and then changes the password;
whose hand it was is weighed later, by its source. Challenges that lead to no change stay challenges.
"""

from __future__ import annotations

import ibis

from tocsin.events import Activity, ChannelKind, Outcome, Reason
from tocsin.recovery.rules import Rules
from tocsin.recovery.windows import after, only, up_to_here

PROVIDERS = ("google",)

_ORDER = ("ts", "event_uid")


def unlogged(events: ibis.Table, rules: Rules) -> ibis.Table:
    """Events as they are, of which some `challenge` are `recovery_proof`, some changes
    `recovery_complete`."""
    theirs = events.filter(
        events.provider.isin(PROVIDERS), events.account.notnull(), events.source_ip.notnull()
    )
    changes = theirs.filter(_changes(theirs)).select("provider", "tenant", "account").distinct()
    success = theirs.outcome == Outcome.SUCCESS.value
    signed_in = (theirs.activity == Activity.SIGN_IN.value) & success
    rows = theirs.filter(signed_in | _challenges(theirs) | _changes(theirs))
    rows = rows.semi_join(changes, ["provider", "tenant", "account"])
    place = ("provider", "tenant", "account", "source_ip")
    here, later = up_to_here(place, _ORDER), after(place, _ORDER)
    passed = _challenges(rows) & (rows.outcome == Outcome.SUCCESS.value)
    entered = rows.activity == Activity.SIGN_IN.value
    rows = rows.mutate(
        passed_ts=only(rows.ts, passed).max().over(here), entered_ts=only(rows.ts, entered).max().over(here)
    )
    fresh = rows.entered_ts.isnull() | (rows.entered_ts < rows.passed_ts)
    rows = rows.mutate(ends=_changes(rows) & fresh & (rows.ts - rows.passed_ts <= rules.gap_ms))
    rows = rows.mutate(
        end_ts=only(rows.ts, rows.ends).min().over(later),
        enter_ts=only(rows.ts, rows.activity == Activity.SIGN_IN.value).min().over(later),
    )
    leads = (rows.end_ts - rows.ts <= rules.gap_ms) & (
        rows.enter_ts.isnull() | (rows.enter_ts >= rows.end_ts)
    )
    rows = rows.mutate(
        activity=ibis.cases(
            (rows.ends, Activity.RECOVERY_COMPLETE.value),
            (_challenges(rows) & leads, Activity.RECOVERY_PROOF.value),
            else_=ibis.null("string"),
        )
    )
    return rows.filter(rows.activity.notnull())


def _challenges(rows: ibis.Table) -> ibis.Value:
    return (
        (rows.activity == Activity.CHALLENGE.value)
        & rows.channel_kind.notnull()
        & (rows.channel_kind != ChannelKind.OTHER.value)
    )


def _changes(rows: ibis.Table) -> ibis.Value:
    return (
        (rows.activity == Activity.CREDENTIAL_CHANGE.value)
        & (rows.outcome == Outcome.SUCCESS.value)
        & (rows.reason.isnull() | (rows.reason != Reason.BY_ADMIN.value))
    )
