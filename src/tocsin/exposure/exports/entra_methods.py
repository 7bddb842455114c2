"""Microsoft Entra: the authentication methods of one user, with numbers and addresses.

`GET /users/{id}/authentication/methods` gives records that name their kind in `@odata.type` and the user only around
them, in `@odata.context`: `.../$metadata#users('anna%40example.org')/authentication/methods`
(https://learn.microsoft.com/graph/api/authentication-list-methods). A JSON batch
(https://learn.microsoft.com/graph/json-batching) of such answers is read, too. An administrator of lower rights sees
masked numbers only (same page).

A temporary access pass that is used up or over says so in `isUsable`
(https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethod).

Whether the user may reset a password is told by the registration details; without them a reset is possible only.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports.export import Export, Record, flag, needed, reached_at, text
from tocsin.exposure.registered import BadRecord, Method, Registered, Use

ORIGIN = "Entra authentication methods"

_TYPE = re.compile(r"#?microsoft\.graph\.(\w+)AuthenticationMethod")
_USER = re.compile(r"users\('((?:[^']|'')+)'\)")
_KEY = (Use.ALONE, Use.SECOND)

KINDS: dict[str, tuple[Kind, tuple[Use, ...]]] = {
    "microsoftAuthenticator": (Kind.PROMPT, (Use.SECOND,)),
    "passwordlessMicrosoftAuthenticator": (Kind.PROMPT, _KEY),
    "softwareOath": (Kind.APP_CODE, (Use.SECOND,)),
    "hardwareOath": (Kind.TOKEN_CODE, (Use.SECOND,)),
    "fido2": (Kind.KEY, _KEY),
    "windowsHelloForBusiness": (Kind.KEY, _KEY),
    "platformCredential": (Kind.KEY, _KEY),
    "temporaryAccessPass": (Kind.PASS, (Use.ALONE,)),
    "qrCodePin": (Kind.OTHER, (Use.ALONE,)),
    "external": (Kind.STEP, (Use.SECOND,)),
}
"""By the first part of the type's name."""


def _recognises(record: Record, _around: Record) -> bool:
    kind = record.get("@odata.type")
    return isinstance(kind, str) and _TYPE.fullmatch(kind) is not None


def _reads(record: Record, around: Record) -> Registered:
    told = _TYPE.fullmatch(needed(record, "@odata.type"))
    kind = told.group(1) if told else ""
    methods: list[Method] = []
    if kind == "phone":
        methods += _to(record, "phoneNumber", Kind.PHONE)
    elif kind == "email":
        methods += _to(record, "emailAddress", Kind.MAILBOX)
    elif kind != "password" and not (kind == "temporaryAccessPass" and flag(record, "isUsable") is False):
        what, uses = KINDS.get(kind, (Kind.STEP, (Use.SECOND,)))
        methods.append(Method(kind=what, uses=frozenset(uses), origin=ORIGIN))
    uid, name = _user(around)
    return Registered(
        provider="entra",
        uid=uid,
        names=(name,) if name else (),
        methods=tuple(methods),
        password=True if kind == "password" else None,
        gates=None,  # the registration details tell
        factors_told=True,
        mail_host=True,
        where=ORIGIN,
    )


def _to(record: Record, key: str, kind: Kind) -> list[Method]:
    """A number proves a sign-in and may reset; a mailbox may only reset."""
    seconds = reached_at(needed(record, key), kind, Use.SECOND, origin=ORIGIN) if kind == Kind.PHONE else None
    resets = reached_at(needed(record, key), kind, Use.RESET, origin=ORIGIN)
    return [one for one in (seconds, resets) if one is not None]


def _user(around: Record) -> tuple[str | None, str | None]:
    """Id and name of the user whose list it is."""
    name = text(around, "userPrincipalName")
    found = _USER.search(text(around, "@odata.context") or "")
    told = unquote(found.group(1)).replace("''", "'") if found else None
    if name is None and told is None:
        raise BadRecord("nothing around it says whose method it is: @odata.context with users('...') is missing")
    if told is not None and "@" in told:
        name, told = name or told, None
    return told or text(around, "id"), name.lower() if name else None


ENTRA_METHODS = Export(
    name="entra_methods",
    title="Microsoft Entra authentication methods of a user",
    provider="entra",
    source="https://learn.microsoft.com/graph/api/authentication-list-methods",
    recognises=_recognises,
    reads=_reads,
)
