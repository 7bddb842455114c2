"""LemonLDAP::NG portal: the lines of its user log, from syslog, the journal, Log4perl or standard error.

Wording: the modules of Debian's `liblemonldap-ng-portal-perl` 2.16.1 (`Main/Process.pm`, `Main/Run.pm`, `Auth/*.pm`,
`UserDB/*.pm`, `Lib/LDAP.pm`, `Plugins/MailPasswordReset.pm`, `2F/`), and *Logs* of the manual, whose examples still
hold `Session granted for` of older and `connected from` of newer versions
(https://lemonldap-ng.org/documentation/latest/logs.html). From 2.21 on an audit logger may write each message as a JSON
object with `code`, `user`, `remote_addr` and the same words in `message`
(`Lemonldap::NG::Common::AuditLogger::UserLoggerJSON`).

**Address.** Only lines about LDAP, sign-offs and changed passwords hold one. Log4perl can add it to every line, with
the path and the user agent; the layout to use is in docs/sources.md. What the requester wrote stands at the end of
it, behind the portal's own words.

**Sign-in or recovery.** The portal looks a name up in the same way for both forms, and says `Password changed` both
of a change and of a reset. The path tells (`/resetpwd`). Without it a name that was not found is an `identify`, and a
changed password a `credential_change`; whether a recovery led to it, its order tells (`recovery/unlogged.py`).

**One request, several lines.** A reset for an unknown address gives `User ... not found` and `Reset asked for an
invalid user`; one asked for twice, `Reset mail already sent` and `is trying to reset`. A process of the portal answers
one request after the other, so lines of one process about one name in one second share a correlation.

A start names the address that was typed, a sign-in the login: they are two names of one account unless people sign in
with their address.
"""

from __future__ import annotations

import re

from tocsin.events.schema import ChannelKind
from tocsin.sources.code_table import inverted, looked_up, quoted
from tocsin.sources.source import RawRecord, Source

_NAME = r"([^\s,()]+)"
_MESSAGES: dict[str, str] = {
    "signed_in": rf"User {_NAME} successfully authenticated at level",
    "granted": rf"(?:Session granted for|User) {_NAME} (?:by|connected from) \S+ \(",
    "wrong_password": rf"Bad password for {_NAME}",
    "not_found": rf"(?:User )?{_NAME} (?:not found|was not found in )",
    "refused": rf"(?:All schemes failed for user|Authentication failed for|PAM failed to authenticate) {_NAME}",
    "policy": rf"Password policy error \S+ for {_NAME}",
    "first_factor": rf"Second factor required for {_NAME}",
    "factor_passed": rf"\w+2[fF] verification for {_NAME}",
    "factor_failed": (
        r"(?:Second factor failed|\w+2f: (?:invalid attempt|invalid|validation failed|failed|unvalid signature"
        rf"|no valid response)) for (?:user )?{_NAME}"
    ),
    "factor_added": rf"\w+2f: registration of .{{0,200}} succeeds for {_NAME}",
    "factor_removed": rf"\w+2f: (?:device|password) deleted for {_NAME}",
    "reset_started": rf"User {_NAME} is trying to reset his/her password",
    "reset_repeated": rf"Reset mail already sent to {_NAME}",
    "reset_unknown": r"Reset asked for an invalid user \(([^)]*)\)",
    "reset_bad_token": r"(Bad reset token)",
    "reset_late": r"(User tries to change password with)",
    "changed": rf"Password changed for {_NAME} \(",
    "left": rf"User {_NAME} has been disconnected from",
    "application": rf"User {_NAME} is authorized to access to ",
    "switched": r'Start ContextSwitching: "[^"]*" becomes "([^"]*)"',
}
"""What was said -> how it begins, with the account in the group. Anything else is no event."""

