"""Auth0 tenant logs, as the Management API gives them, in a log stream's envelope, and over EventBridge.

Types: `auth0_codes.csv`, every code of Auth0's "Log Type Codes" (auth0/docs-v2,
main/docs/deploy-monitor/logs/log-event-type-codes.mdx, held against it in September 2026) and those that older tenants
wrote. A type that the table does not list is `other`. Fields: the schemas of auth0/auth0-log-schemas.

**Failures.** `fu` and `fp` tell an unknown name from a wrong password. The other failures say why in their
`description` only, which is read by its words (`SENTENCES`). A step of the user interface (`login_required`, an address
that does not match) is no refusal: its outcome is unknown.

**Recovery.** `scpr` is the start and the mail in one; `scp` is the new password set at the page behind the mailed link.
Following the link writes nothing. `fcp` is a proof that failed when the link was old or used, else a new password that
was not taken. `fn` says that a mail could not go out. `gd_recovery_*` are saved recovery codes at a second factor, no
recovery of the account.

**By whom.** `sapi`, `fapi` and `mgmt_api_read` are acts over the Management API: the actor is `details.request.auth`,
the account is the one that the path names. Guardian writes a removed factor alike for users and administrators; a
request with the token of the Management API is an administrator's.
"""

from __future__ import annotations

import re

from tocsin.events.schema import ChannelKind, Reason
from tocsin.sources.code_file import by_code
from tocsin.sources.code_table import inverted, looked_up, quoted
from tocsin.sources.source import RawRecord, Source

TABLE = "auth0_codes.csv"

PATHS = {
    "kind": "type",
    "stamp": "date",
    "uid": "log_id",
    "other_uid": "_id",
    "text": "description",
    "user_id": "user_id",
    "user_name": "user_name",
    "ip": "ip",
    "agent": "user_agent",
    "tenant_name": "tenant_name",
    "strategy": "strategy",
    "connection": "connection",
    "country": "location_info.country_code",
    "correlation": "references.correlation_id",
    "transaction": "details.transaction_id",
    "session": "details.session_id",
    "detail_email": "details.email",
    "body_email": "details.body.email",
    "body_name": "details.body.username",
    "query_email": "details.query.email",
    "mail_type": "details.email_type",
    "mail_to": "details.to",
    "phone": "details.authenticator.phone_number",
    "factor": "details.authenticator.type",
    "request_ip": "details.request.ip",
    "request_path": "details.request.path",
    "auth_strategy": "details.request.auth.strategy",
    "auth_subject": "details.request.auth.subject",
    "auth_user_id": "details.request.auth.user.user_id",
    "auth_email": "details.request.auth.user.email",
    "auth_name": "details.request.auth.user.name",
    "target_email": "details.response.body.email",
}

SENTENCES: dict[str, str] = {
    Reason.LOCKED: r"too many|rate limit|limit exceeded|max(imum)? (number of )?attempts",
    Reason.DISABLED: r"user (is |has been )?blocked|account (is |has been )?(blocked|disabled|suspended)",
    Reason.EXPIRED: r"expired|already (been )?used|no longer valid|invalid ticket",
    Reason.MFA_REQUIRED: r"mfa[_ ]required|multi-?factor authentication (is )?required",
    Reason.INTERRUPT: r"(login|interaction|consent|account_selection)[_ ]required|callback url mismatch",
    Reason.RISK: r"breached|leaked|suspicious|captcha",
    Reason.WRONG_PASSWORD: r"(wrong|invalid) ([a-z -]+ or )?password",
    Reason.POLICY: r"denied|not authori[sz]ed|unauthori[sz]ed|not allowed|not enabled|too (weak|common|short)|history",
}
"""Reason, by what a failure's description says (lower case); the first that fits."""

NOBODY = r"(user|account|e-?mail|username).{0,20}(not exist|not found|unknown)|no (such )?user|unknown user"

