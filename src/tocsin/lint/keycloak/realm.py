"""A Keycloak realm export as rules read it.

Fields: RealmRepresentation, AuthenticationFlowRepresentation and AuthenticationExecutionExportRepresentation
(keycloak/keycloak, core/src/main/java/org/keycloak/representations/idm). None: not in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

ADMIN_GUIDE = "https://www.keycloak.org/docs/latest/server_admin/"
RESET_FLOW = "reset credentials"
TELLING = (
    "resetPasswordAllowed",
    "bruteForceProtected",
    "ssoSessionIdleTimeout",
    "actionTokenGeneratedByUserLifespan",
    "authenticationFlows",
    "eventsEnabled",
    "verifyEmail",
    "loginWithEmailAllowed",
    "browserSecurityHeaders",
)


class Execution(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One step of a flow: an authenticator, or another flow by its alias."""

    authenticator: str | None = None
    flow_alias: str | None = None
    requirement: str | None = None  # REQUIRED | ALTERNATIVE | CONDITIONAL | DISABLED
    authenticator_config: str | None = None  # an alias


class Flow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    alias: str
    authentication_executions: list[Execution] = []


class StepConfig(msgspec.Struct, frozen=True, kw_only=True):
    alias: str | None = None
    config: dict[str, Any] = {}


class Realm(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What of a realm says how accounts are recovered, guarded and logged."""

    realm: str
    reset_password_allowed: bool | None = None
    action_token_generated_by_user_lifespan: int | None = None  # seconds
    verify_email: bool | None = None
    duplicate_emails_allowed: bool | None = None
    registration_allowed: bool | None = None
    ssl_required: str | None = None  # all | external | none
    brute_force_protected: bool | None = None
    permanent_lockout: bool | None = None
    max_temporary_lockouts: int | None = None
    failure_factor: int | None = None
    password_policy: str | None = None
    events_enabled: bool | None = None
    events_expiration: int | None = None  # seconds, 0: for ever
    events_listeners: list[str] | None = None
    enabled_event_types: list[str] | None = None
    admin_events_enabled: bool | None = None
    smtp_server: dict[str, Any] | None = None
    revoke_refresh_token: bool | None = None
    browser_security_headers: dict[str, str] | None = None
    reset_credentials_flow: str | None = None  # an alias
    authentication_flows: list[Flow] | None = None
    authenticator_config: list[StepConfig] | None = None
    attributes: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """An authenticator that a flow reaches. `requirement` is the weakest on the way to it."""

    at: str
    authenticator: str
    requirement: str
    config: Mapping[str, Any] | None  # None: it has none


def recognises(raw: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a realm export, whatever the types in it."""
    return "realm" in raw and sum(name in raw for name in TELLING) >= 2


def reset_steps(realm: Realm) -> list[Step] | None:
    """The steps of the flow that resets credentials, DISABLED ones left out; None: the file does not hold it."""
    wanted = realm.reset_credentials_flow or RESET_FLOW
    flows = {flow.alias: (number, flow) for number, flow in enumerate(realm.authentication_flows or ())}
    if wanted not in flows:
        return None
    configs = {one.alias: one.config for one in realm.authenticator_config or () if one.alias}
    return list(_steps(wanted, flows, configs, "REQUIRED", ()))


_WEAKER = ("REQUIRED", "CONDITIONAL", "ALTERNATIVE")


def _steps(
    alias: str,
    flows: Mapping[str, tuple[int, Flow]],
    configs: Mapping[str, dict[str, Any]],
    within: str,
    above: tuple[str, ...],
) -> Iterator[Step]:
    if alias in above or alias not in flows:
        return
    number, flow = flows[alias]
    for nth, one in enumerate(flow.authentication_executions):
        own = one.requirement or "DISABLED"
        if own not in _WEAKER:
            continue
        requirement = max(within, own, key=_WEAKER.index)
        if one.authenticator:
            yield Step(
                at=f"authenticationFlows[{number}].authenticationExecutions[{nth}]",
                authenticator=one.authenticator,
                requirement=requirement,
                config=configs.get(one.authenticator_config) if one.authenticator_config else None,
            )
        elif one.flow_alias:
            yield from _steps(one.flow_alias, flows, configs, requirement, (*above, alias))
