"""Duo's results, factors, reasons and administrator actions, and what they mean here.

Version 2 of the Admin API writes `duo_push` and `user_marked_fraud`, version 1 and the Admin Panel `Duo Push` and
`User marked fraud`: looked up in lower case with `_` for blanks. Sources: "Authentication Logs", "Administrator Logs"
and "Activity Logs" in https://duo.com/docs/adminapi and, for version 1, https://duo.com/docs/adminapi-v1; the actions
that these pages do not list are those that public collectors met.
"""

from __future__ import annotations

from tocsin.events.schema import Activity, ChannelKind, Outcome, Reason
from tocsin.sources.code_table import inverted

RESULTS: dict[str, str] = inverted(
    {
        Outcome.SUCCESS: ["success", "allow", "allowed", "granted"],
        Outcome.FAILURE: ["denied", "deny", "failure", "fraud"],
    }
)
"""`error` decides nothing."""

FACTORS: dict[str, str] = inverted(
    {
        ChannelKind.APP: ["duo_push", "duo_mobile_passcode", "verified_duo_push", "push", "mobile_otp"],
        ChannelKind.SMS: ["sms_passcode", "sms_refresh", "sms"],
        ChannelKind.VOICE: ["phone_call", "phone"],
        ChannelKind.CODE: ["bypass_code"],
        ChannelKind.KEY: [
            "u2f_token",
            "webauthn",
            "webauthn_credential",
            "webauthn_security_key",
            "webauthn_chrome_touch_id",
            "webauthn_platform",
            "roaming_authenticator",
            "platform_authenticator",
            "security_key",
            "touch_id",
            "yubikey_code",
            "yubikey_passcode",
        ],
        ChannelKind.OTHER: ["digipass_go_7_token", "hardware_token", "hardtoken", "passcode"],
    }
)

REASONS: dict[str, str] = inverted(
    {
        Reason.MFA_DENIED: [
            "invalid_passcode",
            "no_response",
            "user_denied",
            "user_marked_fraud",
            "user_mistake",
            "verification_code_incorrect",
            "verification_code_missing",
        ],
        Reason.CANCELLED: ["user_cancelled"],
        Reason.LOCKED: ["frequent_attempts", "locked_out"],
        Reason.DISABLED: ["user_disabled", "user_is_disabled"],
        Reason.NOT_ENROLLED: ["deny_unenrolled_user", "no_activated_duo_mobile_account", "no_keys_pressed"],
        Reason.RISK: ["anomalous_push", "anonymous_ip"],
        Reason.POLICY: [
            "could_not_determine_if_endpoint_was_trusted",
            "denied_by_policy",
            "denied_network",
            "endpoint_failed_google_verification",
            "endpoint_is_not_in_management_system",
            "endpoint_is_not_trusted",
            "factor_restricted",
            "invalid_device",
            "invalid_management_certificate_collection_state",
            "invalid_referring_hostname_provided",
            "location_restricted",
            "no_disk_encryption",
            "no_duo_certificate_present",
            "no_referring_hostname_provided",
            "no_screen_lock",
            "no_web_referer_match",
            "out_of_date",
            "platform_restricted",
            "rooted_device",
            "software_restricted",
            "touch_id_disabled",
            "touchid_disabled",
            "user_not_in_permitted_group",
            "user_provided_invalid_certificate",
            "version_restricted",
        ],
    }
)
"""Why somebody was not let in. Why somebody was (`bypass_user`, `remembered_device`) stays in `provider_code`."""


ADMIN_SIGN_INS: dict[str, str] = inverted(
    {
        Activity.SIGN_IN: ["admin_login", "admin_login_error"],
        Activity.CHALLENGE: ["admin_2fa_error"],
        Activity.RECOVERY_MESSAGE: ["admin_send_reset_password_email"],
        Activity.RECOVERY_COMPLETE: ["admin_reset_password"],
        Activity.CREDENTIAL_CHANGE: ["activation_set_password", "password_change"],
        Activity.FACTOR_CHANGE: [
            "admin_activate_duo_push",
            "admin_reactivates_duo_push",
            "admin_rectivates_duo_push",
            "admin_self_activate",
        ],
    }
)
"""What somebody does at an account of his own: of an administrator at the Admin Panel, or of a user."""

USER_FACTORS = (
    "bypass",
    "deregister_devices",
    "hardtoken",
    "phone",
    "platform",
    "roaming",
    "tablet",
    "u2ftoken",
    "webauthncredential",
)
"""How the names of actions begin that change a user's second factor."""
