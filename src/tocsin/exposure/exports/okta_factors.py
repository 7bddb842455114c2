"""Okta: the factors of a user.

`GET /api/v1/users/{id}/factors`
(https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/): `factorType`, `provider`,
`status`, `profile.phoneNumber`, `profile.email`; the user stands in `_links.user.href`.
"""

from __future__ import annotations

import re

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports.export import Export, Record, inner, needed, reached_at, text
from tocsin.exposure.registered import BadRecord, Method, Registered, Use

ORIGIN = "Okta factors"

_USER = re.compile(r"/api/v1/users/([^/?]+)")

KINDS = {
    "sms": Kind.PHONE,
    "call": Kind.PHONE,
    "email": Kind.MAILBOX,
    "push": Kind.PROMPT,
    "question": Kind.QUESTION,
    "token": Kind.TOKEN_CODE,
    "token:hardware": Kind.TOKEN_CODE,
    "token:hotp": Kind.TOKEN_CODE,
    "token:software:totp": Kind.APP_CODE,
    "u2f": Kind.KEY,
    "webauthn": Kind.KEY,
    "signed_nonce": Kind.KEY,
    "web": Kind.STEP,
}


def _recognises(record: Record, _around: Record) -> bool:
    return "factorType" in record and "provider" in record


def _reads(record: Record, _around: Record) -> Registered:
    word, status = needed(record, "factorType"), needed(record, "status").upper()
    user = inner(inner(record, "_links"), "user")
    if not user:
        user = inner(inner(record, "_links"), "self")
    found = _USER.search(text(user, "href") or "")
    if found is None:
        raise BadRecord("_links names no user")
    kind, profile = KINDS.get(word, Kind.STEP), inner(record, "profile")
    uses = frozenset((Use.SECOND,))
    method: Method | None = Method(kind=kind, uses=uses, origin=ORIGIN)
    if kind == Kind.PHONE:
        method = reached_at(text(profile, "phoneNumber"), kind, *uses, origin=ORIGIN) or method
    elif kind == Kind.MAILBOX:
        method = reached_at(text(profile, "email"), kind, *uses, origin=ORIGIN) or method
    held = (method,) if method is not None and status in ("ACTIVE", "ENROLLED") else ()
    return Registered(provider="okta", uid=found.group(1), methods=held, factors_told=True, where=ORIGIN)


OKTA_FACTORS = Export(
    name="okta_factors",
    title="Okta factors of a user",
    provider="okta",
    source="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserFactor/",
    recognises=_recognises,
    reads=_reads,
)
