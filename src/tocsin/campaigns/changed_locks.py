"""Locks that somebody else changed: recoveries and resets after which the owner stands before the door.

Who has the telephone number of another recovers his account at the first try (FBI, "Criminals Increasing SIM Swap
Schemes", I-020822-PSA), and who talks a help desk into a reset needs no try at all (CISA and others, "Scattered
Spider", AA23-320A). Account by account it looks like an owner with a new telephone who had forgotten the password. But
an owner knows what he has just set; somebody else's victim is refused where he always is, and let in by a help desk or
by a recovery of his own. That befalls some owners, too. So everything that those who change locks at places new to the
accounts may have in common, the exact user agent or the network, is asked three questions, each with the chance that it
is harmless, and the three are taken together (Fisher's method):

locked    of so many who changed locks with it, how many owners were locked out; how often owners are is measured here
agree     of all who changed locks at new places, how many have it, against how many owners do
at risk   how many of those who fell are people at risk, against those who change locks here anyway
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import ACT, GATHERED
from tocsin.campaigns.chances import fishers, log_at_least
from tocsin.campaigns.falls import Fall, Seen, falls
from tocsin.campaigns.own_recoveries import DAY_MS, REPLACING, SITTING_MS
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import weigh
from tocsin.campaigns.suspicion import FALSE_ALARM
from tocsin.campaigns.texts import texts
from tocsin.engines import Engine
from tocsin.enrich import CODED, FEATURES, Fill, familiarity, let_in
from tocsin.events import Activity, Outcome, Reason

CHANGED_LOCK = "changed_lock"
"""The detection of what was done where somebody else changed the lock."""

CHANGED_LOCK_TECHNIQUES = ("T1078.004",)

FORGOTTEN = 0.05
"""Owners who have forgotten a new password by the next time, before anything is seen: one in twenty, as in
`locked_out.py`."""

IMAGINED = 20.0
"""Weight of that, in changed locks."""

LEAST = 2
"""Accounts that fell in the same way before an operator is begun with them: one is somebody's bad week."""

LEAST_FALLEN = 3
"""Accounts that a campaign which is told by changed locks must have gone for: two are a coincidence."""

TELLING = 20.0
"""What so many times more have who changed locks than owners would tells whose hand it was in accounts, too, of which
nothing shows whether their owners were locked out."""

SHARED = ("user_agent", "network")
"""What those who changed locks may have in common."""

RESETS = (Activity.ADMIN_ACT.value, Activity.FACTOR_CHANGE.value, *REPLACING)
"""What a help desk does to an account before somebody comes in."""

DONE_THERE = (Activity.FACTOR_CHANGE.value, Activity.CHANNEL_CHANGE.value, *REPLACING)
"""What whoever came in changes in the sitting."""


@dataclass(frozen=True, kw_only=True)
class Locks:
    """Accounts that fell in the same way."""

    falls: tuple[Fall, ...]
    chance: float  # log10 of the chance that all of it is harmless
    told: int  # the day (since 1970) on which it was plain

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """(address, account)"""
        return frozenset((one.source_ip, one.account) for one in self.falls)


def changed_locks(
    engine: Engine,
    gist: ibis.Table,
    days: ibis.Table,
    steps: ibis.Table,
    population: Population,
    agents: Mapping[str, int],
    at_risk: Collection[str],
) -> list[Locks]:
    """What fell together, the least likely first. `gist` are the columns of `enrich.GIST` of all events, `days` as from
    `enrich.owner_days`, `steps` those of recoveries; `agents`: how many accounts were let in with each user agent;
    `at_risk`: existing accounts of people at risk."""
    recovered, reset = engine.rows(_recovered(gist, steps)), engine.rows(_reset(gist))
    accounts = sorted({*texts(recovered["account"]), *texts(reset["account"])})
    if not accounts:
        return []
    lines = _lines(engine, gist, accounts)
    for account, ts, *place in _values(recovered):
        lines[account].append(Seen(ts, "recovered", *place))
    for account, ts in _values(reset):
        lines[account].append(Seen(ts, "reset"))
    found = [fall for account in accounts for fall in falls(account, sorted(lines[account], key=_in_time))]
    new = [fall for fall, odds in zip(found, _odds(engine, days, found, population), strict=True) if odds <= 0.0]
    usual = {
        "user_agent": _shares(agents, sum(agents.values())),
        "network": _shares(population.users("network"), population.accounts),
    }
    return together(found, new, usual, frozenset(at_risk))


