"""Keycloak: users of a realm export, with their credentials.

`kc.sh export` writes a realm as one file or its users apart (https://www.keycloak.org/server/importExport); each user
has `username`, `email`, `emailVerified`, `enabled`, `requiredActions` and `credentials[].type` (UserRepresentation
and CredentialRepresentation, https://www.keycloak.org/docs-api/latest/rest-api/index.html). Types: `password`, `otp`,
`webauthn`, `webauthn-passwordless`, `recovery-authn-codes`.

`resetPasswordAllowed` of the realm turns "Forgot password" on. Whoever reads the mailbox sets a new password and, as
the flow stands by default, a new one-time-code generator, too
(https://www.keycloak.org/docs/latest/server_admin/index.html#enabling-forgot-password): the mailbox restores the
account. In a file of users alone the setting is not told, and the way is marked as possible.

An address that is not verified is a recovery channel all the same. It is taken for a name of the account only where no
other account has it, for anybody can write any address into his profile.
"""

from __future__ import annotations

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports.export import Export, Record, flag, inner, items, needed, reached_at, text
from tocsin.exposure.registered import BadRecord, Method, Registered, Use

ORIGIN = "Keycloak users"

KINDS: dict[str, tuple[Kind, tuple[Use, ...]]] = {
    "otp": (Kind.APP_CODE, (Use.SECOND,)),
    "totp": (Kind.APP_CODE, (Use.SECOND,)),
    "hotp": (Kind.TOKEN_CODE, (Use.SECOND,)),
    "webauthn": (Kind.KEY, (Use.SECOND,)),
    "webauthn-passwordless": (Kind.KEY, (Use.ALONE,)),
    "recovery-authn-codes": (Kind.SAVED_CODE, (Use.SECOND,)),
}


def _recognises(record: Record, around: Record) -> bool:
    return "username" in record and (
        "realm" in around or "credentials" in record or "requiredActions" in record or "createdTimestamp" in record
    )


def _reads(record: Record, around: Record) -> Registered:
    username, email = needed(record, "username").lower(), text(record, "email")
    verified = flag(record, "emailVerified")
    methods: list[Method | None] = []
    password = False
    for credential in items(record, "credentials"):
        if not isinstance(credential, dict):
            raise BadRecord("credentials holds what is no object")
        kind = needed(credential, "type")
        if kind == "password":
            password = True
        elif kind in KINDS:
            what, uses = KINDS[kind]
            methods.append(Method(kind=what, uses=frozenset(uses), origin=ORIGIN))
    allowed = flag(around, "resetPasswordAllowed")
    if allowed is not False:
        methods.append(reached_at(email, Kind.MAILBOX, Use.RESTORE, origin=ORIGIN, possible=allowed is None))
    known = "credentials" in record
    address = (email.lower(),) if email else ()
    return Registered(
        provider="keycloak",
        uid=text(record, "id"),
        names=tuple(dict.fromkeys((username, *(address if verified else ())))),
        claimed=() if verified else address,
        methods=tuple(dict.fromkeys(one for one in methods if one is not None)),
        password=password or "LDAP_ID" in inner(record, "attributes") if known else None,
        factors_told=known,
        in_use=flag(record, "enabled") is not False,
        where=ORIGIN,
    )


KEYCLOAK_USERS = Export(
    name="keycloak_users",
    title="Keycloak users of a realm export",
    provider="keycloak",
    source="https://www.keycloak.org/server/importExport",
    recognises=_recognises,
    reads=_reads,
)
