"""Microsoft Graph security alerts that judge an account: alerts_v2, the older alerts, and their flattened CSV.

Shapes: https://learn.microsoft.com/graph/api/resources/security-alert (alerts_v2) and
https://learn.microsoft.com/graph/api/resources/alert (the older); the CSV that Microsoft-Extractor-Suite writes of the
older ones (invictus-ir/Microsoft-Extractor-Suite, Scripts/Get-SecurityAlerts.ps1). What the alerts do:

- An alert lists evidence. Its users become a row each; an alert that names none, and one by a product that watches
  machines, clouds or documents, judges no account and is passed over.
- Evidence does not say which user came from which address: only an address that is the alert's single one is kept.
  In the older alerts each user has a `logonIp` of their own.
- An alert of Entra ID Protection is a risk detection once more: it takes that detection's id, so that both count once.
- The event is what the alert is about (`firstActivityDateTime`, `eventDateTime`), not the alert's making.
- Somebody may have judged the alert: as false, or as an expected act, it marks no risk any more.
"""

from __future__ import annotations

from tocsin.sources.source import RawRecord, Source

ELSEWHERE = (
    "microsoftdefenderforendpoint",
    "microsoftdefenderforcloud",
    "microsoftdefenderforiot",
    "microsoftdefenderforservers",
    "microsoftdefenderforstorage",
    "datalossprevention",
    "microsoftinsiderriskmanagement",
)
"""`serviceSource` of products that watch machines, clouds and documents: who was signed in there is not accused."""

ELSEWHERE_V1 = (
    "microsoft defender atp",
    "windows defender atp",
    "microsoftdefenderatp",
    "asc",
    "azure security center",
    "microsoft 365 defender for endpoint",
    "iot",
)
"""The same as `vendorInformation.provider` of the older alerts."""

WITHDRAWN = ("falsepositive", "informationalexpectedactivity", "benignpositive")


def _is_v2(record: RawRecord) -> bool:
    whole = "evidence" in record or "lastUpdateDateTime" in record
    return whole and ("serviceSource" in record or "detectionSource" in record)


def _is_v1(record: RawRecord) -> bool:
    return "vendorInformation" in record and "eventDateTime" in record


def _is_csv(record: RawRecord) -> bool:
    return "EventDateTime" in record and "Title" in record and "Provider" in record


VERDICT = {
    "activity": "'provider_verdict'",
    "outcome": "'unknown'",
    "reason": f"CASE WHEN lower(judged) IN {WITHDRAWN} THEN NULL ELSE 'risk' END",
    "account": "said_name",
    "account_known": "CASE WHEN said_name IS NULL THEN 'unknown' ELSE 'true' END",
}

_PIECE = (
    """'[{"ipAddress": "VARCHAR", "countryLetterCode": "VARCHAR", "primaryAddress": "VARCHAR","""
    """ "userAccount": {"userPrincipalName": "VARCHAR", "azureAdUserId": "VARCHAR"}}]'"""
)


def _of_pieces(name: str) -> str:
    return f"list_transform(pieces, lambda one: one.{name})"


def _told(name: str) -> str:
    return f"list_filter({_of_pieces(name)}, lambda told: told <> '')"


_EVIDENCE = {
    "pieces": f"CASE WHEN starts_with(evidence, '[') THEN from_json(evidence, {_PIECE}) END",
    "logins": "list_transform(pieces, lambda one: lower(filled(one.userAccount.userPrincipalName)))",
    "mailboxes": "list_transform(pieces, lambda one: lower(filled(one.primaryAddress)))",
    "users": "list_filter(list_concat(logins, mailboxes), lambda name: contains(name, '@'))",
    "user_ids": _of_pieces("userAccount.azureAdUserId"),
    "addresses": _told("ipAddress"),
}

GRAPH_ALERT = Source(
    format="graph_alert",
    provider="entra",
    title="Microsoft Graph security alerts (alerts_v2)",
    recognises=_is_v2,
    fields={
        "id": "$.id",
        "inner_id": "$.providerAlertId",
        "tenant_id": "$.tenantId",
        "name": "$.title",
        "service": "$.serviceSource",
        "detector": "$.detectionSource",
        "judged": "$.classification",
        "first": "$.firstActivityDateTime",
        "created": "$.createdDateTime",
        "updated": "$.lastUpdateDateTime",
        "evidence": "$.evidence",
    },
    looks_into={
        "evidence": (
            *(f"[*].{name}" for name in ("ipAddress", "countryLetterCode", "primaryAddress")),
            *(f"[*].userAccount.{name}" for name in ("userPrincipalName", "azureAdUserId")),
        )
    },
    ignores="(evidence IS NOT NULL OR updated IS NOT NULL) AND (service IS NOT NULL OR detector IS NOT NULL)"
    " AND item IS NULL",
    before=_EVIDENCE,
    # Each user once: a mailbox and its user are two pieces of evidence.
    explode=f"CASE WHEN coalesce(lower(service), '') NOT IN {ELSEWHERE}"
    " THEN CASE WHEN len(users) > 1 THEN list_sort(list_distinct(users)) ELSE users END END",
    derived={
        "said_name": "account_name(item)",
        "user_id": "user_ids[list_position(logins, item)]",
        "address": "CASE WHEN len(once(addresses)) = 1 THEN addresses[1] END",
        "countries": f"CASE WHEN address IS NOT NULL THEN {_told('countryLetterCode')} END",
        "country": "CASE WHEN len(once(countries)) = 1 THEN countries[1] END",
        "uid": "CASE WHEN lower(service) = 'azureadidentityprotection' THEN coalesce(filled(inner_id), id) ELSE id END",
    },
    columns={
        **VERDICT,
        "event_uid": "uid || CASE WHEN item_count > 1 THEN '/' || item_index ELSE '' END",
        "tenant": "coalesce(tenant_id, '')",
        "time": "CASE WHEN evidence IS NOT NULL THEN coalesce(event_time(first), event_time(created)) END",
        "provider_code": "concat_ws('/', coalesce(filled(service), filled(detector)), filled(name))",
        "account_uid": "filled(user_id)",
        "source_ip": "ip_address(address)",
        "source_country": "CASE WHEN length(country) = 2 THEN upper(country) END",
    },
)

