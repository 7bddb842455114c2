"""Okta System Log, Classic and Identity Engine (https://developer.okta.com/docs/reference/api/system-log/).

The same record comes in three shapes: as the interface gives it, with lower-case names (data lakes fold
them) and inside an EventBridge envelope. `client.geographicalContext.country` is a name, not a code.

**Whose account.** Recovery and factor mails, lock-outs and resets are written by the actor
`system@okta.com` (type SystemPrincipal); the user stands in `target` (type User). So: the first User target
where the act is done to somebody or the system is the actor, else the actor. An unknown user is an actor
with the id `unknown` whose `alternateId` is what was typed.

**Self-service or administrator** (trap 9). `user.account.reset_password` is both. Okta's support says that
the actor tells: a self-service reset is done by the Okta System principal, an administrator's by the
administrator
(https://support.okta.com/help/s/article/how-to-find-password-reset-event-performed-by-an-admin). It also
says that `system.email.password_reset.sent_message` reports a self-service *request*
(https://support.okta.com/help/s/article/okta-password-reset-report). Decided from this, first match:

1. the request went to `/lifecycle/`: `admin_act`, by_admin;
2. the request went to an address that starts a recovery: `recovery_start` (an application may
   ask for its user);
3. somebody else acted: `admin_act`, by_admin;
4. the request went to an address that takes the new password or the proof: `recovery_complete`;
5. the system acted: `recovery_start`, since Okta names the system only as long as nobody has proven to be the
   user; the user acted: `recovery_complete`.

An account that its owner unlocks by the same way (`user.account.unlock`) is a passed `recovery_proof`: the password
stays as it was.

A reset by Okta's support has the system as actor, no request and the transaction `unknown`: `admin_act`,
by_system. `user.account.update_password` is `recovery_complete` at the addresses of 4, `admin_act` when
somebody else acted, else `credential_change`. At `/idp/idx/challenge/answer` the change of an expired
password during a sign-in cannot be told from recovery; both mean that whoever sat there now holds the
account.

**Lock-outs** (`user.account.lock`) are sign-in failures, locked: they show which source tried passwords. A
second factor that was only sent is a `challenge` of unknown outcome; a message of a recovery is
`recovery_message`, by_admin when its request went to `/lifecycle/`, as a reset's does.
`user.authentication.auth_via_mfa` is a `challenge`, a `sign_in` with the factor PASSWORD_AS_FACTOR
(Identity Engine writes first factors so; the session that follows is the sign-in that succeeds) and a
`recovery_proof` with the intent CREDENTIAL_RECOVERY or below `/recovery/`.
"""

from __future__ import annotations

from tocsin.sources.code_table import looked_up, quoted
from tocsin.sources.countries import COUNTRY_CODES
from tocsin.sources.okta_codes import (
    FACTOR_CHANNELS,
    OKTA_TYPES,
    OUTCOMES,
    REASONS,
    SENTENCES,
    TYPE_CHANNELS,
    TYPE_OUTCOMES,
    TYPE_REASONS,
)
from tocsin.sources.source import RawRecord, Source

PATHS = {
    "event_type": "eventType",
    "uuid": "uuid",
    "published": "published",
    "result": "outcome.result",
    "reason_text": "outcome.reason",
    "actor_id": "actor.id",
    "actor_type": "actor.type",
    "actor_name": "actor.alternateId",
    "ip": "client.ipAddress",
    "agent": "client.userAgent.rawUserAgent",
    "country": "client.geographicalContext.country",
    "session": "authenticationContext.externalSessionId",
    "transaction_id": "transaction.id",
    "uri": "debugContext.debugData.requestUri",
    "factor": "debugContext.debugData.factor",
    "intent": "debugContext.debugData.factorIntent",
    "as_number": "securityContext.asNumber",
    "as_org": "securityContext.asOrg",
    "is_proxy": "securityContext.isProxy",
    "targets": "target",
}
FOLDED = ("eventType", "authenticationContext", "debugContext", "securityContext")

