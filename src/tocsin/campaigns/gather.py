"""Everything an operator did: all events from its sources, told apart from the owners behind the same addresses.

Inference looks at failures and recoveries. Here the successes join them. An owner's habit is taken from before the
operator first touched the account, and from addresses the operator never used, so that an attacker who stays for days
does not become an owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import COLUMNS, IN_ORDER
from tocsin.campaigns.infer import Suspects
from tocsin.campaigns.operator import NEVER, Operator
from tocsin.campaigns.own_recoveries import ENTERING, replaced, successes, without_owners
from tocsin.campaigns.strangers import STRANGER
from tocsin.campaigns.weighed import Weighed
from tocsin.engines import Engine
from tocsin.enrich import Pick

NEVER_OWN = ("admin_act", "provider_verdict", "other", "session_end", "profile_change")
"""Activities that prove nothing about who was at the keyboard."""

QUIET_OWNERS = 1
"""An address with no more owners than this, the accounts the operator went for left out, is the operator's alone."""

CLEAR = -2.0
"""Log-odds below which an act at an operator's address is its own though nothing else of the account is."""

FOREIGN = -3.0
"""Log-odds below which a source is so foreign to an account not otherwise gone for that a change of its credential,
factor or channel from an operator's address is taken for a takeover at the first try."""

GUESSING = ("sign_in", "challenge")

LED_UP_MS = 24 * 3_600_000
"""A sign-in that follows a guess, a prompt or a proof at the same address within a day may be what it led to."""

LED_UP_ELSEWHERE_MS = 3_600_000
"""The same from another address: within one sitting."""

ADDED = ("factor_change", "channel_change")

TAKING_OVER = ("recovery_complete", "credential_change", "factor_change", "channel_change")


def everything(
    engine: Engine,
    pick: Pick,
    gist: ibis.Table,
    days: ibis.Table,
    weighed: Weighed,
    suspects: Sequence[Suspects],
) -> list[pa.Table]:
    """Per operator its events (COLUMNS), in order of time. `gist` are the columns of `enrich.GIST` of all events."""
    if not suspects:
        return []
    addresses = sorted({ip for one in suspects for ip, _ in one.sources})
    wanted = engine.table("suspect_addresses", pa.table({"source_ip": pa.array(addresses, pa.string())}))
    from_there = pick(wanted, ["source_ip"])
    from_there = from_there.filter(from_there.account.notnull(), ~from_there.activity.isin(NEVER_OWN))
    rows = engine.rows(from_there.select(*COLUMNS)).sort_by(IN_ORDER)
    met = pc.unique(rows["account"]).to_pylist()
    accounts = engine.table("suspect_accounts", pa.table({"account": pa.array(sorted(met), pa.string())}))
    lived = engine.rows(days.semi_join(accounts, "account")).to_pylist()
    by_account: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in lived:
        by_account[str(row["account"])].append(row)
    looks = [_looked(one, rows, by_account, weighed) for one in suspects]
    changed = [replaced(one.picked) for one in looks]
    lines = successes(engine, gist, {name for one in changed for name in one["account"].to_pylist()})
    gathered = []
    for one, look, changes in zip(suspects, looks, changed, strict=True):
        others = without_owners(rows, look.picked, changes, look.operator, look.touch, lines)
        # What was held to follow from an owner's own recovery is looked at again without it.
        again = len(others) < len(rows)
        gathered.append(_looked(one, others, by_account, weighed).picked if again else look.picked)
    return gathered


class Look(NamedTuple):
    """What of the events at an operator's addresses is its own."""

    picked: pa.Table
    operator: Operator
    touch: dict[str, int]  # account -> day on which the operator first touched it


