"""Accounts that fell with no try before it that looked like one: a known password, a mailbox that restores another.

A right password used once at a place that owners share is an owner's, by itself. Three things speak against: whoever
sat there changed what guards the account, as owners seldom do; they sat there while the operator was at work at the
same address; and the account restores another that the operator recovered about then, or is restored by one that it
holds (a pivot: the announcement of October 2019 tells of secondary mailboxes taken first). Each is weighed beside what
is new for the account, so that an owner who signs in where they always do is never taken for a half of a chain.
At addresses where nobody else was ever let in, how many visits are too many is known from the site itself (alone.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import among
from tocsin.campaigns.aftermath import COMES_BACK, FALLS, RESCUE_MS, RESCUED, TAKEN
from tocsin.campaigns.alone import Alone, coincidence
from tocsin.campaigns.chances import against
from tocsin.campaigns.locked_out import LOCKED_OUT, locked_out
from tocsin.campaigns.operator import KNOWN_DAYS, Operator, returned
from tocsin.campaigns.own_recoveries import DAY_MS, ENTERING, RECOVERED, SITTING_MS, Refused, Told, entered, proved
from tocsin.campaigns.refused_first import PROVEN, Approach
from tocsin.campaigns.restores import Restoring
from tocsin.campaigns.texts import coded, texts, together
from tocsin.campaigns.upkeep import KINDS, Upkeep
from tocsin.events import Activity

MINUTE_MS = 60_000

AT_WORK_MS = 30 * MINUTE_MS
"""Before and after each of an operator's acts it still sits at the address: as long as a recovery's form lives."""

AT_WORK = 0.5
"""Share of an operator's sittings in an account that border on what it does in others at the same address."""

AWAKE = 0.5
"""Share of the time in which owners use an address at all."""

PIVOT_MS = 14 * DAY_MS
"""The longest from the secondary's fall to the recovery of the account that it restores: by then owners have noticed a
stranger in the mailbox. How long within it is unknown by orders of magnitude, so each magnitude is as likely."""

THROUGH = 0.5
"""Chance that an operator who recovers an account has been in the mailbox that restores it, and that one who holds a
mailbox goes on to what it restores: as likely as not."""

TIED = -float(np.log(10.0))
"""Owner log-odds below which a visit is the operator's where something ties it to what else it did: ten to one."""

PLAIN = -float(np.log(100.0))
"""Owner log-odds below which a visit is the operator's where nothing but the visit itself says so: a hundred to one."""

ARRIVING = frozenset({*ENTERING, RECOVERED})
"""How somebody gets in. Who changes a password without any of it was in already, from where the owner is."""

RECOVERING = frozenset({Activity.RECOVERY_START.value, *PROVEN})

NEW_PHONE = frozenset({"factor", "channel"})
"""What owners change with their telephone."""

FAMILIAR = 3.0
"""Owner log-odds of the place alone (twenty to one, as of an address where the account lives) from which on nothing
makes the visit an operator's: owners sign in to their own mailbox at home, and recover an account through it."""

ROUNDS = 4
"""What was found tells where else the operator sat; chains have few links."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What was done in one account at one of the operator's addresses."""

    account: str
    address: str
    network: str | None
    rows: tuple[int, ...]  # all of them, tries too
    entered: tuple[int, ...]  # those by which somebody was in
    times: tuple[int, ...]  # of `entered`, milliseconds since 1970
    inside: tuple[int, ...]  # times of those that were no right password alone, a second factor following
    days: frozenset[int]  # on which somebody was in
    kinds: frozenset[str]  # most kinds of change in one sitting
    planted: bool  # a recovery channel was changed on one day and the password replaced on a later one
    replaced: int | None  # when the password was, the last time
    recovered: int | None  # when the recovery that replaced it began, if one did
    agents: frozenset[str]  # user agents with which somebody was in
    nameless: str | None  # the provider, where none of its records names a client
    unentered: str | None  # the provider, where things were changed and none of its records says how anybody got in


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What an operator's quiet takeovers are told by."""

    operator: Operator
    usual: Upkeep
    graph: Restoring
    shown: frozenset[str]  # providers whose logs show who starts recoveries
    lines: Mapping[str, Sequence[Told]]  # of accounts whose password was replaced, from wherever
    refused: Mapping[str, Refused]  # of the same
    alone: Alone
    approach: Approach


