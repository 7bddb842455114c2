"""OCSF events of identity: Authentication, Account Change and User Management, as Amazon Security Lake keeps them.

Schema: https://schema.ocsf.io (classes 3002, 3001 and, from 1.9, 3007; any 1.x); how Okta's records become it:
https://github.com/ocsf/examples (Okta System Log). Security Lake writes Parquet with nested structures; others write
JSON lines. What the records do:

- The provider is the product that wrote the event, where `metadata.product` names one that Tocsin knows; its own id is
  `metadata.uid`. So an event that also comes from the provider itself counts once.
- OCSF has no word for recovery. Where `metadata.event_code` keeps an event type of Okta, `ocsf_okta.py` reads it.
- `time` is in milliseconds; some mappings write seconds, and `time_dt` beside it is right.
- `user` is whom it is about and `actor.user` who did it; `name` may be for people, then `email_addr` is the account.
- `status_id` 0 and 99 are no outcome. Why something failed stands in `status_code` or `status_detail`, in the words of
  the schema, of the provider, or Windows's.
- A reset by nobody else than the user is a recovery, a reset by another is an administrator's act; by nobody named it
  is a change of the credential.
- Events of other classes in the same lake are passed over; an activity that a class does not list is `other`.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources.code_table import inverted, looked_up
from tocsin.sources.countries import COUNTRY_CODES
from tocsin.sources.entra_audit import RESET_SERVICE
from tocsin.sources.entra_codes import by_code
from tocsin.sources.ocsf_okta import is_okta
from tocsin.sources.source import RawRecord, Source

CLASSES = ("3001", "3002", "3007")

PRODUCTS = {
    "auth0": "auth0",
    "okta": "okta",
    "entra": "entra",
    "azure active directory": "entra",
    "azure ad": "entra",
    "office 365": "m365",
    "microsoft 365": "m365",
    "google workspace": "google",
    "g suite": "google",
    "keycloak": "keycloak",
    "authentik": "authentik",
    "onelogin": "onelogin",
    "duo": "duo",
}
"""Words in the name of a product or its vendor -> provider; the first that is found. Auth0's vendor is Okta."""

ACTS = inverted(
    {
        "sign_in": ("3002/1", "3002/3", "3002/6"),  # Logon, Authentication Ticket (Kerberos), Preauth
        "session_end": ("3002/2",),
        "session_use": ("3002/4", "3002/5"),  # a service ticket asked for or renewed in an open session
        "changed": ("3001/3", "3007/8"),
        "reset": ("3001/4", "3007/9"),
        "factor_change": ("3001/10", "3001/11", "3007/12", "3007/13"),
        "profile_change": ("3007/2",),
        "managed": (
            *("3001/1", "3001/2", "3001/5", "3001/6", "3001/7", "3001/8"),
            *("3007/1", "3007/3", "3007/4", "3007/5", "3007/10", "3007/11"),
            *("3007/14", "3007/15", "3007/16", "3007/17"),
        ),
        "locked": ("3001/9", "3007/6"),
        "unlocked": ("3001/12", "3007/7"),
    }
)
"""What is done -> class/activity_id."""

REASONS = inverted(
    {
        "unknown_account": ("user_does_not_exist", "user_not_found", "unknown_user", "0xc0000064"),
        "wrong_password": (
            *("invalid_credentials", "invalid_password", "bad_password", "wrong_password", "0xc000006a"),
            *("invalidusernameorpassword", "invalid_user_credentials"),
        ),
        "locked": ("account_locked_out", "locked_out", "account_locked", "user_locked", "0xc0000234"),
        "disabled": ("account_disabled", "user_disabled", "0xc0000072"),
        "expired": ("password_expired", "account_expired", "0xc0000071", "0xc0000193"),
        "mfa_denied": (
            "mfa_denied",
            "mfa_failed",
            "mfa_timeout",
        ),
        "mfa_required": ("mfa_required", "mfa_challenge"),
        "policy": ("policy_denied", "denied_by_policy", "sign_on_denied", "blocked_by_policy"),
    }
)
"""Reason -> lower-case `status_code` or `status_detail`: the schema's examples, what mappings make of them, Windows's
sub-status (https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4625)."""