def _in_time(one: Seen) -> int:
    return one.ts


def _values(rows: pa.Table) -> Iterable[tuple[Any, ...]]:
    return zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True)


def _recovered(gist: ibis.Table, steps: ibis.Table) -> ibis.Table:
    done = steps.filter(steps.step == "completed", steps.outcome == Outcome.SUCCESS.value, steps.from_requester)
    done = done.filter(done.account.notnull()).select("provider", "event_uid", person="account")
    told = gist.inner_join(done, ["provider", "event_uid"])
    place = ("source_ip", "network", "country", "client", "user_agent")
    return told.select("ts", *place, account="person").select("account", "ts", *place).distinct()


def _reset(gist: ibis.Table) -> ibis.Table:
    by_admin = (gist.reason == Reason.BY_ADMIN.value) & (gist.outcome != Outcome.FAILURE.value)
    return gist.filter(gist.activity.isin(RESETS), by_admin, gist.account.notnull()).select("account", "ts").distinct()


def _lines(engine: Engine, gist: ibis.Table, accounts: Sequence[str]) -> dict[str, list[Seen]]:
    """What of these accounts is neither a recovery nor a reset."""
    asked = engine.table("lock_accounts", pa.table({"account": pa.array(accounts, pa.string())}))
    theirs = gist.semi_join(asked, "account").filter(gist.source_ip.notnull())
    signed_in = theirs.activity == Activity.SIGN_IN.value
    reason = theirs.reason.fill_null("")
    kind = ibis.cases(
        (let_in(theirs) & signed_in, "signed_in"),
        (let_in(theirs), "used"),
        (signed_in & (reason == Reason.WRONG_PASSWORD.value), "refused"),
        (
            (theirs.activity == Activity.CREDENTIAL_CHANGE.value)
            & (theirs.outcome != Outcome.FAILURE.value)
            & (reason != Reason.BY_ADMIN.value),
            "set",
        ),
    )
    rows = theirs.mutate(kind=kind)
    found = engine.rows(rows.filter(rows.kind.notnull()).select("account", *Seen._fields))
    lines: dict[str, list[Seen]] = defaultdict(list)
    for account, *told in _values(found):
        lines[account].append(Seen(*told))
    return lines


