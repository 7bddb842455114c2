"""Google Workspace events as the admin console exports them: "User log events" and "Admin log events" in CSV.

What the columns mean: https://support.google.com/a/answer/11480393 (user log events) and
https://support.google.com/a/answer/11479100 (admin log events); the sentences of the column Description: "Admin console
message format" of each event in the appendix of the Reports API
(https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login, .../admin-user-settings). What the
files do:

- Whoever exports chooses the columns, and their names and sentences are in the language of the console: this reads
  English. An act is told by its sentence, and by the name of the event where there is none.
- User log events are the applications login and user_accounts in one list, so an act stands here once.
- Rows have no id: they are named after their text.
- `Date` has the offset of the exporter's zone; older exports write it without zone, in the console's.
- An administrator's act names the account in its sentence only.
- Neither the customer nor the client is written; `User agent` is filled for bound sessions only.
"""

from __future__ import annotations

from tocsin.sources import google
from tocsin.sources.code_table import looked_up, quoted
from tocsin.sources.source import RawRecord, Source

SENTENCES = {
    "might have been targeted by government-backed attack": "login/gov_attack_warning",
    "failed to login because of the following error": "saml/login_failure",
    "failed to login": "login/login_failure",
    "was presented with a login challenge": "login/login_challenge",
    "was presented with login verification": "login/login_verification",
    "logged out": "login/logout",
    "logged in": "login/login_success",
    "was allowed to attempt sensitive action": "login/risky_sensitive_action_allowed",
    "wasn't allowed to attempt sensitive action": "login/risky_sensitive_action_blocked",
    "has changed account password": "login/password_edit",
    "has changed account recovery email": "login/recovery_email_edit",
    "has changed account recovery phone": "login/recovery_phone_edit",
    "has changed account recovery secret question": "login/recovery_secret_qa_edit",
    "has disabled 2-step verification": "login/2sv_disable",
    "has enrolled for 2-step verification": "login/2sv_enroll",
    "has enrolled for advanced protection": "login/titanium_enroll",
    "has disabled advanced protection": "login/titanium_unenroll",
    "has enabled out of domain email forwarding": "login/email_forwarding_out_of_domain",
    "suspicious programmatic login": "login/suspicious_programmatic_login",
    "from a less secure app": "login/suspicious_login_less_secure_app",
    "has detected a suspicious login": "login/suspicious_login",
    "someone else knows its password": "login/account_disabled_password_leak",
    "through smtp relay service": "login/account_disabled_spamming_through_relay",
    "engage in spamming": "login/account_disabled_spamming",
    "might have been compromised": "login/account_disabled_hijacked",
    "password changed for": "admin/CHANGE_PASSWORD",
    "recovery email added for": "admin/CHANGE_RECOVERY_EMAIL",
    "recovery email changed for": "admin/CHANGE_RECOVERY_EMAIL",
    "recovery email removed for": "admin/CHANGE_RECOVERY_EMAIL",
    "recovery phone added for": "admin/CHANGE_RECOVERY_PHONE",
    "recovery phone changed for": "admin/CHANGE_RECOVERY_PHONE",
    "recovery phone removed for": "admin/CHANGE_RECOVERY_PHONE",
    "scratch codes of the user": "admin/DELETE_2SV_SCRATCH_CODES",
    "scratch codes generated for": "admin/GENERATE_2SV_SCRATCH_CODES",
    "2-step verification has been turned off for": "admin/TURN_OFF_2_STEP_VERIFICATION",
    "a security key enrolled for user": "admin/REVOKE_SECURITY_KEY",
    "unenrolled from advanced protection": "admin/UNENROLL_USER_FROM_TITANIUM",
    "and forced re-login": "admin/RESET_SIGNIN_COOKIES",
    "created an email monitor for": "admin/CREATE_EMAIL_MONITOR",
}
"""Part of a sentence, in lower case -> application/event of the Reports API; the first that is found. Blanks around it
and what is named in it are left out."""

NAMES = {
    "failed login": "login/login_failure",
    "login challenge": "login/login_challenge",
    "login verification": "login/login_verification",
    "logout": "login/logout",
    "successful login": "login/login_success",
    "account password change": "login/password_edit",
    "account recovery email change": "login/recovery_email_edit",
    "account recovery phone change": "login/recovery_phone_edit",
    "account recovery secret question/answer change": "login/recovery_secret_qa_edit",
    "2-step verification disable": "login/2sv_disable",
    "2-step verification enroll": "login/2sv_enroll",
    "leaked password": "login/account_disabled_password_leak",
    "suspicious login blocked": "login/suspicious_login",
    "suspicious login from less secure app blocked": "login/suspicious_login_less_secure_app",
    "suspicious programmatic login blocked": "login/suspicious_programmatic_login",
    "user suspended": "login/account_disabled_generic",
    "user suspended (spam through relay)": "login/account_disabled_spamming_through_relay",
    "user suspended (spam)": "login/account_disabled_spamming",
    "user suspended (suspicious activity)": "login/account_disabled_hijacked",
}
"""Name of the event, in lower case -> application/event
(https://cloud.google.com/logging/docs/audit/gsuite-login-samples)."""

