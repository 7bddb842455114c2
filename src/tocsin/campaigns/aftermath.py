"""What an operator did from addresses that nothing else ties to it: where it came in, and where it came back.

Many operators change their address for every step. An account that was asked for from one address is entered from
another, and its mailbox read from a third that no other account ever saw. Such sittings are weighed one by one: how
foreign the place is to the account, how soon it follows on what the operator tried, whether the operator holds the
account already, and whether whoever sat there dug in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.chances import against
from tocsin.campaigns.control import Control
from tocsin.campaigns.locked_out import LOCKED_OUT, locked_out
from tocsin.campaigns.operator import KNOWN_DAYS, Operator
from tocsin.campaigns.own_recoveries import DAY_MS, SITTING_MS, TELLING, Refused, Told, entered, proved
from tocsin.campaigns.refused_first import PROVEN, Approach
from tocsin.campaigns.texts import firsts, texts
from tocsin.campaigns.upkeep import KINDS, Upkeep
from tocsin.events import Reason

SECOND_MS = 1_000

FALLS = 0.02
"""One in fifty of the accounts that an operator tries falls, before anything is seen."""

COMES_BACK = 0.5
"""Of an account that it holds: every other foreign sitting is the operator's."""

LOOKS = 0.05
"""Share of tries that make the owner sign in to see what is going on."""

RESCUED = 0.3
"""Chance that the helpdesk lets an owner in again within `RESCUE_MS` after a stranger replaced the password."""

RESCUE_MS = 3 * DAY_MS

TAKEN = -float(np.log(20.0))
"""Owner log-odds below which a sitting is the operator's: twenty to one, since an account has many sittings."""

PROVING = ("sign_in", "challenge")
HELPED = Reason.BY_ADMIN.value


@dataclass(frozen=True)
class Sitting:
    """Rows (indices) of one account at one address without a pause of `SITTING_MS`."""

    account: str
    start: int  # milliseconds since 1970
    end: int
    rows: tuple[int, ...]


def aftermath(
    rows: pa.Table,
    picked: pa.Table,
    operator: Operator,
    touch: Mapping[str, int],
    usual: Upkeep,
    owners: Mapping[str, int],
    approach: Approach,
    refused: Mapping[str, Refused],
    control: Control,
) -> pa.Table:
    """Of `rows` those that are held to be the operator's own beside what was `picked`.

    `rows` are successes of accounts that the operator went for, from any address, and what the helpdesk did to them, in
    order of time; `touch` is the day on which the operator first touched each account; `usual` what owners do; `owners`
    how many accounts were let in at each address; `refused` the passwords refused of each account.
    """
    known = set(zip(picked["provider"].to_pylist(), picked["event_uid"].to_pylist(), strict=True))
    candidates = rows.filter(pa.array(_possible(rows, known, operator, touch), pa.bool_()))
    if not len(candidates):
        return candidates
    sittings = _sittings(candidates)
    began = candidates.take(pa.array([one.rows[0] for one in sittings], pa.int64()))
    habit, crowds = operator.odds(began, touch, known_days=KNOWN_DAYS), _crowds(began, owners)
    controlled = control.odds(began, habit, picked, operator, touch) + crowds
    foreign = habit + crowds
    # In networks that the operator keeps to, it is as likely to have come through their exits.
    foreign -= operator.keeps_to(began, touch, known_days=KNOWN_DAYS)
    tries, holds = _tries(picked), _holds(picked)
    window = max(int(pc.max(rows["ts"]).as_py()) - int(pc.min(rows["ts"]).as_py()), DAY_MS)
    rows = rows.filter(pc.is_in(rows["account"], value_set=pc.unique(candidates["account"])))
    resets = _resets(rows, known)
    used, replaced = _days_used(rows), _of_replaced(rows, candidates)
    lines, met = _lines(replaced), _met(replaced)
    theirs = {place for name in ("source_ip", "network") for place in picked[name].to_pylist() if place is not None}
    held: set[int] = set()
    activities, changing, often = texts(candidates["activity"]), cache(usual.odds), cache(_log)
    for one, odds, beside_others in zip(sittings, foreign.tolist(), controlled.tolist(), strict=True):
        done = {activities[number] for number in one.rows}
        kinds = frozenset(KINDS[activity] for activity in done & KINDS.keys())
        came_in = holds.get(one.account, one.start)
        helped = resets.get(one.account, ())
        if came_in < one.start and not any(came_in < reset < one.start for reset in helped):
            odds += against(COMES_BACK)
        else:
            # Each of an owner's sittings might have been the one; an operator comes in once.
            odds = min(odds + against(FALLS) + often(used[one.account]), beside_others)
            odds -= _soon(tries.get(one.account, ()), one.start, window)
            recovered = [number for number in one.rows if activities[number] in PROVEN]
            if recovered:
                first = recovered[0]
                address, ts = candidates["source_ip"][first].as_py(), candidates["ts"][first].as_py()
                odds += approach.odds(one.account, address, ts)
            if "password" in kinds and any(0 < reset - one.start <= RESCUE_MS for reset in helped):
                odds += float(np.log(min(usual.resets * RESCUE_MS / DAY_MS, 1.0) / RESCUED))
            elif "password" in kinds:
                before = {place for ts, *places in met[one.account] if ts < one.start for place in places if place}
                # Whoever replaced it is the one who knows it.
                line, away = lines[one.account], theirs | _places(candidates, one)
                wrong = refused.get(one.account, ())
                odds += proved(line, wrong, one.end, away, before)
                odds -= LOCKED_OUT if locked_out(line, wrong, one.end, away) else 0.0
        if odds + changing(kinds) < TAKEN:
            held.update(one.rows)
            holds[one.account] = min(came_in, one.start)
    return candidates.take(pa.array(sorted(held), pa.int64()))


