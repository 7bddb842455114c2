"""Google Workspace alerts: the Alert Center's warnings about accounts.

Resource: https://developers.google.com/workspace/admin/alertcenter/reference/rest/v1beta1/alerts; which alert has which
data: https://developers.google.com/workspace/admin/alertcenter/reference/alert-types. What the alerts do:

- Only `StateSponsoredAttack` (Google believes a government-backed attacker tried) and `AccountWarning` (suspicious
  login, leaked password, user suspended) judge an account. Alerts on mail, devices, rules and outages are passed over.
- `startTime` is when what is warned of happened, `createTime` when the alert was raised. `loginDetails.loginTime` is
  missing where the login was blocked.
- An alert names one account; collectors that merge alerts write a list of addresses, and each account gives a row.
- The login audit writes the same warnings as events of its own with another id: both rows are kept.
"""

from __future__ import annotations

from tocsin.sources.source import RawRecord, Source

CONCERNED = ("StateSponsoredAttack", "AccountWarning")
"""Kinds of data that judge an account: the last part of `data.@type`."""

WARNINGS = (
    "leaked password",
    "suspicious login",
    "suspicious login (less secure app)",
    "suspicious programmatic login",
    "user suspended",
    "user suspended (spam)",
    "user suspended (spam through relay)",
    "user suspended (suspicious activity)",
)
"""Types of the source "Google identity", for records whose `@type` a collector dropped."""


def _is_alert(record: RawRecord) -> bool:
    return "alertId" in record and "type" in record and "source" in record


_CONCERNED = (
    f"(coalesce(regexp_extract(data_type, '[^.]+$') IN {CONCERNED}, false)"
    f" OR coalesce(data_type IS NULL AND lower(said_type) IN {WARNINGS}, false))"
)
_ADDRESS = "'[^\\s,;\\[\\]\"<>]+@[^\\s,;\\[\\]\"<>]+'"

GOOGLE_ALERT = Source(
    format="google_alert",
    provider="google",
    title="Google Workspace alerts (Alert Center)",
    recognises=_is_alert,
    fields={
        "alert_id": "$.alertId",
        "customer": "$.customerId",
        "said_type": "$.type",
        "said_source": "$.source",
        "created": "$.createTime",
        "started": "$.startTime",
        "data_type": '$.data."@type"',
        "email": "$.data.email",
        "login_time": "$.data.loginDetails.loginTime",
        "login_address": "$.data.loginDetails.ipAddress",
    },
    ignores="alert_id IS NOT NULL AND NOT concerned",
    before={
        "concerned": _CONCERNED,
        "addresses": f"CASE WHEN regexp_full_match(email, {_ADDRESS}) THEN [lower(email)]"
        f" ELSE regexp_extract_all(lower(email), {_ADDRESS}) END",
    },
    # An account that stands there twice is warned once.
    explode="CASE WHEN concerned THEN CASE WHEN len(addresses) < 2 THEN addresses"
    " ELSE list_filter(addresses, lambda one, place: list_position(addresses, one) = place) END END",
    columns={
        "event_uid": "alert_id || CASE WHEN item_count > 1 THEN '/' || item_index ELSE '' END",
        "tenant": "coalesce(customer, '')",
        "time": "CASE WHEN alert_id IS NOT NULL THEN coalesce(event_time(login_time), event_time(started),"
        " event_time(created)) END",
        "activity": "'provider_verdict'",
        "outcome": "'unknown'",
        "reason": "'risk'",
        "provider_code": "concat_ws('/', filled(said_source), filled(said_type))",
        "account": "account_name(item)",
        "account_known": "CASE WHEN account_name(item) IS NULL THEN 'unknown' ELSE 'true' END",
        "source_ip": "ip_address(login_address)",
    },
)
