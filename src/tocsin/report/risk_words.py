"""Risk as people read it: odds, and a sentence for each reason."""

from __future__ import annotations

from tocsin.report.phrases import counted, number
from tocsin.report.visible import visible
from tocsin.risk.reasons import Reason, Reasons, Refused, Seen

ACT_WORDS = {
    "sign_in": "signed in",
    "session_use": "used a session",
    "challenge": "passed a second factor",
    "recovery_complete": "completed a recovery",
    "credential_change": "changed the password",
    "factor_change": "changed a second factor",
    "channel_change": "changed a recovery channel",
    "consent": "gave an application access",
    "mailbox_rule": "set a mailbox rule",
}

TELLING = 1.5
"""Odds nearer to one to one than this are not told."""


def odds_words(odds: float | None) -> str:
    """``340 : 1`` for a stranger, ``1 : 1,200`` for the owner."""
    if odds is None:
        return "cannot say"
    return f"{_rounded(odds)} : 1" if odds >= 1 else f"1 : {_rounded(1 / odds)}"


def sentences(why: Reasons) -> list[str]:
    """What the odds are the product of, the features first."""
    if why.odds is None:
        return ["the first visit of this account in these logs: nothing earlier to judge it by"]
    told = [_feature(one) for one in why.features]
    if why.refused is not None and not 1 / TELLING < why.refused.odds < TELLING:
        told.append(_refused(why.refused))
    if not 1 / TELLING < why.prior < TELLING:
        told.append(
            f"{counted(why.visits, 'earlier visit')} of this account, {why.usual_visits:.1f} of one on average:"
            f" {_speaks(why.prior)}"
        )
    return told


def _feature(reason: Reason) -> str:
    where = f"{_one_in(reason.account_chance)} for this account, {_one_in(reason.site_chance)} for this site"
    if reason.new is None:
        assert reason.used is not None  # noqa: S101 - every level is one or the other
        return f"{_named(reason.used)} as on {_of(reason.used, reason)}: {_speaks(reason.odds)}"
    if reason.used is None:
        return f"new {_named(reason.new)} ({where}): {_speaks(reason.odds)}"
    known = f"in the {_named(reason.used)} of {_of(reason.used, reason)}"
    return f"new {_named(reason.new)} ({where}), {known}: {_speaks(reason.odds)}"


def _refused(refused: Refused) -> str:
    return (
        f"{counted(refused.refused, 'attempt')} refused from {refused.level} {visible(refused.value)} and"
        f" {counted(refused.let_in, 'visit')} let in: {_speaks(refused.odds)}"
    )


def _named(seen: Seen) -> str:
    return f"{seen.level.word} {visible(seen.value)}"


def _of(seen: Seen, reason: Reason) -> str:
    return f"{number(seen.own)} of {counted(reason.visits, 'earlier visit')}"


def _one_in(chance: float) -> str:
    return f"1:{_rounded(1 / chance)}"


def _speaks(odds: float) -> str:
    if 1 / TELLING < odds < TELLING:
        return "says little"
    return (
        f"{_rounded(odds)} times likelier a stranger" if odds > 1 else f"{_rounded(1 / odds)} times likelier the owner"
    )


def _rounded(value: float) -> str:
    """Two digits, for more would be false precision."""
    if value < 9.95:
        return f"{value:.1f}".removesuffix(".0")
    return number(int(float(f"{value:.2g}")))
