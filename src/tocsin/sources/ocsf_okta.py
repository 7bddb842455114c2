"""Okta's System Log inside OCSF: the same events, read with all that is known of Okta.

Mapping: https://github.com/ocsf/examples (Okta System Log), which Okta's log streaming to Amazon Security Lake follows.
What the records do:

- `metadata.event_code` keeps Okta's event type, so that a record of any class says what happened, recovery included,
  for which OCSF has no word. The record is put back into Okta's shape; `okta.py` reads it.
- `user` is the target where it is another than `actor.user`.
- The result is folded: a CHALLENGE or an ALLOW is left in `status` at best.
- The request's address and the factor stand in `unmapped`, where a mapping kept them. Without the address a reset is
  held for one that was asked for, never for a completed one; without the factor a success may be of the password that
  Okta checks as a factor, and is no outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tocsin.sources.code_table import quoted
from tocsin.sources.okta import OKTA
from tocsin.sources.source import RawRecord

FIELDS = {
    "version": "$.metadata.version",
    "product": "$.metadata.product.name",
    "vendor": "$.metadata.product.vendor_name",
    "event_code": "$.metadata.event_code",
    "uid": "$.metadata.uid",
    "original_uid": "$.metadata.original_event_uid",
    "correlation": "$.metadata.correlation_uid",
    "time": "$.time",
    "time_dt": "$.time_dt",
    "status": "$.status",
    "status_id": "$.status_id",
    "status_code": "$.status_code",
    "status_detail": "$.status_detail",
    "user_name": "$.user.name",
    "user_email": "$.user.email_addr",
    "user_uid": "$.user.uid",
    "actor_name": "$.actor.user.name",
    "actor_email": "$.actor.user.email_addr",
    "actor_uid": "$.actor.user.uid",
    "actor_type": "$.actor.user.type",
    "session": "$.session.uid",
    "actor_session": "$.actor.session.uid",
    "ip": "$.src_endpoint.ip",
    "country": "$.src_endpoint.location.country",
    "as_number": "$.src_endpoint.autonomous_system.number",
    "as_name": "$.src_endpoint.autonomous_system.name",
    "agent": "$.http_request.user_agent",
    "url_path": "$.http_request.url.path",
    "factor_id": "$.auth_factors[0].factor_type_id",
}

DEBUG = ("requestUri", "factor", "factorIntent")
"""What of Okta's `debugContext.debugData` is read, as `unmapped` holds it: nested, or under one flat name."""

for _name in DEBUG:
    FIELDS[f"{_name}_nested"] = f"$.unmapped.debugContext.debugData.{_name}"
    FIELDS[f"{_name}_flat"] = f'$.unmapped."debugContext.debugData.{_name}"'


def is_okta(record: RawRecord) -> bool:
    """Is this OCSF event one of Okta's, with its own event type?"""
    metadata = record.get("metadata")
    if not isinstance(metadata, Mapping) or "class_uid" not in record:
        return False
    product = metadata.get("product")
    said = f"{product.get('name')} {product.get('vendor_name')}".lower() if isinstance(product, Mapping) else ""
    return (
        str(metadata.get("version") or "").startswith("1.")
        and isinstance(metadata.get("event_code"), str)
        and "okta" in said
        and "auth0" not in said
    )


_FOUND = {name: f"held[{number}]" for number, name in enumerate(FIELDS, start=1)}
_SAID = f"lower(concat_ws(' ', {_FOUND['product']}, {_FOUND['vendor']}))"


def _object(**members: str) -> str:
    return "json_object(" + ", ".join(f"{quoted(name)}, {value}" for name, value in members.items()) + ")"


def _person(user: str) -> str:
    return _object(
        id=_FOUND[f"{user}_uid"],
        type="'User'",
        alternateId=f"coalesce({_FOUND[f'{user}_email']}, {_FOUND[f'{user}_name']})",
    )


def _debug(name: str) -> str:
    return f"coalesce({_FOUND[f'{name}_nested']}, {_FOUND[f'{name}_flat']})"


