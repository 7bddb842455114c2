"""A campaign's figures in the form of the published extension `account-campaign`."""

from __future__ import annotations

from typing import Any

from tocsin.share.shareable import STAGES, Cell, SharedCampaign
from tocsin.share.words import COUNTING_RULES


def account_campaign(one: SharedCampaign) -> dict[str, Any]:
    """What `extensions/account-campaign.json` describes; a hidden count is not there."""
    table = {name: held for name, cell in one.by_category.items() if (held := _told(cell))}
    return {
        "extension_type": "property-extension",
        "verdict": one.verdict,
        "counts": {
            "identification_attempts": one.identification_attempts,
            "identifiers_tried": one.identifiers_tried,
            "accounts_probed": one.accounts_probed,
            "accounts_attacked": one.accounts_attacked,
            "accounts_compromised": one.accounts_compromised,
        },
        **({"by_category": table} if table else {}),
        **({"none_compromised_of": one.zero_claims} if one.zero_claims else {}),
        "counting_rules": COUNTING_RULES,
    }


def _told(cell: Cell) -> dict[str, int]:
    return {stage: count for stage in STAGES if (count := getattr(cell, stage)) is not None}