def visits(rows: pa.Table, picked: pa.Table) -> list[Visit]:
    """Visits of which nothing that let somebody in was `picked`, and what of others came before that was. Rows are in
    order of time."""
    times, days = (rows[name].to_pylist() for name in ("ts", "day_number"))
    names = ("account", "source_ip", "network", "activity", "outcome", "reason", "provider", "client", "user_agent")
    accounts, addresses, networks, activities, outcomes, reasons, providers, clients, agents = (
        texts(rows[name]) for name in names
    )
    told = list(zip(activities, outcomes, reasons, strict=True))
    opening = {one: one[1] != "failure" and (one[0] in ENTERING or one[0] in KINDS) for one in {*told}}
    passing = {one: one[0] in KINDS or entered(*one) for one in opening}
    let_in, known = [opening[one] for one in told], among(rows, picked).tolist()
    found = []
    for numbers in _by_place(rows, np.array(let_in, np.bool_)):
        inside = [one for one in numbers if let_in[one]]
        taken = [n for n, one in enumerate(inside) if known[one]]
        later = inside[taken[0] :] if taken else []
        if taken:
            numbers, inside = [one for one in numbers if one < later[0]], inside[: taken[0]]
        if not inside:
            continue
        when = [times[one] for one in inside]
        done = [activities[one] for one in inside]
        named = any(clients[one] for one in inside)
        changed = [ts for act, ts in zip(done, when, strict=True) if KINDS.get(act) == "password"]
        recovering = [times[one] for one in numbers if activities[one] in RECOVERING] if changed else []
        found.append(
            Visit(
                account=accounts[inside[0]],
                address=addresses[inside[0]],
                network=networks[inside[0]],
                rows=tuple(numbers),
                entered=tuple(inside),
                times=tuple(when),
                inside=tuple(times[one] for one in inside if passing[told[one]]),
                days=frozenset(days[one] for one in inside),
                kinds=_kinds(done, when),
                planted=_planted([*done, *(activities[one] for one in later)], [*when, *(times[one] for one in later)]),
                agents=frozenset(agents[one] for one in inside if agents[one]),
                nameless=None if named else providers[inside[0]],
                unentered=None if ARRIVING & set(done) else providers[inside[0]],
                replaced=max(changed, default=None),
                recovered=min((ts for ts in recovering if ts <= max(changed)), default=None),
            )
        )
    return found


def _by_place(rows: pa.Table, let_in: np.ndarray) -> list[list[int]]:
    """Numbers of the rows of each account at each address where one of them `let_in` (bool per row), by the first."""
    places = together([coded(rows["account"]), coded(rows["source_ip"])])
    here = np.flatnonzero(np.isin(places, places[let_in]))
    here = here[np.argsort(places[here], kind="stable")]
    numbers, ends = here.tolist(), (np.flatnonzero(np.diff(places[here])) + 1).tolist()
    return sorted(numbers[start:end] for start, end in pairwise([0, *ends, len(numbers)]) if start < end)


def _kinds(activities: Sequence[str], times: Sequence[int]) -> frozenset[str]:
    """Kinds of change in the sitting with the most."""
    most: frozenset[str] = frozenset()
    if KINDS.keys().isdisjoint(activities):
        return most
    current: set[str] = set()
    for number, (activity, ts) in enumerate(zip(activities, times, strict=True)):
        if number and ts - times[number - 1] > SITTING_MS:
            current = set()
        if activity in KINDS:
            current.add(KINDS[activity])
        most = frozenset(current) if len(current) > len(most) else most
    return most


