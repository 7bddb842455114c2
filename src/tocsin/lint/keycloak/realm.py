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


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a flow: an authenticator, or another flow by its alias."""

    authenticator: str | None = None
    flowAlias: str | None = None  # noqa: N815 - Keycloak's name, as the others
    requirement: str | None = None  # REQUIRED | ALTERNATIVE | CONDITIONAL | DISABLED
    authenticatorConfig: str | None = None  # noqa: N815 - an alias


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    alias: str
    authenticationExecutions: list[Execution] = []  # noqa: N815


class StepConfig(msgspec.Struct, frozen=True, kw_only=True):
    alias: str | None = None
    config: dict[str, Any] = {}


class Realm(msgspec.Struct, frozen=True, kw_only=True):
    """What of a realm says how accounts are recovered, guarded and logged."""

    realm: str
    resetPasswordAllowed: bool | None = None  # noqa: N815
    actionTokenGeneratedByUserLifespan: int | None = None  # noqa: N815 - seconds
    verifyEmail: bool | None = None  # noqa: N815
    duplicateEmailsAllowed: bool | None = None  # noqa: N815
    registrationAllowed: bool | None = None  # noqa: N815
    sslRequired: str | None = None  # noqa: N815 - all | external | none
    bruteForceProtected: bool | None = None  # noqa: N815
    permanentLockout: bool | None = None  # noqa: N815
    maxTemporaryLockouts: int | None = None  # noqa: N815
    failureFactor: int | None = None  # noqa: N815
    passwordPolicy: str | None = None  # noqa: N815
    eventsEnabled: bool | None = None  # noqa: N815
    eventsExpiration: int | None = None  # noqa: N815 - seconds, 0: for ever
    eventsListeners: list[str] | None = None  # noqa: N815
    enabledEventTypes: list[str] | None = None  # noqa: N815
    adminEventsEnabled: bool | None = None  # noqa: N815
    smtpServer: dict[str, Any] | None = None  # noqa: N815
    revokeRefreshToken: bool | None = None  # noqa: N815
    browserSecurityHeaders: dict[str, str] | None = None  # noqa: N815
    resetCredentialsFlow: str | None = None  # noqa: N815 - an alias
    authenticationFlows: list[Flow] | None = None  # noqa: N815
    authenticatorConfig: list[StepConfig] | None = None  # noqa: N815
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
    wanted = realm.resetCredentialsFlow or RESET_FLOW
    flows = {flow.alias: (number, flow) for number, flow in enumerate(realm.authenticationFlows or ())}
    if wanted not in flows:
        return None
    configs = {one.alias: one.config for one in realm.authenticatorConfig or () if one.alias}
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
    for nth, one in enumerate(flow.authenticationExecutions):
        own = one.requirement or "DISABLED"
        if own not in _WEAKER:
            continue
        requirement = max(within, own, key=_WEAKER.index)
        if one.authenticator:
            yield Step(
                at=f"authenticationFlows[{number}].authenticationExecutions[{nth}]",
                authenticator=one.authenticator,
                requirement=requirement,
                config=configs.get(one.authenticatorConfig) if one.authenticatorConfig else None,
            )
        elif one.flowAlias:
            yield from _steps(one.flowAlias, flows, configs, requirement, (*above, alias))
