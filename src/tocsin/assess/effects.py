"""What a record did to an account's defences, from the provider's own name for it.

The names are those of the providers' references: Okta's event types
(developer.okta.com/docs/reference/api/event-types), Entra's audit activities
(learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities), Google's login, user account, token
and admin events (developers.google.com/workspace/admin/reports/v1/appendix/activity), Keycloak's event types and admin
operations (org.keycloak.events.EventType), Exchange's cmdlets in the unified audit log.
"""

from __future__ import annotations

import re

from tocsin.events import Activity

THING_OF = {
    Activity.RECOVERY_COMPLETE.value: "password",
    Activity.CREDENTIAL_CHANGE.value: "password",
    Activity.FACTOR_CHANGE.value: "factor",
    Activity.CHANNEL_CHANGE.value: "channel",
    Activity.MAILBOX_RULE.value: "rule",
    Activity.CONSENT.value: "consent",
}

_WORD = r"(?<![a-z])"

_REMOVES = re.compile(
    _WORD + r"(delet|remov|deactivat|unenrol|disabl|revok|reset_all|turn_off|turn off|disassociat|suspend"
    r"|user reset \w+ factor)",
    re.IGNORECASE,
)

_SESSIONS = re.compile(
    r"stsrefreshtokenvalidfrom|revoke sign.?in sessions|signouteverywhere|reset_signin_cookies|user\.session\.clear"
    r"|user\.session\.end_all|^action user logout|signed_out_due_to",
    re.IGNORECASE,
)

_BLOCKS = re.compile(
    r"user\.lifecycle\.(suspend|deactivate)|suspend_user|^disable account|account_disabled_|^delete user",
    re.IGNORECASE,
)

_RESETS = re.compile(
    r"reset.?password|password.?reset|change_password|set.?password|reset user password", re.IGNORECASE
)

_RULE_GONE = re.compile(
    r"(remove|disable)-(inboxrule|mailboxpermission|recipientpermission|transportrule)|delete_email_monitor|removefolderpermissions",
    re.IGNORECASE,
)

_CONSENT_GONE = re.compile(
    r"^token/revoke|consent\.revoke|revoke_grant|remove (delegated permission|oauth2permission) ?grant"
    r"|remove app role assignment|revoke_3lo",
    re.IGNORECASE,
)

_ALL_FACTORS = re.compile(
    r"reset_all|turn_off_2_step|2sv_disable|disable strong authentication|unenroll_user", re.IGNORECASE
)

MAIL_READ = re.compile(r"^mailitemsaccessed", re.IGNORECASE)
"""Mail was read, or downloaded by a client (learn.microsoft.com/purview/audit-log-investigate-accounts)."""


def effect(activity: str, code: str) -> str:
    """added, removed or changed."""
    if THING_OF.get(activity) == "password":
        return "changed"
    return "removed" if _REMOVES.search(code) else "added"


def gone(activity: str, code: str) -> str | None:
    """The thing that the record shows removed, if it does."""
    if _RULE_GONE.search(code):
        return "rule"
    if _CONSENT_GONE.search(code):
        return "consent"
    thing = THING_OF.get(activity)
    if thing in ("factor", "channel", "consent", "rule") and _REMOVES.search(code):
        return thing
    return "factor" if _ALL_FACTORS.search(code) else None


def all_factors(code: str) -> bool:
    return bool(_ALL_FACTORS.search(code))


def answer(activity: str, code: str) -> str | None:
    """password, sessions or block: how a record of somebody else than the campaign keeps it out."""
    if _SESSIONS.search(code):
        return "sessions"
    if _BLOCKS.search(code):
        return "block"
    if THING_OF.get(activity) == "password":
        return "password"
    if activity == Activity.ADMIN_ACT.value and _RESETS.search(code):
        return "password"
    return None