def _planted(activities: Sequence[str], times: Sequence[int]) -> bool:
    if KINDS.keys().isdisjoint(activities):
        return False
    added = [ts for activity, ts in zip(activities, times, strict=True) if KINDS.get(activity) == "channel"]
    replaced = [ts for activity, ts in zip(activities, times, strict=True) if KINDS.get(activity) == "password"]
    return bool(added and replaced) and max(replaced) - min(added) > DAY_MS


def quiet_falls(rows: pa.Table, picked: pa.Table, open_: Sequence[Visit], scene: Scene) -> pa.Table:
    """Of `rows` (all events at the operator's addresses, in order of time) those of accounts that fell quietly, beside
    what was `picked`. `open_` are the `visits` of these."""
    work = _Work(picked)
    days = rows["day_number"].to_pylist()
    by_accident = _by_accident(open_, scene)
    foreign: dict[int, float] = {}
    told: dict[int, _Evidence] = {}
    held: dict[int, Visit] = {}
    asked = set(range(len(open_)))
    for _ in range(ROUNDS):
        for number in sorted(asked):
            one = open_[number]
            evidence = _evidence(one, work, scene, by_accident[number] if one.inside else inf)
            if evidence is not None:
                told[number] = evidence
        foreign |= _foreign(rows, {number: open_[number] for number in sorted(told.keys() - foreign.keys())}, scene)
        new = {
            number: open_[number]
            for number, evidence in sorted(told.items())
            if foreign[number] < FAMILIAR and foreign[number] + evidence.odds < evidence.most
        }
        if not new:
            break
        held |= new
        for one in new.values():
            work.add(one)
        near = _Near(new.values(), scene.graph)
        asked = {number for number, one in enumerate(open_) if number not in held and near.to(one)}
        told = {number: evidence for number, evidence in told.items() if number not in held and number not in asked}
    numbers = sorted({row for one in held.values() for row in one.rows if days[row] >= days[one.entered[0]] - 1})
    found = rows.take(pa.array(numbers, pa.int64()))
    return found.filter(pa.array(~among(found, picked)))


class _Near:
    """Of which visits more may be told once some turned out to be the operator's: those at the same addresses, and in
    accounts that these restore or are restored by."""

    def __init__(self, found: Iterable[Visit], graph: Restoring) -> None:
        self._addresses: set[str] = set()
        self._accounts: set[str] = set()
        for one in found:
            self._addresses.add(one.address)
            self._accounts.update((one.account, *graph.primaries.get(one.account, ())))
            self._accounts.update(link.secondary for link in graph.links_to(one.account))

    def to(self, one: Visit) -> bool:
        return one.address in self._addresses or one.account in self._accounts


def _foreign(rows: pa.Table, asked: Mapping[int, Visit], scene: Scene) -> dict[int, float]:
    """Owner log-odds of each of these visits by the account's own places and clients."""
    first = rows.take(pa.array([one.entered[0] for one in asked.values()], pa.int64()))
    # An account may have met the operator at several addresses, from a day of its own at each.
    odds = scene.operator.odds_since(first, first["day_number"].to_numpy(), known_days=KNOWN_DAYS)
    return dict(zip(asked, odds.tolist(), strict=True))


def _by_accident(open_: Sequence[Visit], scene: Scene) -> list[float]:
    """For each visit the owner's log-odds of a single day at an address where nobody else was let in; infinite where it
    is not that."""
    operator = scene.operator
    alone = [not operator.others(one.address, one.account) for one in open_]
    once = [by_itself and len(one.days) == 1 for one, by_itself in zip(open_, alone, strict=True)]
    met = coincidence(
        [one.network for one, by_itself in zip(open_, once, strict=True) if by_itself],
        [one.network for one, first, second in zip(open_, alone, once, strict=True) if first and not second],
        operator.tried_alone(),
        scene.alone,
    )
    return [met.get(one.network, inf) if by_itself else inf for one, by_itself in zip(open_, once, strict=True)]