_RECORD = _object(
    eventType=f"CASE WHEN contains({_SAID}, 'okta') AND NOT contains({_SAID}, 'auth0')"
    f" AND {_FOUND['version']} LIKE '1.%' THEN {_FOUND['event_code']} END",
    uuid=f"coalesce({_FOUND['original_uid']}, {_FOUND['uid']})",
    published=f"coalesce({_FOUND['time_dt']}, {_FOUND['time']})",
    outcome=_object(
        result=f"CASE WHEN upper({_FOUND['status']}) IN ('ALLOW', 'DENY', 'CHALLENGE', 'SKIPPED', 'ABANDONED',"
        f" 'UNANSWERED', 'RATE_LIMIT') THEN upper({_FOUND['status']}) WHEN {_FOUND['status_id']} = '1' THEN 'SUCCESS'"
        f" WHEN {_FOUND['status_id']} = '2' THEN 'FAILURE' WHEN {_FOUND['status_id']} IS NULL"
        f" THEN upper({_FOUND['status']}) ELSE 'UNKNOWN' END",
        reason=f"coalesce({_FOUND['status_detail']}, {_FOUND['status_code']})",
    ),
    actor=f"CASE WHEN {_FOUND['actor_uid']} IS NULL AND {_FOUND['actor_email']} IS NULL THEN {_person('user')} ELSE"
    " "
    + _object(
        id=_FOUND["actor_uid"],
        type=f"coalesce(CASE WHEN {_FOUND['actor_type']} <> 'Admin' THEN {_FOUND['actor_type']} END, 'User')",
        # Some mappings fill the address of the user only, though both are one.
        alternateId=f"coalesce({_FOUND['actor_email']}, CASE WHEN {_FOUND['actor_uid']} = {_FOUND['user_uid']}"
        f" THEN {_FOUND['user_email']} END, {_FOUND['actor_name']})",
    )
    + " END",
    target=f"CASE WHEN {_FOUND['user_uid']} <> {_FOUND['actor_uid']}"
    f" OR {_FOUND['user_email']} <> {_FOUND['actor_email']} THEN json_array({_person('user')}) END",
    client=_object(
        ipAddress=_FOUND["ip"],
        userAgent=_object(rawUserAgent=_FOUND["agent"]),
        geographicalContext=_object(country=_FOUND["country"]),
    ),
    securityContext=_object(asNumber=_FOUND["as_number"], asOrg=_FOUND["as_name"]),
    authenticationContext=_object(externalSessionId=f"coalesce({_FOUND['session']}, {_FOUND['actor_session']})"),
    transaction=_object(id=_FOUND["correlation"]),
    debugContext=_object(
        debugData=_object(
            requestUri=f"coalesce({_debug('requestUri')}, {_FOUND['url_path']})",
            factor=f"coalesce({_debug('factor')},"
            f" CASE WHEN {_FOUND['factor_id']} = '11' THEN 'PASSWORD_AS_FACTOR' END)",
            factorIntent=_debug("factorIntent"),
        )
    ),
)

_UNTOLD = "meant = 'reset' AND uri IS NULL AND NOT by_system AND NOT coalesce(by_other, false)"

_PATHS = ", ".join(map(quoted, FIELDS.values()))

OCSF_OKTA = replace(
    OKTA,
    format="ocsf_okta",
    title="Okta System Log in OCSF (Amazon Security Lake and others)",
    recognises=is_okta,
    derived={
        **OKTA.derived,
        "done": f"CASE WHEN {_UNTOLD} THEN 'recovery_start' ELSE {OKTA.derived['done']} END",
        "ended": f"CASE WHEN meant = 'verified' AND factor IS NULL AND result = 'SUCCESS' THEN 'unknown'"
        f" ELSE {OKTA.derived['ended']} END",
    },
    unwraps=f"list_transform([json_extract_string(record, [{_PATHS}])], lambda held: {_RECORD}::VARCHAR)[1]",
)