def _log(number: float) -> float:
    return float(np.log(number))


def _possible(rows: pa.Table, known: set[tuple[str, str]], operator: Operator, touch: Mapping[str, int]) -> list[bool]:
    """Rows not picked yet, away from the operator's addresses, on or after the day on which it came."""
    names = ("provider", "event_uid", "account", "source_ip", "day_number", "reason")
    return [
        (provider, uid) not in known and ip not in operator.owners and day >= touch[account] and reason != HELPED
        for provider, uid, account, ip, day, reason in _columns(rows, *names)
    ]


def _crowds(rows: pa.Table, owners: Mapping[str, int]) -> np.ndarray:
    """What it speaks for the owner that others live behind the address: a new place is mostly one where people are."""
    others = np.array([max(owners.get(ip, 1) - 1, 0) for ip in rows["source_ip"].to_pylist()], np.float64)
    return np.asarray(np.log1p(2.0 * others), np.float64)


def _of_replaced(rows: pa.Table, candidates: pa.Table) -> pa.Table:
    """Rows of the accounts whose password was replaced in one of the candidates."""
    acts = pa.array([activity for activity, kind in KINDS.items() if kind == "password"])
    accounts = candidates.filter(pc.is_in(candidates["activity"], value_set=acts))["account"]
    return rows.filter(pc.is_in(rows["account"], value_set=pc.unique(accounts)))


def _days_used(rows: pa.Table) -> dict[str, int]:
    days = rows.select(["account", "day_number"])
    return Counter(texts(days.take(firsts(days))["account"]))


def _lines(rows: pa.Table) -> dict[str, list[Told]]:
    """What each account shows, as `went_on` asks for it."""
    lines: dict[str, list[Told]] = defaultdict(list)
    for account, *told in _columns(rows, "account", *Told._fields):
        one = Told(*told)
        if one.activity in TELLING:
            lines[account].append(one)
    return lines


def _met(rows: pa.Table) -> dict[str, list[tuple[int, str | None, str | None]]]:
    """When and where (address, network) each account was used."""
    found: dict[str, list[tuple[int, str | None, str | None]]] = defaultdict(list)
    for account, ts, ip, network, reason in _columns(rows, "account", "ts", "source_ip", "network", "reason"):
        if reason != HELPED:
            found[account].append((ts, ip, network))
    return found


def _places(rows: pa.Table, sitting: Sitting) -> set[str]:
    """Where it was: address and network."""
    first = sitting.rows[0]
    return {place for name in ("source_ip", "network") if (place := rows[name][first].as_py()) is not None}


def _soon(tries: Sequence[int], start: int, window: int) -> float:
    """What it speaks for the operator that it tried just before: owners come at any time of the `window`
    (milliseconds), the success of a try comes within seconds or within a day, all magnitudes alike. So do the owners
    whom a message or prompt that they did not ask for makes look (LOOKS)."""
    before = [start - tried for tried in tries if 0 <= start - tried <= DAY_MS]
    if not before:
        return 0.0
    delay = max(min(before), SECOND_MS)
    by_chance = min(delay * float(np.log(DAY_MS / SECOND_MS)) / window, 1.0)
    return -float(np.log((1.0 - LOOKS) * by_chance + LOOKS))


def _tries(picked: pa.Table) -> dict[str, list[int]]:
    """When each account's proofs were tried by the operator."""
    tried: dict[str, list[int]] = defaultdict(list)
    for account, ts, activity, outcome in _columns(picked, "account", "ts", "activity", "outcome"):
        if activity == "recovery_proof" or (activity in PROVING and outcome != "success"):
            tried[account].append(ts)
    return tried


def _holds(picked: pa.Table) -> dict[str, int]:
    """Since when the operator holds an account."""
    held: dict[str, int] = {}
    for account, ts, activity, outcome, reason in _columns(picked, "account", "ts", "activity", "outcome", "reason"):
        if entered(activity, outcome, reason) or (activity in KINDS and outcome != "failure"):
            held[account] = min(held.get(account, ts), ts)
    return held


def _resets(rows: pa.Table, known: set[tuple[str, str]]) -> dict[str, list[int]]:
    """When the helpdesk let an account's owner in again."""
    found: dict[str, list[int]] = defaultdict(list)
    helped = rows.filter(pc.equal(rows["reason"], HELPED))
    for provider, uid, account, ts in _columns(helped, "provider", "event_uid", "account", "ts"):
        if (provider, uid) not in known:
            found[account].append(ts)
    return found


def _sittings(rows: pa.Table) -> list[Sitting]:
    """In order of time. Rows are in order of time."""
    current: dict[tuple[str, str], list[int]] = {}
    last: dict[tuple[str, str], int] = {}
    found: list[Sitting] = []
    times = rows["ts"].to_pylist()
    for number, (account, ip, ts) in enumerate(_columns(rows, "account", "source_ip", "ts")):
        key = (account, ip)
        if key in current and ts - last[key] > SITTING_MS:
            found.append(Sitting(account, times[current[key][0]], last[key], tuple(current.pop(key))))
        current.setdefault(key, []).append(number)
        last[key] = ts
    found += [Sitting(key[0], times[held[0]], last[key], tuple(held)) for key, held in current.items()]
    return sorted(found, key=lambda one: (one.start, one.rows))


def _columns(rows: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    columns = [rows[name] for name in names]
    # Ids come once each: there is no text to be shared.
    lists = [
        texts(one) if pa.types.is_string(one.type) and name != "event_uid" else one.to_pylist()
        for name, one in zip(names, columns, strict=True)
    ]
    return zip(*lists, strict=True)
