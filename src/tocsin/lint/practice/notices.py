"""Whether owners were told of their recoveries: no log that is read says so.

Okta writes a record of each message that it sends for a reset, a new factor and a new device, and none of the notice
that a password was changed (event types of the System Log); Microsoft Entra, Keycloak, authentik and Google write none
of notices. A record that is not written proves nothing.
"""

from __future__ import annotations

from tocsin.lint import clauses
from tocsin.lint.practice.rule import PracticeRule, recoveries

RULE = PracticeRule(
    name="practice_owners_told",
    title="Owners were not told of recoveries",
    clauses=(clauses.RECOVERY_NOTICE, clauses.NOTICES),
    severity="high",
    why="The notice is how owners find out while something can still be done.",
    fix="Look at the settings: `tocsin lint` on the provider's export says whether notices are switched on.",
    needs=("recovery_completed",),
    says=lambda cases, accounts: f"{recoveries(cases, accounts)} without a notice",
    so="each recovery was followed by a notice",
    unsaid="this log holds no record of the notices that owners get",
)
