"""Duo authentication logs: Admin API version 2 and 1, and the Admin Panel's CSV (https://duo.com/docs/adminapi).

Duo asks for a second factor behind somebody else's password, so every record is a `challenge`; an `enrollment` is a
`factor_change`. The address is that of the device that wants in (`access_device`), never that of the phone that
answers. Duo sends no user agent: browser and system stand in `client_key`. An unknown name is not logged: who is not
enrolled (`deny_unenrolled_user`) may well exist.

Accounts are called by their mail address where Duo knows it, else by their user name.
"""

from __future__ import annotations

from tocsin.sources.code_table import looked_up
from tocsin.sources.countries import COUNTRY_CODES
from tocsin.sources.duo_codes import FACTORS, REASONS, RESULTS
from tocsin.sources.source import RawRecord, Source

VERSION_2 = {
    "uid": "$.txid",
    "stamp": "$.isotimestamp",
    "seconds": "$.timestamp",
    "event_type": "$.event_type",
    "written_result": "$.result",
    "written_reason": "$.reason",
    "written_factor": "$.factor",
    "user_key": "$.user.key",
    "user_name": "$.user.name",
    "email": "$.email",
    "alias": "$.alias",
    "ip": "$.access_device.ip",
    "country": "$.access_device.location.country",
    "browser": "$.access_device.browser",
    "browser_version": "$.access_device.browser_version",
    "os": "$.access_device.os",
    "os_version": "$.access_device.os_version",
}
VERSION_1 = {
    **{name: path for name, path in VERSION_2.items() if name not in ("user_key", "ip", "country")},
    "event_type": "$.eventtype",
    "user_name": "$.username",
    "ip": "$.ip",
    "country": "$.location.country",
    "new_enrollment": "$.new_enrollment",
    "integration": "$.integration",
}


def _worded(name: str) -> str:
    return f"replace(lower(CASE WHEN trimmed({name}) THEN {name} ELSE trim({name}) END), ' ', '_')"


MEANING = {
    "result": _worded("written_result"),
    "because": _worded("written_reason"),
    "factor": _worded("written_factor"),
    "enrols": "coalesce(lower(event_type) = 'enrollment', false)",
    "ended": f"coalesce({looked_up('result', RESULTS)}, 'unknown')",
    "listed": looked_up("because", REASONS),
    "client": """nullif(array_to_string(list_filter([browser, browser_version, os, os_version],
        lambda one: CASE WHEN strlen(one) > 7 AND trimmed(one) THEN true
          ELSE one IS NOT NULL AND lower(trim(one)) NOT IN ('', 'unknown', 'none') END), ' '), '')""",
}
"""Derived names over the fields of either version."""

COLUMNS = {
    "activity": "CASE WHEN enrols THEN 'factor_change' ELSE 'challenge' END",
    "outcome": "ended",
    "reason": """CASE WHEN ended = 'failure' AND result = 'fraud' THEN 'mfa_denied'
        WHEN ended = 'failure' THEN coalesce(listed, CASE WHEN enrols THEN 'other' ELSE 'mfa_denied' END)
        WHEN result = 'error' THEN 'other' END""",
    "provider_code": "concat_ws('/', result, filled(because))",
    "account": "account_name(coalesce(filled(email), filled(user_name), filled(alias)))",
    "account_uid": "filled(user_key)",
    "account_known": """CASE WHEN filled(user_key) IS NOT NULL OR enrols THEN 'true'
        WHEN ended = 'success' AND because NOT LIKE 'allow_unenrolled%' THEN 'true' ELSE 'unknown' END""",
    "channel_kind": looked_up("factor", FACTORS),
    "source_ip": "nullif(ip_address(ip), '0.0.0.0')",
    "source_country": looked_up("country", COUNTRY_CODES),
    "client_key": "client",
}
"""Event columns over `MEANING`; a source adds id and time."""


def _is_version_2(record: RawRecord) -> bool:
    return (
        isinstance(record.get("user"), dict)
        and isinstance(record.get("result"), str)
        and "factor" in record
        and any(name in record for name in ("access_device", "auth_device", "txid"))
    )


