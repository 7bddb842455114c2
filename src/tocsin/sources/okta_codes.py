"""Okta's event types, outcome reasons and factor names, and what they mean here.

Event types: the public catalogue, release 2026.08.1
(https://developer.okta.com/docs/reference/api/event-types/). A type that stands in no table is `other`.
Reasons are tables because Classic and Identity Engine differ and because the codes that rules assume are
not those that tenants log (Azure-Sentinel #921: no `UNKNOWN_USER`, an unknown user is a wrong credential of
the actor `unknown`).
"""

from __future__ import annotations

from tocsin.events.schema import Activity, ChannelKind, Outcome, Reason
from tocsin.sources.code_table import inverted

RESET, REPLACED, UNLOCKED = "reset", "replaced", "unlocked"
VERIFIED, SENT, REDEEMED = "verified", "sent", "redeemed"
"""Types that mean different things by actor, address of the request or factor: decided in `okta.py`."""

OKTA_TYPES: dict[str, str] = inverted(
    {
        RESET: ["user.account.reset_password"],
        REPLACED: ["user.account.update_password"],
        UNLOCKED: ["user.account.unlock"],
        VERIFIED: ["user.authentication.auth_via_mfa"],
        SENT: [
            "system.email.send_factor_verify_message",
            "system.push.send_factor_verify_push",
            "system.sms.send_factor_verify_message",
            "system.voice.send_mfa_challenge_call",
        ],
        REDEEMED: ["system.email.challenge_factor_redeemed"],
        Activity.SIGN_IN: [
            "app.inbound_del_auth.login_success",
            "app.kerberos_rich_client.account_not_found",
            "app.kerberos_rich_client.user_authentication_successful",
            "device.password_sync.authentication",
            "device.platform_sso.authentication",
            "system.iwa_agentless.auth",
            "system.iwa_agentless.user.not_found",
            "system.ldapi.bind",
            # The lock is written beside the sign-in that caused it; it shows which source tried a password.
            "user.account.lock",
            "user.account.lock.limit",
            "user.authentication.auth",
            "user.authentication.auth_via_AD_agent",
            "user.authentication.auth_via_IDP",
            "user.authentication.auth_via_LDAP_agent",
            "user.authentication.auth_via_inbound_SAML",
            "user.authentication.auth_via_inbound_delauth",
            "user.authentication.auth_via_iwa",
            "user.authentication.auth_via_radius",
            "user.authentication.auth_via_richclient",
            "user.authentication.auth_via_social",
            "user.authentication.authenticate",
            "user.authentication.verify",
            "user.session.start",
        ],
        Activity.CHALLENGE: [
            "system.sms.send_phone_verification_message",
            "system.voice.send_call",
            "system.voice.send_phone_verification_call",
            "user.identity_verification",
            "user.identity_verification.start",
            "user.mfa.okta_verify",
            "user.mfa.okta_verify.deny_push",
            "user.mfa.okta_verify.deny_push_upgrade_needed",
        ],
        Activity.RECOVERY_START: ["user.account.unlock_token"],
        Activity.RECOVERY_MESSAGE: [
            "system.email.account_unlock.sent_message",
            "system.email.password_reset.sent_message",
            "system.sms.send_account_unlock_message",
            "system.sms.send_password_reset_message",
            "system.voice.send_account_unlock_call",
            "system.voice.send_password_reset_call",
        ],
        Activity.RECOVERY_PROOF: ["user.account.use_token"],
        Activity.FACTOR_CHANGE: [
            "device.enrollment.create",
            "user.mfa.factor.activate",
            "user.mfa.factor.deactivate",
            "user.mfa.factor.reset_all",
            "user.mfa.factor.suspend",
            "user.mfa.factor.unsuspend",
            "user.mfa.factor.update",
            "user.mfa.promote_enrollment",
        ],
        Activity.CHANNEL_CHANGE: ["user.account.update_primary_email", "user.account.update_secondary_email"],
        Activity.PROFILE_CHANGE: ["user.account.update_profile", "user.account.update_user_type"],
        Activity.SESSION_USE: [
            "app.generic.unauth_app_access_attempt",
            "app.oauth2.as.authorize",
            "app.oauth2.as.authorize.code",
            "app.oauth2.as.authorize.implicit.access_token",
            "app.oauth2.as.authorize.implicit.id_token",
            "app.oauth2.as.token.grant",
            "app.oauth2.as.token.grant.access_token",
            "app.oauth2.as.token.grant.device_secret",
            "app.oauth2.as.token.grant.id_token",
            "app.oauth2.as.token.grant.refresh_token",
            "app.oauth2.authorize",
            "app.oauth2.authorize.code",
            "app.oauth2.authorize.implicit.access_token",
            "app.oauth2.authorize.implicit.id_token",
            "app.oauth2.signon",
            "app.oauth2.token.grant",
            "app.oauth2.token.grant.access_token",
            "app.oauth2.token.grant.id_token",
            "app.oauth2.token.grant.refresh_token",
            "application.policy.sign_on.deny_access",
            "application.user_membership.show_password",
            "user.authentication.sso",
            "user.device_session.start",
            "user.session.access_admin_app",
        ],
        Activity.SESSION_END: [
            "user.authentication.slo",
            "user.authentication.universal_logout",
            "user.authentication.universal_logout.scheduled",
            "user.device_session.end",
            "user.session.clear",
            "user.session.end",
            "user.session.expire",
        ],
        Activity.CONSENT: [
            "app.oauth2.admin.consent.grant",
            "app.oauth2.as.consent.grant",
            "app.oauth2.consent.grant",
        ],
        Activity.PROVIDER_VERDICT: [
            "app.oauth2.as.token.detect_reuse",
            "app.oauth2.token.detect_reuse",
            "policy.auth_reevaluate.action",
            "policy.auth_reevaluate.fail",
            "policy.continuous_access.action",
            "policy.entity_risk.action",
            "security.attack.end",
            "security.attack.start",
            "security.breached_credential.detected",
            "security.events.provider.receive_event",
            "security.request.blocked",
            "security.session.detect_client_roaming",
            "security.threat.detected",
            "system.email.new_device_notification.sent_message",
            "user.account.report_suspicious_activity_by_enduser",
            "user.authentication.dsso_via_non_priority_source",
            "user.risk.change",
            "user.risk.detect",
            "user.session.context.change",
        ],
        Activity.ADMIN_ACT: [
            "app.oauth2.client.lifecycle.create",
            "app.oauth2.client.privilege.grant",
            "app.oauth2.client.read_client_secret",
            "application.lifecycle.create",
            "application.lifecycle.update",
            "application.policy.sign_on.rule.create",
            "application.policy.sign_on.rule.delete",
            "application.policy.sign_on.update",
            "group.privilege.grant",
            "group.privilege.revoke",
            "iam.resourceset.bindings.add",
            "policy.lifecycle.activate",
            "policy.lifecycle.create",
            "policy.lifecycle.deactivate",
            "policy.lifecycle.delete",
            "policy.lifecycle.update",
            "policy.rule.activate",
            "policy.rule.add",
            "policy.rule.deactivate",
            "policy.rule.delete",
            "policy.rule.update",
            "security.authenticator.lifecycle.activate",
            "security.authenticator.lifecycle.deactivate",
            "security.threat.configuration.update",
            "support.org.update",
            "support.org.view",
            "system.agent.ad.reset_user_password",
            "system.agent.ad.unlock_user_account",
            "system.agent.ldap.reset_user_password",
            "system.agent.ldap.unlock_user_account",
            "system.api_token.create",
            "system.api_token.revoke",
            "system.email.template.update",
            "system.idp.lifecycle.activate",
            "system.idp.lifecycle.create",
            "system.idp.lifecycle.update",
            "system.log_stream.lifecycle.deactivate",
            "system.log_stream.lifecycle.delete",
            "system.mfa.factor.activate",
            "system.mfa.factor.deactivate",
            "user.account.expire_password",
            "user.account.privilege.grant",
            "user.account.privilege.revoke",
            "user.account.unlock_by_admin",
            "user.behavior.profile.reset",
            "user.lifecycle.activate",
            "user.lifecycle.create",
            "user.lifecycle.deactivate",
            "user.lifecycle.delete.completed",
            "user.lifecycle.delete.initiated",
            "user.lifecycle.password_mass_expiry",
            "user.lifecycle.reactivate",
            "user.lifecycle.suspend",
            "user.lifecycle.unsuspend",
            "user.mfa.attempt_bypass",
            "user.session.impersonation.end",
            "user.session.impersonation.extend",
            "user.session.impersonation.grant",
            "user.session.impersonation.initiate",
            "user.session.impersonation.revoke",
            "zone.deactivate",
            "zone.delete",
            "zone.update",
        ],
    }
)

