"""Rows of sign-ins, second factors and changes to attempts: what several rows tell of one act is one attempt.

Providers write one act as several rows, and each case has its own sign by which they are known to be one:

* One request. A record and its repeats share the provider's request: a sign-in and its mirror in Microsoft's
  unified audit log (`IntraSystemId` is the Entra `id`), the rows of an Okta transaction, which is one web request
  (https://developer.okta.com/docs/reference/api/system-log/), or of a request of authentik, the rows that Azure
  Monitor holds of one second factor (all have the `originalRequestId` of the sign-in that asked; each further prompt
  has another).
* One dialogue. Rows of a correlation are steps of one attempt until it is decided: an interrupt, the right
  password, a prompt, its answer, the success, the further applications opened by it. A wrong password or a refused
  prompt decides, so what comes after it is another attempt.
* Twins. Microsoft writes a decided request a second time, under another id, within two seconds. Within that time a
  second factor is asked for once, however many records say so (Auth0: asked for, begun, push sent).
* Two logs. A row of a log that names no request of the other repeats a row of the same account, source and result
  in the other log, one for one: Microsoft's within a minute, Google's applications (`login` and `user_accounts`)
  within two seconds. So does the record by which Okta or Keycloak says that a failure locked the account.

Nothing else folds: without such a sign two rows are two attempts, however near. Accounts and addresses are never
crossed. The rules with examples: docs/counting.md, "One act, several records".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa

from tocsin.campaigns import LOGS_APART_MS, directory
from tocsin.events import Activity, Outcome, Reason

TWIN_MS = 2_000
"""Rows of one request that Microsoft writes twice (same correlation, account and address) lie within two seconds."""

SITTING_MS = 60_000
"""One sign-in opens its further applications, under the same correlation, within a minute."""

DIALOGUE_MS = 30 * 60_000
"""A step that comes later belongs to no earlier one: half an hour is how long one visit lasts (recovery/rules.py)."""

COLUMNS = (
    "event_uid",
    "provider",
    "tenant",
    "ts",
    "activity",
    "outcome",
    "reason",
    "provider_code",
    "account",
    "source_ip",
    "session_uid",
    "correlation_uid",
    "request_uid",
)
"""What is read of each event."""

MIRROR = "m365"
"""The log that repeats what `entra` logs."""

ONE_REQUEST = ("okta", "authentik")
"""Providers whose correlation is a single web request: Okta's `transaction.id`, authentik's `request_id`."""

LOCKS = ("user.account.lock", "USER_DISABLED_BY_", "limit_wc")
"""Beginnings of the codes by which a provider tells, beside the failure, that it locked the account for it: Okta's
event type, Keycloak's (`EventType.java`) and Auth0's (https://auth0.com/docs/tenant-logs/system-notification/limit-wc,
an address blocked "because it reached the maximum failed login attempts into a single account")."""

UNNAMED = "auth0"
"""Writes steps of one dialogue under names that do not agree (the transaction stands in `s` and not in the records of
Guardian, `gd_...`, https://github.com/auth0/auth0-log-schemas), so they are told by account and address alone. That is
safe where a step needs another: a prompt is answered after it was asked for, and one that nobody answered stays one."""

OPENED = "seacft"
"""Auth0's record of the code that a sign-in gives for the tokens of the application, beside the sign-in's own."""

_TRIED = (Activity.SIGN_IN.value, Activity.CHALLENGE.value, Activity.IDENTIFY.value)
_LEFT = (Reason.INTERRUPT.value, Reason.CANCELLED.value)
_CHANGED = (
    Activity.CREDENTIAL_CHANGE.value,
    Activity.FACTOR_CHANGE.value,
    Activity.CHANNEL_CHANGE.value,
    Activity.MAILBOX_RULE.value,
    Activity.CONSENT.value,
)

OPEN, ASKED, PASSED, REFUSED, WRONG, IN = range(6)
"""How far a row takes its attempt: undecided, a factor or name asked for, one proof of several right, the second
factor refused, the password or name wrong, signed in."""


Key = tuple[str, str]
"""provider and event_uid"""


def attempts(events: pa.Table) -> dict[Key, str]:
    """The `attempt_uid` of each event (COLUMNS, duplicates gone): rows of one attempt share it. It is
    `provider:event_uid` of the first of them, the directory's own before its mirror's."""
    found: dict[Key, str] = {}
    tried: dict[str, list[_Row]] = defaultdict(list)
    changed: dict[str, list[_Row]] = defaultdict(list)
    for told in zip(*(events[name].to_pylist() for name in COLUMNS), strict=True):
        row = _Row(*told)
        place = _place(row)
        found[row.key] = row.uid
        if row.activity in _TRIED or _opened(row):
            tried[place].append(row)
        elif row.activity in _CHANGED:
            changed[place].append(row)
    for rows in tried.values():
        if len(rows) > 1:
            found |= _told(_tries(rows))
    for rows in changed.values():
        if len(rows) > 1:
            found |= _told([_change(row) for row in rows])
    return found


class _Row(NamedTuple):
    """An event: COLUMNS."""

    event_uid: str
    provider: str
    tenant: str | None
    ts: int
    activity: str
    outcome: str | None
    reason: str | None
    provider_code: str | None
    account: str | None
    source_ip: str | None
    session_uid: str | None
    correlation_uid: str | None
    request_uid: str | None

    @property
    def key(self) -> Key:
        return self.provider, self.event_uid

    @property
    def uid(self) -> str:
        return f"{self.provider}:{self.event_uid}"

    @property
    def mirrors(self) -> bool:
        return self.provider == MIRROR

    @property
    def twins(self) -> bool:
        """Is it of a provider that writes requests twice?"""
        return directory(self.provider) == "entra"

    @property
    def apart_ms(self) -> int:
        return LOGS_APART_MS if self.twins else TWIN_MS


def _place(row: _Row) -> str:
    """One account of a site at one address; a row that lacks any of these has a place of its own."""
    family = directory(row.provider)
    # Microsoft and Google name accounts by mail address, alike in logs that name the tenant otherwise or not at all.
    tenant = "" if family in ("entra", "google") else row.tenant
    if tenant is None or row.account is None or row.source_ip is None:
        return f"#{row.uid}"
    return "|".join((family, tenant, row.account, row.source_ip))


def _opened(row: _Row) -> bool:
    return row.provider == UNNAMED and (row.provider_code or "").startswith(OPENED)


class _Unit(NamedTuple):
    """What one log tells of one attempt, and the events that it does so by."""

    at: int  # milliseconds since 1970
    order: int  # of the logs: the first is the one that the attempt is named by
    attempt: str  # uid of its first row
    kind: str
    log: str
    apart_ms: int
    events: tuple[Key, ...]


@dataclass(slots=True)
class _Request:
    """Rows of one request at one place."""

    label: str
    start: int  # milliseconds since 1970
    end: int
    far: int
    why: str
    thread: str
    rows: list[tuple[int, _Row]]  # when each was seen first, in whichever log


def _tries(rows: Sequence[_Row]) -> Iterator[_Unit]:
    """Of one place."""
    threads: dict[str, list[_Request]] = defaultdict(list)
    for request in sorted(_requests(rows), key=lambda one: (one.start, one.far, one.label)):
        threads[request.thread].append(request)
    for requests in threads.values():
        for steps in _dialogues(requests):
            held = [row for request in steps for row in _in_order(request)]
            far = [request.far for request in steps for _ in request.rows]
            # Which of a provider's failures locked the account, its record of the lock does not say.
            kinds = {
                "failed" if step in (REFUSED, WRONG) and not row.twins else str(step)
                for step, row in zip(far, held, strict=True)
            }
            logs = {row.mirrors + 2 * (row.provider_code or "").startswith(LOCKS) for row in held}
            attempt = held[0].uid
            # What both logs are known to tell of needs no partner.
            kind = max(kinds) if len(logs) == 1 else f"{max(kinds)}|{attempt}"
            apart_ms = max(row.apart_ms for row in held)
            events = tuple(row.key for row in held)
            yield _Unit(steps[0].start, min(logs), attempt, kind, str(min(logs)), apart_ms, events)


def _in_order(request: _Request) -> list[_Row]:
    by_time = [(seen, row.mirrors, row.ts, *row.key[::-1], row) for seen, row in request.rows]
    return [row for *_, row in sorted(by_time, key=lambda one: one[:-1])]


def _requests(rows: Sequence[_Row]) -> Iterator[_Request]:
    """The rows of one place by request: a record and its repeats in the mirror, or a web request."""
    records: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        goes_back = row.request_uid if row.mirrors else None
        records[row.event_uid if goes_back is None else goes_back].append(row)
    held: dict[str, list[tuple[int, _Row]]] = defaultdict(list)
    for own, copies in records.items():
        named = [row.request_uid for row in copies if not row.mirrors and row.request_uid is not None]
        original = max(named, default=own)
        # Clocks of the mirror are cut to seconds.
        seen = min((row.ts for row in copies if not row.mirrors), default=min(row.ts for row in copies))
        wrong = any(_step(row) == WRONG for row in copies)
        for row in copies:
            if row.provider in ONE_REQUEST and row.correlation_uid:
                label = f"t {row.correlation_uid}"
            else:
                # Each wrong password is a request of its own, whatever it goes back to.
                label = f"w {own}" if wrong else f"r {original}"
            held[label].append((seen, row))
    for label, told in held.items():
        yield _Request(
            label=label,
            start=min(seen for seen, _ in told),
            end=max(seen for seen, _ in told),
            far=max(_step(row) for _, row in told),
            why=min((row.reason for _, row in told if row.reason is not None), default=""),
            thread=min((thread for _, row in told if (thread := _thread(row))), default=label),
            rows=told,
        )


def _thread(row: _Row) -> str | None:
    if row.provider == UNNAMED:
        return UNNAMED
    return row.session_uid if row.provider == "okta" and row.session_uid is not None else row.correlation_uid


def _step(row: _Row) -> int:
    success, failed = row.outcome == Outcome.SUCCESS.value, row.outcome == Outcome.FAILURE.value
    challenge, sign_in = row.activity == Activity.CHALLENGE.value, row.activity == Activity.SIGN_IN.value
    if challenge and (success or failed):
        return PASSED if success else REFUSED
    if challenge and row.reason not in _LEFT:
        return ASKED
    if sign_in and success and row.reason == Reason.FIRST_FACTOR.value:
        return PASSED
    if (sign_in and success) or _opened(row):
        return IN
    if failed:
        return WRONG
    return OPEN if sign_in or challenge else ASKED


def _dialogues(requests: Sequence[_Request]) -> Iterator[list[_Request]]:
    """The requests of a thread, in order of time, that are steps of one attempt, or twins."""
    steps: list[_Request] = []
    began = span = 0
    for request in requests:
        if not steps:
            steps, began, span = [request], request.start, 0
            continue
        last = steps[-1]
        silence = request.start - last.end
        if not (_alike(last, request) and silence <= TWIN_MS):
            began = request.start
        # A chain of twins is no longer than twins lie apart: what a script sends each second is not one request.
        span, before = (request.start - began) // (TWIN_MS + 1), span
        twin = _alike(last, request) and silence <= TWIN_MS and span == before
        if twin or (_goes_on(last, request, silence) and silence <= DIALOGUE_MS):
            steps.append(request)
        else:
            yield steps
            steps = [request]
    yield steps


def _alike(last: _Request, request: _Request) -> bool:
    twins = any(row.twins for _, row in request.rows)
    return last.far == request.far and ((twins and last.why == request.why) or request.far == ASKED)


def _goes_on(last: _Request, request: _Request, silence: int) -> bool:
    if last.far == ASKED:
        return request.far in (OPEN, PASSED, REFUSED, IN)
    if last.far == PASSED:
        return request.far != WRONG
    if last.far == IN:
        return request.far in (OPEN, PASSED, IN) and silence <= SITTING_MS
    return last.far == OPEN


def _change(row: _Row) -> _Unit:
    """A change of credentials, factors, channels or rights: told by two logs, or by two applications of Google."""
    name = row.provider_code or ""
    cut = name.find("/") if row.provider == "google" else -1
    applied, what = (name[:cut], name[cut:]) if cut >= 0 else ("", "")
    # Of Google's two copies the one under `login` stands first.
    order = int(row.mirrors or (row.provider == "google" and applied != "login"))
    kind, log = f"{row.activity}|{row.outcome}|{what}", f"{row.provider}|{applied}"
    return _Unit(row.ts, order, row.uid, kind, log, row.apart_ms, (row.key,))


def _told(units: Iterable[_Unit]) -> dict[Key, str]:
    """The `attempt_uid` of the events of one place: the first unit of one log is the first of the other, and so on,
    within stretches in which no more than `apart_ms` lies between one and the next."""
    found: dict[Key, str] = {}
    for _, alike in groupby(sorted(units, key=lambda one: (one.kind, one.at, one.order, one.attempt)), key=_kind):
        for stretch in _stretches(alike):
            turns: dict[str, int] = defaultdict(int)
            first: dict[int, tuple[int, str]] = {}
            taken: list[tuple[int, _Unit]] = []
            for unit in stretch:
                turn = turns[unit.log]
                turns[unit.log] += 1
                taken.append((turn, unit))
                named = unit.order, unit.attempt
                first[turn] = min(first.get(turn, named), named)
            found |= {event: first[turn][1] for turn, unit in taken for event in unit.events}
    return found


def _kind(unit: _Unit) -> str:
    return unit.kind


def _stretches(units: Iterable[_Unit]) -> Iterator[list[_Unit]]:
    held: list[_Unit] = []
    for unit in units:
        if held and unit.at - held[-1].at > unit.apart_ms:
            yield held
            held = []
        held.append(unit)
    yield held


__all__ = ["COLUMNS", "DIALOGUE_MS", "LOGS_APART_MS", "SITTING_MS", "TWIN_MS", "attempts"]