_CHANNELS = inverted(
    {
        ChannelKind.EMAIL: ["mail"],
        ChannelKind.APP: ["totp"],
        ChannelKind.KEY: ["u", "u2f", "webauthn", "yubikey", "ubk"],
        ChannelKind.OTHER: ["ext", "password", "radius", "rest", "generic", "utotp"],
    }
)
"""Prefixes of the modules in `Portal/2F`."""

_LEVEL = r"\[(?i:error|warn|warning|notice|info|debug)\] "
_ADDRESS = r"\[(?:[0-9a-fA-F.:]+|\[undef\])\] "
_HEAD = rf"(?:\[LLNG:\d+\]|\bLLNG\[\d+\]:|\bLLNG \d+ \S+ (?:-|\[[^\]]*\])) {_LEVEL}"
_HEAD_SEEN = re.compile(_HEAD)
_CLOCK = r"\d\d:\d\d:\d\d"
_STAMP = (
    rf"(\d{{4}}[-/]\d\d[-/]\d\d[ T]{_CLOCK}(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
    rf"|[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d {_CLOCK}(?:\.\d+)? \d{{4}}"
    rf"|[A-Z][a-z]{{2}} [ \d]\d {_CLOCK})"
)

RESET = "/resetpwd"


def _said(expression: str) -> str:
    cases = " ".join(
        f"WHEN regexp_matches({expression}, {quoted('^' + begins)}) THEN {quoted(kind)}"
        for kind, begins in _MESSAGES.items()
    )
    return f"CASE {cases} END"


def _named(expression: str) -> str:
    cases = " ".join(
        f"WHEN {quoted(kind)} THEN regexp_extract({expression}, {quoted('^' + begins)}, 1)"
        for kind, begins in _MESSAGES.items()
        if not kind.startswith("reset_bad") and kind != "reset_late"
    )
    return f"CASE kind {cases} END"


MEANING = {
    "json": "CASE WHEN starts_with(message, '{') THEN regexp_extract(message, '^.*\\}') END",
    "audited": "CASE WHEN json_valid(json) THEN json END",
    "words": "CASE WHEN audited IS NULL THEN message ELSE json_extract_string(audited, '$.message') END",
    "kind": _said("words"),
    "who": _named("words"),
    "worded_ip": """CASE WHEN kind IN ('granted', 'wrong_password', 'not_found', 'refused', 'changed', 'left')
        THEN regexp_extract(words, '^[^(]*\\(([0-9a-fA-F.:]+)\\)', 1) END""",
    "asked_at": "nullif(path, '[undef]')",
    "at_reset": f"starts_with(asked_at, {quoted(RESET)})",
    "module": r"""CASE WHEN kind IN ('factor_passed', 'factor_added', 'factor_removed')
        THEN lower(regexp_extract(words, '^(\w+?)2[fF]', 1)) END""",
    "switching": "CASE WHEN kind = 'switched' THEN regexp_extract(words, '\"([^\"]*)\" becomes', 1) END",
    "factor": f"CASE WHEN module IS NOT NULL THEN {looked_up('module', _CHANNELS)} END",
    "done": """CASE
        WHEN kind IN ('signed_in', 'granted', 'wrong_password', 'refused', 'policy', 'first_factor') THEN 'sign_in'
        WHEN kind = 'not_found' THEN CASE WHEN asked_at IS NULL THEN 'identify' ELSE 'sign_in' END
        WHEN kind IN ('factor_passed', 'factor_failed') THEN 'challenge'
        WHEN kind IN ('factor_added', 'factor_removed') THEN 'factor_change'
        WHEN kind IN ('reset_started', 'reset_repeated', 'reset_unknown') THEN 'recovery_start'
        WHEN kind IN ('reset_bad_token', 'reset_late') THEN 'recovery_proof'
        WHEN kind = 'changed' THEN CASE WHEN at_reset THEN 'recovery_complete' ELSE 'credential_change' END
        WHEN kind = 'left' THEN 'session_end'
        WHEN kind = 'application' THEN 'session_use'
        WHEN kind = 'switched' THEN 'admin_act'
        ELSE 'other' END""",
    "failed": """kind IN ('wrong_password', 'not_found', 'refused', 'policy', 'factor_failed', 'reset_unknown',
        'reset_bad_token', 'reset_late')""",
}
"""Derived names over `message, path`."""