_EVENT = ("Event", "Event name", "Event Name")
_TEXT = ("Description", "Event description", "Event Description")
_WHO = ("Actor", "User", "Actor email")
_BESIDE = ("Actor", "IP address", "IP ASN", "Affected user", "Affected email address", "Login type", "Challenge type")
"""Columns of the console: one is filled in each row. "Date, Event, Description, User" alone may be anybody's list."""


def _is_row(record: RawRecord) -> bool:
    newer = "Event" in record and "Description" in record and any(name in record for name in _BESIDE)
    older = any(name in record for name in _EVENT[1:]) and any(name in record for name in _TEXT[1:])
    return "Date" in record and (newer or older)


_SAID = " ".join(f"WHEN contains(text, {quoted(sentence)}) THEN {quoted(act)}" for sentence, act in SENTENCES.items())
_ADDRESS = "[A-Za-z0-9._%+''-]+@[A-Za-z0-9.-]+[A-Za-z0-9]"
_WRITTEN = (
    "CASE WHEN regexp_matches(date_text, '(Z|[+-]\\d{2}:?\\d{2})$') THEN event_time(date_text)"
    " ELSE coalesce(local_time(date_text), local_time(strftime(try_strptime(date_text,"
    " ['%b %d, %Y, %I:%M:%S %p', '%b %d, %Y %I:%M:%S %p', '%m/%d/%y, %I:%M %p']), '%Y-%m-%d %H:%M:%S'))) END"
)

GOOGLE_CONSOLE = Source(
    format="google_console",
    provider="google",
    title="Google Workspace log events (admin console, CSV)",
    recognises=_is_row,
    fields={
        "date_text": "$.Date",
        **{f"event_{number}": f'$."{name}"' for number, name in enumerate(_EVENT)},
        **{f"text_{number}": f'$."{name}"' for number, name in enumerate(_TEXT)},
        **{f"who_{number}": f'$."{name}"' for number, name in enumerate(_WHO)},
        "ip_plain": '$."IP address"',
        "ip_capital": '$."IP Address"',
        "asn": '$."IP ASN"',
        "login_type_plain": '$."Login type"',
        "login_type_capital": '$."Login Type"',
        "challenge": '$."Challenge type"',
        "suspicious": '$."Is suspicious"',
        "affected_user": '$."Affected user"',
        "affected_email": '$."Affected email address"',
        "forwarded_to": '$."Email forwarding address"',
        "agent": '$."User agent"',
    },
    derived={
        "caption": "coalesce(event_0, event_1, event_2)",
        "sentence": "coalesce(text_0, text_1, text_2)",
        "text": "lower(sentence)",
        "email": "coalesce(who_0, who_1, who_2)",
        "what": f"coalesce(CASE {_SAID} END, {looked_up('lower(filled(caption))', NAMES)})",
        "application": "split_part(what, '/', 1)",
        "event_name": "split_part(what, '/', 2)",
        "ip": "coalesce(ip_plain, ip_capital)",
        "login_type": "replace(lower(coalesce(login_type_plain, login_type_capital)), ' ', '_')",
        "methods": "CASE WHEN filled(challenge) IS NOT NULL THEN"
        " list_transform(string_split(lower(challenge), ','), lambda one: replace(trim(one), ' ', '_')) END",
        "is_suspicious": "lower(suspicious)",
        "affected_email_address": "coalesce(filled(affected_email), filled(affected_user),"
        f" CASE WHEN starts_with(text, 'google has') OR starts_with(text, 'account ') THEN"
        f" nullif(regexp_extract(sentence, '{_ADDRESS}'), '') END)",
        "USER_EMAIL": f"CASE WHEN application = 'admin' THEN coalesce(filled(affected_email), filled(affected_user),"
        f" nullif(regexp_extract(sentence, '{_ADDRESS}'), '')) END",
        "email_forwarding_destination_address": "CASE WHEN event_name = 'email_forwarding_out_of_domain' THEN"
        f" coalesce(filled(forwarded_to), nullif(regexp_extract(sentence, 'forwarding to ({_ADDRESS})', 1), '')) END",
        **dict.fromkeys(
            ("profile", "actor_key", "region", "client_id", "login_failure_type", "login_challenge_status"),
            "NULL::VARCHAR",
        ),
        **google.READING,
    },
    columns={
        **google.COLUMNS,
        "event_uid": "NULL",
        "tenant": "''",
        "time": f"CASE WHEN caption IS NOT NULL AND sentence IS NOT NULL THEN {_WRITTEN} END",
        "provider_code": "coalesce(act, filled(caption))",
        "user_agent": "filled(agent)",
    },
)
