"""OneLogin events: of the events interface, and as webhooks send them.

Types: `onelogin_codes.csv`, the numbers of "Event Resource and Types"
(https://developers.onelogin.com/api-docs/1/events/event-resource). A number that it does not list is `other`: reading
resources over the interface, provisioning, directories. Public rules disagree about 531 and 532; both are acts of
administrators. Webhooks: https://developers.onelogin.com/api-docs/1/events/webhooks.

**Names.** `user_name` and `actor_user_name` are first and last names, and a mail address only where a user has no
names; `user_id` is the number that stays. Webhooks may add `login_name`, what was typed. An event has no user agent.

**By whom.** The user acted if `actor_user_id` is his number or missing; else somebody else did, which makes changes of
passwords, factors and profiles acts of an administrator. `actor_system` is OneLogin itself, a mapping or the interface.

**Recovery** is logged as its start (10) alone. The new password behind the mailed link is the same 11 as one that was
changed in a session: a `credential_change`, which `recovery/unlogged.py` tells by what came before.
"""

from __future__ import annotations

from tocsin.events.schema import Reason
from tocsin.sources.code_file import by_code
from tocsin.sources.code_table import quoted
from tocsin.sources.source import RawRecord, Source

TABLE = "onelogin_codes.csv"

SENTENCES: dict[str, str] = {
    Reason.UNKNOWN_ACCOUNT: r"(user|account|login).{0,20}(not exist|not found|unknown)|no such user|unknown user",
    Reason.LOCKED: r"locked|too many",
    Reason.DISABLED: r"suspended|disabled|inactive|deactivated",
    Reason.EXPIRED: r"expired",
    Reason.POLICY: r"policy|denied|not allowed|ip address",
    Reason.WRONG_PASSWORD: r"(wrong|invalid|incorrect) .{0,20}(password|credential)|bad password",
}
"""Reason, by what a failed sign-in says of itself (lower case); the first that fits."""

_SENTENCE = " ".join(
    f"WHEN regexp_matches(said, {quoted(said)}) THEN {quoted(reason)}" for reason, said in SENTENCES.items()
)

FIELDS = {
    "type": "$.event_type_id",
    "id": "$.id",
    "uuid": "$.uuid",
    "created": "$.created_at",
    "stamped": "$.event_timestamp",
    "lake_stamp": "$.p_event_time",  # Panther's lake can lack the time; its own copy stands beside it
    "tenant_id": "$.account_id",
    "user_id": "$.user_id",
    "user_name": "$.user_name",
    "login_name": "$.login_name",
    "actor_id": "$.actor_user_id",
    "actor_name": "$.actor_user_name",
    "actor_system": "$.actor_system",
    "ip": "$.ipaddr",
    "error": "$.error_description",
    "message": "$.custom_message",
    "notes": "$.notes",
    "factor_id": "$.otp_device_id",
    "factor_name": "$.otp_device_name",
    "fingerprint": "$.browser_fingerprint",
}

DERIVED = {
    "meant": by_code(TABLE, "activity", "type"),
    "ended": by_code(TABLE, "outcome", "type"),
    "listed": by_code(TABLE, "reason", "type"),
    "system": "account_name(actor_system)",
    "by_other": """CASE WHEN filled(actor_id) IS NULL THEN system IS NOT NULL
        ELSE filled(actor_id) IS DISTINCT FROM filled(user_id) END""",
    "second": "type = '6' AND filled(factor_id) IS NOT NULL",
    "said": "CASE WHEN meant = 'sign_in' AND listed = 'other' THEN lower(concat_ws(' ', error, message, notes)) END",
    "because": f"""CASE WHEN second THEN 'mfa_denied' WHEN said IS NULL THEN listed
        ELSE CASE {_SENTENCE} ELSE listed END END""",
    "done": """CASE
        WHEN meant IS NULL THEN 'other'
        WHEN second THEN 'challenge'
        WHEN by_other AND (meant IN ('credential_change', 'factor_change', 'profile_change') OR type = '12')
          THEN 'admin_act'
        ELSE meant END""",
    "whose": "account_name(coalesce(filled(login_name), user_name))",
    "who": "account_name(actor_name)",
}


def _is_event(record: RawRecord) -> bool:
    kind = record.get("event_type_id")
    return (
        (isinstance(kind, int) or (isinstance(kind, str) and kind.isdigit()))
        and not isinstance(kind, bool)
        and any(name in record for name in ("actor_user_id", "actor_user_name", "actor_system", "user_name", "ipaddr"))
    )


ONELOGIN = Source(
    format="onelogin_event",
    provider="onelogin",
    title="OneLogin event",
    recognises=_is_event,
    fields=FIELDS,
    derived=DERIVED,
    columns={
        # Webhooks carry both; the interface gives the number alone.
        "event_uid": "coalesce(filled(id), filled(uuid))",
        "tenant": "coalesce(filled(tenant_id), '')",
        "time": """CASE WHEN regexp_full_match(type, '\\d{1,6}')
            THEN event_time(coalesce(filled(created), filled(stamped), filled(lake_stamp))) END""",
        "activity": "done",
        "outcome": "coalesce(ended, 'unknown')",
        "reason": """CASE WHEN done = 'admin_act' OR type = '12' THEN CASE
            WHEN listed = 'by_system' OR (filled(actor_id) IS NULL AND system IS NOT NULL AND system <> 'api')
              THEN 'by_system'
            WHEN done = 'admin_act' THEN 'by_admin' END
            ELSE because END""",
        "provider_code": "concat_ws('/', type, filled(error))",
        "account": "whose",
        "account_uid": "filled(user_id)",
        "account_known": """CASE WHEN because = 'unknown_account' THEN 'false'
            WHEN filled(user_id) IS NOT NULL THEN 'true' ELSE 'unknown' END""",
        "actor": "CASE WHEN by_other THEN nullif(coalesce(who, system), whose) END",
        "channel_kind": f"CASE WHEN done = 'recovery_start' THEN 'email' ELSE {by_code(TABLE, 'channel', 'type')} END",
        "source_ip": "ip_address(ip)",
        "client_key": "filled(fingerprint)",
    },
)