STARTS = r"/recover$|/recover\?|/recovery/(password|unlock)|forgot[_-]password($|\?)|/signin/unlock"
COMPLETES = (
    r"reset[_-]password|recovery_question|/challenge/(answer|poll)|/authenticators/poll"
    r"|/recovery/(answer|token)"
)
RECOVERS = r"/recover|forgot[_-]password|reset[_-]password|unlock"

FACTOR = "upper(coalesce(factor, regexp_extract(reason_text, '([A-Z0-9_]+) factor', 1)))"

CHANGES = "('factor_change', 'channel_change', 'profile_change', 'session_end', 'consent')"
BY_TARGET = (
    "('reset', 'replaced', 'unlocked', 'sent', 'redeemed', 'recovery_start', 'recovery_message',"
    " 'recovery_proof', 'factor_change', 'channel_change', 'profile_change', 'session_end',"
    " 'provider_verdict', 'admin_act')"
)


def _sentence() -> str:
    cases = " ".join(
        f"WHEN regexp_matches(lower(reason_text), {quoted(said)}) THEN {quoted(reason)}"
        for reason, said in SENTENCES.items()
    )
    return f"CASE {cases} ELSE 'other' END"


def _derived(prefix: str) -> dict[str, str]:
    clients = ", ".join(
        quoted(prefix + path) for path in ("client.device", "client.userAgent.os", "client.userAgent.browser")
    )
    return {
        "meant": looked_up("event_type", OKTA_TYPES),
        "by_system": "coalesce(actor_type = 'SystemPrincipal' OR actor_name = 'system@okta.com', false)",
        "target": f"""CASE WHEN meant IS NULL OR NOT prefix(targets, '[') THEN NULL
            WHEN (by_system OR meant IN {BY_TARGET}) AND json_valid(targets) THEN
            list_extract(list_filter(json_extract(targets, '$[*]'),
              lambda one: one->>'$.type' = 'User'), 1) END""",
        "target_said": "CASE WHEN target IS NOT NULL THEN json_extract_string(target, ['$.id', '$.alternateId']) END",
        "target_id": "nullif(target_said[1], 'unknown')",
        "target_login": "target_said[2]",
        "target_name": "account_name(target_login)",
        "known_actor": "nullif(actor_id, 'unknown')",
        "actor_account": "account_name(actor_name)",
        "actor_is_user": "NOT by_system AND coalesce(actor_type, 'User') = 'User'",
        "by_other": """target IS NOT NULL AND NOT by_system AND coalesce(known_actor <> target_id, true)
            AND coalesce(actor_account <> target_name, true)""",
        "done": f"""CASE
            WHEN meant IS NULL THEN 'other'
            WHEN meant = 'verified' THEN CASE
              WHEN contains(intent, 'RECOVERY') OR contains(uri, '/recovery/') THEN 'recovery_proof'
              WHEN factor = 'PASSWORD_AS_FACTOR' THEN 'sign_in' ELSE 'challenge' END
            WHEN meant IN ('sent', 'redeemed') THEN CASE
              WHEN contains(intent, 'RECOVERY') OR regexp_matches(uri, {quoted(RECOVERS)})
                THEN CASE meant WHEN 'sent' THEN 'recovery_message' ELSE 'recovery_proof' END
              ELSE 'challenge' END
            WHEN meant IN ('reset', 'replaced', 'unlocked') THEN CASE
              WHEN by_system AND uri IS NULL AND transaction_id = 'unknown' AND meant = 'reset'
                THEN 'admin_act'
              WHEN contains(uri, '/lifecycle/') THEN 'admin_act'
              WHEN regexp_matches(uri, {quoted(STARTS)}) AND meant = 'reset' THEN 'recovery_start'
              WHEN by_other AND NOT coalesce(contains(uri, 'recovery_question'), false) THEN 'admin_act'
              WHEN regexp_matches(uri, {quoted(COMPLETES)}) AND meant <> 'unlocked' THEN 'recovery_complete'
              WHEN meant = 'replaced' THEN 'credential_change'
              WHEN meant = 'unlocked' THEN CASE
                WHEN contains(uri, 'unlock') OR contains(uri, '/recover') OR actor_is_user
                  OR regexp_matches(uri, {quoted(COMPLETES)}) THEN 'recovery_proof'
                ELSE 'other' END
              WHEN by_system THEN 'recovery_start' ELSE 'recovery_complete' END
            WHEN by_other AND meant IN {CHANGES} THEN 'admin_act'
            ELSE meant END""",
        "ended": f"""CASE
            WHEN done = 'challenge' AND meant = 'sent' THEN
              CASE WHEN {looked_up("result", OUTCOMES)} = 'failure' THEN 'failure' ELSE 'unknown' END
            ELSE coalesce({looked_up("event_type", TYPE_OUTCOMES)}, {looked_up("result", OUTCOMES)},
              'unknown') END""",
        "said": f"CASE WHEN reason_text IS NOT NULL THEN {looked_up('reason_text', REASONS)} END",
        "granted_app": """CASE WHEN meant = 'consent' AND prefix(targets, '[') AND json_valid(targets) THEN
            list_extract(list_filter(json_extract(targets, '$[*]'),
              lambda one: one->>'$.type' IN ('AppInstance', 'PublicClientApp')), 1)->>'$.id' END""",
        "factor_named": f"CASE WHEN meant IN ('verified', 'factor_change') THEN {FACTOR} END",
        "nobody": """done IN ('sign_in', 'recovery_start', 'recovery_proof') AND ended = 'failure'
            AND actor_account IS NOT NULL AND target IS NULL AND coalesce(actor_id, 'unknown') = 'unknown'
            AND coalesce(said IN ('wrong', 'unknown_account'), reason_text IS NULL)""",
        "client": f"""CASE WHEN agent IS NULL THEN nullif(array_to_string(list_filter(
            json_extract_string(record, [{clients}]),
            lambda one: one IS NOT NULL AND lower(one) NOT IN ('unknown', 'null', '')), ' '), '') END""",
    }