COLUMNS = {
    "activity": "done",
    "outcome": "CASE WHEN failed THEN 'failure' ELSE 'success' END",
    "reason": """CASE kind
        WHEN 'wrong_password' THEN 'wrong_password' WHEN 'not_found' THEN 'unknown_account'
        WHEN 'reset_unknown' THEN 'unknown_account' WHEN 'refused' THEN 'other' WHEN 'policy' THEN 'policy'
        WHEN 'first_factor' THEN 'first_factor' WHEN 'factor_failed' THEN 'mfa_denied'
        WHEN 'reset_bad_token' THEN 'wrong_proof' WHEN 'reset_late' THEN 'expired'
        WHEN 'switched' THEN 'by_admin' END""",
    "provider_code": """CASE WHEN audited IS NULL THEN kind
        ELSE coalesce(json_extract_string(audited, '$.code') || '/' || kind, kind) END
        || CASE WHEN kind = 'changed' AND asked_at IS NULL THEN '/anywhere' ELSE '' END""",
    "account": "account_name(who)",
    "account_known": """CASE WHEN kind IN ('not_found', 'reset_unknown') THEN 'false'
        WHEN who IS NULL OR kind = 'refused' THEN 'unknown' ELSE 'true' END""",
    "actor": "account_name(switching)",
    "channel_kind": "CASE WHEN kind IN ('reset_started', 'reset_repeated') THEN 'email' ELSE factor END",
    "channel_value": "CASE WHEN kind IN ('reset_started', 'reset_repeated') THEN account_name(who) END",
    "source_ip": """coalesce(ip_address(written_ip), ip_address(json_extract_string(audited, '$.remote_addr')),
        ip_address(worded_ip))""",
    "user_agent": "filled(nullif(agent, '[undef]'))",
    "correlation_uid": """CASE WHEN done IN ('identify', 'recovery_start') AND pid IS NOT NULL
        THEN pid || '@' || strftime(happened, '%Y-%m-%dT%H:%M:%S') || ' ' || account_name(who) END""",
}
"""Event columns over MEANING, `pid, written_ip, agent, happened`."""

_OTHER = "kind IS NULL OR kind = 'not_found' AND at_reset"
"""The server's other messages; and a name that was not found at the reset form, which the next line says again."""

_YEARLESS = """CASE WHEN regexp_matches(stamp, '^[A-Z][a-z]{2} [ \\d]\\d ') THEN replace(stamp, '  ', ' ') END"""


def _in_year(shift: int) -> str:
    year = f"(year($ingested_at::TIMESTAMP) - {shift})"
    return f"try_strptime({year} || ' ' || yearless, '%Y %b %d %H:%M:%S')"


