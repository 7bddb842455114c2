"""The provider itself saw something: a risk detection of Entra, a threat event of Okta, a suspicious sign-in of Google.

Providers see more than they log: other tenants, devices, leaked passwords. Their verdicts come late, are many, and say
little, so they are evidence beside a defender's own. What is no verdict on an account is left out: notices of a new
device, re-evaluated policies, a whole organisation under attack.

Harmless look-alikes: a journey, a new telephone or a VPN raises the providers' own anomaly detections; most of those
are dismissed.
"""

import ibis

from tocsin.detect.observed import Observed
from tocsin.detect.pattern import Facts, Pattern, hits
from tocsin.detect.state_attack_warning import warns_of_state
from tocsin.detect.words import joined

NO_VERDICT = (
    "policy.auth_reevaluate.action",
    "policy.auth_reevaluate.fail",
    "policy.continuous_access.action",
    "policy.entity_risk.action",
    "security.attack.end",
    "security.attack.start",
    "security.events.provider.receive_event",
    "system.email.new_device_notification.sent_message",
    "user.authentication.dsso_via_non_priority_source",
    "user.session.context.change",
)
"""Okta's event types about policies, sessions and the organisation, which say nothing bad of an account
(https://developer.okta.com/docs/reference/api/event-types/)."""


CODE_CHARS = 60
"""Of a verdict's name and state; the rest is prose."""


def of_risk(rows: ibis.Table) -> ibis.Table:
    """Verdicts on an account that nobody has withdrawn."""
    return rows.filter(
        rows.activity == "provider_verdict",
        rows.reason.notnull(),
        rows.account.notnull(),
        ~rows.provider_code.fill_null("").re_extract("^([^/]*)", 1).isin(NO_VERDICT),
    )


def _finds(seen: Observed) -> ibis.Table:
    rows = of_risk(seen.telling)
    rows = rows.filter(~warns_of_state(rows))
    return hits(rows, "account", rows.provider_code.left(CODE_CHARS))


def _says(facts: Facts) -> str:
    return f"the provider says {joined(facts.notes)}"


PROVIDER_VERDICT = Pattern(
    name="provider_verdict",
    title="The provider's own verdict",
    role="attack",
    level="low",
    techniques=("T1078.004",),
    false_positives=("Journeys, new devices and VPNs, which the providers' anomaly detections take for a risk.",),
    finds=_finds,
    says=_says,
    quiet_hours=72,
)
