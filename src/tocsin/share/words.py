"""Sentences about what is shared, made of figures and of our own words only."""

from __future__ import annotations

from tocsin.share.shareable import Shareable, SharedCampaign

CATEGORY_NAMES = {
    "campaign": "political campaigns",
    "political-party": "political parties",
    "government": "governments",
    "media": "media",
    "diaspora": "diaspora communities",
    "think-tank": "think tanks",
    "ngo": "non-governmental organisations",
    "academia": "academia",
    "other": "other people at risk",
}

CHANNEL_NAMES = {
    "email": "a secondary mailbox",
    "sms": "text messages",
    "voice": "calls",
    "question": "security questions",
    "app": "an authenticator app",
    "key": "a security key",
    "contact": "a recovery contact",
    "code": "backup codes",
    "other": "another channel",
}

COUNTING_RULES = (
    "An identification attempt is one act in which a source of the campaign submits an identifier at a sign-in or"
    " recovery form and presents no proof. An account is attacked when it exists and such a source presented a proof or"
    " tried to, and compromised when such a source gained control of it; the attacked include the compromised. Accounts"
    " probed are those that only identification attempts reached. Counts by category below 5 are hidden, with as many"
    " others as it takes that none can be worked out; a hidden count may be zero."
)


def campaign_words(one: SharedCampaign) -> str:
    """The paragraph of a campaign."""
    said = [
        f"From {one.first_seen:%Y-%m-%d} to {one.last_seen:%Y-%m-%d} (UTC):"
        f" {_counted(one.identification_attempts, 'attempt')} to identify accounts,"
        f" {_counted(one.identifiers_tried, 'identifier')} tried,"
        f" {_counted(one.accounts_attacked, 'account')} attacked, {one.accounts_compromised:,} of them compromised;"
        f" {_counted(one.accounts_probed, 'further account')} only looked up.",
        {
            "targeted": "The targets stand on a roster of people at risk more often than chance has it.",
            "opportunistic": "The targets stand on a roster of people at risk no more often than chance has it.",
        }.get(one.verdict, "Whether people at risk were aimed at cannot be told."),
    ]
    if one.zero_claims:
        groups = " or ".join(CATEGORY_NAMES[name] for name in one.zero_claims)
        said.append(f"None of the {one.accounts_compromised:,} compromised accounts belongs to {groups} on the roster.")
    if ways := [CHANNEL_NAMES[name] for name, count in one.channels.items() if count and name in CHANNEL_NAMES]:
        said.append(f"Recovery was attacked through {', '.join(ways)}.")
    return " ".join(said)


def withheld_words(sharing: Shareable) -> str:
    """What is not in it, and why; empty where nothing was left out."""
    return f"Left out before sharing: {'; '.join(sharing.withheld)}." if sharing.withheld else ""


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
