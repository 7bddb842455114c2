"""Okta: users, with the channels of their profile.

`GET /api/v1/users` (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/):
`profile.login`, `profile.email`, `profile.secondEmail`, `profile.mobilePhone`, `credentials.provider`. A recovery
gives a new password; it goes to the primary and secondary address or to the mobile phone, as the password policy
allows (`recovery.factors`: `okta_email`, `okta_sms`, `okta_call`,
https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/), which is not in this export. A
question that the policy asks besides makes a way no easier and is left out.
"""

from __future__ import annotations

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports.export import Export, Record, inner, needed, reached_at, text
from tocsin.exposure.registered import BadRecord, Gate, Method, Registered, Use

ORIGIN = "Okta users"

IN_USE = frozenset({"PROVISIONED", "ACTIVE", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED"})
NOT_IN_USE = frozenset({"STAGED", "SUSPENDED", "DEPROVISIONED"})
OWN_PASSWORD = frozenset({"OKTA", "IMPORT"})
"""Types of `credentials.provider` whose password Okta holds and can reset."""


def _recognises(record: Record, _around: Record) -> bool:
    profile = record.get("profile")
    return isinstance(profile, dict) and "login" in profile and "factorType" not in record


def _reads(record: Record, _around: Record) -> Registered:
    profile, credentials = inner(record, "profile"), inner(record, "credentials")
    status = needed(record, "status").upper()
    if status not in IN_USE | NOT_IN_USE:
        raise BadRecord(f"status {status[:40]!r} is none of Okta's")
    login, address = needed(profile, "login").lower(), text(profile, "email")
    provider = text(inner(credentials, "provider"), "type")
    own = provider is None or provider.upper() in OWN_PASSWORD
    methods: list[Method | None] = []
    if own:
        methods += [
            reached_at(address, Kind.MAILBOX, Use.RESET, origin=ORIGIN),
            reached_at(text(profile, "secondEmail"), Kind.MAILBOX, Use.RESET, origin=ORIGIN),
            reached_at(text(profile, "mobilePhone"), Kind.PHONE, Use.RESET, origin=ORIGIN),
        ]
    names = [login, *([address.lower()] if address and "@" in address and "@" not in login else [])]
    return Registered(
        provider="okta",
        uid=text(record, "id"),
        names=tuple(names),
        methods=tuple(one for one in methods if one is not None),
        password=True,
        gates=(Gate(needs=1),),
        in_use=status in IN_USE,
        where=ORIGIN,
    )


OKTA_USERS = Export(
    name="okta_users",
    title="Okta users",
    provider="okta",
    source="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/",
    recognises=_recognises,
    reads=_reads,
)