class _Evidence(NamedTuple):
    odds: float  # owner log-odds, but for the account's own places and clients
    most: float  # below which, all in all, the visit is the operator's


def _evidence(one: Visit, work: _Work, scene: Scene, alone: float) -> _Evidence | None:
    """What speaks about a visit beside how foreign the place is; None where nothing else does. `alone` are the owner's
    log-odds of a single day at an address where nobody else was let in; infinite where it is not that."""
    if one.unentered in scene.shown:
        return None
    held = work.holds(one.account)
    through = min(work.through(one, scene.graph), work.opened_for(one, scene))
    tied = held or through < 0.0
    crowd = scene.operator.prior(one.address, one.account, work.in_at(one.address) - {one.account})
    # Where more owners than targets come through, somebody is always there while the operator works.
    beside = work.beside(one) if tied or crowd < 0.0 else 0.0
    asked = 0.0 if tied else work.asked(one, scene.graph)
    kinds = one.kinds
    if not (tied or one.planted) and one.nameless in scene.shown:
        # Owners get a new telephone on a journey, and whoever takes over an account looks it up before.
        kinds -= NEW_PHONE
    by_itself = not scene.operator.others(one.address, one.account)
    given_away = scene.operator.given_away(one.account, one.agents)
    if not (kinds or beside < 0.0 or asked < 0.0 or tied or by_itself or given_away):
        return None
    odds = crowd + scene.operator.away(one.address, one.days) + returned(len(one.days))
    odds = min(odds + against(COMES_BACK if held else THROUGH if tied else FALLS), alone)
    odds += min(beside, through, asked, 0.0)
    usual, often = scene.usual, float(np.log(len(one.days)))
    if kinds:
        odds += min(often + usual.odds(kinds), 0.0)
    if one.planted:
        odds += min(often + usual.odds(("channel",)), 0.0)
    if one.recovered is not None:
        odds += scene.approach.odds(one.account, one.address, one.recovered)
    if one.replaced is not None:
        line = scene.lines.get(one.account, ())
        refused = scene.refused.get(one.account, ())
        odds += proved(line, refused, one.replaced, {one.address})
        odds -= LOCKED_OUT if locked_out(line, refused, one.replaced, {one.address}) else 0.0
        if any(told.activity == "admin_act" and 0 < told.ts - one.replaced <= RESCUE_MS for told in line):
            odds += float(np.log(min(usual.resets * RESCUE_MS / DAY_MS, 1.0) / RESCUED))
    return _Evidence(odds, TIED if tied or one.planted else TAKEN if alone < 0.0 else PLAIN)


