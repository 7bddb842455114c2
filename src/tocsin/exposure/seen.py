"""Channels that logs show being used: recovery messages, proofs passed, channels added. Their addresses stand in
`channel_value`, whole or masked, where the provider names them at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import ibis
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.events import Activity, ChannelKind, Known, Outcome
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Gate, Method, Registered, Use, named

SENT = (Activity.RECOVERY_START.value, Activity.RECOVERY_MESSAGE.value)
PROVED = (Activity.RECOVERY_PROOF.value, Activity.RECOVERY_COMPLETE.value)
ADDED = (Activity.CHANNEL_CHANGE.value,)

SEEN = pa.schema(
    [
        pa.field("account", pa.string()),
        pa.field("provider", pa.string()),
        pa.field("channel_kind", pa.string()),
        pa.field("channel_value", pa.string()),
        pa.field("used", pa.bool_()),  # a message went there or a proof came from it; else it was only changed
        pa.field("events", pa.int64()),
    ]
)

KINDS = {
    ChannelKind.EMAIL.value: Kind.MAILBOX,
    ChannelKind.SMS.value: Kind.PHONE,
    ChannelKind.VOICE.value: Kind.PHONE,
    ChannelKind.QUESTION.value: Kind.QUESTION,
    ChannelKind.CONTACT.value: Kind.CONTACT,
    ChannelKind.CODE.value: Kind.SAVED_CODE,
}

PASSWORD_ONLY = frozenset({"entra", "m365", "okta"})
"""Providers whose recovery gives a new password and leaves the second step (exports/entra_registration.py,
okta_users.py)."""

MAIL_HOSTS = frozenset({"entra", "google"})

SAME = {"m365": "entra"}
"""Logs of one provider under another name."""


def channels_seen(events: ibis.Table) -> ibis.Table:
    """SEEN: of accounts that exist, each channel that an act was not refused at. `events` has the columns of EVENT."""
    # A message that was sent tells of a channel whoever asked for it; a start only where it names the address.
    told = events.channel_value.notnull() | (events.activity.isin(PROVED) & events.channel_kind.isin(list(KINDS)))
    kept = events.filter(
        events.activity.isin((*SENT, *PROVED, *ADDED))
        & told
        & events.account.notnull()
        & (events.outcome == Outcome.SUCCESS.value)
        & (events.account_known != Known.FALSE.value)
    )
    used = kept.activity.isin((*SENT, *PROVED))
    return (
        kept.group_by("account", "provider", "channel_kind", "channel_value")
        .aggregate(used=used.any(), events=kept.count())
        .order_by("account", "provider", "channel_kind", "channel_value")
    )


def seen(engine: Engine, events: ibis.Table) -> list[Registered]:
    """What the store's events show, one record an account and provider."""
    return from_rows(engine.rows(channels_seen(events)).to_pylist())


def from_rows(rows: Iterable[dict[str, Any]]) -> list[Registered]:
    """Rows of SEEN as records beside those of exports."""
    held: dict[tuple[str, str], list[Method]] = defaultdict(list)
    for row in rows:
        provider = SAME.get(row["provider"], row["provider"])
        method = _method(row, provider)
        if method is not None:
            held[row["account"], provider].append(method)
    return [
        Registered(
            provider=provider,
            names=(account,),
            methods=tuple(dict.fromkeys(methods)),
            gates=(Gate(needs=1),) if provider == "okta" else None,
            mail_host=provider in MAIL_HOSTS,
            where=f"events of {provider}",
        )
        for (account, provider), methods in held.items()
    ]


def _method(row: dict[str, Any], provider: str) -> Method | None:
    found = named(row["channel_value"]) if row["channel_value"] else None
    kind = found.kind if found else KINDS.get(row["channel_kind"] or "")
    if kind is None or (found is None and kind in (Kind.MAILBOX, Kind.PHONE)):
        return None  # of a mailbox or number without its address nothing follows
    if found is not None and found.value == row["account"]:
        return None
    masked = found is not None and found.hint is not None
    return Method(
        kind=kind,
        uses=frozenset((Use.RESET if provider in PASSWORD_ONLY else Use.RESTORE,)),
        value=found.value if found else None,
        hint=found.hint if found else None,
        possible=masked or not row["used"],
        origin="log",
    )
