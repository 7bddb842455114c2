"""What of a Microsoft Entra tenant's policies says how accounts are recovered.

Microsoft Graph: authorizationPolicy, authenticationMethodsPolicy with its authenticationMethodConfigurations, and
conditionalAccessPolicy (https://learn.microsoft.com/graph/api/resources/). Settings of the self-service password reset
itself are not in Graph; the portal's answer `PasswordResetPolicies` holds them, under the names that public scripts
read and write (Set-O365PasswordReset in EvotecIT/O365Essentials; SystemAdmins.M365Assessment for `enablementType`).
None: not in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

GRAPH = "https://learn.microsoft.com/graph/api/resources"
RESET_PAGE = "https://learn.microsoft.com/entra/identity/authentication/concept-sspr-howitworks"


class Reset(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Settings of the self-service password reset. `enablement_type` 0: nobody, 1: a group, 2: all."""

    enablement_type: int | None = None
    number_of_authentication_methods_required: int | None = None
    email_option_enabled: bool | None = None
    mobile_phone_option_enabled: bool | None = None
    office_phone_option_enabled: bool | None = None
    security_questions_option_enabled: bool | None = None
    mobile_app_notification_enabled: bool | None = None
    mobile_app_code_enabled: bool | None = None
    customize_helpdesk_link: bool | None = None
    custom_helpdesk_email_or_url: str | None = None
    notify_users_on_password_reset: bool | None = None
    notify_on_admin_password_reset: bool | None = None


class Authorization(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    allowed_to_use_sspr: bool | None = msgspec.field(default=None, name="allowedToUseSSPR")  # administrators


class Method(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One authentication method."""

    id: str
    state: str | None = None  # enabled | disabled
    is_usable_once: bool | None = None  # of a temporary access pass
    maximum_lifetime_in_minutes: int | None = None


class State(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    state: str | None = None  # default | enabled | disabled


class Registration(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    authentication_methods_registration_campaign: State | None = None


class MethodsPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    authentication_method_configurations: list[Method] | None = None
    policy_migration_state: str | None = None
    registration_enforcement: Registration | None = None
    report_suspicious_activity_settings: State | None = None


class Applications(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    include_user_actions: list[str] | None = None


class Users(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    include_users: list[str] | None = None


class Conditions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    applications: Applications | None = None
    users: Users | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    built_in_controls: list[str] | None = None
    authentication_strength: dict[str, Any] | None = None


class AccessPolicy(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    display_name: str | None = None
    state: str | None = None  # enabled | disabled | enabledForReportingButNotEnforced
    conditions: Conditions | None = None
    grant_controls: Grant | None = None


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """All conditional access policies of a file: what one leaves open another may close."""

    policies: list[AccessPolicy]


RESET_NAMES = tuple(field.encode_name for field in msgspec.structs.fields(Reset))


def recognises_reset(raw: Mapping[str, Any]) -> bool:
    """The portal's password reset policies."""
    return sum(name in raw for name in RESET_NAMES) >= 3


def recognises_authorization(raw: Mapping[str, Any]) -> bool:
    """The authorization policy."""
    return "allowedToUseSSPR" in raw


def recognises_methods(raw: Mapping[str, Any]) -> bool:
    """The authentication methods policy."""
    return "authenticationMethodConfigurations" in raw


def recognises_access(raw: Mapping[str, Any]) -> bool:
    """A conditional access policy."""
    return "conditions" in raw and "state" in raw and ("grantControls" in raw or "sessionControls" in raw)


def read_access(raw: Mapping[str, Any]) -> Access:
    """One policy."""
    return Access(policies=[msgspec.convert(raw, AccessPolicy)])


def together(found: Sequence[Access]) -> Access:
    """The policies of one file."""
    return Access(policies=[policy for one in found for policy in one.policies])