OUTCOMES: dict[str, str] = inverted(
    {
        Outcome.SUCCESS: ["SUCCESS", "ALLOW", "success", "allow", "Success", "Allow"],
        Outcome.FAILURE: ["FAILURE", "DENY", "failure", "deny", "Failure", "Deny"],
    }
)
"""Of `outcome.result`; CHALLENGE, SKIPPED, UNANSWERED, ABANDONED, DEFERRED and what else there is decide
nothing."""

TYPE_OUTCOMES: dict[str, str] = {
    "app.kerberos_rich_client.account_not_found": Outcome.FAILURE,
    "system.iwa_agentless.user.not_found": Outcome.FAILURE,
    "user.account.lock": Outcome.FAILURE,
    "user.account.lock.limit": Outcome.FAILURE,
    "user.account.use_token": Outcome.FAILURE,  # "Invalid self service recovery token used by user"
    "user.mfa.okta_verify.deny_push": Outcome.FAILURE,
    "user.mfa.okta_verify.deny_push_upgrade_needed": Outcome.FAILURE,
}
"""Types that say by their name how the act ended, whatever the result field holds."""

TYPE_REASONS: dict[str, str] = {
    "app.kerberos_rich_client.account_not_found": Reason.UNKNOWN_ACCOUNT,
    "application.policy.sign_on.deny_access": Reason.POLICY,
    "system.iwa_agentless.user.not_found": Reason.UNKNOWN_ACCOUNT,
    "user.account.lock": Reason.LOCKED,
    "user.account.lock.limit": Reason.LOCKED,
    "user.account.use_token": Reason.WRONG_PROOF,
    "user.mfa.okta_verify.deny_push": Reason.MFA_DENIED,
    "user.mfa.okta_verify.deny_push_upgrade_needed": Reason.INTERRUPT,
}

