"""The one event table: every provider's records in the same columns.

Sign-ins, recovery, factor and channel changes and mailbox acts stand together because attack chains cross
them. Unknown is a value: a missing outcome is ``unknown``, never ``failure``; a missing column is NULL.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa


class Activity(StrEnum):
    """What happened, in the words of the field."""

    IDENTIFY = "identify"  # an identifier was looked up, no proof presented
    SIGN_IN = "sign_in"  # a password (or passkey, federation) was presented, right or wrong
    CHALLENGE = "challenge"  # a second factor was prompted for, answered or refused
    RECOVERY_START = "recovery_start"  # a recovery flow began: an identifier was submitted at it
    RECOVERY_MESSAGE = "recovery_message"  # a code or link went out over a recovery channel
    RECOVERY_PROOF = "recovery_proof"  # a code, link or answer was presented, right or wrong
    RECOVERY_COMPLETE = "recovery_complete"  # the credential was replaced through recovery
    CREDENTIAL_CHANGE = "credential_change"  # a signed-in change of password or key
    FACTOR_CHANGE = "factor_change"  # a second factor was added, removed or reset
    CHANNEL_CHANGE = "channel_change"  # a recovery mailbox, phone or question was changed
    PROFILE_CHANGE = "profile_change"
    SESSION_USE = "session_use"  # an existing session or token was used
    SESSION_END = "session_end"
    CONSENT = "consent"  # an application was granted access to the account's data
    MAILBOX_RULE = "mailbox_rule"  # forwarding, inbox rule or delegation
    PROVIDER_VERDICT = "provider_verdict"  # the provider's own warning or risk detection
    ADMIN_ACT = "admin_act"  # an administrator acted on the account or tenant
    OTHER = "other"


class Outcome(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"  # not stated, or the flow was interrupted before it was decided


class Known(StrEnum):
    """Whether the provider holds the account named in the event, as far as the event itself tells."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why an act ended as it did: provider codes folded into the few reasons that detection rests on.

    The provider's own code or text stays beside it in ``provider_code``.
    """

    UNKNOWN_ACCOUNT = "unknown_account"  # the identifier does not exist
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a word of the vocabulary
    WRONG_PROOF = "wrong_proof"  # a recovery code, answer or one-time code was wrong
    MFA_REQUIRED = "mfa_required"  # the password was right and a second factor was prompted
    MFA_DENIED = "mfa_denied"  # the prompt was refused, timed out or failed
    LOCKED = "locked"  # locked or throttled by the provider
    DISABLED = "disabled"
    EXPIRED = "expired"  # password, code or token out of date
    NOT_ENROLLED = "not_enrolled"  # recovery or the factor is not set up for this account
    POLICY = "policy"  # a sign-on or access policy said no
    INTERRUPT = "interrupt"  # a step of the user interface, not a refusal
    CANCELLED = "cancelled"
    FIRST_FACTOR = "first_factor"  # the password was right; whether the sign-in succeeds stands in another event
    BY_ADMIN = "by_admin"  # done by an administrator or helpdesk
    BY_SYSTEM = "by_system"  # done by the provider on its own account
    RISK = "risk"  # refused or marked because the provider saw risk
    OTHER = "other"


class ChannelKind(StrEnum):
    """What a recovery or second-factor message travels over, or what a proof was made with."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"
    QUESTION = "question"
    APP = "app"  # authenticator app: push or code
    KEY = "key"  # security key or passkey
    CONTACT = "contact"
    CODE = "code"  # saved backup code
    OTHER = "other"


EVENT = pa.schema(
    [
        pa.field("event_uid", pa.string(), nullable=False),  # the provider's own id
        pa.field("provider", pa.string(), nullable=False),
        pa.field("tenant", pa.string(), nullable=False),  # '' where the format does not name one
        pa.field("time", pa.timestamp("us"), nullable=False),  # UTC, the provider's event time
        pa.field("ts", pa.int64(), nullable=False),  # the same in milliseconds since 1970, for windows
        pa.field("ingested_at", pa.timestamp("us"), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("provider_code", pa.string()),  # the provider's event type and code, as it wrote them
        pa.field("account", pa.string()),  # the account acted on, lower case
        pa.field("account_uid", pa.string()),
        pa.field("account_known", pa.string(), nullable=False),
        pa.field("actor", pa.string()),  # who acted, when it is not the account itself
        pa.field("channel_kind", pa.string()),
        pa.field("channel_value", pa.string()),
        pa.field("source_ip", pa.string()),
        pa.field("source_asn", pa.int64()),
        pa.field("source_org", pa.string()),
        pa.field("source_country", pa.string()),  # ISO 3166-1 alpha-2
        pa.field("source_kind", pa.string()),
        pa.field("user_agent", pa.string()),
        pa.field("client_key", pa.string()),  # the client as the provider names it, when it sends no user agent
        # The application through which it was done, or that was granted access: the provider's id of it.
        pa.field("app_uid", pa.string()),
        pa.field("session_uid", pa.string()),
        pa.field("correlation_uid", pa.string()),
        # The provider's request that the record is a part of, where that is not the record itself: Entra's
        # originalRequestId, the Entra request that a record of the unified audit log repeats.
        pa.field("request_uid", pa.string()),
        pa.field("raw_ref", pa.string(), nullable=False),  # file:line, or file#record inside a JSON document
    ]
)
"""Columns of an event. The lake adds ``day`` (date of ``time``), its partition."""

REJECTED = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64()),  # first line of the record, from 1
        pa.field("record", pa.int64()),  # number of the record in the file, from 1
        pa.field("reason", pa.string(), nullable=False),
        pa.field("excerpt", pa.string()),  # the first 200 characters, as one printable line
    ]
)
"""What could not be read, and why. Bad input never loses good input."""