LEMONLDAP_LINE = Source(
    format="lemonldap_log_line",
    provider="lemonldap",
    title="LemonLDAP::NG log line",
    recognises=lambda _: False,
    recognises_line=lambda line: _HEAD_SEEN.search(line) is not None,
    ignores=f"happened IS NOT NULL AND ({_OTHER})",
    fields={
        "stamp": _STAMP,
        "pid": r"\bLLNG(?::|\[| )(\d+)",
        "written_ip": rf"{_HEAD}\[([0-9a-fA-F.:]+)\] ",
        "client": r"^\[[^\]]*\] \[[^\]]*\] (?:\[[^\]]*\] )?\[client ([^\]]+)\]",
        "rest": rf"{_HEAD}(?:{_ADDRESS})?(.*)",
    },
    derived={
        "yearless": _YEARLESS,
        # syslog writes no year: the last one in which the line is not from the future.
        "this_year": _in_year(0),
        "last_year": _in_year(1),
        "dated": """CASE WHEN yearless IS NOT NULL THEN CASE
              WHEN this_year <= $ingested_at::TIMESTAMP + INTERVAL 1 DAY THEN this_year ELSE last_year END
            WHEN regexp_matches(stamp, '^[A-Z]') THEN try_strptime(
              regexp_replace(replace(stamp, '  ', ' '), '\\.\\d+', ''), '%a %b %d %H:%M:%S %Y') END""",
        "numeric": "CASE WHEN dated IS NULL THEN replace(replace(stamp, '/', '-'), ',', '.') END",
        "happened": """CASE WHEN written_ip IS NOT NULL AND NOT contains(rest, '] [path ') THEN NULL  -- cut short
            WHEN dated IS NOT NULL THEN local_time(dated::VARCHAR)
            WHEN regexp_matches(numeric, '(Z|[+-]\\d\\d:?\\d\\d)$') THEN event_time(
              regexp_replace(numeric, ' ?([+-]\\d\\d):?(\\d\\d)$', '\\1:\\2'))
            ELSE local_time(numeric) END""",
        # What stands once is cut out by its place: patterns with much before them cost four times as much.
        "before_path": "CASE WHEN contains(rest, ' [path ') THEN split_part(rest, ' [path ', 1) END",
        "behind_path": "CASE WHEN before_path IS NOT NULL THEN split_part(rest, ' [path ', 2) END",
        "one_path": "suffix(behind_path, ']')"
        " AND strlen(before_path) + strlen(' [path ') + strlen(behind_path) = strlen(rest)",
        "path": r"CASE WHEN one_path THEN left(behind_path, -1)"
        r" WHEN behind_path IS NOT NULL THEN regexp_extract(rest, '.* \[path (.*)\]', 1) END",
        "agent": r"CASE WHEN one_path AND suffix(before_path, ']') AND contains(before_path, ' [agent ')"
        r" THEN left(substr(before_path, strpos(before_path, ' [agent ') + 8), -1)"
        r" WHEN contains(rest, ' [agent ') THEN regexp_extract(rest, ' \[agent (.*)\] \[path ', 1) END",
        "message": """CASE WHEN agent IS NOT NULL THEN left(rest, strpos(rest, ' [agent ') - 1) ELSE rest END""",
        **MEANING,
    },
    columns={
        **COLUMNS,
        "time": "happened",
        "source_ip": f"coalesce({COLUMNS['source_ip']}, ip_address(client))",
    },
)


def _is_journal(record: RawRecord) -> bool:
    return record.get("SYSLOG_IDENTIFIER") == "LLNG" and "MESSAGE" in record


LEMONLDAP_JOURNAL = Source(
    format="lemonldap_journal",
    provider="lemonldap",
    title="LemonLDAP::NG in the systemd journal",
    recognises=_is_journal,
    ignores=f"happened IS NOT NULL AND ({_OTHER})",
    fields={
        "stamp": "$.__REALTIME_TIMESTAMP",
        "cursor": "$.__CURSOR",
        "identifier": "$.SYSLOG_IDENTIFIER",
        "pid": "$._PID",
        "written": "$.MESSAGE",
    },
    derived={
        "happened": """CASE WHEN identifier = 'LLNG' AND regexp_full_match(stamp, '\\d{15,17}')
            THEN make_timestamp(stamp::BIGINT) END""",
        "message": f"regexp_extract(written, '^{_LEVEL}(.*)', 1)",
        **dict.fromkeys(("path", "agent", "written_ip"), "NULL::VARCHAR"),
        **MEANING,
    },
    columns={**COLUMNS, "event_uid": "filled(cursor)", "time": "happened"},
)

LEMONLDAP = (LEMONLDAP_LINE, LEMONLDAP_JOURNAL)
