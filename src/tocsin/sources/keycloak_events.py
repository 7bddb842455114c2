"""What Keycloak's user events mean, whichever way they are written down.

Types and errors: `EventType.java` and `Errors.java` in keycloak/keycloak (server-spi-private).
`user_not_found` against `invalid_user_credentials` tells whether a name exists (trap 7); `userId` is null
for unknown names and the name typed is sometimes missing.

The recovery form writes SEND_RESET_PASSWORD for a name that exists (that is the start and the message in
one: a `recovery_start` with its channel) and RESET_PASSWORD_ERROR or SEND_RESET_PASSWORD_ERROR for one that
does not (ResetPasswordTest). Following the link is EXECUTE_ACTION_TOKEN with the action
`reset-credentials`: a `recovery_proof`. RESET_PASSWORD ends the flow. UPDATE_PASSWORD stays a
`credential_change`: the record does not say whether a recovery, a forced change or the account console led
to it; `code_id` ties it to the flow before it.
"""

from __future__ import annotations

from tocsin.events.schema import Activity, ChannelKind, Reason
from tocsin.sources.code_table import inverted, looked_up

CREDENTIAL, CUSTOM, PROFILE, TOKEN = "credential", "custom", "profile", "token"
LOGIN, RESET = "login", "reset"
"""Types that mean different things by error, credential or action: decided below."""

KEYCLOAK_TYPES: dict[str, str] = inverted(
    {
        LOGIN: ["LOGIN"],
        RESET: ["RESET_PASSWORD"],
        TOKEN: ["EXECUTE_ACTION_TOKEN"],
        CREDENTIAL: ["REMOVE_CREDENTIAL", "UPDATE_CREDENTIAL"],
        CUSTOM: ["CUSTOM_REQUIRED_ACTION"],
        PROFILE: ["UPDATE_PROFILE"],
        Activity.SIGN_IN: [
            "IDENTITY_PROVIDER_LOGIN",
            "IDENTITY_PROVIDER_POST_LOGIN",
            "USER_DISABLED_BY_PERMANENT_LOCKOUT",
            "USER_DISABLED_BY_TEMPORARY_LOCKOUT",
        ],
        Activity.RECOVERY_START: ["SEND_RESET_PASSWORD"],
        Activity.CREDENTIAL_CHANGE: [
            "FEDERATED_IDENTITY_LINK",
            "IDENTITY_PROVIDER_LINK_ACCOUNT",
            "REMOVE_FEDERATED_IDENTITY",
            "UPDATE_PASSWORD",
        ],
        Activity.FACTOR_CHANGE: ["REMOVE_TOTP", "UPDATE_TOTP"],
        Activity.CHANNEL_CHANGE: ["UPDATE_EMAIL"],
        Activity.SESSION_USE: [
            "AUTHREQID_TO_TOKEN",
            "CODE_TO_TOKEN",
            "INTROSPECT_TOKEN",
            "OAUTH2_DEVICE_CODE_TO_TOKEN",
            "OAUTH2_DEVICE_VERIFY_USER_CODE",
            "REFRESH_TOKEN",
            "TOKEN_EXCHANGE",
            "USER_INFO_REQUEST",
            "VALIDATE_ACCESS_TOKEN",
        ],
        Activity.SESSION_END: ["LOGOUT"],
        Activity.CONSENT: ["GRANT_CONSENT", "UPDATE_CONSENT"],
        Activity.ADMIN_ACT: ["IMPERSONATE"],
    }
)
"""By type without `_ERROR`; what is not here is `other`."""

WRONG, STALE = "wrong", "stale"

ERRORS: dict[str, str] = inverted(
    {
        WRONG: ["invalid_user_credentials", "invalid_token", "invalid_token_type"],
        # A page that timed out or was opened twice: an interrupt at sign-in, an old link in a recovery.
        STALE: ["expired_code", "invalid_code", "session_expired", "cookie_not_found"],
        Reason.UNKNOWN_ACCOUNT: ["user_not_found"],
        Reason.LOCKED: ["user_temporarily_disabled"],
        Reason.DISABLED: ["realm_disabled", "user_disabled"],
        Reason.NOT_ENROLLED: ["invalid_email", "reset_credential_disabled"],
        Reason.POLICY: ["access_denied", "not_allowed", "password_rejected"],
        Reason.INTERRUPT: [
            "different_user_authenticated",
            "password_confirm_error",
            "password_missing",
            "resolve_required_actions",
            "user_session_not_found",
            "username_missing",
        ],
        Reason.CANCELLED: ["consent_denied", "rejected_by_user"],
    }
)

