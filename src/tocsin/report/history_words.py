"""What became of campaigns, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.assess.assessment import Assessment, Campaign, Change, Standing
from tocsin.report.phrases import clock, number

WHAT_WORDS = {
    "found": "found",
    "grew": "grew",
    "unchanged": "unchanged",
    "corrected": "corrected",
    "merged": "merged",
    "split": "split",
    "verdict_changed": "verdict changed",
    "no_longer_found": "no longer found",
}

SHORT_WORDS = {**WHAT_WORDS, "found": "new", "verdict_changed": "verdict"}


def since_last(campaign: Campaign, assessment: Assessment) -> str:
    """What the last scan changed, in a word or two: ``new``, ``corrected, grew``, ``unchanged``."""
    lately = [one.what for one in campaign.history if one.at == assessment.generated_at]
    return ", ".join(dict.fromkeys(SHORT_WORDS.get(what, what) for what in lately)) or "unchanged"


def what(change: Change) -> str:
    return WHAT_WORDS.get(change.what, change.what)


def figures(standing: Standing | None) -> str:
    """``2,712 · 963 · 241 · 4``: attempts, looked up, attacked, compromised."""
    if standing is None:
        return "–"
    held = (
        standing.identification_attempts,
        standing.accounts_probed,
        standing.accounts_attacked,
        standing.accounts_compromised,
    )
    return " · ".join(map(number, held))


def another_name(name: str, campaign: Campaign) -> str:
    """Why a campaign answers to a name that is not its id."""
    merged = [one for one in campaign.history if one.what == "merged" and one.other == name]
    if merged:
        return f"{name} merged into {campaign.id} at the scan of {clock(merged[-1].at)} UTC: {merged[-1].reason}."
    return (
        f"{name} is {campaign.id} here: one scan of all these logs would give it that name; in this store it has had"
        " another since it was first found, or another campaign of that name merged into it before."
    )


def last_reason(history: Sequence[Change]) -> str:
    return f"{clock(history[-1].at)} UTC: {history[-1].reason}" if history else "nothing is known of it"