def _odds(engine: Engine, days: ibis.Table, found: Sequence[Fall], population: Population) -> list[float]:
    """Owner log-odds of the place and client of each fall, by the days before it."""
    if not found:
        return []
    table = pa.table(
        {
            "number": pa.array(range(len(found)), pa.int64()),
            "account": pa.array([one.account for one in found], pa.string()),
            "day_number": pa.array([one.ts // DAY_MS for one in found], pa.int32()),
            **{name: pa.array([getattr(one, name) for one in found], pa.string()) for name in FEATURES},
        }
    )
    rows = engine.rows(familiarity(engine.table("falls", table), days)).sort_by("number")
    seen = {name: rows[f"{name}_before"].to_numpy() > 0 for name in FEATURES}
    history = rows["history_before"].to_numpy().astype(np.float64)
    return list(weigh(rows, seen, history, population).tolist())


def _shares(users: Mapping[str, int], every: int) -> Callable[[str, int], float]:
    """How usual a value is among owners, without so many users of it."""
    return lambda value, without: min(max(users.get(value, 1) - without, 1) / max(every, 1), 1.0)


def together(
    found: Sequence[Fall],
    new: Sequence[Fall],
    usual: Mapping[str, Callable[[str, int], float]],
    at_risk: frozenset[str],
) -> list[Locks]:
    """What of the `new` falls among those `found`, at places new to their accounts, chance does not bring together, the
    least likely first. `usual` says how usual a user agent or network is without so many of its users."""
    told = []
    for name in SHARED:
        with_: dict[str, list[Fall]] = defaultdict(list)
        for one in new:
            if getattr(one, name) is not None:
                with_[getattr(one, name)].append(one)
        open_ = _accounts(one for held in with_.values() for one in held if one.locked is not False)
        for value, held in sorted(with_.items()):
            rest = [one for one in found if getattr(one, name) != value]
            # Whoever went on at home is an owner who has it.
            share = usual[name](value, len(_accounts(one for one in held if one.locked is not False)) - 1)
            group = _Group(held, rest, len(open_), share, at_risk, log(len(with_)))
            if group.chance(inf) < log(FALSE_ALARM):
                told.append(group.locks())
    return sorted(told, key=lambda one: (one.chance, sorted(one.pairs)))


def _accounts(held: Iterable[Fall]) -> frozenset[str]:
    return frozenset(one.account for one in held)


@dataclass(frozen=True)
class _Group:
    """Falls that have one thing in common."""

    held: Sequence[Fall]
    rest: Sequence[Fall]  # all others, at whatever places
    open: int  # accounts that fell at new places and of whose owners nothing says that they were not locked out
    share: float  # of owners who have it, too
    at_risk: frozenset[str]
    values: float  # natural log of how many such things were asked about

    def chance(self, until: float) -> float:
        """Natural log of the chance that what was plain by then (milliseconds) is harmless."""
        held = [one for one in self.held if one.ts <= until]
        fallen = _accounts(one for one in held if one.locked is not False or one.told > until)
        locked = _accounts(one for one in held if one.locked and one.told <= until)
        if len(fallen) < LEAST or not locked:
            return 0.0
        forgotten = sum(one.locked is True for one in self.rest) + FORGOTTEN * IMAGINED
        asked = [
            (len(locked), len(_accounts(held)), forgotten / (len(self.rest) + IMAGINED)),
            (len(fallen), max(self.open, len(fallen)), self.share),
        ]
        if self.at_risk:
            others, those = _accounts(self.rest), locked if len(locked) >= LEAST else fallen
            anyway = (len(others & self.at_risk) + 1.0) / (len(others) + 2.0)
            asked.append((len(those & self.at_risk), len(those), anyway))
        chances = [float(log_at_least(np.array(number), among, share)) for number, among, share in asked]
        return min(fishers(chances) + self.values, 0.0)

    def locks(self) -> Locks:
        """The accounts that fell so."""
        fallen = [one for one in self.held if one.locked is not False]
        if TELLING * self.share * self.open > len(_accounts(fallen)):
            fallen = [one for one in fallen if one.locked]
        plain = sorted(max(one.ts, one.told) for one in fallen)
        first = next((ts for ts in plain if self.chance(ts) < log(FALSE_ALARM)), plain[-1])
        return Locks(falls=tuple(fallen), chance=self.chance(inf) / log(10.0), told=first // DAY_MS)


def with_changed_locks(
    engine: Engine, fill: Fill, gist: ibis.Table, acts: ibis.Table, found: Sequence[Locks]
) -> ibis.Table:
    """The acts with all else that was done in the sittings in which these locks were changed."""
    falls = sorted({(fall.account, fall.source_ip, fall.ts) for one in found for fall in one.falls})
    accounts, addresses, times = zip(*falls, strict=True)
    named = {
        "account": pa.array(accounts, pa.string()),
        "source_ip": pa.array(addresses, pa.string()),
        "at": pa.array(times, pa.int64()),
    }
    done = gist.filter(let_in(gist) | (gist.activity.isin(DONE_THERE) & (gist.outcome != Outcome.FAILURE.value)))
    there = done.inner_join(engine.table("fallen", pa.table(named)), ["account", "source_ip"])
    there = there.filter((there.ts - there["at"]).abs() <= SITTING_MS).select(*GATHERED).distinct()
    more = fill(there.anti_join(acts, ["provider", "event_uid"]), ACT).mutate(detection=ibis.literal(CHANGED_LOCK))
    parts = [one.select(*ACT, "detection") for one in (acts, more)]
    return engine.kept("acts_with_changed_locks", ibis.union(*parts), coded=CODED)


__all__ = [
    "CHANGED_LOCK",
    "CHANGED_LOCK_TECHNIQUES",
    "LEAST",
    "LEAST_FALLEN",
    "Locks",
    "changed_locks",
    "together",
    "with_changed_locks",
]