class _Work:
    """When, where and in which accounts the operator was."""

    def __init__(self, picked: pa.Table) -> None:
        self._at: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by address: time, account
        self._in: dict[str, list[int]] = defaultdict(list)  # by account: when it was in
        self._recovered: dict[str, list[int]] = defaultdict(list)  # by account: when it gave a proof at its recovery
        self._started: dict[str, list[int]] = defaultdict(list)  # by account: when it started to recover it
        self._ended: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by address: proof at a recovery, account
        names = ("account", "source_ip", "ts", "activity", "outcome", "reason")
        for account, ip, ts, activity, outcome, reason in zip(
            *[picked[name].to_pylist() for name in names], strict=True
        ):
            # A code that was refused was guessed: nobody has seen the message, and nobody is in.
            passed = outcome != "failure"
            if activity == "recovery_start":
                self._started[account].append(ts)
            # Some logs tell of a recovery's end by the new password alone.
            if passed and (activity == "recovery_proof" or KINDS.get(activity) == "password"):
                self._recovered[account].append(ts)
                self._ended[ip].append((ts, account))
            inside = passed and (activity == "recovery_proof" or activity in ENTERING or activity in KINDS)
            if inside or activity == "recovery_proof":
                self._at[ip].append((ts, account))
            if inside and (activity not in ENTERING or entered(activity, outcome, reason)):
                self._in[account].append(ts)
        times = picked["ts"].to_pylist()
        self._period = max(max(times) - min(times), DAY_MS) if times else DAY_MS

    def add(self, one: Visit) -> None:
        self._at[one.address] += [(ts, one.account) for ts in one.times]
        if one.inside:
            self._in[one.account] += one.inside
        if one.replaced is not None:
            self._recovered[one.account].append(one.replaced)
            self._ended[one.address].append((one.replaced, one.account))

    def in_at(self, address: str) -> set[str]:
        """Accounts that it was in, or in the midst of recovering, at the address."""
        return {account for _, account in self._at.get(address, ())}

    def holds(self, account: str) -> bool:
        return account in self._in

    def beside(self, one: Visit) -> float:
        """Owner log-odds by whether the visit borders on what the operator did in other accounts at the address."""
        others = sorted(ts for ts, account in self._at.get(one.address, ()) if account != one.account)
        if not any(abs(ts - mine) <= AT_WORK_MS for ts in others for mine in one.times):
            return 0.0
        covered = sum(
            min(b - a, 2 * AT_WORK_MS) for a, b in zip(others, [*others[1:], others[-1] + DAY_MS], strict=True)
        )
        share = min(len(one.days) * covered / (AWAKE * self._period), 1.0)
        return float(np.log(share / AT_WORK))

    def asked(self, one: Visit, graph: Restoring) -> float:
        """The same by how soon a mere start of a recovery of the account that this one restores lies after the visit:
        most of those only look the account up."""
        starts = [ts for primary in graph.primaries.get(one.account, ()) for ts in self._started.get(primary, ())]
        apart = [max(abs(ts - mine), MINUTE_MS) for ts in starts for mine in one.times if ts - mine > -AT_WORK_MS]
        near = [delay for delay in apart if delay <= PIVOT_MS]
        return self._soon(min(near), len(starts) * len(one.days)) if near else 0.0

    def opened_for(self, one: Visit, scene: Scene) -> float:
        """Owner log-odds by how soon the operator recovered another account at the same address after somebody came
        into this one, where nobody knows which mailbox restores that account: it must have been in one."""
        ended = self._ended.get(one.address, ())
        if not ended or one.replaced is not None:
            return 0.0
        begun = [mine for before, mine in zip((0, *one.times), one.times, strict=False) if mine - before > AT_WORK_MS]
        apart = [
            max(ts - mine, MINUTE_MS)
            for ts, account in ended
            for mine in begun
            if account != one.account and 0 < ts - mine <= AT_WORK_MS and not scene.graph.links_to(account)
        ]
        if not apart:
            return 0.0
        others = scene.operator.others(one.address, one.account)
        return self._soon(min(apart), (others + 1) * len(one.days) * len({*ended}))

    def _soon(self, delay: int, chances: int) -> float:
        """By chance anywhere in the period; in a chain all magnitudes of delay alike."""
        return float(np.log(chances * delay * np.log(PIVOT_MS / MINUTE_MS) / self._period))

    def through(self, one: Visit, graph: Restoring) -> float:
        """Owner log-odds by how soon a recovery of the account that this one restores, or one's own recovery after the
        fall of what restores it, lies beside the visit."""
        apart = [
            max(abs(recovered - mine), MINUTE_MS)
            for primary in graph.primaries.get(one.account, ())
            for recovered in self._recovered.get(primary, ())
            for mine in one.times
            if recovered - mine > -AT_WORK_MS
        ]
        if one.replaced is not None:
            apart += [
                max(abs(mine - held), MINUTE_MS)
                for link in graph.links_to(one.account)
                for held in self._in.get(link.secondary, ())
                for mine in one.times
                if mine - held > -AT_WORK_MS
            ]
        near = [delay for delay in apart if delay <= PIVOT_MS]
        if not near:
            return 0.0
        return self._soon(min(near), len(one.days))


def replaced_in(found: Iterable[Visit]) -> set[str]:
    """Accounts of which a visit replaced the password."""
    return {one.account for one in found if one.replaced is not None}