def _columns(prefix: str) -> dict[str, str]:
    wrapped_time = quoted(f"{prefix}p_event_time")
    return {
        "event_uid": "filled(uuid)",
        # Panther's lake can lack `published`; its own copy of the event time stands beside it.
        "time": f"""CASE WHEN event_type IS NULL THEN NULL
            WHEN published IS NOT NULL THEN event_time(published)
            WHEN actor_type IS NOT NULL THEN event_time(json_extract_string(record, {wrapped_time})) END""",
        "activity": "done",
        "outcome": "ended",
        "reason": f"""CASE
            WHEN done = 'admin_act' THEN CASE WHEN by_system THEN 'by_system' ELSE 'by_admin' END
            WHEN meant IN ('unlocked', 'session_end') AND by_system AND done <> 'recovery_proof'
              THEN 'by_system'
            WHEN done = 'provider_verdict' THEN 'risk'
            WHEN result = 'RATE_LIMIT' THEN 'locked'
            WHEN done = 'recovery_message' AND (by_other OR contains(uri, '/lifecycle/')) THEN 'by_admin'
            WHEN ended = 'success' THEN CASE WHEN meant = 'verified' AND done = 'sign_in' THEN
            'first_factor' END
            WHEN nobody THEN 'unknown_account'
            WHEN said = 'wrong' THEN CASE done WHEN 'sign_in' THEN 'wrong_password' WHEN 'challenge' THEN
            'mfa_denied'
              WHEN 'recovery_proof' THEN 'wrong_proof' ELSE 'other' END
            WHEN said IS NOT NULL THEN said
            WHEN meant IS NULL THEN NULL
            WHEN event_type NOT IN ({", ".join(map(quoted, TYPE_REASONS))}) AND ended = 'failure' THEN CASE
              WHEN done = 'challenge' THEN 'mfa_denied'
              WHEN reason_text IS NULL THEN CASE WHEN done = 'recovery_proof' THEN 'wrong_proof'
                WHEN done = 'sign_in' AND meant = 'verified' THEN 'wrong_password' ELSE 'other' END
              ELSE {_sentence()} END
            WHEN result = 'UNANSWERED' THEN 'mfa_denied'
            WHEN result = 'ABANDONED' THEN 'cancelled'
            ELSE {looked_up("event_type", TYPE_REASONS)} END""",
        "provider_code": "event_type || CASE WHEN reason_text IS NULL THEN '' ELSE '/' || reason_text END",
        "account": "CASE WHEN target IS NOT NULL THEN target_name WHEN actor_is_user THEN actor_account END",
        "account_uid": "CASE WHEN target IS NOT NULL THEN target_id WHEN actor_is_user THEN known_actor END",
        "account_known": """CASE WHEN target IS NOT NULL AND target_id IS NOT NULL THEN 'true'
            WHEN target IS NULL AND actor_is_user AND known_actor IS NOT NULL THEN 'true'
            WHEN nobody THEN 'false'
            WHEN ended = 'success'
              AND done IN ('sign_in', 'challenge', 'recovery_message', 'recovery_complete')
              AND (target_name IS NOT NULL OR actor_is_user AND actor_account IS NOT NULL) THEN 'true'
            ELSE 'unknown' END""",
        "actor": """CASE WHEN target IS NOT NULL THEN CASE WHEN by_system OR by_other THEN actor_account END
            WHEN NOT actor_is_user THEN actor_account END""",
        "channel_kind": f"""CASE WHEN meant IS NULL THEN NULL
            WHEN meant IN ('verified', 'factor_change') THEN {looked_up("factor_named", FACTOR_CHANNELS)}
            WHEN meant IN ('sent', 'redeemed', 'challenge', 'recovery_message', 'channel_change')
              THEN {looked_up("event_type", TYPE_CHANNELS)} END""",
        "source_ip": "ip_address(ip)",
        "source_asn": "try_cast(as_number AS BIGINT)",
        "source_org": "filled(as_org)",
        "source_country": looked_up("country", COUNTRY_CODES),
        "source_kind": "CASE WHEN is_proxy = 'true' THEN 'proxy' END",
        "user_agent": "agent",
        "client_key": "client",
        "app_uid": "granted_app",
        "session_uid": "nullif(session, 'unknown')",
        "correlation_uid": "nullif(transaction_id, 'unknown')",
    }