FACTORS = inverted(
    {
        "sms": ("1",),
        "question": ("2",),
        "voice": ("3",),
        "app": ("5", "7"),
        "key": ("4", "6", "9", "10"),
        "email": ("8",),
        "other": ("99",),
    }
)
"""Channel -> `factor_type_id`."""

NOBODY = ("S-1-0-0", "00000000-0000-0000-0000-000000000000", "unknown")
"""Ids that stand for a user who is not there."""


def _is_event(record: RawRecord) -> bool:
    metadata = record.get("metadata")
    return (
        "class_uid" in record
        and isinstance(metadata, Mapping)
        and str(metadata.get("version") or "").startswith("1.")
        and not is_okta(record)
    )


def _provider() -> str:
    cases = " ".join(f"WHEN contains(product_said, '{word}') THEN '{name}'" for word, name in PRODUCTS.items())
    return f"CASE {cases} END"


def _named(user: str) -> str:
    """SQL: the account of a user object: its address, else its name, else its id."""
    name, email, uid = f"{user}_name", f"{user}_email", f"{user}_uid"
    return (
        f"account_name(coalesce(CASE WHEN contains({email}, '@') THEN {email} END, CASE WHEN contains({name}, '@')"
        f" THEN {name} END, CASE WHEN contains({uid}, '@') THEN {uid} END, filled({name}), {uid}))"
    )


