"""Pivots among the evidence of a campaign: takeover of what restores an account, then its recovery, as one chain.

Both halves are events of the campaign (or a notice from elsewhere, or an indicator, about the secondary), whichever
providers wrote them; records may come in any order, and clocks may differ by minutes. An owner's own events are no
evidence of a campaign, so they are no half of a chain.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from tocsin.assess.assess import stamp
from tocsin.assess.chain import POSSIBLE, Chain, EventRef
from tocsin.campaigns import Link, Restoring
from tocsin.events import Activity

CLOCKS_APART = timedelta(minutes=10)
"""How much two providers' clocks may differ: the second half may seem to come before the first by so much."""

LONGEST_WAIT = timedelta(days=14)
"""From the fall of the secondary to the recovery through it: the same as `campaigns.quiet_falls.PIVOT_MS`."""

OPEN_BEFORE = timedelta(minutes=30)
"""As long as a recovery's form lives: a mailbox that was open so long before, at the same source, was at hand."""

ADDED_BEFORE = timedelta(hours=6)
"""A channel added longer ago than one sitting lasts has waited for its use."""

RECOVERY_BEFORE = timedelta(hours=1)
"""What of a recovery is told as its second half."""

SHARED_BY = 3
"""Accounts with one number or mailbox in common: two may be a couple's."""

MOST_EVENTS = 20
"""Of each half, those next to the other half."""

CHANNELS = ("email", "sms", "voice")
"""Kinds over which a message goes to somebody."""

RECOVERED = (Activity.RECOVERY_COMPLETE.value, Activity.CREDENTIAL_CHANGE.value)
TRIED = (Activity.RECOVERY_START.value, Activity.RECOVERY_MESSAGE.value, Activity.RECOVERY_PROOF.value)
INSIDE = (Activity.SIGN_IN.value, Activity.SESSION_USE.value)

Row = Mapping[str, object]
Home = tuple[str, str]  # provider, account


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What others told of an account that may restore one here."""

    account: str
    time: datetime
    event: EventRef
    how: str = "secondary_reported"  # or secondary_indicated


@dataclass(frozen=True, kw_only=True)
class Told:
    """What chains are found by, beside a campaign's evidence."""

    graph: Restoring
    channels: Mapping[
        tuple[str, str], tuple[str | None, str | None]
    ]  # (provider, event_uid) -> kind, mailbox or number
    notices: Mapping[str, Sequence[Notice]]  # by account


@dataclass(frozen=True, kw_only=True)
class _Recovery:
    home: Home
    time: datetime
    source_ip: object
    rows: Sequence[Row]
    done: bool


def chains(rows: Iterable[Row], told: Told) -> list[Chain]:
    """The chains of one campaign, from its EVIDENCE rows, in order of the time at which they began."""
    held: dict[Home, list[Row]] = defaultdict(list)
    for row in rows:
        if row["account_exists"]:
            held[str(row["account_provider"]), str(row["account"])].append(row)
    for mine in held.values():
        mine.sort(key=lambda row: (_time(row), str(row["event_uid"])))
    by_name: dict[str, list[Home]] = defaultdict(list)
    for home in held:
        by_name[home[1]].append(home)
    found: dict[str, Chain] = {}
    for home, mine in held.items():
        for recovery in _recoveries(home, mine):
            planted = _through_added(recovery, mine, told)
            for chain in _through_secondary(recovery, held, by_name, told):
                # A channel of its own explains the recovery: a mailbox that only the sitting points at is not needed.
                if planted is None or chain.link != "sitting":
                    found.setdefault(chain.id, chain)
            if planted is not None:
                found.setdefault(planted.id, planted)
    for chain in _shared(held, told):
        found.setdefault(chain.id, chain)
    gone_through = {one.primary for one in found.values() if one.completed_at is not None}
    kept = [one for one in found.values() if one.how != "secondary_at_risk" or one.primary not in gone_through]
    return sorted(kept, key=lambda one: (one.began_at, one.primary, one.id))