_STATES = (
    """'[{"userPrincipalName": "VARCHAR", "accountName": "VARCHAR", "domainName": "VARCHAR","""
    """ "aadUserId": "VARCHAR", "logonIp": "VARCHAR", "logonDateTime": "VARCHAR"}]'"""
)
_STATE_LIST = f"from_json(CASE WHEN starts_with(states, '[') THEN states END, {_STATES})"
_NAMED = f"list_filter({_STATE_LIST}, lambda state: state.userPrincipalName LIKE '%@%')"

GRAPH_ALERT_V1 = Source(
    format="graph_alert_v1",
    provider="entra",
    title="Microsoft Graph security alerts (the older interface)",
    recognises=_is_v1,
    fields={
        "id": "$.id",
        "tenant_id": "$.azureTenantId",
        "name": "$.title",
        "product": "$.vendorInformation.provider",
        "judged": "$.feedback",
        "happened": "$.eventDateTime",
        "created": "$.createdDateTime",
        "states": "$.userStates",
    },
    looks_into={
        "states": tuple(
            f"[*].{name}"
            for name in ("userPrincipalName", "accountName", "domainName", "aadUserId", "logonIp", "logonDateTime")
        )
    },
    ignores="product IS NOT NULL AND item IS NULL",
    explode=f"CASE WHEN coalesce(lower(product), '') NOT IN {ELSEWHERE_V1} THEN {_NAMED} END",
    derived={"said_name": "account_name(item.userPrincipalName)"},
    columns={
        **VERDICT,
        "event_uid": "id || CASE WHEN item_count > 1 THEN '/' || item_index ELSE '' END",
        "tenant": "coalesce(tenant_id, '')",
        "time": "CASE WHEN product IS NOT NULL THEN coalesce(event_time(item.logonDateTime), event_time(happened),"
        " event_time(created)) END",
        "provider_code": "concat_ws('/', filled(product), filled(name))",
        "account_uid": "filled(item.aadUserId)",
        "source_ip": "ip_address(item.logonIp)",
    },
)

_CELLS = "list_filter(string_split(coalesce(users, ''), '; '), lambda cell: contains(cell, '@'))"

GRAPH_ALERT_CSV = Source(
    format="graph_alert_csv",
    provider="entra",
    title="Microsoft Graph security alerts (Microsoft-Extractor-Suite, CSV)",
    recognises=_is_csv,
    fields={
        "id": "$.Id",
        "tenant_id": "$.AzureTenantId",
        "name": "$.Title",
        "product": "$.Provider",
        "judged": "$.Feedback",
        "happened": "$.EventDateTime",
        "created": "$.CreatedDateTime",
        "users": "$.AffectedUser",
    },
    ignores="product IS NOT NULL AND name IS NOT NULL AND item IS NULL",
    explode=f"CASE WHEN coalesce(lower(product), '') NOT IN {ELSEWHERE_V1} THEN {_CELLS} END",
    # A cell is the name, a stroke, and the address or "null".
    derived={
        "first_part": "split_part(item, '/', 1)",
        "second_part": "split_part(item, '/', 2)",
        "of_two": "first_part || '/' || second_part = item AND NOT contains(item, chr(10))",
        "named": "CASE WHEN of_two THEN first_part ELSE regexp_extract(item, '^(.*?)(/[^/]*)?$', 1) END",
        "said_name": "account_name(named)",
        "address": "CASE WHEN of_two THEN second_part ELSE regexp_extract(item, '/([^/]*)$', 1) END",
    },
    columns={
        **VERDICT,
        "event_uid": "id || CASE WHEN item_count > 1 THEN '/' || item_index ELSE '' END",
        "tenant": "coalesce(tenant_id, '')",
        "time": "CASE WHEN product IS NOT NULL AND name IS NOT NULL THEN"
        " coalesce(event_time(happened), event_time(created)) END",
        "provider_code": "concat_ws('/', filled(product), filled(name))",
        "source_ip": "ip_address(address)",
    },
)

GRAPH_ALERTS = (GRAPH_ALERT, GRAPH_ALERT_V1, GRAPH_ALERT_CSV)