OCSF = Source(
    format="ocsf",
    provider="ocsf",
    other_providers=tuple(sorted(set(PRODUCTS.values()))),
    title="OCSF events (Amazon Security Lake and others)",
    recognises=_is_event,
    fields={
        "class_uid": "$.class_uid",
        "activity_id": "$.activity_id",
        "activity_name": "$.activity_name",
        "version": "$.metadata.version",
        "uid": "$.metadata.uid",
        "original_uid": "$.metadata.original_event_uid",
        "event_code": "$.metadata.event_code",
        "product": "$.metadata.product.name",
        "vendor": "$.metadata.product.vendor_name",
        "tenant_uid": "$.metadata.tenant_uid",
        "org_uid": "$.cloud.org.uid",
        "account_of_cloud": "$.cloud.account.uid",
        "correlation": "$.metadata.correlation_uid",
        "happened": "$.time",
        "happened_dt": "$.time_dt",
        "status_id": "$.status_id",
        "status": "$.status",
        "status_code": "$.status_code",
        "status_detail": "$.status_detail",
        "user_name": "$.user.name",
        "user_email": "$.user.email_addr",
        "user_uid": "$.user.uid",
        "actor_name": "$.actor.user.name",
        "actor_email": "$.actor.user.email_addr",
        "actor_uid": "$.actor.user.uid",
        "ip": "$.src_endpoint.ip",
        "as_number": "$.src_endpoint.autonomous_system.number",
        "as_name": "$.src_endpoint.autonomous_system.name",
        "country": "$.src_endpoint.location.country",
        "agent": "$.http_request.user_agent",
        "session": "$.session.uid",
        "actor_session": "$.actor.session.uid",
        "app": "$.actor.app_uid",
        "is_mfa": "$.is_mfa",
        "factor": "$.auth_factors[0].factor_type_id",
    },
    ignores=f"class_uid NOT IN {CLASSES} AND version LIKE '1.%'"
    " AND NOT coalesce(named_provider = 'okta' AND event_code IS NOT NULL, false)",
    derived={
        "product_said": "lower(concat_ws(' ', product, vendor))",
        "named_provider": _provider(),
        "user_id": f"CASE WHEN user_uid NOT IN {NOBODY} THEN filled(user_uid) END",
        "actor_id": f"CASE WHEN actor_uid NOT IN {NOBODY} THEN filled(actor_uid) END",
        "user_said": _named("user"),
        "actor_said": _named("actor"),
        # Many mappings of sign-ins fill only one of the two.
        "acted_on": "coalesce(user_said, CASE WHEN class_uid = '3002' THEN actor_said END)",
        "by_system": f"coalesce(actor_said = '{RESET_SERVICE}' OR actor_said LIKE 'system@%', false)",
        "by_other": "actor_said IS NOT NULL AND NOT by_system AND NOT coalesce(actor_id = user_id, false)"
        " AND actor_said IS DISTINCT FROM acted_on",
        "by_self": "coalesce(actor_id = user_id, actor_said = acted_on, false)",
        "meant": looked_up("class_uid || '/' || activity_id", ACTS),
        "done": """CASE
            WHEN meant IN ('changed', 'reset', 'profile_change', 'managed') AND by_other THEN 'admin_act'
            WHEN meant = 'changed' THEN 'credential_change'
            WHEN meant = 'reset' THEN CASE WHEN by_self OR by_system THEN 'recovery_complete'
              ELSE 'credential_change' END
            WHEN meant = 'unlocked' THEN CASE WHEN by_other THEN 'admin_act' WHEN by_self THEN 'recovery_proof'
              ELSE 'other' END
            WHEN meant IN ('managed', 'locked') THEN 'other'
            ELSE coalesce(meant, 'other') END""",
        "ended": "CASE WHEN status_id = '1' THEN 'success' WHEN status_id = '2' THEN 'failure'"
        " WHEN status_id IS NULL AND lower(status) = 'success' THEN 'success'"
        " WHEN status_id IS NULL AND lower(status) = 'failure' THEN 'failure' ELSE 'unknown' END",
        "entra_code": "CASE WHEN named_provider IN ('entra', 'm365') AND regexp_full_match(status_code, '\\d{4,7}')"
        " THEN status_code END",
        "said": f"coalesce({looked_up('lower(filled(status_code))', REASONS)},"
        f" {looked_up('lower(filled(status_detail))', REASONS)}, {by_code('reason', 'entra_code')})",
        "why": "CASE WHEN ended = 'success' THEN NULL"
        " WHEN done = 'recovery_proof' AND coalesce(said, 'wrong_password') = 'wrong_password' AND ended = 'failure'"
        " THEN 'wrong_proof'"
        " WHEN said IS NOT NULL THEN said"
        " WHEN done = 'sign_in' AND ended = 'failure' THEN 'other' END",
    },
    columns={
        "provider": "named_provider",
        "event_uid": "coalesce(filled(original_uid), filled(uid))",
        "tenant": "coalesce(filled(tenant_uid), filled(org_uid), filled(account_of_cloud), '')",
        "time": "CASE WHEN class_uid IS NOT NULL AND version LIKE '1.%'"
        " AND NOT coalesce(named_provider = 'okta' AND event_code IS NOT NULL, false) THEN"
        " coalesce(event_time(happened_dt), event_time(happened)) END",
        "activity": "done",
        "outcome": f"CASE WHEN entra_code IS NOT NULL AND ended = 'failure' THEN {by_code('outcome', 'entra_code')}"
        " ELSE ended END",
        "reason": "CASE WHEN by_other AND class_uid <> '3002' THEN 'by_admin'"
        " WHEN meant = 'locked' THEN 'locked' ELSE why END",
        "provider_code": "concat_ws('/', coalesce(filled(event_code), filled(activity_name),"
        " class_uid || '.' || activity_id), filled(status_code), filled(status_detail))",
        "account": "acted_on",
        "account_uid": "coalesce(user_id, CASE WHEN user_said IS NULL AND class_uid = '3002' THEN actor_id END)",
        "account_known": "CASE WHEN acted_on IS NULL THEN 'unknown' WHEN why = 'unknown_account' THEN 'false'"
        " WHEN ended = 'success' THEN 'true' WHEN why IN ('locked', 'disabled', 'expired', 'mfa_denied') THEN 'true'"
        " WHEN lower(user_id) <> acted_on THEN 'true' ELSE 'unknown' END",
        "actor": "CASE WHEN by_other OR by_system THEN actor_said END",
        "channel_kind": f"CASE WHEN done = 'factor_change' OR is_mfa = 'true' THEN {looked_up('factor', FACTORS)} END",
        "source_ip": "ip_address(ip)",
        "source_asn": "try_cast(as_number AS BIGINT)",
        "source_org": "filled(as_name)",
        "source_country": f"CASE WHEN regexp_full_match(country, '[A-Za-z]{{2}}') THEN upper(country)"
        f" ELSE {looked_up('country', COUNTRY_CODES)} END",
        "user_agent": "filled(agent)",
        "app_uid": "filled(app)",
        "session_uid": "coalesce(filled(session), filled(actor_session))",
        "correlation_uid": "filled(correlation)",
    },
)
