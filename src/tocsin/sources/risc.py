"""OpenID RISC: what another provider tells of an account there, as Security Event Tokens (SET payloads).

A mailbox provider that sees an account hijacked, or has its owner go through recovery, tells the sites that use it.
The payload is that of OpenID RISC 1.0 (openid.net/specs/openid-risc-1_0.html): `events` holds one member, named for its
type, with the subject; the Shared Signals Framework puts the subject into `sub_id` beside it. Only subjects given by
email name an account here. A SET as it travels is a signed token: verify it, and put its payload into the file.
"""

from __future__ import annotations

from tocsin.sources.code_table import quoted
from tocsin.sources.source import RawRecord, Source

BASE = "https://schemas.openid.net/secevent/risc/event-type/"

WARNINGS = (
    "account-credential-change-required",
    "account-disabled",
    "credential-compromise",
    "identifier-changed",
    "recovery-activated",
    "recovery-information-changed",
    "sessions-revoked",
)
"""Types that say that somebody else may have it. Not among them: purged, enabled, recycled, opt-in or opt-out."""


def _is_set(record: RawRecord) -> bool:
    events = record.get("events")
    return (
        isinstance(record.get("jti"), str) and isinstance(events, dict) and any(key.startswith(BASE) for key in events)
    )


RISC = Source(
    format="risc_set",
    provider="risc",
    title="OpenID RISC security event (SET payload)",
    recognises=_is_set,
    fields={
        "uid": "$.jti",
        "stamp": "$.iat",
        "issuer": "$.iss",
        "events": "$.events",
        "named": "$.sub_id.email",
    },
    derived={
        # Behind the first place that looks like one; to look for the whole pattern costs three times as much.
        "begins": f"regexp_extract(split_part(events, {quoted(BASE)}, 2), '^[a-z-]+')",
        "found_kind": "CASE WHEN begins <> '' THEN begins"
        f" ELSE regexp_extract(events, {quoted(BASE + '([a-z-]+)')}, 1) END",
        "kind": "nullif(found_kind, '')",
        "subject": "json_extract_string(events, '$.*.subject.email')[1]",
        "why": "json_extract_string(events, '$.*.reason')[1]",
        "happened": "json_extract_string(events, '$.*.event_timestamp')[1]",
    },
    columns={
        "event_uid": "filled(uid)",
        "tenant": "coalesce(filled(issuer), '')",
        "time": "CASE WHEN kind IS NOT NULL THEN event_time(coalesce(happened, stamp)) END",
        "activity": f"CASE WHEN kind IN ({', '.join(quoted(one) for one in WARNINGS)}) THEN 'provider_verdict'"
        " ELSE 'other' END",
        "outcome": "'success'",
        "provider_code": "concat_ws('/', kind, filled(why))",
        "account": "account_name(coalesce(named, subject))",
        "account_known": "'unknown'",
    },
)