FACTOR_CHANNELS: dict[str, str] = inverted(
    {
        ChannelKind.APP: ["otp", "totp", "hotp"],
        ChannelKind.KEY: [
            "webauthn",
            "webauthn-passwordless",
            "webauthn-register",
            "webauthn-register-passwordless",
        ],
        ChannelKind.CODE: ["recovery-authn-codes", "CONFIGURE_RECOVERY_AUTHN_CODES"],
    }
)

DETAILS = (
    "username",
    "email",
    "code_id",
    "credential_type",
    "action",
    "custom_required_action",
    "previous_email",
    "updated_email",
    "impersonator",
)
"""Entries of `details` that the meaning rests on."""

MEANING = {
    "base": "CASE WHEN suffix(kind, '_ERROR') THEN left(kind, -6) ELSE kind END",
    "failed": "coalesce(suffix(kind, '_ERROR') OR starts_with(base, 'USER_DISABLED_BY_'), false)",
    "said": f"CASE WHEN error IS NOT NULL THEN {looked_up('error', ERRORS)} END",
    "meant": looked_up("base", KEYCLOAK_TYPES),
    "factor": f"""CASE meant WHEN 'custom' THEN {looked_up("custom_required_action", FACTOR_CHANNELS)}
        WHEN 'factor_change' THEN 'app' ELSE {looked_up("credential_type", FACTOR_CHANNELS)} END""",
    "done": """CASE
        WHEN meant IS NULL THEN 'other'
        WHEN meant = 'login' THEN CASE WHEN failed AND factor IS NOT NULL THEN 'challenge' ELSE 'sign_in' END
        WHEN meant = 'reset' THEN CASE WHEN NOT failed THEN 'recovery_complete'
          WHEN said IN ('wrong', 'stale') THEN 'recovery_proof' ELSE 'recovery_start' END
        WHEN meant = 'token' THEN CASE
          WHEN coalesce(action IN ('reset-credentials', 'execute-actions'), true) THEN 'recovery_proof'
          ELSE 'other' END
        WHEN meant = 'credential' THEN CASE WHEN factor IS NULL THEN 'credential_change'
          ELSE 'factor_change' END
        WHEN meant = 'custom' THEN CASE WHEN factor IS NULL THEN 'other' ELSE 'factor_change' END
        WHEN meant = 'profile' THEN CASE WHEN updated_email IS NOT NULL THEN 'channel_change'
          ELSE 'profile_change' END
        ELSE meant END""",
    "interrupted": """failed AND done IN ('sign_in', 'challenge')
        AND coalesce(said IN ('stale', 'interrupt', 'cancelled'), false)""",
}
"""Derived names over `kind, error` and `DETAILS`."""

COLUMNS = {
    "activity": "done",
    "outcome": "CASE WHEN interrupted THEN 'unknown' WHEN failed THEN 'failure' ELSE 'success' END",
    "reason": """CASE
        WHEN done = 'admin_act' OR action = 'execute-actions' AND NOT failed THEN 'by_admin'
        WHEN NOT failed THEN NULL
        WHEN starts_with(base, 'USER_DISABLED_BY_') THEN 'locked'
        WHEN said = 'wrong' THEN CASE done WHEN 'sign_in' THEN 'wrong_password' 
          WHEN 'challenge' THEN 'mfa_denied'
          WHEN 'recovery_proof' THEN 'wrong_proof' ELSE 'other' END
        WHEN said = 'stale' THEN CASE done WHEN 'recovery_proof' THEN 'expired' ELSE 'interrupt' END
        ELSE coalesce(said, 'other') END""",
    "provider_code": "CASE WHEN error IS NULL THEN kind ELSE kind || '/' || error END",
    "account": "account_name(username)",
    "account_uid": "user_id",
    "account_known": """CASE WHEN user_id IS NOT NULL THEN 'true' WHEN said = 'unknown_account' THEN 'false'
        ELSE 'unknown' END""",
    "actor": "CASE WHEN impersonator IS NOT NULL THEN account_name(impersonator) END",
    "channel_kind": """CASE WHEN meant = 'recovery_start' OR done = 'channel_change' THEN 'email'
        WHEN done IN ('challenge', 'factor_change') THEN factor
        WHEN meant = 'token' AND done = 'recovery_proof' THEN 'email' END""",
    "channel_value": """CASE done WHEN 'recovery_start' THEN account_name(email)
        WHEN 'channel_change' THEN account_name(updated_email) END""",
    "source_ip": "ip_address(ip)",
    "session_uid": "session",
    "correlation_uid": "code_id",
}
"""Event columns over MEANING, `user_id`, `ip`, `session` and `DETAILS`; a source adds id, tenant and time."""
