"""Okta's policies and their rules as rules of ours read them.

Fields: Okta Policy API (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/) for
PASSWORD, OKTA_SIGN_ON, ACCESS_POLICY and MFA_ENROLL policies. A policy is saved with its rules by `GET
/policies/{id}?expand=rules` (`_embedded.rules`); rules saved by themselves (`GET /policies/{id}/rules`) are judged as
far as they tell. The notices of an organisation are named as Okta's Terraform provider names them (resource
okta_security_notification_emails). None: not in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

POLICY_API = "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/"
NOTICES_PAGE = (
    "https://github.com/okta/terraform-provider-okta/blob/master/docs/resources/security_notification_emails.md"
)
INACTIVE = "it is inactive"


class Lockout(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    max_attempts: int | None = None  # 0: never
    auto_unlock_minutes: int | None = None  # 0: never
    show_lockout_failures: bool | None = None
    user_lockout_notification_channels: list[str] | None = None


class Complexity(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    min_length: int | None = None


class Password(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    complexity: Complexity | None = None
    lockout: Lockout | None = None


class RecoveryToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    token_lifetime_minutes: int | None = None


class FactorProperties(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    recovery_token: RecoveryToken | None = None


class Factor(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    status: str | None = None
    properties: FactorProperties | None = None


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    okta_email: Factor | None = None
    okta_sms: Factor | None = None
    okta_call: Factor | None = None
    recovery_question: Factor | None = None


class Recovery(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    factors: Factors | None = None


class Methods(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    required: bool | None = None
    methods: list[str] | None = None


class Requirement(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    primary: Methods | None = None
    step_up: Methods | None = None
    access_control: str | None = None  # LEGACY | AUTH_POLICY


class Access(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    access: str | None = None  # ALLOW | DENY
    requirement: Requirement | None = None


class SignOn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    access: str | None = None
    require_factor: bool | None = None
    primary_factor: str | None = None


class Verification(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    factor_mode: str | None = None  # 1FA | 2FA


class AppSignOn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    access: str | None = None
    verification_method: Verification | None = None


class Actions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    self_service_password_reset: Access | None = None
    signon: SignOn | None = None
    app_sign_on: AppSignOn | None = None


class PolicyRule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule of a policy."""

    name: str | None = None
    status: str | None = None
    actions: Actions | None = None


class Enrol(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    by_owner: str | None = msgspec.field(default=None, name="self")  # NOT_ALLOWED | OPTIONAL | REQUIRED


class Enrolled(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    key: str | None = None
    enroll: Enrol | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    password: Password | None = None
    recovery: Recovery | None = None
    authenticators: list[Enrolled] | None = None
    factors: dict[str, Enrolled] | None = None


class Embedded(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    rules: list[PolicyRule] | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A policy with its rules, or rules alone."""

    name: str | None = None
    status: str | None = None
    settings: Settings | None = None
    rules: list[PolicyRule] | None = None
    embedded: Embedded | None = msgspec.field(default=None, name="_embedded")

    @property
    def active(self) -> bool:
        return self.status != "INACTIVE"

    @property
    def places(self) -> list[tuple[str, PolicyRule]]:
        """Its active rules, and where each stands."""
        if self.embedded is not None and self.embedded.rules is not None:
            named = [(f"_embedded.rules[{n}]", one) for n, one in enumerate(self.embedded.rules)]
        else:
            named = [(f"rules[{n}]", one) for n, one in enumerate(self.rules or ())]
        return [(at, one) for at, one in named if one.status != "INACTIVE"]


class Notices(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the organisation tells its users of."""

    send_email_for_password_changed_enabled: bool | None = None
    send_email_for_factor_enrollment_enabled: bool | None = None
    send_email_for_factor_reset_enabled: bool | None = None
    send_email_for_new_device_enabled: bool | None = None
    report_suspicious_activity_enabled: bool | None = None


NOTICES = tuple(field.encode_name for field in msgspec.structs.fields(Notices))

SIGN_ON = ("OKTA_SIGN_ON", "ACCESS_POLICY")


def _types(raw: Mapping[str, Any]) -> tuple[object, Mapping[str, Any]]:
    actions = raw.get("actions")
    return raw.get("type"), actions if isinstance(actions, Mapping) else {}


def recognises_password(raw: Mapping[str, Any]) -> bool:
    """A PASSWORD policy, or a rule of one."""
    kind, actions = _types(raw)
    if kind == "PASSWORD":
        return "settings" in raw or "actions" in raw
    return "selfServicePasswordReset" in actions


def recognises_sign_on(raw: Mapping[str, Any]) -> bool:
    """A global session or app sign-in policy, or a rule of one."""
    kind, actions = _types(raw)
    if kind in SIGN_ON:
        return any(name in raw for name in ("conditions", "_embedded", "_links", "rules", "system", "priority"))
    return kind != "PASSWORD" and any(name in actions for name in ("signon", "appSignOn"))


def recognises_enrolment(raw: Mapping[str, Any]) -> bool:
    """An MFA_ENROLL policy."""
    return raw.get("type") == "MFA_ENROLL" and "settings" in raw


def recognises_notices(raw: Mapping[str, Any]) -> bool:
    """The organisation's notices."""
    return sum(name in raw for name in NOTICES) >= 2


def read_policy(raw: Mapping[str, Any]) -> Policy:
    """A policy; of a rule alone one without settings."""
    if "actions" not in raw:
        return msgspec.convert(raw, Policy)
    alone = msgspec.convert(raw, PolicyRule)
    return Policy(name=alone.name, rules=[alone])


def called(policy: Policy) -> str:
    """Its name."""
    return f"policy {policy.name}" if policy.name else "policy"
