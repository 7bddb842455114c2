"""Duo administrator log and activity log (https://duo.com/docs/adminapi, "Administrator Logs" and "Activity Logs").

`username` is an administrator's full name, `API`, `System` or the name of a directory sync; `object` is what was acted
on: a user's name, a phone number, an administrator's name. `description` is JSON in a text and holds the mail address
and the address of whoever signs in at the Admin Panel; other acts have no address. The log has no ids: a row is named
after its text. The activity log (version 2) has ids, addresses and outcomes, and also what users do themselves.

An act on a user or on settings is `admin_act`; a bypass code is a way in that an administrator made. The account is
named only where the object is a user or the actor himself: a phone number names nobody.
"""

from __future__ import annotations

from tocsin.sources.code_table import looked_up, quoted
from tocsin.sources.countries import COUNTRY_CODES
from tocsin.sources.duo_codes import ADMIN_SIGN_INS, FACTORS, USER_FACTORS
from tocsin.sources.source import RawRecord, Source

_ON_FACTORS = f"^({'|'.join(USER_FACTORS)})"

MEANING = {
    "actor_name": "account_name(who)",
    # An administrator may have a password reset sent to another one.
    "for_other": """CASE WHEN action IN ('admin_reset_password', 'admin_send_reset_password_email')
        THEN coalesce(account_name(object) <> actor_name AND NOT contains(object, '@'), false) ELSE false END""",
    "own": f"CASE WHEN NOT for_other THEN {looked_up('action', ADMIN_SIGN_INS)} END",
    "on_user": "coalesce(starts_with(action, 'user_') OR starts_with(action, 'bypass_'), false)",
    "is_user": "coalesce(actor_type = 'user', false)",
    "done": f"""CASE WHEN own = 'sign_in' OR own = 'challenge' THEN own
        WHEN is_user THEN coalesce(own,
          CASE WHEN regexp_matches(action, {quoted(_ON_FACTORS)}) THEN 'factor_change' ELSE 'other' END)
        ELSE coalesce(own, 'admin_act') END""",
    "self": "own IS NOT NULL OR is_user",
    "by_system": "coalesce(actor_name = 'system' OR contains(actor_name, ' sync'), false)",
    "whose": """CASE WHEN self THEN CASE WHEN filled(email) IS NULL THEN actor_name ELSE account_name(email) END
        WHEN on_user OR for_other THEN account_name(object) END""",
}

COLUMNS = {
    "activity": "done",
    "outcome": """CASE WHEN suffix(action, '_error') OR lower(result) = 'failure' OR error IS NOT NULL THEN 'failure'
        ELSE 'success' END""",
    "reason": """CASE WHEN done = 'admin_act' THEN CASE WHEN by_system THEN 'by_system' ELSE 'by_admin' END
        WHEN done = 'challenge' THEN 'mfa_denied'
        WHEN action = 'admin_login_error' THEN CASE WHEN contains(lower(error), 'password') THEN 'wrong_password'
          WHEN contains(lower(error), 'lock') THEN 'locked' ELSE 'other' END
        WHEN lower(result) = 'failure' THEN 'other' END""",
    "provider_code": "concat_ws('/', action, filled(error))",
    "account": "whose",
    "account_uid": "CASE WHEN NOT self AND on_user THEN filled(target_key) WHEN self THEN filled(actor_key) END",
    "account_known": """CASE WHEN whose IS NULL OR action = 'admin_login_error' OR starts_with(action, 'user_delete')
        THEN 'unknown' ELSE 'true' END""",
    "actor": "CASE WHEN NOT self AND actor_name IS DISTINCT FROM whose THEN actor_name END",
    "channel_kind": f"""CASE WHEN done = 'recovery_message' THEN 'email'
        WHEN done = 'challenge' THEN {looked_up("replace(lower(factor), ' ', '_')", FACTORS)}
        WHEN starts_with(action, 'bypass_') THEN 'code'
        WHEN starts_with(action, 'webauthncredential_') OR starts_with(action, 'u2ftoken_') THEN 'key'
        WHEN action LIKE '%activate\\_duo\\_push' ESCAPE '\\' OR action LIKE '%activates\\_duo\\_push' ESCAPE '\\'
          THEN 'app' END""",
    "source_ip": "nullif(ip_address(ip), '0.0.0.0')",
}


def _is_admin(record: RawRecord) -> bool:
    return (
        isinstance(record.get("action"), str)
        and "username" in record
        and "timestamp" in record
        and any(name in record for name in ("object", "description", "isotimestamp"))
    )


def _is_activity(record: RawRecord) -> bool:
    action = record.get("action")
    return isinstance(action, dict) and "name" in action and "activity_id" in record and "ts" in record


_DESCRIBED = {
    "email": "$.email",
    "ip": "$.ip_address",
    "factor": "$.factor",
    "error": "$.error",
    "target_key": "$.user_id",
}
"""Entries of the description, which is JSON in a text or free words."""

_PATHS = ", ".join(map(quoted, _DESCRIBED.values()))

DUO_ADMIN = Source(
    format="duo_administrator",
    provider="duo",
    title="Duo administrator log",
    recognises=_is_admin,
    fields={
        "action": "$.action",
        "who": "$.username",
        "object": "$.object",
        "description": "$.description",
        "stamp": "$.isotimestamp",
        "seconds": "$.timestamp",
        "activity_id": "$.activity_id",
    },
    derived={
        "described": f"""CASE WHEN starts_with(description, '{{') AND json_valid(description)
            THEN json_extract_string(description, [{_PATHS}]) END""",
        **{name: f"described[{place}]" for place, name in enumerate(_DESCRIBED, start=1)},
        **dict.fromkeys(("actor_type", "actor_key", "result"), "NULL::VARCHAR"),
        **MEANING,
    },
    columns={
        **COLUMNS,
        # Some collectors put blanks into the time ("2021-07-20T11: 41: 31+00: 00").
        "time": """CASE WHEN action IS NOT NULL AND seconds IS NOT NULL AND activity_id IS NULL
            THEN coalesce(event_time(seconds), event_time(replace(stamp, ': ', ':'))) END""",
    },
)

DUO_ACTIVITY = Source(
    format="duo_activity",
    provider="duo",
    title="Duo activity log",
    recognises=_is_activity,
    fields={
        "uid": "$.activity_id",
        "action": "$.action.name",
        "who": "$.actor.name",
        "actor_type": "$.actor.type",
        "actor_key": "$.actor.key",
        "object": "$.target.name",
        "target_key": "$.target.key",
        "result": "$.outcome.result",
        "ip": "$.access_device.ip.address",
        "country": "$.access_device.location.country",
        "browser": "$.access_device.browser",
        "browser_version": "$.access_device.browser_version",
        "os": "$.access_device.os",
        "os_version": "$.access_device.os_version",
        "stamp": "$.ts",
        "tenant_key": "$.akey",
    },
    derived={
        **dict.fromkeys(("email", "factor", "error"), "NULL::VARCHAR"),
        **MEANING,
        "client": """nullif(array_to_string(list_filter([browser, browser_version, os, os_version],
            lambda one: CASE WHEN strlen(one) > 7 AND trimmed(one) THEN true
          ELSE one IS NOT NULL AND lower(trim(one)) NOT IN ('', 'unknown', 'none') END), ' '), '')""",
    },
    columns={
        **COLUMNS,
        "event_uid": "filled(uid)",
        "time": "CASE WHEN action IS NOT NULL AND uid IS NOT NULL THEN event_time(stamp) END",
        "source_country": looked_up("country", COUNTRY_CODES),
        "client_key": "client",
    },
)
