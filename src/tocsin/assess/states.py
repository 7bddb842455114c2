"""What became of a compromised account: what the campaign did in it, who answered, what is left of it.

The campaign's part is its evidence. All else in the account is its owner's, an administrator's or the provider's, so a
password replaced there is an answer. Whether something is gone is told by a record that removes it, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tocsin.assess.after import Aftermath, Answer, Deed, StateChange
from tocsin.assess.assess import stamp
from tocsin.assess.chain import EventRef
from tocsin.assess.containment import containment
from tocsin.assess.effects import MAIL_READ, THING_OF, all_factors, answer, effect, gone
from tocsin.events import Activity, Reason

ECHO = timedelta(minutes=10)
"""What another log, or the provider itself, writes about the campaign's own new password comes within this time."""

AT_ONCE = timedelta(minutes=2)
"""Records of one answer: two logs tell of it, and a reset ends the sessions, too."""

SITTING = timedelta(hours=6)
"""Use of the account without a longer pause is told as one."""

MOST_EVENTS = 10
"""Records named for each thing done; `tocsin account` lists all."""

Row = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Record:
    """One event of the account."""

    provider: str
    event_uid: str
    time: datetime
    activity: str
    outcome: str
    reason: str | None
    code: str  # the provider's event type and code
    channel_kind: str | None
    channel_value: str | None
    source_ip: str | None
    actor: str | None
    role: str | None  # in the campaign's evidence; None: somebody else's
    attempt: str  # records of one act have the same

    @property
    def ref(self) -> EventRef:
        return EventRef(provider=self.provider, event_uid=self.event_uid)


def aftermath(provider: str, records: Iterable[Record], restored: Sequence[str] = ()) -> Aftermath:
    """Of one compromised account. `records` are all its events; `restored` the accounts that it restores."""
    ordered = sorted(records, key=lambda one: (one.time, one.event_uid))
    theirs = [one for one in ordered if one.role is not None]
    since = min((one.time for one in theirs if one.role in ("access", "persistence")), default=None)
    own = [one for one in ordered if one.role is None and since is not None and one.time > since]
    deeds = [*_deeds(theirs)]
    answers = [*_answers(own, theirs)]
    deeds = [_ended(deed, own) for deed in deeds]
    states = _states(theirs, answers, deeds)
    return Aftermath(
        states=states,
        deeds=deeds,
        answers=answers,
        containment=containment(provider, states, deeds, answers, restored),
    )


def _deeds(theirs: Sequence[Record]) -> Iterator[Deed]:
    """What the campaign did, in order: entries and uses by sitting, changes one by one (two logs' records as one)."""
    changes: dict[str, list[Record]] = {}
    uses: list[list[Record]] = []
    for one in theirs:
        if one.role == "persistence" or (one.role == "access" and one.activity in THING_OF):
            changes.setdefault(one.attempt, []).append(one)
        elif one.role == "access":
            if not uses or one.time - uses[-1][-1].time > SITTING:
                uses.append([])
            uses[-1].append(one)
    found = [_use(part) for sitting in uses for part in _parts(sitting)]
    found += [_change(records) for records in changes.values()]
    yield from sorted(_once(found), key=lambda deed: (deed.at, deed.thing, deed.what))


def _once(found: Sequence[Deed]) -> Iterator[Deed]:
    """A new password that several records tell of is one."""
    last: dict[tuple[str, str, str], Deed] = {}
    for deed in sorted(found, key=lambda one: one.at):
        key = (deed.thing, deed.effect, deed.what)
        before = last.get(key)
        if deed.thing == "password" and before and _moment(deed.at) - _moment(before.at) <= ECHO:
            continue
        last[key] = deed
        yield deed


def _parts(sitting: Sequence[Record]) -> Iterator[list[Record]]:
    mail = [one for one in sitting if MAIL_READ.match(one.code)]
    rest = [one for one in sitting if not MAIL_READ.match(one.code)]
    yield from (part for part in (rest, mail) if part)


def _use(part: Sequence[Record]) -> Deed:
    mail = bool(MAIL_READ.match(part[0].code))
    entered = any(one.activity in (Activity.SIGN_IN.value, Activity.CHALLENGE.value) for one in part)
    places = ", ".join(dict.fromkeys(one.source_ip for one in part if one.source_ip))
    return Deed(
        at=stamp(part[0].time),
        until=stamp(part[-1].time),
        thing="mail" if mail else "session",
        effect="read" if mail else "entered" if entered else "used",
        what=f"from {places}" if places else "",
        provider=part[0].provider,
        count=len(part),
        events=[one.ref for one in part[:MOST_EVENTS]],
    )


def _change(records: Sequence[Record]) -> Deed:
    first = records[0]
    thing = THING_OF[first.activity]
    done = effect(first.activity, first.code)
    named = next((one.channel_value for one in records if one.channel_value), None)
    kind = next((one.channel_kind for one in records if one.channel_kind), None)
    return Deed(
        at=stamp(first.time),
        until=stamp(records[-1].time),
        thing=thing,
        effect=done,
        what=", ".join(filter(None, (kind, named, first.code))),
        provider=first.provider,
        count=len(records),
        events=[one.ref for one in records[:MOST_EVENTS]],
        remains=True if done == "added" else None,
    )