FACTORS: dict[str, str] = inverted(
    {
        ChannelKind.EMAIL: ["email"],
        ChannelKind.SMS: ["sms", "phone"],
        ChannelKind.VOICE: ["voice"],
        ChannelKind.APP: ["otp", "push", "push-notification", "pn", "totp", "guardian"],
        ChannelKind.KEY: ["webauthn", "webauthn-roaming", "webauthn-platform", "passkey"],
        ChannelKind.CODE: ["recovery-code", "recovery code"],
    }
)
"""Factors, as Guardian's descriptions end with them ("Guardian - Enrollment complete (sms)")."""

RECOVERY_MAILS = "('reset_email', 'reset_email_by_code', 'change_password', 'password_reset')"

BY_API = "('sapi', 'fapi', 'mgmt_api_read')"

_SENTENCE = " ".join(
    f"WHEN regexp_matches(said, {quoted(said)}) THEN {quoted(reason)}" for reason, said in SENTENCES.items()
)

DERIVED = {
    "meant": by_code(TABLE, "activity", "kind"),
    "ended": by_code(TABLE, "outcome", "kind"),
    "listed_reason": by_code(TABLE, "reason", "kind"),
    "by_api": f"coalesce(kind IN {BY_API}, false)",
    "said": """CASE WHEN ended = 'failure' AND (listed_reason IN ('other', 'policy') AND meant <> 'other')
        THEN lower(text) END""",
    "nobody": f"""kind = 'fu' OR (meant = 'recovery_start' AND regexp_matches(said, {quoted(NOBODY)}))""",
    "because": f"""CASE WHEN nobody THEN 'unknown_account' WHEN said IS NULL THEN listed_reason
        WHEN meant = 'factor_change' OR meant = 'channel_change' THEN listed_reason
        ELSE coalesce(CASE {_SENTENCE} END, CASE WHEN kind = 'fcp' THEN 'other' END, listed_reason) END""",
    "administered": """coalesce(meant = 'factor_change' AND auth_strategy LIKE 'jwt\\_api2%' ESCAPE '\\', false)
        OR coalesce(kind = 'scp' AND auth_user_id IS NOT NULL, false)""",
    "done": f"""CASE
        WHEN meant IS NULL THEN 'other'
        WHEN administered THEN 'admin_act'
        WHEN kind = 'fn' AND mail_type IN {RECOVERY_MAILS} THEN 'recovery_message'
        WHEN kind = 'fcp' AND because = 'expired' THEN 'recovery_proof'
        WHEN meant = 'sign_in' AND because = 'mfa_required' THEN 'challenge'
        ELSE meant END""",
    "undecided": """done IN ('sign_in', 'challenge', 'session_use')
        AND coalesce(because IN ('interrupt', 'mfa_required'), false)""",
    "own_name": """account_name(coalesce(filled(user_name), filled(detail_email), filled(body_email), filled(body_name),
        filled(query_email), filled(auth_email)))""",
    "path_name": """CASE WHEN by_api AND contains(request_path, '/users/')
        THEN nullif(regexp_extract(request_path, '/api/v2/users/([^/?]+)', 1), '') END""",
    # What stands for no letter is left as it is: decoding it would fail.
    "path_user": """CASE WHEN regexp_matches(path_name, '%([89A-Fa-f]|[01])') THEN path_name
        ELSE url_decode(path_name) END""",
    "whose": """CASE WHEN NOT by_api THEN CASE WHEN meant <> 'admin_act' THEN own_name
          WHEN kind <> 'gd_tenant_update' THEN account_name(user_name) END
        WHEN path_user IS NOT NULL THEN coalesce(account_name(target_email),
          CASE WHEN path_user = auth_user_id THEN account_name(auth_email) END) END""",
    "whose_uid": """CASE WHEN by_api THEN path_user WHEN kind = 'gd_tenant_update' THEN NULL
        WHEN administered AND user_id = auth_subject THEN NULL ELSE filled(user_id) END""",
    "who_acted": """CASE WHEN by_api THEN account_name(coalesce(filled(auth_email), filled(auth_name)))
        WHEN meant = 'admin_act' OR administered THEN account_name(coalesce(auth_email, auth_subject)) END""",
    "described": "regexp_extract(text, '\\(([a-z][a-z -]*)\\)\\s*$', 1)",
}

