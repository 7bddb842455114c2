"""The kinds of document that can be judged, and what a file holds of them.

A file says by its content what it is. It may hold one document, a list of them, a page of a REST answer (`value`), or
an object that holds each under a name of its own, as scripts that save whole configurations write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tocsin.lint import keycloak
from tocsin.lint.authentik import blueprint
from tocsin.lint.entra import tenant
from tocsin.lint.keycloak.realm import ADMIN_GUIDE
from tocsin.lint.okta import policy


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document."""

    name: str
    product: str
    title: str
    got: str  # how a person gets it
    source: str
    recognises: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Mapping[str, Any]], object]  # raises msgspec.ValidationError
    called: Callable[[Any], str]  # what a document is called among others
    together: Callable[[Sequence[Any]], Any] | None = None  # several of one file judged as one


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document of a file. `at` is where it stands in it; '' for the whole file."""

    kind: Kind
    at: str
    name: str
    content: Any


KINDS: tuple[Kind, ...] = (
    Kind(
        name="keycloak_realm",
        product="keycloak",
        title="Keycloak realm export",
        got="`kc.sh export --realm NAME --file realm.json`, or Realm settings > Action > Partial export",
        source=f"{ADMIN_GUIDE}#assembly-exporting-importing_server_administration_guide",
        recognises=keycloak.recognises,
        read=lambda raw: msgspec.convert(raw, keycloak.Realm),
        called=lambda realm: f"realm {realm.realm}",
    ),
    Kind(
        name="okta_password_policy",
        product="okta",
        title="Okta password policy",
        got="`GET /api/v1/policies?type=PASSWORD&expand=rules`",
        source=policy.POLICY_API,
        recognises=policy.recognises_password,
        read=policy.read_policy,
        called=policy.called,
    ),
    Kind(
        name="okta_sign_on_policy",
        product="okta",
        title="Okta sign-on policy",
        got="`GET /api/v1/policies?type=OKTA_SIGN_ON&expand=rules`, the same with `ACCESS_POLICY`",
        source=policy.POLICY_API,
        recognises=policy.recognises_sign_on,
        read=policy.read_policy,
        called=policy.called,
    ),
    Kind(
        name="okta_enrolment_policy",
        product="okta",
        title="Okta authenticator enrollment policy",
        got="`GET /api/v1/policies?type=MFA_ENROLL`",
        source=policy.POLICY_API,
        recognises=policy.recognises_enrolment,
        read=policy.read_policy,
        called=policy.called,
    ),
    Kind(
        name="okta_notices",
        product="okta",
        title="Okta security notification emails",
        got="Security > General > Security notification emails, saved under the names of Okta's Terraform provider in"
        " camel case (`sendEmailForPasswordChangedEnabled`)",
        source=policy.NOTICES_PAGE,
        recognises=policy.recognises_notices,
        read=lambda raw: msgspec.convert(raw, policy.Notices),
        called=lambda _: "notices",
    ),
    Kind(
        name="entra_reset",
        product="entra",
        title="Microsoft Entra password reset settings",
        got="the answer `PasswordResetPolicies` behind Entra admin center > Password reset (the browser's"
        " network tools save it), or O365Essentials' `Get-O365PasswordReset | ConvertTo-Json`",
        source=tenant.RESET_PAGE,
        recognises=tenant.recognises_reset,
        read=lambda raw: msgspec.convert(raw, tenant.Reset),
        called=lambda _: "password reset",
    ),
    Kind(
        name="entra_methods",
        product="entra",
        title="Microsoft Entra authentication methods policy",
        got="`GET https://graph.microsoft.com/beta/policies/authenticationMethodsPolicy`",
        source=f"{tenant.GRAPH}/authenticationmethodspolicy",
        recognises=tenant.recognises_methods,
        read=lambda raw: msgspec.convert(raw, tenant.MethodsPolicy),
        called=lambda _: "authentication methods",
    ),
    Kind(
        name="entra_authorization",
        product="entra",
        title="Microsoft Entra authorization policy",
        got="`GET https://graph.microsoft.com/v1.0/policies/authorizationPolicy`",
        source=f"{tenant.GRAPH}/authorizationpolicy",
        recognises=tenant.recognises_authorization,
        read=lambda raw: msgspec.convert(raw, tenant.Authorization),
        called=lambda _: "authorization policy",
    ),
    Kind(
        name="entra_access",
        product="entra",
        title="Microsoft Entra conditional access policies",
        got="`GET https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies`, all in one file",
        source=f"{tenant.GRAPH}/conditionalaccesspolicy",
        recognises=tenant.recognises_access,
        read=tenant.read_access,
        called=lambda _: "conditional access",
        together=tenant.together,
    ),
    Kind(
        name="authentik_blueprint",
        product="authentik",
        title="authentik blueprint",
        got="`ak export_blueprint`, or Flows and Stages > Flows > Export of the recovery flow",
        source="https://docs.goauthentik.io/customize/blueprints/",
        recognises=blueprint.recognises,
        read=lambda raw: msgspec.convert(raw, blueprint.Blueprint),
        called=lambda one: one.name,
    ),
)


class Unfit(Exception):
    """The file holds nothing that could be judged, or a known document with something else in it. Says why."""


def documents(raw: object) -> tuple[list[Document], int]:
    """What the content of a file holds, and how many objects beside that nobody knows. Raises `Unfit`."""
    found: list[Document] = []
    unknown = 0
    for at, one in _objects(raw):
        kind = next((kind for kind in KINDS if kind.recognises(one)), None)
        if kind is None:
            unknown += 1
            continue
        try:
            content = kind.read(one)
        except msgspec.ValidationError as error:
            raise Unfit(f"{kind.title}{f' at {at}' if at else ''}: {error}") from None
        found.append(Document(kind=kind, at=at, name=kind.called(content), content=content))
    if not found:
        raise Unfit("it is no configuration of a kind that is known here (`tocsin lint --rules` lists them)")
    return _together(found), unknown


def _together(found: Sequence[Document]) -> list[Document]:
    """Documents that are judged as one made one, where the first of them stands."""
    made = []
    for kind in KINDS:
        mine = [one for one in found if one.kind is kind]
        if kind.together is not None and len(mine) > 1:
            content = kind.together([one.content for one in mine])
            mine = [Document(kind=kind, at="", name=kind.called(content), content=content)]
        made += mine
    return made


def _objects(raw: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects that may be documents: the outermost ones that somebody knows, with where they stand."""
    yield from _within(raw, "", depth=0)


DEEPEST = 3


def _within(raw: object, at: str, *, depth: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(raw, Mapping):
        known = any(kind.recognises(raw) for kind in KINDS)
        inner = [(f"{at}.{key}" if at else str(key), value) for key, value in raw.items()]
        if known or depth == DEEPEST or not any(_holds(value, depth + 1) for _, value in inner):
            yield at, raw
            return
        for place, value in inner:
            if isinstance(value, (Mapping, list)) and _holds(value, depth + 1):
                yield from _within(value, place, depth=depth + 1)
    elif isinstance(raw, Sequence) and not isinstance(raw, str):
        for number, value in enumerate(raw):
            yield from _within(value, f"{at}[{number}]", depth=depth)


def _holds(raw: object, depth: int) -> bool:
    """Whether a document stands in it, not too deep."""
    if isinstance(raw, Mapping):
        if any(kind.recognises(raw) for kind in KINDS):
            return True
        return depth < DEEPEST and any(_holds(value, depth + 1) for value in raw.values())
    return isinstance(raw, list) and any(_holds(value, depth + 1) for value in raw if depth < DEEPEST)