TYPE_CHANNELS: dict[str, str] = inverted(
    {
        ChannelKind.EMAIL: [
            "system.email.account_unlock.sent_message",
            "system.email.challenge_factor_redeemed",
            "system.email.password_reset.sent_message",
            "system.email.send_factor_verify_message",
            "user.account.update_primary_email",
            "user.account.update_secondary_email",
        ],
        ChannelKind.SMS: [
            "system.sms.send_account_unlock_message",
            "system.sms.send_factor_verify_message",
            "system.sms.send_password_reset_message",
            "system.sms.send_phone_verification_message",
        ],
        ChannelKind.VOICE: [
            "system.voice.send_account_unlock_call",
            "system.voice.send_call",
            "system.voice.send_mfa_challenge_call",
            "system.voice.send_password_reset_call",
            "system.voice.send_phone_verification_call",
        ],
        ChannelKind.APP: [
            "system.push.send_factor_verify_push",
            "user.mfa.okta_verify",
            "user.mfa.okta_verify.deny_push",
            "user.mfa.okta_verify.deny_push_upgrade_needed",
        ],
    }
)

WRONG = "wrong"

REASONS: dict[str, str] = inverted(
    {
        # What was presented was wrong. What that was, the activity tells: a password, a code, a denied push
        # (Identity Engine writes a denied push as auth_via_mfa with INVALID_CREDENTIALS, elastic #5073).
        WRONG: [
            "FAILED_LOGIN",
            "FailedLogin",
            "INVALID_CREDENTIALS",
            "INVALID_PASSWORD",
            "INVALID_PASSCODE",
            "VERIFICATION_ERROR",
        ],
        Reason.UNKNOWN_ACCOUNT: [
            "INVALID_USERNAME",
            "NOT_FOUND",
            "UNKNOWN_USER",
            "USER_NOT_FOUND",
            "User not found",
        ],
        Reason.LOCKED: ["ACCOUNT_LOCKED", "AccountLockout", "LOCKED_OUT", "RATE_LIMIT", "USER_LOCKED_OUT"],
        Reason.DISABLED: [
            "ACCOUNT_INACTIVE",
            "DEACTIVATED",
            "DEPROVISIONED",
            "SUSPENDED",
            "USER_DEACTIVATED",
            "USER_DISABLED",
            "USER_SUSPENDED",
        ],
        Reason.EXPIRED: [
            "EXPIRED",
            "PASSCODE_EXPIRED",
            "PASSWORD_EXPIRED",
            "TOKEN_EXPIRED",
            "Token expired",
            "PASSWORD_WARN",
        ],
        Reason.POLICY: [
            "ACCESS_DENIED",
            "NETWORK_ZONE_BLACKLIST",
            "PASSWORD_BASED_LOGIN_DISALLOWED",
            "POLICY_DENIED",
            "Sign-on policy evaluation resulted in DENY",
        ],
        Reason.MFA_REQUIRED: [
            "MFA_CHALLENGE",
            "MFA_REQUIRED",
            "Sign-on policy evaluation resulted in CHALLENGE",
        ],
        Reason.MFA_DENIED: ["PUSH_DENIED", "User rejected Okta push verify", "User rejected push"],
        Reason.NOT_ENROLLED: ["FACTOR_NOT_ENROLLED", "MFA_ENROLL", "NOT_ENROLLED", "NO_RECOVERY_FACTOR"],
        Reason.CANCELLED: ["ABANDONED", "CANCELLED", "USER_CANCELLED"],
        Reason.RISK: ["BLOCKED_BY_THREATINSIGHT", "THREAT_SUSPECTED"],
    }
)
"""`outcome.reason`, where it holds a code. Often it holds a sentence: see `SENTENCES`."""

