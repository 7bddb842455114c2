"""Okta's System Log inside OCSF: the same events, read with all that is known of Okta.

Mapping: https://github.com/ocsf/examples (Okta System Log), which Okta's log streaming to Amazon Security Lake follows.
What the records do:

- `metadata.event_code` keeps Okta's event type, so that a record of any class says what happened, recovery included,
  for which OCSF has no word. `okta.py` reads it, over the names that OCSF gives.
- `user` is the target where it is another than `actor.user`.
- The result is folded: a CHALLENGE or an ALLOW is left in `status` at best.
- The request's address and the factor stand in `unmapped`, where a mapping kept them. Without the address a reset is
  held for one that was asked for, never for a completed one; without the factor a success may be of the password that
  Okta checks as a factor, and is no outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tocsin.sources.okta import BY_TARGET, OKTA
from tocsin.sources.source import RawRecord

FIELDS = {
    "version": "$.metadata.version",
    "product": "$.metadata.product.name",
    "vendor": "$.metadata.product.vendor_name",
    "event_code": "$.metadata.event_code",
    "uid": "$.metadata.uid",
    "original_uid": "$.metadata.original_event_uid",
    "transaction_id": "$.metadata.correlation_uid",
    "time_plain": "$.time",
    "time_dt": "$.time_dt",
    "status": "$.status",
    "status_id": "$.status_id",
    "status_code": "$.status_code",
    "status_detail": "$.status_detail",
    "user_name": "$.user.name",
    "user_email": "$.user.email_addr",
    "user_uid": "$.user.uid",
    "actor_display": "$.actor.user.name",
    "actor_email": "$.actor.user.email_addr",
    "actor_uid": "$.actor.user.uid",
    "kind_of_actor": "$.actor.user.type",
    "session_plain": "$.session.uid",
    "actor_session": "$.actor.session.uid",
    "ip": "$.src_endpoint.ip",
    "country": "$.src_endpoint.location.country",
    "as_number": "$.src_endpoint.autonomous_system.number",
    "as_org": "$.src_endpoint.autonomous_system.name",
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


_OUTCOMES = ("ALLOW", "DENY", "CHALLENGE", "SKIPPED", "ABANDONED", "UNANSWERED", "RATE_LIMIT")
_UNTOLD = "meant = 'reset' AND uri IS NULL AND NOT by_system AND NOT coalesce(by_other, false)"

AS_OKTA = {
    "made_by": "lower(concat_ws(' ', product, vendor))",
    "event_type": "CASE WHEN version LIKE '1.%' AND contains(made_by, 'okta') AND NOT contains(made_by, 'auth0')"
    " THEN event_code END",
    "uuid": "coalesce(original_uid, uid)",
    "published": "coalesce(time_dt, time_plain)",
    "result": f"CASE WHEN upper(status) IN {_OUTCOMES} THEN upper(status) WHEN status_id = '1' THEN 'SUCCESS'"
    " WHEN status_id = '2' THEN 'FAILURE' WHEN status_id IS NULL THEN upper(status) END",
    "reason_text": "coalesce(status_detail, status_code)",
    "alone": "actor_uid IS NULL AND actor_email IS NULL",
    "actor_id": "CASE WHEN alone THEN user_uid ELSE actor_uid END",
    "actor_type": "CASE WHEN alone OR kind_of_actor = 'Admin' THEN 'User' ELSE coalesce(kind_of_actor, 'User') END",
    # Some mappings fill the address of the user only, though both are one.
    "actor_name": "coalesce(actor_email, CASE WHEN alone OR actor_uid = user_uid THEN user_email END,"
    " CASE WHEN alone THEN user_name ELSE actor_display END)",
    "session": "coalesce(session_plain, actor_session)",
    "uri": "coalesce(requestUri_nested, requestUri_flat, url_path)",
    "factor": "coalesce(factor_nested, factor_flat, CASE WHEN factor_id = '11' THEN 'PASSWORD_AS_FACTOR' END)",
    "intent": "coalesce(factorIntent_nested, factorIntent_flat)",
    "is_proxy": "NULL::VARCHAR",
}
"""What `okta.py` reads -> SQL over what OCSF names."""

OCSF_OKTA = replace(
    OKTA,
    format="ocsf_okta",
    title="Okta System Log in OCSF (Amazon Security Lake and others)",
    recognises=is_okta,
    fields=FIELDS,
    derived={
        **AS_OKTA,
        **OKTA.derived,
        "target": "CASE WHEN meant IS NOT NULL AND (user_uid <> actor_uid OR user_email <> actor_email) AND"
        f" (by_system OR meant IN {BY_TARGET}) THEN 'User' END",
        "target_said": "CASE WHEN target IS NOT NULL THEN [user_uid, coalesce(user_email, user_name)] END",
        "client": "NULL::VARCHAR",
        "granted_app": "NULL::VARCHAR",
        "done": f"CASE WHEN {_UNTOLD} THEN 'recovery_start' ELSE {OKTA.derived['done']} END",
        "ended": f"CASE WHEN meant = 'verified' AND factor IS NULL AND result = 'SUCCESS' THEN 'unknown'"
        f" ELSE {OKTA.derived['ended']} END",
    },
)