COLUMNS = {
    "tenant": "coalesce(filled(tenant_name), '')",
    "activity": "done",
    "outcome": "CASE WHEN undecided THEN 'unknown' WHEN kind = 'fn' THEN 'failure' ELSE coalesce(ended, 'unknown') END",
    "reason": "CASE WHEN done = 'admin_act' THEN 'by_admin' ELSE because END",
    "provider_code": "kind || CASE WHEN filled(text) IS NULL THEN '' ELSE '/' || text END",
    "account": "whose",
    "account_uid": "whose_uid",
    "account_known": """CASE WHEN nobody THEN 'false'
        WHEN kind = 'fp' OR contains(whose_uid, '|') THEN 'true'
        WHEN kind = 'fs' AND contains(lower(text), 'exist') AND whose IS NOT NULL THEN 'true'
        WHEN ended = 'success' AND whose IS NOT NULL AND done NOT IN ('other', 'admin_act') THEN 'true'
        ELSE 'unknown' END""",
    "actor": "CASE WHEN who_acted IS DISTINCT FROM whose THEN who_acted END",
    "channel_kind": f"""CASE WHEN done = 'recovery_message' THEN 'email'
        WHEN done = 'recovery_start' OR done = 'channel_change' THEN {by_code(TABLE, "channel", "kind")}
        WHEN done IN ('challenge', 'factor_change') OR administered
          THEN coalesce({by_code(TABLE, "channel", "kind")}, {looked_up("described", FACTORS)},
            {looked_up("factor", FACTORS)},
            CASE WHEN kind IN ('cls', 'cs') THEN {looked_up("coalesce(strategy, connection)", FACTORS)} END) END""",
    "channel_value": """CASE WHEN done = 'recovery_message' THEN account_name(mail_to)
        WHEN done = 'recovery_start' THEN account_name(body_email)
        WHEN done = 'factor_change' OR done = 'challenge' THEN filled(phone) END""",
    "source_ip": "ip_address(coalesce(ip, request_ip))",
    "source_country": "CASE WHEN regexp_full_match(country, '[A-Za-z]{2}') THEN upper(country) END",
    # The Management API shortens a browser's name to "Chrome 114.0.0 / Mac OS X 10.15.7"; streams keep it whole.
    "user_agent": "CASE WHEN NOT regexp_full_match(agent, '.* / .*\\d+(\\.\\d+)*') THEN filled(agent) END",
    "client_key": "CASE WHEN regexp_full_match(agent, '.* / .*\\d+(\\.\\d+)*') THEN agent END",
    "session_uid": "filled(session)",
    "correlation_uid": "coalesce(filled(correlation), filled(transaction))",
}

_CODE = re.compile(r"[a-z][a-z0-9_]{0,60}\Z")


def _is_log(record: object) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(kind := record.get("type"), str)
        and _CODE.match(kind) is not None
        and isinstance(record.get("date"), str)
        and any(name in record for name in ("log_id", "_id", "details"))
        and any(
            name in record for name in ("client_id", "connection_id", "ip", "user_id", "tenant_name", "description")
        )
    )


def _in_event(record: RawRecord) -> bool:
    detail = record.get("detail")
    return isinstance(detail, dict) and "log_id" in detail and _is_log(detail.get("data"))


def _source(format: str, title: str, prefix: str, envelope: str) -> Source:
    return Source(
        format=format,
        provider="auth0",
        title=title,
        recognises={"$.": _is_log, "$.data.": lambda record: _is_log(record.get("data"))}.get(prefix, _in_event),
        fields={name: f"{prefix}{path}" for name, path in PATHS.items()} | {"envelope_uid": f"{envelope}log_id"},
        derived=DERIVED,
        columns={
            **COLUMNS,
            "event_uid": "coalesce(filled(uid), filled(envelope_uid), filled(other_uid))",
            "time": "CASE WHEN regexp_full_match(kind, '[a-z][a-z0-9_]{0,60}') THEN event_time(stamp) END",
        },
    )


AUTH0 = (
    _source("auth0_log", "Auth0 tenant log", "$.", "$."),
    _source("auth0_stream", "Auth0 tenant log, streamed", "$.data.", "$."),
    _source("auth0_eventbridge", "Auth0 tenant log, streamed over EventBridge", "$.detail.data.", "$.detail."),
)
