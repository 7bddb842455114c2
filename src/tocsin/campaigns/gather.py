"""Everything an operator did: all events from its sources, told apart from the owners behind the same addresses.

Inference looks at failures and recoveries. Here the successes join them. An owner's habit is taken from before the
operator first touched the account, and from addresses the operator never used, so that an attacker who stays for days
does not become an owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import COLUMNS
from tocsin.campaigns.infer import Suspects, Weighed
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import LEVELS, STRANGER, weigh
from tocsin.engines import Engine

NEVER_OWN = ("admin_act", "provider_verdict", "other", "session_end", "profile_change")
"""Activities that prove nothing about who was at the keyboard."""

QUIET_OWNERS = 1
"""An address with no more owners than this, the accounts the operator went for left out, is the operator's alone."""

FOREIGN = -3.0
"""Log-odds below which a source is so foreign to an account not otherwise gone for that a change of its credential,
factor or channel from an operator's address is taken for a takeover at the first try."""

TAKING_OVER = ("recovery_complete", "credential_change", "factor_change", "channel_change")


def everything(
    engine: Engine, events: ibis.Table, days: ibis.Table, weighed: Weighed, suspects: Sequence[Suspects]
) -> list[pa.Table]:
    """Per operator its events (COLUMNS), in order of time. `events` are enriched."""
    if not suspects:
        return []
    addresses = sorted({ip for one in suspects for ip, _ in one.sources})
    wanted = engine.table("suspect_addresses", pa.table({"source_ip": pa.array(addresses, pa.string())}))
    from_there = events.semi_join(wanted, "source_ip")
    from_there = from_there.filter(from_there.account.notnull(), ~from_there.activity.isin(NEVER_OWN))
    rows = engine.rows(from_there.select(*COLUMNS)).sort_by([("ts", "ascending"), ("event_uid", "ascending")])
    met = pc.unique(rows["account"]).to_pylist()
    accounts = engine.table("suspect_accounts", pa.table({"account": pa.array(sorted(met), pa.string())}))
    lived = engine.rows(days.semi_join(accounts, "account")).to_pylist()
    by_account: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in lived:
        by_account[str(row["account"])].append(row)
    return [_of(one, rows, by_account, weighed) for one in suspects]


def _of(
    suspects: Suspects, rows: pa.Table, lived: dict[str, list[dict[str, object]]], weighed: Weighed
) -> pa.Table:
    own = weighed.acts.where(_mask(suspects.acts, len(weighed.acts))).table
    own_ids = set(zip(own["provider"].to_pylist(), own["event_uid"].to_pylist(), strict=True))
    ips = {ip for ip, _ in suspects.sources}
    agents = defaultdict(set)
    for ip, agent in suspects.sources:
        agents[ip].add(agent)
    first_touch: dict[str, int] = {}
    for account, day in zip(own["account"].to_pylist(), own["day_number"].to_pylist(), strict=True):
        first_touch[account] = min(first_touch.get(account, day), day)
    own_days = (int(own["day_number"].to_numpy().min()), int(own["day_number"].to_numpy().max()))
    here = rows.filter(pc.is_in(rows["source_ip"], value_set=pa.array(sorted(ips))))
    for account, day in _taken_at_once(here, lived, first_touch, ips, weighed.population, own_days).items():
        first_touch[account] = day
    picked = here.filter(pc.is_in(here["account"], value_set=pa.array(sorted(first_touch))))
    if not len(picked):
        return picked
    odds = _before_touch(picked, lived, first_touch, ips, weighed.population)
    others = {ip: weighed.owners_at(ip) - len(_entered(lived, ip) & first_touch.keys()) for ip in ips}
    keep = np.zeros(len(picked), np.bool_)
    names = ("provider", "event_uid", "source_ip", "user_agent", "account", "day_number")
    columns = zip(*[picked[name].to_pylist() for name in names], strict=True)
    for number, (provider, uid, ip, agent, account, day) in enumerate(columns):
        same_client = "" in agents[ip] or (agent or "") in agents[ip] or not agent
        keep[number] = (provider, uid) in own_ids or (
            odds[number] < STRANGER
            and day >= first_touch[account]
            and (same_client or others[ip] <= QUIET_OWNERS)
        )
    return picked.filter(pa.array(keep))


def _taken_at_once(
    rows: pa.Table,
    lived: dict[str, list[dict[str, object]]],
    touched: dict[str, int],
    ips: set[str],
    population: Population,
    active: tuple[int, int],
) -> dict[str, int]:
    """Accounts that fell without a failure before, with the day: providers that log no lookups show only this."""
    fresh = rows.filter(
        pc.and_(
            pc.and_(
                pc.is_in(rows["activity"], value_set=pa.array(TAKING_OVER)),
                pc.not_equal(rows["outcome"], "failure"),
            ),
            pc.invert(pc.is_in(rows["account"], value_set=pa.array(sorted(touched), pa.string()))),
        )
    )
    if not len(fresh):
        return {}
    day: dict[str, int] = {}
    for account, number in zip(fresh["account"].to_pylist(), fresh["day_number"].to_pylist(), strict=True):
        day[account] = min(day.get(account, number), number)
    odds = _before_touch(fresh, lived, day, ips, population)
    return {
        account: day[account]
        for account, weight, number in zip(
            fresh["account"].to_pylist(), odds.tolist(), fresh["day_number"].to_pylist(), strict=True
        )
        if weight < FOREIGN and active[0] <= number <= active[1] + 1
    }


def _entered(lived: dict[str, list[dict[str, object]]], address: str) -> set[str]:
    return {account for account, days in lived.items() if any(row["source_ip"] == address for row in days)}


def _before_touch(
    picked: pa.Table,
    lived: dict[str, list[dict[str, object]]],
    first_touch: dict[str, int],
    ips: set[str],
    population: Population,
) -> np.ndarray:
    """Owner log-odds of each row, from days before the first touch and from addresses not of the operator."""
    habits: dict[str, dict[str, set[object]]] = {}
    history: dict[str, int] = {}
    for account, touch in first_touch.items():
        mine = [row for row in lived.get(account, ()) if row["day_number"] < touch or row["source_ip"] not in ips]  # type: ignore[operator]
        habits[account] = {feature: {row[feature] for row in mine} for feature in (*LEVELS, "client")}
        history[account] = len({row["day_number"] for row in mine})
    accounts = picked["account"].to_pylist()
    seen = {
        feature: np.fromiter(
            (
                value is not None and value in habits[account][feature]
                for account, value in zip(accounts, picked[feature].to_pylist(), strict=True)
            ),
            np.bool_,
            len(picked),
        )
        for feature in (*LEVELS, "client")
    }
    days = np.array([history[account] for account in accounts], np.float64)
    return weigh(picked, seen, days, population)


def _mask(indices: np.ndarray, size: int) -> np.ndarray:
    mask = np.zeros(size, np.bool_)
    mask[indices] = True
    return mask