def _ended(deed: Deed, own: Sequence[Record]) -> Deed:
    """The deed, with the record that shows it gone."""
    if not deed.remains:
        return deed
    kind = deed.what.split(", ")[0]
    for one in own:
        if one.time <= _moment(deed.at) or one.outcome == "failure":
            continue
        if _ends(deed.thing, kind, one):
            return Deed(
                **{name: getattr(deed, name) for name in deed.__struct_fields__ if name not in ("remains", "ended_by")},
                remains=False,
                ended_by=one.ref,
            )
    return deed


def _ends(thing: str, kind: str, one: Record) -> bool:
    if thing == "channel" and one.activity == Activity.CHANNEL_CHANGE.value:
        # A provider holds one of a kind: the owner's word replaces it.
        return one.channel_kind in (kind, None)
    removed = gone(one.activity, one.code)
    if removed != thing:
        return False
    return thing != "factor" or one.channel_kind in (kind, None) or all_factors(one.code)


def _answers(own: Sequence[Record], theirs: Sequence[Record]) -> Iterator[Answer]:
    """What keeps the campaign out or removes what it set up, records of one act together."""
    new_passwords = [one.time for one in theirs if THING_OF.get(one.activity) == "password"]
    places = {one.source_ip for one in theirs if one.source_ip}
    found: list[tuple[str, str, list[Record]]] = []
    for one in own:
        if one.outcome != "success" and not (one.outcome == "unknown" and one.activity == Activity.ADMIN_ACT.value):
            continue
        if one.reason == Reason.POLICY.value:
            continue
        kind = answer(one.activity, one.code)
        if kind in ("password", "sessions") and _echo(one, new_passwords, places):
            continue
        if kind is None and gone(one.activity, one.code) is not None:
            kind = "removal"
        if kind is None and one.activity == Activity.CHANNEL_CHANGE.value:
            kind = "removal"
        if kind is None:
            continue
        last = next((held for held in reversed(found) if held[0] == kind), None)
        if last and one.time - last[2][-1].time <= AT_ONCE and kind != "removal":
            last[2].append(one)
        else:
            found.append((kind, _by(one), [one]))
    for kind, by, records in found:
        yield Answer(
            at=stamp(records[0].time),
            answer=kind,
            by=by,
            what=records[0].code,
            provider=records[0].provider,
            events=[one.ref for one in records[:MOST_EVENTS]],
        )


def _echo(one: Record, new_passwords: Sequence[datetime], places: set[str]) -> bool:
    """Is it what else was written about the campaign's own new password?"""
    near = any(abs(one.time - when) <= ECHO for when in new_passwords)
    return near and (not one.source_ip or one.source_ip in places)


def _by(one: Record) -> str:
    if one.reason == Reason.BY_SYSTEM.value or one.activity == Activity.PROVIDER_VERDICT.value:
        return "provider"
    return "helpdesk" if one.activity == Activity.ADMIN_ACT.value or one.reason == Reason.BY_ADMIN.value else "owner"


def _states(theirs: Sequence[Record], answers: Sequence[Answer], deeds: Sequence[Deed]) -> list[StateChange]:
    """The states in order. Whoever is in again after an answer has the account still."""
    reached: list[StateChange] = []

    def enter(state: str, at: str, events: list[EventRef]) -> None:
        if not reached or reached[-1].state != state:
            reached.append(StateChange(state=state, at=at, events=events))

    happened: list[tuple[str, int, str, list[EventRef]]] = []
    for one in theirs:
        stage = {"identification": "probed", "attack": "attacked"}.get(one.role or "", "compromised")
        happened.append((stamp(one.time), 0, stage, [one.ref]))
    happened += [(one.at, 1, "contained", one.events) for one in answers if one.answer != "removal"]
    order = ("probed", "attacked", "compromised")
    for at, _, state, events in sorted(happened, key=lambda one: one[:2]):
        now = reached[-1].state if reached else ""
        if state == "contained":
            if now == "compromised":
                enter(state, at, events)
        elif state == "compromised" or (now in order and order.index(state) > order.index(now)) or not now:
            enter(state, at, events)
    if (done := _secured(reached, answers, deeds)) is not None:
        reached.append(done)
    return reached


def _secured(reached: Sequence[StateChange], answers: Sequence[Answer], deeds: Sequence[Deed]) -> StateChange | None:
    if not reached or reached[-1].state != "contained" or any(one.remains for one in deeds):
        return None
    last_in = max((deed.until for deed in deeds), default="")
    replaced = [one for one in answers if one.answer == "password" and one.at >= last_in]
    if not replaced:
        return None
    ended = [one for one in answers if one.answer == "removal"]
    removing = [one.ended_by for one in deeds if one.ended_by is not None]
    at = max([reached[-1].at, replaced[0].at, *(one.at for one in ended if any(ref in removing for ref in one.events))])
    return StateChange(state="secured", at=at, events=[*replaced[0].events[:1], *removing])


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp.removesuffix("Z"))
