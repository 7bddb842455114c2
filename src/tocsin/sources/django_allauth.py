"""The accounts' log of a Django site with django-allauth, as `tocsin.handlers` writes it there.

Events have the names of the signals that told of them (https://docs.allauth.org/en/latest/account/signals.html,
https://docs.allauth.org/en/latest/mfa/signals.html), and those of `handlers/allauth.py` where there is no signal.
`password_reset_requested` is a start whose mail has gone out, or a name that does not exist; `password_reset_link` is a
link that was followed, and good or not. The right password before a second factor is `authentication_step_completed`.
"""

from __future__ import annotations

from tocsin.events.schema import Activity, Reason
from tocsin.sources.code_table import inverted, looked_up
from tocsin.sources.source import RawRecord, Source

LOG = "tocsin.accounts/1"

ACTIVITIES = inverted(
    {
        Activity.SIGN_IN: [
            "authentication_step_completed",
            "login_code_rejected",
            "user_logged_in",
            "user_login_failed",
            "user_login_limited",
        ],
        Activity.CHALLENGE: ["authentication_failed", "authenticator_used"],
        Activity.RECOVERY_START: ["password_reset_limited", "password_reset_requested"],
        Activity.RECOVERY_PROOF: ["password_reset_code_rejected", "password_reset_link"],
        Activity.RECOVERY_COMPLETE: ["password_reset", "password_reset_refused"],
        Activity.CREDENTIAL_CHANGE: ["password_changed", "password_set"],
        Activity.FACTOR_CHANGE: ["authenticator_added", "authenticator_removed", "authenticator_reset"],
        Activity.CHANNEL_CHANGE: ["email_added", "email_changed", "email_confirmed", "email_removed"],
        Activity.SESSION_END: ["user_logged_out"],
    }
)
"""What is not here is `other`."""

_LIMITED = ("password_reset_limited", "user_login_limited")
_REASONS = tuple(str(reason) for reason in Reason)


def _is_accounts_log(record: RawRecord) -> bool:
    return record.get("log") == LOG and isinstance(record.get("event"), str)


DJANGO_ALLAUTH = Source(
    format="django_allauth",
    provider="django_allauth",
    title="Django site with allauth",
    recognises=_is_accounts_log,
    fields={
        "log": "$.log",
        "id": "$.id",
        "stamp": "$.time",
        "event": "$.event",
        "said": "$.reason",
        "who": "$.account",
        "who_id": "$.account_id",
        "known": "$.account_known",
        "channel": "$.channel",
        "address_held": "$.channel_value",
        "ip": "$.address",
        "agent": "$.user_agent",
        "session": "$.session",
    },
    derived={
        "meant": looked_up("event", ACTIVITIES),
        "why": f"CASE WHEN event IN {_LIMITED} THEN 'locked' WHEN said IN {_REASONS} THEN said END",
    },
    columns={
        "event_uid": "filled(id)",
        "time": f"CASE WHEN log = '{LOG}' AND event IS NOT NULL THEN event_time(stamp) END",
        "activity": "coalesce(meant, 'other')",
        "outcome": """CASE WHEN meant IS NULL THEN 'unknown' WHEN why IS NULL OR why = 'first_factor' THEN 'success'
            ELSE 'failure' END""",
        "reason": "why",
        "provider_code": "event",
        "account": "account_name(who)",
        "account_uid": "filled(who_id)",
        "account_known": "CASE known WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE 'unknown' END",
        "channel_kind": """CASE WHEN channel IN ('email', 'sms', 'app', 'key', 'code') THEN channel
            WHEN channel IS NOT NULL THEN 'other' END""",
        "channel_value": "account_name(address_held)",
        "source_ip": "ip_address(ip)",
        "user_agent": "filled(agent)",
        "session_uid": "filled(session)",
    },
)
