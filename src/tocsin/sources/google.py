"""Google Workspace activities (Reports API): login, user_accounts, admin, token and others.

Resource: https://developers.google.com/workspace/admin/reports/v1/reference/activities/list; events and
parameters: the appendix "Activity events" of the same guide, one page an application. What the records do:

- One record may hold several events; older exports hold `events` as an object (trap 6). Some collectors
  split the record and hoist one event's `type`, `name` and `parameters` to the top, the parameters as a
  plain object.
- Password, two-step and recovery changes are written under `login` and again under `user_accounts` with
  another id. No field ties the two: rows keep both, and the room that builds sessions folds them (account,
  activity, second).
- Nothing is written for a name that does not exist, nor when somebody starts a recovery. A completed
  recovery is no event either: it shows as `login_challenge` over a recovery channel and, soon after,
  `password_edit`. So rows say `challenge` with its channel and `credential_change`; the pair is judged
  where events are joined.
- `id.uniqueQualifier` tells events of the same time apart (`activities.list`, `id`). Mostly it is a random number of 64
  bits, and the event's id. Short ones of sign-ins have been seen to come again at other times: such events are one.
- `login_failure_type` is deprecated and often missing: then a failed password and a failed second factor
  are told apart by `login_challenge_method`.
- An administrator's act has the administrator as `actor` and the account in the parameter USER_EMAIL.
"""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.sources.code_table import inverted, looked_up
from tocsin.sources.source import RawRecord, Source

ACTIVITIES = {
    "sign_in": ("login/login_success", "login/login_failure", "saml/login_success", "saml/login_failure"),
    "challenge": ("login/login_challenge", "login/login_verification"),
    "session_end": ("login/logout", "admin/RESET_SIGNIN_COOKIES"),
    "provider_verdict": (
        "login/gov_attack_warning",
        "login/suspicious_login",
        "login/suspicious_login_less_secure_app",
        "login/suspicious_programmatic_login",
        "login/user_signed_out_due_to_suspicious_session_cookie",
        "login/risky_sensitive_action_allowed",
        "login/risky_sensitive_action_blocked",
        "login/account_disabled_password_leak",
        "login/account_disabled_generic",
        "login/account_disabled_spamming",
        "login/account_disabled_spamming_through_relay",
        "login/account_disabled_hijacked",
    ),
    "credential_change": ("login/password_edit", "user_accounts/password_edit"),
    "channel_change": (
        "login/recovery_email_edit",
        "login/recovery_phone_edit",
        "login/recovery_secret_qa_edit",
        "user_accounts/recovery_email_edit",
        "user_accounts/recovery_phone_edit",
        "user_accounts/recovery_secret_qa_edit",
        "admin/CHANGE_RECOVERY_EMAIL",
        "admin/CHANGE_RECOVERY_PHONE",
    ),
    "factor_change": (
        "login/2sv_enroll",
        "login/2sv_disable",
        "login/titanium_enroll",
        "login/titanium_unenroll",
        "login/passkey_enrolled",
        "login/passkey_removed",
        "user_accounts/2sv_enroll",
        "user_accounts/2sv_disable",
        "user_accounts/titanium_enroll",
        "user_accounts/titanium_unenroll",
        "user_accounts/passkey_enrolled",
        "user_accounts/passkey_removed",
        "admin/TURN_OFF_2_STEP_VERIFICATION",
        "admin/UNENROLL_USER_FROM_STRONG_AUTH",
        "admin/UNENROLL_USER_FROM_TITANIUM",
        "admin/REVOKE_SECURITY_KEY",
        "admin/REVOKE_3LO_DEVICE_TOKENS",
        "admin/GENERATE_2SV_SCRATCH_CODES",
        "admin/DELETE_2SV_SCRATCH_CODES",
    ),
    "mailbox_rule": (
        "login/email_forwarding_out_of_domain",
        "user_accounts/email_forwarding_out_of_domain",
        "admin/CREATE_EMAIL_MONITOR",
    ),
    "consent": ("token/authorize",),
    "session_use": ("token/activity",),
}
"""Activity -> application/event."""

USED = ("drive", "calendar", "chat", "meet", "groups", "keep", "context_aware_access", "takeout")
"""Applications whose records are somebody at work in an open session. Not gmail: it logs mail on its way."""