def _recoveries(home: Home, mine: Sequence[Row]) -> Iterator[_Recovery]:
    """Recoveries of an account: those done, and of the others that the source went on with the last."""
    ends: dict[object, Row] = {}
    for row in mine:
        if row["role"] == "access" and row["activity"] in RECOVERED:
            ends.setdefault(row["attempt_uid"], row)
    for end in ends.values():
        before = [
            row
            for row in mine
            if _time(end) - RECOVERY_BEFORE <= _time(row) <= _time(end)
            and (str(row["activity"]).startswith("recovery") or row["activity"] in (*RECOVERED, "challenge"))
            and row["source_ip"] in (end["source_ip"], None)
        ]
        yield _Recovery(home=home, time=_time(end), source_ip=end["source_ip"], rows=before, done=True)
    tried = [row for row in mine if row["role"] == "attack" and row["activity"] in TRIED]
    if tried and not ends:
        last = tried[-1]
        near = [row for row in tried if _time(last) - RECOVERY_BEFORE <= _time(row)]
        yield _Recovery(home=home, time=_time(last), source_ip=last["source_ip"], rows=near, done=False)


def _through_secondary(
    recovery: _Recovery, held: Mapping[Home, Sequence[Row]], by_name: Mapping[str, Sequence[Home]], told: Told
) -> Iterator[Chain]:
    """Chains by which this recovery went through a mailbox that the campaign held, or had attacked."""
    links = told.graph.links_to(recovery.home[1])
    # Of a mailbox that the campaign itself put there nobody need tell: `_through_added` does.
    planted = {_key(row) for row in held[recovery.home] if row["role"] == "persistence"}
    sure = False
    for link in sorted(links, key=lambda one: one.known_from in POSSIBLE):
        if sure and link.known_from in POSSIBLE:
            break
        for secondary in by_name.get(link.secondary, ()):
            first = _taken(held[secondary], recovery.time)
            if first:
                sure = True
                how = "secondary_taken" if recovery.done else "secondary_at_risk"
                yield _chain(how, recovery, link, secondary[0], first)
            elif (
                not recovery.done
                and link.known_from not in POSSIBLE
                and (tries := _attacked(held[secondary], recovery))
            ):
                yield _chain("secondary_at_risk", recovery, link, secondary[0], tries)
        if recovery.done and link.secondary not in by_name:
            notices = [
                one
                for one in told.notices.get(link.secondary, ())
                if -CLOCKS_APART <= recovery.time - one.time <= LONGEST_WAIT
                and (one.event.provider, one.event.event_uid) not in planted
            ]
            # What another provider says of its own account is more than what somebody's list says.
            reported = [one for one in notices if one.how == "secondary_reported"]
            if notices:
                sure = True
                yield _reported(recovery, link, reported or notices)
    if recovery.done and not sure:
        yield from _open_at_once(recovery, held, told)


def _taken(second: Sequence[Row], until: datetime) -> list[Row]:
    """How the mailbox was come into and used, up to the recovery."""
    inside = [
        row
        for row in second
        if row["role"] in ("access", "persistence") and -CLOCKS_APART <= until - _time(row) <= LONGEST_WAIT
    ]
    if not inside:
        return []
    before = [row for row in second if row["role"] == "attack" and _time(inside[0]) - RECOVERY_BEFORE <= _time(row)]
    return sorted([*(row for row in before if _time(row) <= _time(inside[0])), *inside], key=_time)


def _attacked(second: Sequence[Row], recovery: _Recovery) -> list[Row]:
    return [
        row for row in second if row["role"] == "attack" and -CLOCKS_APART <= recovery.time - _time(row) <= LONGEST_WAIT
    ]


def _open_at_once(recovery: _Recovery, held: Mapping[Home, Sequence[Row]], told: Told) -> Iterator[Chain]:
    """The mailbox that the source had open while it recovered the account, if it was one and no other's secondary."""
    open_: dict[Home, list[Row]] = {}
    for home, mine in held.items():
        if home[1] == recovery.home[1] or home[1].rpartition("@")[2] == recovery.home[1].rpartition("@")[2]:
            continue
        near = [
            row
            for row in mine
            if row["role"] == "access"
            and row["activity"] in INSIDE
            and row["source_ip"] == recovery.source_ip
            # Nothing else ties the two, so clocks that are apart are not taken for granted.
            and timedelta() <= recovery.time - _time(row) <= OPEN_BEFORE
        ]
        restores = told.graph.primaries.get(home[1], ())
        if near and not any(name in {other for _, other in held} for name in restores):
            open_[home] = near
    if len(open_) == 1:
        ((home, near),) = open_.items()
        yield _chain("secondary_taken", recovery, Link(home[1], recovery.home[1], "sitting"), home[0], near)