def _is_version_1(record: RawRecord) -> bool:
    return (
        "integration" in record
        and "factor" in record
        and isinstance(record.get("result"), str)
        and "username" in record
        and ("timestamp" in record or "isotimestamp" in record)
    )


def _is_row(record: RawRecord) -> bool:
    return (
        "Factor" in record
        and "Result" in record
        and any(name in record for name in ("Application", "Integration"))
        and any(name in record for name in ("Timestamp (UTC)", "Timestamp"))
    )


_STAMP = "event_time(coalesce(filled(stamp), filled(seconds)))"

DUO = Source(
    format="duo_authentication",
    provider="duo",
    title="Duo authentication log",
    recognises=_is_version_2,
    fields=VERSION_2,
    derived=MEANING,
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "time": "CASE WHEN coalesce(user_name, user_key, uid) IS NOT NULL AND written_result IS NOT NULL"
        f" THEN {_STAMP} END",
    },
)

DUO_V1 = Source(
    format="duo_authentication_v1",
    provider="duo",
    title="Duo authentication log (Admin API version 1)",
    recognises=_is_version_1,
    fields=VERSION_1,
    derived={
        "user_key": "NULL::VARCHAR",
        **MEANING,
        "enrols": "coalesce(lower(event_type) = 'enrollment' OR lower(new_enrollment) = 'true', false)",
    },
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "time": f"CASE WHEN integration IS NOT NULL AND written_result IS NOT NULL THEN {_STAMP} END",
    },
)

_PANEL = {
    "stamp_utc": '$."Timestamp (UTC)"',
    "stamp_plain": "$.Timestamp",
    "uid": '$."Transaction ID"',
    "event_type": '$."Event Type"',
    "new_enrollment": '$."New Enrollment"',
    "written_result": "$.Result",
    "written_reason": "$.Reason",
    "written_factor": "$.Factor",
    "row_user": "$.User",
    "username": "$.Username",
    "email": "$.Email",
    "alias": "$.Alias",
    "access_ip": '$."Access IP"',
    "access_device_ip": '$."Access Device IP"',
    "plain_ip": '$."IP Address"',
    "access_country": '$."Access Country"',
    "access_device_country": '$."Access Device Country"',
    "enrollment": "$.Enrollment",
    "plain_browser": "$.Browser",
    "plain_browser_version": '$."Browser Version"',
    "plain_os": "$.OS",
    "plain_os_version": '$."OS Version"',
    "device_browser": '$."Access Device Browser"',
    "device_browser_version": '$."Access Device Browser Version"',
    "device_os": '$."Access Device OS"',
    "device_os_version": '$."Access Device OS Version"',
}
"""Columns by the names of the panel's table and by those of its export, as a public program writes the export anew from
the interface (https://github.com/TheyCallMeZ/DuoLogExporter, `Program.cs`): Duo documents neither."""

DUO_CSV = Source(
    format="duo_authentication_csv",
    provider="duo",
    title="Duo authentication log (Admin Panel, CSV)",
    recognises=_is_row,
    fields=_PANEL,
    derived={
        "user_key": "NULL::VARCHAR",
        "user_name": "coalesce(row_user, username)",
        "ip": "coalesce(access_ip, access_device_ip, plain_ip)",
        "country": "coalesce(access_country, access_device_country)",
        "browser": "coalesce(plain_browser, device_browser)",
        "browser_version": "coalesce(plain_browser_version, device_browser_version)",
        "os": "coalesce(plain_os, device_os)",
        "os_version": "coalesce(plain_os_version, device_os_version)",
        **MEANING,
        "enrols": "coalesce(lower(event_type) = 'enrollment', false) OR"
        " coalesce(lower(coalesce(new_enrollment, enrollment)) IN ('true', 'yes', '1'), false)",
    },
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "time": "CASE WHEN written_result IS NOT NULL AND written_factor IS NOT NULL"
        " THEN event_time(coalesce(stamp_utc, stamp_plain)) END",
    },
)