CHANNELS = {
    "email": ("access_to_preregistered_email", "idv_any_email", "idv_preregistered_email"),
    "sms": ("idv_any_phone", "idv_preregistered_phone", "phone", "sms"),
    "question": (
        "knowledge_account_creation_date",
        "knowledge_date_of_birth",
        "knowledge_historical_password",
        "knowledge_last_login_date",
        "knowledge_preregistered_email",
        "knowledge_preregistered_phone",
        "knowledge_real_name",
        "knowledge_secret_question",
        "knowledge_employee_id",
        "knowledge_user_count",
        "knowledge_domain_title",
    ),
    "app": (
        "google_authenticator",
        "google_prompt",
        "device_prompt",
        "idv_totp",
        "totp",
        "offline_otp",
        "same_device_screenlock",
        "device_assertion",
    ),
    "key": ("security_key", "security_key_otp", "passkey", "userless_fido", "internal_two_factor"),
    "code": ("backup_code", "rescue_code"),
    "contact": ("assistant_approval", "parent_auth", "web_approval", "manual_recovery", "cross_account"),
    "other": ("captcha", "recaptcha", "math", "login_location", "time_delay", "cname", "other"),
}
"""Channel -> `login_challenge_method`. A knowledge_... challenge asks to type in what is known, it sends"
" nothing."""

PARAMETERS = {
    "login_failure_type": "event_name = 'login_failure'",
    "login_type": "event_name = 'login_failure'",
    "login_challenge_status": "event_name IN ('login_challenge', 'login_verification')",
    "is_suspicious": "event_name = 'login_success'",
    "affected_email_address": "application = 'login' AND (email IS NULL OR event_name NOT LIKE 'login%')",
    "email_forwarding_destination_address": "event_name = 'email_forwarding_out_of_domain'",
    "USER_EMAIL": "application = 'admin'",
    "client_id": "application = 'token'",
}
"""Single-valued parameters that columns rest on, and the events in which they are looked for."""

CHALLENGED = "event_name IN ('login_failure', 'login_challenge', 'login_verification')"

FIELDS = {
    "happened": "$.id.time",
    "uid": "$.id.uniqueQualifier",
    "application": "$.id.applicationName",
    "customer": "$.id.customerId",
    "email": "$.actor.email",
    "profile": "$.actor.profileId",
    "actor_key": "$.actor.key",
    "ip": "$.ipAddress",
    "asn": "$.networkInfo.ipAsn[0]",
    "region": "$.networkInfo.regionCode",
}

FAILURES = {
    "login_failure_invalid_password": "wrong_password",
    "login_failure_invalid_second_factor": "mfa_denied",
    "login_failure_missing_second_factor": "mfa_required",
    "login_failure_account_disabled": "disabled",
    "login_failure_access_code_disallowed": "policy",
    "login_failure_unknown": "other",
}
"""`login_failure_type` -> reason."""

READING = {
    "act": "application || '/' || event_name",
    "factor": f"CASE WHEN methods IS NOT NULL THEN {looked_up('methods[-1]', inverted(CHANNELS))} END",
    "admin": "application = 'admin'",
    "listed": f"coalesce({looked_up('act', inverted(ACTIVITIES))},"
    f" CASE WHEN admin THEN 'admin_act' WHEN application IN {USED} THEN 'session_use' END)",
    "failure": f"""CASE WHEN event_name = 'login_failure' THEN coalesce(
        {looked_up("login_failure_type", FAILURES)},
        CASE WHEN factor IS NOT NULL THEN 'mfa_denied'
             WHEN methods[-1] = 'password' OR login_type = 'google_password' THEN 'wrong_password'
                 ELSE 'other' END)
        END""",
    "challenged": "listed = 'challenge' OR failure IN ('mfa_denied', 'mfa_required')",
    "named": "account_name(CASE WHEN admin THEN USER_EMAIL WHEN listed = 'provider_verdict' OR email IS NULL"
    " THEN coalesce(affected_email_address, email) ELSE email END)",
    "doer": "account_name(coalesce(email, actor_key))",
    "status": "CASE WHEN listed IS DISTINCT FROM 'challenge' THEN NULL WHEN"
    " regexp_matches(lower(login_challenge_status), 'pass')"
    " THEN 'success' WHEN regexp_matches(lower(login_challenge_status),"
    " 'fail|incorrect|invalid|denied|reject')"
    " THEN 'failure' ELSE 'unknown' END",
}

