"""Recoveries at an operator's addresses that turn out to be their owners'.

Owners forget passwords at the very exits that operators rent, and while they are attacked more than at other times.
Whoever replaced a password is the one who knows it: if the next thing that the account shows away from the operator's
places is a sign-in from a home that it had before, and no reset by the helpdesk or by its owner came in between, that
speaks for the owner. It does not prove it: sessions and keys stay good after a takeover, and some logs write their use
as sign-ins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.operator import Operator
from tocsin.campaigns.refused_first import Approach
from tocsin.engines import Engine
from tocsin.enrich import OWNER_ACTIVITIES
from tocsin.events import Reason

WENT_ON = float(np.log(20.0))
"""What it adds to the owner's log-odds that the account was signed in to at home next without another reset: owners do
so after their own recovery, and in one takeover of twenty somebody does, by a session or key that stayed good."""

TYPED = float(np.log(20.0))
"""And what it adds that a wrong password was refused there just before: no session and no key does that, so whoever is
at home types the new one."""

TYPED_MS = 600_000
"""What is refused is typed again within ten minutes."""

COMPLETING = 1.5
"""And what it adds that a recovery was completed at all: owners mostly complete what they start, operators get in now
and then. Bounded, since how seldom an operator gets in is not known before it is known what it got into."""

ENTERING = OWNER_ACTIVITIES

HALFWAY = Reason.FIRST_FACTOR.value
"""A right password that a second factor still follows."""

RECOVERED = "recovery_complete"

REPLACING = (RECOVERED, "credential_change")

TELLING = ("sign_in", "admin_act", *REPLACING)
"""Who knows the password, and who replaces it."""

ECHO_MS = 600_000
"""A replaced password that another log tells of within this time, without an address, is the same act."""

DAY_MS = 86_400_000

SOON_MS = 7 * DAY_MS
"""People who recover an account use it again within a week."""

SITTING_MS = 6 * 3_600_000
"""What belongs to one recovery, from the first failure to the session after it; a longer pause ends a sitting."""


def entered(activity: str, outcome: str, reason: str | None) -> bool:
    """`enrich.let_in` of one event: a second factor that is only asked for lets nobody in."""
    return activity in ENTERING and outcome == "success" and reason != HALFWAY


class Told(NamedTuple):
    """A success of an account."""

    ts: int
    activity: str
    source_ip: str | None
    network: str | None


Refused = Sequence[tuple[int, str]]
"""When (milliseconds since 1970) and at which address a password was refused."""


def replaced(picked: pa.Table) -> pa.Table:
    """Of the picked events (in order of time) the first that replaced each account's password."""
    changes = pc.and_(
        pc.is_in(picked["activity"], value_set=pa.array(REPLACING)), pc.not_equal(picked["outcome"], "failure")
    )
    rows = picked.filter(changes)
    first: dict[str, int] = {}
    for number, account in enumerate(rows["account"].to_pylist()):
        first.setdefault(account, number)
    return rows.take(pa.array(list(first.values()), pa.int64()))


def successes(engine: Engine, events: ibis.Table, accounts: set[str]) -> dict[str, list[Told]]:
    """Sign-ins and replaced passwords of the accounts, from wherever."""
    lines: dict[str, list[Told]] = defaultdict(list)
    if not accounts:
        return lines
    wanted = engine.table("replaced_accounts", pa.table({"account": pa.array(sorted(accounts), pa.string())}))
    told = events.filter(events.activity.isin(TELLING), events.outcome == "success")
    told = told.filter((told.reason != HALFWAY).fill_null(True)).semi_join(wanted, "account")
    for row in engine.rows(told.select("account", *Told._fields)).to_pylist():
        account = row.pop("account")
        lines[account].append(Told(**row))
    return lines


