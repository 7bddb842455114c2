"""What authentik's events mean, whichever way they are written down.

Actions: "Event actions" (https://docs.goauthentik.io/sys-mgmt/events/event-actions); what each holds is read from
goauthentik/authentik, `authentik/events/signals.py` and the stages that send the signals.

**Unknown names.** The sign-in form refuses an unknown name without an event; only the server log has it
(`invalid_identifier`). Where the form pretends that every name exists, the password stage writes `login_failed` for a
user without number. Since 2024.8 a `login_failed` names the user if there is one, so `AnonymousUser` means that there
is none; the same versions write a `request_id`, and without it nothing can be said.

**Recovery** is a flow that an administrator names: it is known by its slug (`default-recovery-flow`). Who asks for it
writes nothing. The mail is `email_sent`, by the worker: it has an address but neither user nor request, and the link in
its body names the flow. `user_write` with a password and `password_set` behind `/flows/executor/SLUG/` are the new
password; older versions write `password_set` without any request.

**By whom.** `password_set` and recovery mails name the user concerned and never the administrator who may have caused
them: at `/core/users/` it was one. A changed model names who changed it, and the user concerned by number only.
`model_updated` of a factor is its last use, no change.

Accounts are called by their mail address, since recovery mails name nothing else, and by their user name where they
have none.
"""

from __future__ import annotations

from tocsin.events.schema import Activity, ChannelKind
from tocsin.sources.code_table import inverted, looked_up, quoted

FAILED, SENT, PASSWORD, WRITTEN, MODEL, NAMELESS = "failed", "sent", "password", "written", "model", "nameless"
"""Actions that mean different things by flow, stage, mail or model: decided below."""

ACTIONS: dict[str, str] = inverted(
    {
        FAILED: ["login_failed"],
        SENT: ["email_sent"],
        PASSWORD: ["password_set"],
        WRITTEN: ["user_write"],
        MODEL: ["model_created", "model_updated", "model_deleted"],
        NAMELESS: ["invalid_identifier"],
        Activity.SIGN_IN: ["login"],
        Activity.SESSION_END: ["logout"],
        Activity.SESSION_USE: ["authorize_application"],
        Activity.CREDENTIAL_CHANGE: ["source_linked"],
        Activity.PROVIDER_VERDICT: ["suspicious_request"],
        Activity.ADMIN_ACT: ["impersonation_started", "impersonation_ended"],
        Activity.FACTOR_CHANGE: [
            "custom_static_authenticator_disable",
            "custom_totp_authenticator_disable",
            "custom_webauthn_authenticator_disable",
        ],
    }
)
"""What is not here is `other`: policies, tasks, secrets, invitations, reviews and the site's own actions."""

DEVICES: dict[str, str] = inverted(
    {
        ChannelKind.APP: [
            "totp",
            "duo",
            "totpdevice",
            "duodevice",
            "endpoint",
            "endpointdevice",
            "googleendpointdevice",
        ],
        ChannelKind.KEY: ["webauthn", "webauthndevice"],
        ChannelKind.CODE: ["static", "staticdevice"],
        ChannelKind.SMS: ["sms", "smsdevice"],
        ChannelKind.EMAIL: ["email", "emaildevice"],
    }
)
"""Classes of second factors, and the models that hold them."""

RECOVERY = "recover|reset|forgot|lost"
"""Words by which the slug of a recovery flow, or the name of one of its stages, is known."""

FIELDS = {
    "action": "action",
    "ip": "client_ip",
    "user_pk": "user.pk",
    "username": "user.username",
    "email": "user.email",
    "behalf_pk": "user.on_behalf_of.pk",
    "behalf_name": "user.on_behalf_of.username",
    "behalf_email": "user.on_behalf_of.email",
    "typed": "context.username",
    "stage": "context.stage.model_name",
    "device_class": "context.auth_method_args.device_class",
    "older_device_class": "context.device_class",
    "path": "context.http_request.path",
    "agent": "context.http_request.user_agent",
    "request_id": "context.http_request.request_id",
    "model_app": "context.model.app",
    "model_name": "context.model.model_name",
    "model_pk": "context.model.pk",
    "new_email": "context.diff.email.new_value",
    "subject": "context.subject",
    "body": "context.body",
    "mail_to": "context.to_email",
    "new_password": "context.password",
    "created_user": "context.created",
    "asn": "context.asn.asn",
    "as_org": "context.asn.as_org",
    "country": "context.geo.country",
}
"""Entries of an event that the meaning rests on."""