COLUMNS = {
    "event_uid": "uid || CASE WHEN item_count > 1 THEN '/' || item_index ELSE '' END",
    "tenant": "coalesce(customer, '')",
    "time": "CASE WHEN application IS NOT NULL THEN event_time(happened) END",
    "activity": "CASE WHEN challenged THEN 'challenge' ELSE coalesce(listed, 'other') END",
    "outcome": """CASE WHEN status IS NOT NULL THEN status
        WHEN failure = 'mfa_required' THEN 'unknown'
        WHEN failure IS NOT NULL OR event_name = 'risky_sensitive_action_blocked' THEN 'failure'
        WHEN event_name = 'risky_sensitive_action_allowed' THEN 'success'
        WHEN listed IS NULL OR listed = 'provider_verdict' THEN 'unknown' ELSE 'success' END""",
    "reason": """CASE WHEN failure IS NOT NULL THEN failure
        WHEN status = 'failure' THEN 'mfa_denied'
        WHEN status = 'unknown' THEN 'mfa_required'
        WHEN starts_with(event_name, 'account_disabled') THEN 'disabled'
        WHEN listed = 'provider_verdict' OR (listed = 'sign_in' AND is_suspicious = 'true') THEN 'risk'
        WHEN admin AND named IS NOT NULL AND named IS DISTINCT FROM doer THEN 'by_admin' END""",
    "provider_code": "act || coalesce('/' || coalesce(filled(login_failure_type), filled(login_challenge_status)), '')",
    "account": "named",
    "account_uid": "CASE WHEN named = doer THEN filled(profile) END",
    "account_known": "CASE WHEN named IS NOT NULL THEN 'true' ELSE 'unknown' END",
    "actor": "CASE WHEN doer IS DISTINCT FROM named THEN doer END",
    "channel_kind": """CASE WHEN challenged THEN factor
        WHEN listed = 'channel_change' THEN CASE WHEN contains(lower(event_name), 'email') THEN 'email'
            WHEN contains(lower(event_name), 'phone') THEN 'sms' ELSE 'question' END
        WHEN listed = 'factor_change'
            AND regexp_matches(event_name, 'passkey|titanium|TITANIUM|SECURITY_KEY') THEN 'key'
        WHEN listed = 'factor_change' AND contains(event_name, 'SCRATCH') THEN 'code' END""",
    "channel_value": "account_name(email_forwarding_destination_address)",
    "source_ip": "ip_address(ip)",
    "app_uid": "filled(client_id)",
    "source_asn": "try_cast(asn AS BIGINT)",
    "source_country": "CASE WHEN length(region) = 2 THEN upper(region) END",
}

EVENTS = (
    """'[{"name": "VARCHAR", "parameters": [{"name": "VARCHAR", "value": "VARCHAR","""
    """ "boolValue": "VARCHAR", "multiValue": ["VARCHAR"]}]}]'"""
)


def _is_activity(record: RawRecord) -> bool:
    identity = record.get("id")
    return isinstance(identity, Mapping) and "applicationName" in identity and "events" in record


def _is_flat(record: RawRecord) -> bool:
    identity = record.get("id")
    return isinstance(identity, Mapping) and "applicationName" in identity and "name" in record


def parameter(name: str, held: str = "item.parameters") -> str:
    """SQL for a parameter of an event, asked for in the events that have it."""
    found = f"list_extract(list_filter({held}, lambda p: p.name = '{name}'), 1)"
    return f"CASE WHEN {PARAMETERS[name]} THEN coalesce({found}.value, {found}.boolValue) END"


GOOGLE_ACTIVITY = Source(
    format="google_activity",
    provider="google",
    title="Google Workspace activities (Reports API)",
    recognises=_is_activity,
    fields={**FIELDS, "events": "$.events"},
    looks_into={
        "events": (
            "[*].name",
            *(f"[*].parameters[*].{name}" for name in ("name", "value", "boolValue")),
            "[*].parameters[*].multiValue[*]",
        )
    },
    explode=f"from_json(CASE WHEN starts_with(events, '[') THEN events ELSE '[' || events || ']' END, {EVENTS})",
    derived={
        "event_name": "item.name",
        **{name: parameter(name) for name in PARAMETERS},
        "methods_listed": f"CASE WHEN {CHALLENGED} THEN list_extract(list_filter(item.parameters,"
        " lambda p: p.name = 'login_challenge_method'), 1) END",
        # Older records hold one method as a text.
        "methods": "CASE WHEN methods_listed.value IS NOT NULL THEN [methods_listed.value]"
        " ELSE methods_listed.multiValue END",
        **READING,
    },
    columns={
        **COLUMNS,
        "time": "CASE WHEN application IS NOT NULL AND events IS NOT NULL THEN event_time(happened) END",
    },
)

_FLAT = {name: f"$.parameters.{name}" for name in (*PARAMETERS, "login_challenge_method")}

GOOGLE_ACTIVITY_FLAT = Source(
    format="google_activity_flat",
    provider="google",
    title="Google Workspace activities (one event a record)",
    recognises=_is_flat,
    fields={**FIELDS, "event_name": "$.name", **_FLAT},
    derived={
        "methods": "CASE WHEN starts_with(login_challenge_method, '[') THEN"
        " from_json(login_challenge_method, '[\"VARCHAR\"]')"
        " WHEN filled(login_challenge_method) IS NOT NULL THEN [login_challenge_method] END",
        **READING,
    },
    columns={
        **COLUMNS,
        "event_uid": "uid",
        "time": "CASE WHEN application IS NOT NULL AND event_name IS NOT NULL THEN event_time(happened) END",
    },
)

GOOGLE = (GOOGLE_ACTIVITY, GOOGLE_ACTIVITY_FLAT)