def without_owners(
    rows: pa.Table,
    picked: pa.Table,
    changes: pa.Table,
    operator: Operator,
    touch: Mapping[str, int],
    lines: Mapping[str, Sequence[Told]],
    refused: Mapping[str, Refused],
    approach: Approach,
    last: int,
) -> pa.Table:
    """The rows less recoveries (`changes`, as from `replaced`) that were picked as the operator's and are more likely
    the owner's. The log ends at `last` (milliseconds). `lines` and `refused` are the same accounts'."""
    theirs = {place for name in ("source_ip", "network") for place in picked[name].to_pylist() if place is not None}
    accounts, when, where = (changes[name].to_pylist() for name in ("account", "ts", "source_ip"))
    odds = operator.odds(changes, touch) + np.array(
        [
            # Who changes a password in a session needs no refused one.
            operator.prior(ip, account) + (approach.odds(account, ip, ts) if how == RECOVERED else 0.0)
            for ip, account, ts, how in zip(where, accounts, when, changes["activity"].to_pylist(), strict=True)
        ]
    )
    back = _came_back(picked, dict(zip(accounts, zip(when, where, strict=True), strict=True)))
    owned = {
        account: (ts, ip)
        for account, ts, ip, before in zip(accounts, when, where, odds.tolist(), strict=True)
        if account not in back
        and before + COMPLETING + _after(lines.get(account, ()), refused.get(account, ()), ts, theirs, last) > 0.0
    }
    if not owned:
        return rows
    keep = [
        account not in owned or ip != owned[account][1] or abs(ts - owned[account][0]) > SITTING_MS
        for account, ip, ts in zip(*[rows[name].to_pylist() for name in ("account", "source_ip", "ts")], strict=True)
    ]
    return rows.filter(pa.array(keep, pa.bool_()))


def _after(line: Sequence[Told], refused: Refused, replaced_at: int, theirs: set[str], last: int) -> float:
    """What it adds for the owner what the account showed away from the operator's places. Nothing so far says nothing
    where the log ends soon; else the owner is locked out or does not know of it."""
    if went_on(line, replaced_at, theirs):
        return proved(line, refused, replaced_at, theirs)
    seen = any(one.ts > replaced_at + ECHO_MS and one.source_ip not in theirs for one in line)
    return -np.inf if seen or last - replaced_at > SOON_MS else 0.0


def _came_back(picked: pa.Table, changed: Mapping[str, tuple[int, str]]) -> set[str]:
    """Accounts that were entered from another of the operator's addresses after their password was replaced."""
    names = ("account", "ts", "source_ip", "activity", "outcome")
    return {
        account
        for account, ts, ip, activity, outcome in zip(*[picked[name].to_pylist() for name in names], strict=True)
        if account in changed
        and activity in ENTERING
        and outcome == "success"
        and ts > changed[account][0]
        and ip != changed[account][1]
    }


def proved(
    line: Sequence[Told], refused: Refused, replaced_at: int, theirs: set[str], known: Collection[str] = ()
) -> float:
    """What it adds to the owner's log-odds that whoever is at home knows the new password: by signing in there next
    (`went_on`), and by typing it."""
    if not went_on(line, replaced_at, theirs, known):
        return 0.0
    homes = _homes(line, replaced_at, theirs, known)
    for one in since_replaced(line, replaced_at, theirs):
        if one.activity != "sign_in":
            break
        typed = (ip == one.source_ip and ts > replaced_at and 0 < one.ts - ts <= TYPED_MS for ts, ip in refused)
        if homes & {one.source_ip, one.network} and any(typed):
            return WENT_ON + TYPED
    return WENT_ON


def went_on(line: Sequence[Told], replaced_at: int, theirs: set[str], known: Collection[str] = ()) -> bool:
    """Was the next thing at home a sign-in, with no reset by helpdesk or owner before it? `theirs` are the operator's
    addresses and networks; home is any other that the account was used from before (`known` ones among them), or on
    several days at all."""
    homes = _homes(line, replaced_at, theirs, known)
    for one in since_replaced(line, replaced_at, theirs):
        if one.activity != "sign_in":
            return False
        if homes & {one.source_ip, one.network}:
            return True
    return False


def _homes(line: Sequence[Told], replaced_at: int, theirs: set[str], known: Collection[str]) -> set[str | None]:
    days: dict[str, set[int]] = defaultdict(set)
    homes: set[str | None] = {place for place in known if place not in theirs}
    for one in line:
        places = {place for place in (one.source_ip, one.network) if place is not None and place not in theirs}
        if one.activity == "sign_in":
            homes |= places if one.ts < replaced_at else set()
            for place in places:
                days[place].add(one.ts // DAY_MS)
    return homes | {place for place, on in days.items() if len(on) > 1}


def since_replaced(line: Sequence[Told], replaced_at: int, theirs: Collection[str]) -> list[Told]:
    """What the account shows afterwards away from the operator's addresses, in order of time."""
    later = [
        one
        for one in line
        if one.ts > replaced_at
        and one.source_ip not in theirs
        and not (one.source_ip is None and one.ts - replaced_at <= ECHO_MS)
    ]
    return sorted(later, key=lambda one: one.ts)
