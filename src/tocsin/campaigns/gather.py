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
    agents: dict[str, set[str]] = defaultdict(set)
    for ip, agent in suspects.sources:
        agents[ip].add(agent)
    ips = set(agents)
    here = rows.filter(pc.is_in(rows["source_ip"], value_set=pa.array(sorted(ips))))
    # Behind an address that the operator nearly has for itself, an act is the operator's unless the owner is plain.
    gone_for = _accounts_at(own)
    owners = {ip: len(_entered(lived, ip) - gone_for[ip]) for ip in ips}
    prior = np.array([np.log((owners[ip] + 0.5) / (len(gone_for[ip]) + 0.5)) for ip in here["source_ip"].to_pylist()])
    fits = np.array(
        [
            "" in agents[ip] or (agent or "") in agents[ip] or not agent or owners[ip] <= QUIET_OWNERS
            for ip, agent in zip(here["source_ip"].to_pylist(), here["user_agent"].to_pylist(), strict=True)
        ],
        np.bool_,
    )
    keys = list(zip(here["provider"].to_pylist(), here["event_uid"].to_pylist(), strict=True))
    days = here["day_number"].to_numpy()
    active = (days >= own["day_number"].to_numpy().min()) & (days <= own["day_number"].to_numpy().max() + 1)
    accounts = here["account"].to_pylist()
    # Failures and recoveries, weighed as before but with the address's own odds.
    weight = weighed.pair_odds
    acts = np.array([weight.get(key, np.inf) for key in keys])
    keep = np.array([key in own_ids for key in keys], np.bool_) | (fits & active & (acts + prior < STRANGER))
    touch = _first_days(here.filter(pa.array(keep)))
    # Accounts that fell without a failure before: providers that log no lookups show only this.
    taking = np.array(
        [activity in TAKING_OVER and account not in touch for activity, account in zip(here["activity"].to_pylist(), accounts, strict=True)],
        np.bool_,
    ) & _let_in(here)
    first_taken = {**touch, **_first_days(here.filter(pa.array(taking)))}
    odds = _before_touch(here, lived, first_taken, ips, weighed.population)
    taken = taking & fits & active & (odds < 0.0) & (odds + prior < FOREIGN)
    for account, day in _first_days(here.filter(pa.array(taken))).items():
        touch.setdefault(account, day)
    # And all else in the accounts it went for.
    since = np.array([day >= touch.get(account, 1 << 30) for account, day in zip(accounts, days.tolist(), strict=True)], np.bool_)
    keep |= fits & since & (odds + prior < STRANGER)
    return here.filter(pa.array(keep))


def _let_in(rows: pa.Table) -> np.ndarray:
    return np.asarray(pc.not_equal(rows["outcome"], "failure").to_numpy(zero_copy_only=False), np.bool_)


def _first_days(rows: pa.Table) -> dict[str, int]:
    first: dict[str, int] = {}
    for account, day in zip(rows["account"].to_pylist(), rows["day_number"].to_pylist(), strict=True):
        first[account] = min(first.get(account, day), day)
    return first


def _accounts_at(rows: pa.Table) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for ip, account in zip(rows["source_ip"].to_pylist(), rows["account"].to_pylist(), strict=True):
        held[ip].add(account)
    return held


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
    for account in set(picked["account"].to_pylist()):
        touch = first_touch.get(account, 1 << 30)
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