def _looked(suspects: Suspects, rows: pa.Table, lived: dict[str, list[dict[str, object]]], weighed: Weighed) -> Look:
    own = weighed.acts.where(_mask(suspects.acts, len(weighed.acts))).table
    own_ids = set(zip(own["provider"].to_pylist(), own["event_uid"].to_pylist(), strict=True))
    addresses_of = {ip for ip, _ in suspects.sources}
    here = _with_clients(rows.filter(pc.is_in(rows["source_ip"], value_set=pa.array(sorted(addresses_of)))))
    operator = Operator(own, here, addresses_of, lived, weighed)
    accounts = here["account"].to_pylist()
    addresses = here["source_ip"].to_pylist()
    prior = np.array([operator.prior(ip, account) for ip, account in zip(addresses, accounts, strict=True)])
    agents = {agent for agent in own["user_agent"].to_pylist() if agent}
    columns = (addresses, accounts, here["user_agent"].to_pylist())
    fits = np.array(
        [
            not agent
            or operator.owners[ip] <= QUIET_OWNERS
            or weighed.source_of(ip, agent) in suspects.sources
            # For names that nobody has, only the source tells whose they are.
            or (agent in agents and account in lived)
            for ip, account, agent in zip(*columns, strict=True)
        ],
        np.bool_,
    )
    keys = list(zip(here["provider"].to_pylist(), here["event_uid"].to_pylist(), strict=True))
    days = here["day_number"].to_numpy()
    active = (days >= own["day_number"].to_numpy().min()) & (days <= own["day_number"].to_numpy().max() + 1)
    # Failures and recoveries, weighed as before but with the address's own odds.
    acts = np.array([weighed.odds_by_event.get(key, np.inf) for key in keys])
    keep = fits & (np.array([key in own_ids for key in keys], np.bool_) | (active & (acts + prior < CLEAR)))
    # An account that first showed up there with a failure is the operator's, however long it was used from there after.
    failing = np.array([key in weighed.odds_by_event for key in keys], np.bool_)
    alone = np.array([operator.owners[ip] <= QUIET_OWNERS for ip in addresses], np.bool_)
    began = failing & _begin(here, failing)
    if began.any():
        afresh = operator.odds(here, _first_days(here.filter(pa.array(began))))
        keep |= began & fits & active & (afresh + prior < np.where(alone, CLEAR, CLEAR + FOREIGN))
    touch = _first_days(here.filter(pa.array(keep)))
    # Accounts that fell without a failure before: providers that log no lookups show only this.
    taking = _is_any(here, TAKING_OVER) & _let_in(here)
    fresh = taking & np.array([account not in touch for account in accounts], np.bool_)
    odds = operator.odds(here, {**touch, **_first_days(here.filter(pa.array(fresh)))})
    taken = fresh & fits & active & (odds < 0.0) & (odds + prior < FOREIGN) & ~_new_phone(here, weighed)
    for account, day in _first_days(here.filter(pa.array(taken))).items():
        touch.setdefault(account, day)
    # And all else in the accounts it went for. A mere success must be plainer than a failure to be held a takeover.
    since = np.array([day >= touch.get(account, NEVER) for account, day in zip(accounts, days.tolist(), strict=True)])
    inside = _first_days(here.filter(pa.array((keep | taken) & taking)))
    in_hand = np.array(
        [day >= inside.get(account, NEVER) for account, day in zip(accounts, days.tolist(), strict=True)]
    )
    entering = _is_any(here, ENTERING) & _let_in(here) & ~in_hand
    # Through an address that owners share, a success out of nothing is an owner's: breaking in leaves tries before it.
    tries = _tries(here, keep)
    times = here["ts"].to_pylist()
    led_up_to = np.array(
        [
            operator.owners[ip] <= QUIET_OWNERS or any(_leads(*tried, ts, ip) for tried in tries.get(account, ()))
            for ip, account, ts in zip(addresses, accounts, times, strict=True)
        ],
        np.bool_,
    )
    entering_alone = entering & operator.met_once(here)
    keep |= fits & since & (odds + prior < np.where(entering, FOREIGN, STRANGER)) & (~entering | led_up_to)
    keep &= ~entering_alone
    return Look(here.filter(pa.array(keep | taken)), operator, touch)


def _new_phone(rows: pa.Table, weighed: Weighed) -> np.ndarray:
    """A factor or channel changed in a session, in a log that names no client and does show who starts recoveries.

    The place is then all that speaks against the owner, who gets a new telephone on a journey, too; whoever takes over
    an account looks it up before, and it would stand in the log.
    """
    acts = weighed.acts
    started = acts.text("provider")[acts.equal("activity", "recovery_start")]
    shown = pc.is_in(rows["provider"], value_set=pa.array(sorted(set(started.tolist())), pa.string()))
    nameless = pc.and_(shown, pc.is_null(rows["client"]))
    return _is_any(rows, ADDED) & np.asarray(nameless.to_numpy(zero_copy_only=False), np.bool_)


def _leads(tried: int, where: str, ts: int, ip: str) -> bool:
    return 0 <= ts - tried <= (LED_UP_MS if where == ip else LED_UP_ELSEWHERE_MS)


def _tries(rows: pa.Table, keep: np.ndarray) -> dict[str, list[tuple[int, str]]]:
    """When (in milliseconds) and where each account's proofs were tried among the kept rows."""
    tried: dict[str, list[tuple[int, str]]] = defaultdict(list)
    names = ("account", "ts", "source_ip", "activity", "outcome")
    for held, account, ts, ip, activity, outcome in zip(keep, *[rows[name].to_pylist() for name in names], strict=True):
        guessed = activity in GUESSING and outcome != "success"
        # A recovery whose proof was refused leads nowhere.
        if held and (guessed or (activity == "recovery_proof" and outcome == "success")):
            tried[account].append((ts, ip))
    return tried


def _with_clients(rows: pa.Table) -> pa.Table:
    """Rows that name no client get the one that the same account used at the same address that day."""
    keys = list(zip(*[rows[name].to_pylist() for name in ("account", "source_ip", "day_number")], strict=True))
    for name in ("client", "user_agent"):
        used: dict[tuple[object, ...], str] = {}
        values = rows[name].to_pylist()
        for key, value in zip(keys, values, strict=True):
            if value is not None:
                used.setdefault(key, value)
        filled = [value or used.get(key) for key, value in zip(keys, values, strict=True)]
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(filled, pa.string()))
    return rows


def _is_any(rows: pa.Table, activities: Sequence[str]) -> np.ndarray:
    return np.asarray(
        pc.is_in(rows["activity"], value_set=pa.array(activities)).to_numpy(zero_copy_only=False), np.bool_
    )


def _let_in(rows: pa.Table) -> np.ndarray:
    return np.asarray(pc.not_equal(rows["outcome"], "failure").to_numpy(zero_copy_only=False), np.bool_)


def _begin(rows: pa.Table, mask: np.ndarray) -> np.ndarray:
    """Rows of accounts whose first row at that address is in the mask. Rows are in order of time."""
    first: dict[tuple[object, object], bool] = {}
    pairs = list(zip(rows["account"].to_pylist(), rows["source_ip"].to_pylist(), strict=True))
    for pair, held in zip(pairs, mask.tolist(), strict=True):
        first.setdefault(pair, held)
    return np.array([first[pair] for pair in pairs], np.bool_)


def _first_days(rows: pa.Table) -> dict[str, int]:
    first: dict[str, int] = {}
    for account, day in zip(rows["account"].to_pylist(), rows["day_number"].to_pylist(), strict=True):
        first[account] = min(first.get(account, day), day)
    return first


def _mask(indices: np.ndarray, size: int) -> np.ndarray:
    mask = np.zeros(size, np.bool_)
    mask[indices] = True
    return mask
