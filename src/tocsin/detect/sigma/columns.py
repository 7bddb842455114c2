"""Rules that name columns of Tocsin's own event table, or attributes of OCSF, whatever provider an event is of.

OCSF: https://schema.ocsf.io, classes Authentication (3002) and Account Change (3001), attributes as in
`sources/ocsf.py`, which reads them the other way round. OCSF has no word for the steps of a recovery: they are
activities 99 ("Other") of Account Change, and the reset that ends one is 4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

import ibis

from tocsin.detect.sigma.condition import ANYWHERE, Field
from tocsin.detect.sigma.unconvertible import Unconvertible
from tocsin.events import EVENT

ENRICHED = ("network", "country", "client")
HIDDEN = ("ingested_at",)

NAMES = tuple(name for name in (*EVENT.names, *ENRICHED) if name not in HIDDEN)

_CLASS_ACTIVITY: Mapping[str, tuple[int, int]] = {
    "sign_in": (3002, 1),
    "session_end": (3002, 2),
    "session_use": (3002, 99),
    "challenge": (3002, 99),
    "identify": (3002, 99),
    "credential_change": (3001, 3),
    "recovery_complete": (3001, 4),
    "recovery_start": (3001, 99),
    "recovery_message": (3001, 99),
    "recovery_proof": (3001, 99),
    "factor_change": (3001, 99),
    "channel_change": (3001, 99),
    "profile_change": (3001, 99),
}
_STATUS = {"success": ("1", "Success"), "failure": ("2", "Failure"), "unknown": ("0", "Unknown")}


def _chosen(column: str, words: Mapping[str, str]) -> Callable[[ibis.Table], ibis.Value]:
    return lambda events: ibis.cases(
        *((events[column] == given, word) for given, word in words.items()), else_=ibis.null("string")
    )


OCSF: Mapping[str, Callable[[ibis.Table], ibis.Value]] = {
    "class_uid": _chosen("activity", {act: str(uid) for act, (uid, _) in _CLASS_ACTIVITY.items()}),
    "class_name": _chosen(
        "activity",
        {act: "Authentication" if uid == 3002 else "Account Change" for act, (uid, _) in _CLASS_ACTIVITY.items()},
    ),
    "category_uid": _chosen("activity", dict.fromkeys(_CLASS_ACTIVITY, "3")),
    "activity_id": _chosen("activity", {act: str(number) for act, (_, number) in _CLASS_ACTIVITY.items()}),
    "type_uid": _chosen("activity", {act: str(uid * 100 + number) for act, (uid, number) in _CLASS_ACTIVITY.items()}),
    "status_id": _chosen("outcome", {outcome: number for outcome, (number, _) in _STATUS.items()}),
    "status": _chosen("outcome", {outcome: word for outcome, (_, word) in _STATUS.items()}),
    "status_code": lambda events: events.provider_code,
    "status_detail": lambda events: events.reason,
    "time": lambda events: events.ts.cast("string"),
    "metadata.uid": lambda events: events.event_uid,
    "metadata.event_code": lambda events: events.provider_code,
    "metadata.product.name": lambda events: events.provider,
    "metadata.tenant_uid": lambda events: events.tenant,
    "metadata.correlation_uid": lambda events: events.correlation_uid,
    "user.name": lambda events: events.account,
    "user.email_addr": lambda events: events.account,
    "user.uid": lambda events: events.account_uid,
    "actor.user.name": lambda events: ibis.coalesce(events.actor, events.account),
    "actor.user.email_addr": lambda events: ibis.coalesce(events.actor, events.account),
    "src_endpoint.ip": lambda events: events.source_ip,
    "src_endpoint.location.country": lambda events: events.country,
    "src_endpoint.autonomous_system.number": lambda events: events.source_asn.cast("string"),
    "src_endpoint.autonomous_system.name": lambda events: events.source_org,
    "http_request.user_agent": lambda events: events.user_agent,
    "session.uid": lambda events: events.session_uid,
}
"""Attribute -> column."""


def known(name: str, *, ocsf: bool) -> None:
    """Raises `Unconvertible` for a name that is none."""
    if name == ANYWHERE:
        return
    names = tuple(OCSF) if ocsf else NAMES
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f", perhaps {near[0]} was meant" if near else f"; there are {', '.join(names)}"
        raise Unconvertible(f"there is no {'attribute' if ocsf else 'column'} {name}{hint}")


def column(events: ibis.Table, name: str, *, ocsf: bool) -> Field:
    """The column, or the attribute of OCSF, of enriched events."""
    if name == ANYWHERE:
        texts = [events[one].fill_null("") for one in NAMES if events[one].type().is_string()]
        return Field(value=ibis.literal("\n").join(texts))
    if ocsf:
        return Field(value=OCSF[name](events))
    value = events[name]
    return Field(value=value.cast("string") if value.type().is_integer() else value)
