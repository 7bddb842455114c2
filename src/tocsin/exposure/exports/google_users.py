"""Google Workspace: users of the Directory interface, with their recovery channels.

`users.list` (https://developers.google.com/workspace/admin/directory/reference/rest/v1/users): `primaryEmail`,
`aliases`, `recoveryEmail`, `recoveryPhone` (E.164), `isEnrolledIn2Sv`, `isEnforcedIn2Sv`, `suspended`, `archived`.
Which second step a user enrolled is not told. A recovery channel restores the account.
"""

from __future__ import annotations

from tocsin.exposure.effects import Kind
from tocsin.exposure.exports.export import Export, Record, flag, items, needed, reached_at, text
from tocsin.exposure.registered import Method, Registered, Use

ORIGIN = "Google Workspace users"


def _recognises(record: Record, _around: Record) -> bool:
    return "primaryEmail" in record


def _reads(record: Record, _around: Record) -> Registered:
    name = needed(record, "primaryEmail").lower()
    # Enforced without being enrolled is a time of grace, in which the password alone still signs in.
    enrolled = flag(record, "isEnrolledIn2Sv")
    step = Method(kind=Kind.STEP, uses=frozenset((Use.SECOND,)), origin=ORIGIN) if enrolled else None
    found = (
        step,
        reached_at(text(record, "recoveryEmail"), Kind.MAILBOX, Use.RESTORE, origin=ORIGIN),
        reached_at(text(record, "recoveryPhone"), Kind.PHONE, Use.RESTORE, origin=ORIGIN),
    )
    aliases = [one.lower() for one in items(record, "aliases") if isinstance(one, str)]
    return Registered(
        provider="google",
        uid=text(record, "id"),
        names=tuple(dict.fromkeys((name, *aliases))),
        methods=tuple(one for one in found if one is not None),
        password=True,
        factors_told=True,
        mail_host=True,
        in_use=not (flag(record, "suspended") or flag(record, "archived")),
        where=ORIGIN,
    )


GOOGLE_USERS = Export(
    name="google_users",
    title="Google Workspace users",
    provider="google",
    source="https://developers.google.com/workspace/admin/directory/reference/rest/v1/users",
    recognises=_recognises,
    reads=_reads,
)
