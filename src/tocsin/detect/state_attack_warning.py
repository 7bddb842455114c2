"""The provider warns that a government is behind an attack on the account.

Google writes `gov_attack_warning` for a person whom it holds for a target of a government; Entra ID Protection knows
`nationStateIP` (an address of a tracked state actor), Okta and Microsoft pass such words on in their threat events. The
warning comes late and on purpose not at once, so its time is not the attack's; a warning means targeted, not fallen.

Harmless look-alikes: none is known; Google sends the warnings in batches, and most who get one were never compromised.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Pattern, hits
from tocsin.detect.words import counted

WORDS = (
    "gov_attack_warning",
    "government attack",
    "government-backed attack",
    "nationstate",
    "state sponsored",
    "state-sponsored",
    "statesponsored",
)
"""In lower case, anywhere in the provider's code (https://developers.google.com/workspace/admin/reports/v1/appendix/
activity/login; https://learn.microsoft.com/entra/id-protection/concept-identity-protection-risks)."""


def warns_of_state(rows: ibis.Table) -> ibis.Value:
    """Does the provider's code name a government?"""
    code = rows.provider_code.fill_null("").lower()
    found = ibis.literal(False)
    for one in WORDS:
        found = found | code.contains(one)
    return found


def _finds(seen: Observed) -> ibis.Table:
    rows = seen.telling
    warned = rows.filter(
        rows.activity == "provider_verdict", rows.reason.notnull(), rows.account.notnull(), warns_of_state(rows)
    )
    return hits(warned, "account")


def _says(facts: Facts) -> str:
    return f"{counted(facts.events, 'warning')} of the provider of an attack that a government backs"


STATE_ATTACK_WARNING = Pattern(
    name="state_attack_warning",
    title="The provider warns of a government's attack",
    role="attack",
    level="high",
    techniques=("T1589.002", "T1566"),
    false_positives=("None is known; the warning says targeted, not compromised.",),
    finds=_finds,
    says=_says,
    quiet_hours=30 * 24,
)