def _folded(path: str) -> str:
    first, dot, rest = path.partition(".")
    return (first.lower() if first in FOLDED else first) + dot + rest


LOOKS_INTO = {"targets": ("[*].id", "[*].type", "[*].alternateId")}


def _is_okta(record: RawRecord, event_type: str) -> bool:
    actor = record.get("actor")
    return (
        isinstance(record.get(event_type), str)
        and isinstance(actor, dict)
        and ("alternateId" in actor or "displayName" in actor)
        and any(name in record for name in ("published", "severity", "legacyEventType", "client"))
    )


def _in_envelope(record: RawRecord) -> bool:
    detail = record.get("detail")
    return isinstance(detail, dict) and _is_okta(detail, "eventType")


OKTA = Source(
    format="okta_system_log",
    provider="okta",
    title="Okta System Log",
    recognises=lambda record: _is_okta(record, "eventType"),
    fields={name: f"$.{path}" for name, path in PATHS.items()},
    looks_into=LOOKS_INTO,
    derived=_derived("$."),
    columns=_columns("$."),
)

OKTA_FOLDED = Source(
    format="okta_system_log_lower_case",
    provider="okta",
    title="Okta System Log, names in lower case",
    recognises=lambda record: _is_okta(record, "eventtype"),
    fields={name: f"$.{_folded(path)}" for name, path in PATHS.items()},
    looks_into=LOOKS_INTO,
    derived=_derived("$."),
    columns=_columns("$."),
)

OKTA_EVENTBRIDGE = Source(
    format="okta_eventbridge",
    provider="okta",
    title="Okta System Log, streamed over EventBridge",
    recognises=_in_envelope,
    fields={name: f"$.detail.{path}" for name, path in PATHS.items()},
    looks_into=LOOKS_INTO,
    derived=_derived("$.detail."),
    columns=_columns("$.detail."),
)