MEANING = {
    "meant": looked_up("action", ACTIONS),
    "anonymous": "coalesce(username = 'AnonymousUser', filled(username) IS NULL)",
    "named": "NOT anonymous AND user_pk IS NOT NULL",
    "who": "CASE WHEN NOT anonymous THEN account_name(coalesce(filled(email), username)) END",
    "flow": "regexp_extract(path, '/flows/executor/([^/]+)', 1)",
    "mail_flow": "CASE WHEN meant = 'sent' THEN regexp_extract(body, '/if/flow/([^/?#\"]+)', 1) END",
    "recovering": f"coalesce(regexp_matches(lower(coalesce(nullif(mail_flow, ''), flow)), {quoted(RECOVERY)}), false)",
    "managed": "coalesce(starts_with(path, '/api/v3/') AND NOT contains(path, '/flows/executor/'), false)",
    "own_model": "coalesce(model_app = 'authentik_core' AND model_name = 'user' AND model_pk = user_pk, false)",
    "written_class": "lower(coalesce(device_class, older_device_class))",
    "factor": f"""CASE WHEN meant = 'failed' THEN {looked_up("written_class", DEVICES)}
        WHEN starts_with(model_app, 'authentik_stages_authenticator_') THEN {looked_up("model_name", DEVICES)} END""",
    "second": "meant = 'failed' AND coalesce(stage = 'authenticatorvalidatestage' OR factor IS NOT NULL, false)",
    "nobody": """meant = 'nameless' OR (meant = 'failed' AND NOT second AND coalesce(
        CASE WHEN username = 'AnonymousUser' THEN request_id IS NOT NULL
        ELSE filled(username) IS NOT NULL AND user_pk IS NULL END, false))""",
    "addressee": """CASE WHEN meant = 'sent'
        THEN account_name(regexp_extract(mail_to, '[^\\s<>",''\\[\\]]+@[^\\s<>",''\\[\\]]+')) END""",
    "done": f"""CASE
        WHEN meant IS NULL THEN 'other'
        WHEN meant = 'failed' THEN CASE WHEN NOT second THEN 'sign_in' WHEN recovering THEN 'recovery_proof'
          ELSE 'challenge' END
        WHEN meant = 'nameless' THEN CASE WHEN regexp_matches(lower(stage), {quoted(RECOVERY)}) THEN 'recovery_start'
          ELSE 'sign_in' END
        WHEN meant = 'sent' THEN CASE
          WHEN recovering OR (mail_flow <> '' AND contains(body, 'change your password')) THEN 'recovery_message'
          WHEN regexp_matches(lower(subject), 'sign-?in code|verification code|one-time') THEN 'challenge'
          ELSE 'other' END
        WHEN meant = 'password' THEN CASE WHEN recovering THEN 'recovery_complete' WHEN managed THEN 'admin_act'
          ELSE 'credential_change' END
        WHEN meant = 'written' THEN CASE WHEN lower(created_user) = 'true' THEN 'other'
          WHEN new_password IS NULL THEN 'profile_change' WHEN recovering THEN 'recovery_complete'
          ELSE 'credential_change' END
        WHEN meant = 'model' THEN CASE
          WHEN factor IS NOT NULL AND action <> 'model_updated' THEN CASE
            WHEN contains(path, '/authenticators/admin/') THEN 'admin_act' ELSE 'factor_change' END
          WHEN own_model AND new_email IS NOT NULL THEN 'channel_change'
          WHEN own_model AND managed THEN 'profile_change'
          WHEN managed AND factor IS NULL THEN 'admin_act'
          ELSE 'other' END
        ELSE meant END""",
    "by_admin": "done = 'admin_act'",
    "on_user": """CASE WHEN by_admin THEN coalesce(nullif(regexp_extract(path, '/core/users/(\\d+)/', 1), ''),
        CASE WHEN model_app = 'authentik_core' AND model_name = 'user' THEN model_pk END) END""",
}
"""Derived names over `FIELDS`."""

COLUMNS = {
    "activity": "done",
    "outcome": """CASE WHEN meant IN ('failed', 'nameless') THEN 'failure'
        WHEN done IN ('other', 'challenge', 'provider_verdict') THEN 'unknown' ELSE 'success' END""",
    "reason": """CASE
        WHEN by_admin THEN 'by_admin'
        WHEN nobody THEN 'unknown_account'
        WHEN done = 'provider_verdict' THEN 'risk'
        WHEN meant = 'failed' THEN CASE done WHEN 'challenge' THEN 'mfa_denied' WHEN 'recovery_proof' THEN 'wrong_proof'
          ELSE 'wrong_password' END END""",
    "provider_code": "action",
    "account": """CASE
        WHEN meant = 'failed' THEN coalesce(who, account_name(typed))
        WHEN meant = 'nameless' THEN account_name(typed)
        WHEN meant = 'sent' THEN addressee
        WHEN by_admin AND meant <> 'password' THEN account_name(coalesce(filled(behalf_email), behalf_name))
        ELSE who END""",
    "account_uid": """CASE WHEN by_admin AND meant <> 'password' THEN coalesce(behalf_pk, on_user)
        WHEN named THEN user_pk END""",
    "account_known": """CASE WHEN nobody THEN 'false'
        WHEN by_admin AND meant <> 'password'
          THEN CASE WHEN behalf_pk IS NULL AND on_user IS NULL THEN 'unknown' ELSE 'true' END
        WHEN named OR done = 'recovery_message' THEN 'true' ELSE 'unknown' END""",
    "actor": """CASE WHEN by_admin AND meant <> 'password'
        AND who IS DISTINCT FROM account_name(coalesce(filled(behalf_email), behalf_name)) THEN who END""",
    "channel_kind": """CASE WHEN meant = 'sent' AND done <> 'other' OR done = 'channel_change' THEN 'email'
        WHEN done IN ('challenge', 'factor_change', 'recovery_proof') OR by_admin THEN factor END""",
    "channel_value": """CASE WHEN meant = 'sent' AND done <> 'other' THEN addressee
        WHEN done = 'channel_change' THEN account_name(new_email) END""",
    # What the server writes where it cannot tell the client's address.
    "source_ip": "nullif(ip_address(ip), '255.255.255.255')",
    "source_asn": "try_cast(asn AS BIGINT)",
    "source_org": "filled(as_org)",
    "source_country": "CASE WHEN regexp_full_match(country, '[A-Z]{2}') THEN country END",
    "user_agent": "filled(agent)",
    "correlation_uid": "filled(request_id)",
}
"""Event columns over `MEANING`; a source adds id and time."""