SENTENCES: dict[str, str] = {
    Reason.NOT_ENROLLED: r"not (enrolled|enabled|set up|configured|available)|no (recovery|verified) ",
    Reason.EXPIRED: r"expired",
    Reason.LOCKED: r"locked|too many|rate limit",
    Reason.DISABLED: r"suspended|deactivated|deprovisioned|inactive",
    Reason.POLICY: r"policy|not (allowed|permitted)|denied|zone",
}
"""Reason, by what a failure's sentence says (lower case); the first that fits."""

FACTOR_CHANNELS: dict[str, str] = inverted(
    {
        ChannelKind.EMAIL: ["EMAIL", "EMAIL_FACTOR", "OKTA_EMAIL", "OKTA_EMAIL_FACTOR"],
        ChannelKind.SMS: ["PHONE_NUMBER", "SMS", "SMS_FACTOR"],
        ChannelKind.VOICE: ["CALL", "CALL_FACTOR", "VOICE", "VOICE_FACTOR"],
        ChannelKind.QUESTION: ["QUESTION", "SECURITY_QUESTION"],
        ChannelKind.APP: [
            "CUSTOM_APP",
            "DUO_SECURITY",
            "GOOGLE_AUTHENTICATOR",
            "GOOGLE_OTP",
            "OKTA_SOFT_TOKEN",
            "OKTA_VERIFY",
            "OKTA_VERIFY_PUSH",
            "OKTA_VERIFY_TOTP",
            "PUSH",
            "SIGNED_NONCE",
            "SOFT_TOKEN",
            "TOTP",
        ],
        ChannelKind.KEY: ["FIDO2_WEBAUTHN", "FIDO_U2F", "FIDO_WEBAUTHN", "U2F", "WEBAUTHN", "YUBIKEY_TOKEN"],
        ChannelKind.CONTACT: [],
        ChannelKind.OTHER: ["RSA_TOKEN", "SMART_CARD", "SYMANTEC_VIP", "X509_CERTIFICATE"],
    }
)
"""`debugData.factor`, or the factor that an enrolment's sentence names ("User set up SMS_FACTOR factor")."""