def _through_added(recovery: _Recovery, mine: Sequence[Row], told: Told) -> Chain | None:
    """A channel that the campaign added in an earlier sitting, and the recovery after it."""
    if not recovery.done:
        return None
    over = {kind for row in recovery.rows if (kind := _channel(row, told)[0]) is not None} & set(CHANNELS)
    added = [
        row
        for row in mine
        if _adds_channel(row, told)
        and recovery.time - _time(row) >= ADDED_BEFORE
        and (not over or _channel(row, told)[0] in (*over, None))
    ]
    if not added:
        return None
    named = next((value for row in reversed(added) if (value := _channel(row, told)[1])), None)
    return _chain("channel_added", recovery, Link(named or "", recovery.home[1], "change"), None, added, named=named)


def _adds_channel(row: Row, told: Told) -> bool:
    """Entra registers recovery mailboxes and numbers with the methods of the second factor."""
    if row["role"] != "persistence":
        return False
    if row["activity"] == Activity.CHANNEL_CHANGE.value:
        return True
    return row["activity"] == Activity.FACTOR_CHANGE.value and _channel(row, told)[0] in CHANNELS


def _channel(row: Row, told: Told) -> tuple[str | None, str | None]:
    return told.channels.get(_key(row), (None, None))


def _shared(held: Mapping[Home, Sequence[Row]], told: Told) -> Iterator[Chain]:
    """One number or mailbox that the campaign put into several accounts."""
    into: dict[str, list[tuple[Home, Row]]] = defaultdict(list)
    for home, mine in held.items():
        for row in mine:
            if row["activity"] == Activity.CHANNEL_CHANGE.value and (value := _channel(row, told)[1]):
                into[value].append((home, row))
    for value, places in into.items():
        if len({home for home, _ in places}) < SHARED_BY:
            continue
        for home in dict.fromkeys(home for home, _ in places):
            own = [row for where, row in places if where == home]
            others = [row for where, row in places if where != home]
            yield Chain(
                id=_id("channel_shared", home, value),
                how="channel_shared",
                primary=home[1],
                primary_provider=home[0],
                secondary=value,
                secondary_provider=None,
                link="change",
                began_at=stamp(min(_time(row) for _, row in places)),
                completed_at=None,
                first=_refs(others),
                second=_refs(own),
            )


def _chain(
    how: str,
    recovery: _Recovery,
    link: Link,
    secondary_provider: str | None,
    first: Sequence[Row],
    *,
    named: str | None = "",
) -> Chain:
    secondary = link.secondary if named == "" else named
    return Chain(
        id=_id(how, recovery.home, secondary or ""),
        how=how,
        primary=recovery.home[1],
        primary_provider=recovery.home[0],
        secondary=secondary,
        secondary_provider=secondary_provider,
        link=link.known_from if named == "" else None,
        began_at=stamp(_time(first[0])),
        completed_at=stamp(recovery.time) if recovery.done else None,
        first=_refs(first),
        second=_refs(recovery.rows),
    )


def _reported(recovery: _Recovery, link: Link, notices: Sequence[Notice]) -> Chain:
    return Chain(
        id=_id(notices[0].how, recovery.home, link.secondary),
        how=notices[0].how,
        primary=recovery.home[1],
        primary_provider=recovery.home[0],
        secondary=link.secondary,
        secondary_provider=None,
        link=link.known_from,
        began_at=stamp(notices[0].time),
        completed_at=stamp(recovery.time),
        first=[one.event for one in notices][-MOST_EVENTS:],
        second=_refs(recovery.rows),
    )


def _id(how: str, primary: Home, secondary: str) -> str:
    said = "\0".join((how, *primary, secondary))
    return f"chain-{hashlib.blake2b(said.encode(), digest_size=4).hexdigest()}"


def _refs(rows: Sequence[Row]) -> list[EventRef]:
    return [EventRef(provider=provider, event_uid=uid) for provider, uid in map(_key, rows[-MOST_EVENTS:])]


def _key(row: Row) -> tuple[str, str]:
    return str(row["provider"]), str(row["event_uid"])


def moment(ts: int) -> datetime:
    """The naive UTC time of milliseconds since 1970."""
    return datetime.fromtimestamp(ts / 1000, UTC).replace(tzinfo=None)


def _time(row: Row) -> datetime:
    return cast(datetime, row["time"])
