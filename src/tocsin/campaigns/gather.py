"""Everything an operator did: all events from its sources, told apart from the owners behind the same addresses.

Inference looks at failures and recoveries. Here the successes join them. An owner's habit is taken from before the
operator first touched the account, and from addresses the operator never used, so that an attacker who stays for days
does not become an owner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import COLUMNS
from tocsin.campaigns.infer import Suspects
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import LEVELS, STRANGER, weigh
from tocsin.campaigns.weighed import Weighed
from tocsin.engines import Engine

NEVER_OWN = ("admin_act", "provider_verdict", "other", "session_end", "profile_change")
"""Activities that prove nothing about who was at the keyboard."""

QUIET_OWNERS = 1
"""An address with no more owners than this, the accounts the operator went for left out, is the operator's alone."""

CLEAR = -2.0
"""Log-odds below which an act at an operator's address is its own though nothing else of the account is."""

NEVER = 1 << 30
"""A day after every other."""

FOREIGN = -3.0
"""Log-odds below which a source is so foreign to an account not otherwise gone for that a change of its credential,
factor or channel from an operator's address is taken for a takeover at the first try."""

ENTERING = ("sign_in", "session_use", "challenge")

GUESSING = ("sign_in", "challenge")

LED_UP_MS = 24 * 3_600_000
"""A sign-in that follows a guess, a prompt or a proof at the same address within a day may be what it led to."""

LED_UP_ELSEWHERE_MS = 3_600_000
"""The same from another address: within one sitting."""

REPLACING = ("recovery_complete", "credential_change")

ECHO_MS = 600_000
"""A replaced password that another log tells of within this time, without an address, is the same act."""

SITTING_MS = 6 * 3_600_000
"""What belongs to one recovery, from the first failure to the session after it."""

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
    picked = [_of(one, rows, by_account, weighed) for one in suspects]
    replaced = [_replaced(one) for one in picked]
    lines = _successes(engine, events, set().union(*replaced))
    gathered = []
    for one, first_look, when in zip(suspects, picked, replaced, strict=True):
        others = _without_owners(rows, first_look, when, lines)
        # What was held to follow from an owner's own recovery is looked at again without it.
        gathered.append(first_look if len(others) == len(rows) else _of(one, others, by_account, weighed))
    return gathered


def _replaced(picked: pa.Table) -> dict[str, tuple[int, str]]:
    """When (milliseconds) and where the picked events first replaced each account's password."""
    rows = picked.filter(pa.array(_is_any(picked, REPLACING) & _let_in(picked)))
    when: dict[str, tuple[int, str]] = {}
    for account, ts, ip in zip(*[rows[name].to_pylist() for name in ("account", "ts", "source_ip")], strict=True):
        when.setdefault(account, (ts, ip))
    return when


def _successes(engine: Engine, events: ibis.Table, accounts: set[str]) -> dict[str, list[Told]]:
    """Sign-ins and replaced passwords of the accounts, from wherever."""
    lines: dict[str, list[Told]] = defaultdict(list)
    if not accounts:
        return lines
    wanted = engine.table("replaced_accounts", pa.table({"account": pa.array(sorted(accounts), pa.string())}))
    told = events.filter(events.activity.isin(["sign_in", "admin_act", *REPLACING]), events.outcome == "success")
    told = told.filter(told.reason.fill_null("") != "first_factor").semi_join(wanted, "account")
    for row in engine.rows(told.select("account", *Told._fields)).to_pylist():
        account = row.pop("account")
        lines[account].append(Told(**row))
    return lines


def _without_owners(
    rows: pa.Table, picked: pa.Table, when: Mapping[str, tuple[int, str]], lines: Mapping[str, Sequence[Told]]
) -> pa.Table:
    """The rows less recoveries that were picked as the operator's and turn out to be the owner's: whoever replaced the
    password is the one who knows it, and an owner who next signs in at home without another reset did."""
    theirs = {place for name in ("source_ip", "network") for place in picked[name].to_pylist() if place is not None}
    owned = {account: at for account, at in when.items() if _owner_went_on(lines.get(account, ()), at[0], theirs)}
    keep = [
        account not in owned or ip != owned[account][1] or abs(ts - owned[account][0]) > SITTING_MS
        for account, ip, ts in zip(*[rows[name].to_pylist() for name in ("account", "source_ip", "ts")], strict=True)
    ]
    return rows.filter(pa.array(keep, pa.bool_()))


class Told(NamedTuple):
    """A success of an account."""

    ts: int
    activity: str
    source_ip: str | None
    network: str | None


def _owner_went_on(line: Sequence[Told], replaced_at: int, theirs: set[str]) -> bool:
    """Was the next thing at home a sign-in, with no reset by helpdesk or owner before it? `theirs` are the operator's
    addresses and networks; home is any other that the account was used from before."""
    before = [one for one in line if one.ts < replaced_at and one.activity == "sign_in"]
    homes = {place for one in before for place in (one.source_ip, one.network) if place is not None} - theirs
    for one in sorted(line, key=lambda one: one.ts):
        echo = one.source_ip is None and one.ts - replaced_at <= ECHO_MS
        if one.ts <= replaced_at or one.source_ip in theirs or echo:
            continue
        if one.activity != "sign_in":
            return False
        if one.source_ip in homes or one.network in homes:
            return True
    return False


def _of(suspects: Suspects, rows: pa.Table, lived: dict[str, list[dict[str, object]]], weighed: Weighed) -> pa.Table:
    own = weighed.acts.where(_mask(suspects.acts, len(weighed.acts))).table
    own_ids = set(zip(own["provider"].to_pylist(), own["event_uid"].to_pylist(), strict=True))
    addresses_of = {ip for ip, _ in suspects.sources}
    here = _with_clients(rows.filter(pc.is_in(rows["source_ip"], value_set=pa.array(sorted(addresses_of)))))
    operator = _Operator(own, addresses_of, lived, weighed)
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
    began = failing & alone & _begin(here, failing)
    if began.any():
        afresh = operator.odds(here, _first_days(here.filter(pa.array(began))))
        keep |= began & fits & active & (afresh + prior < CLEAR)
    touch = _first_days(here.filter(pa.array(keep)))
    # Accounts that fell without a failure before: providers that log no lookups show only this.
    taking = _is_any(here, TAKING_OVER) & _let_in(here)
    fresh = taking & np.array([account not in touch for account in accounts], np.bool_)
    odds = operator.odds(here, {**touch, **_first_days(here.filter(pa.array(fresh)))})
    taken = fresh & fits & active & (odds < 0.0) & (odds + prior < FOREIGN)
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
    keep |= fits & since & (odds + prior < np.where(entering, FOREIGN, STRANGER)) & (~entering | led_up_to)
    return here.filter(pa.array(keep | taken))


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


class _Operator:
    """One operator's side of every comparison: its networks and clients, its aim, who else is at its addresses."""

    def __init__(
        self,
        own: pa.Table,
        addresses: Iterable[str],
        lived: dict[str, list[dict[str, object]]],
        weighed: Weighed,
    ) -> None:
        self._lived = lived
        self._roster = weighed.roster
        self._addresses = set(addresses)
        self._gone_for = _accounts_at(own)
        entered: dict[str, set[str]] = defaultdict(set)
        for account, held in lived.items():
            for row in held:
                entered[str(row["source_ip"])].add(account)
        others = {ip: entered[ip] - self._gone_for[ip] for ip in self._addresses}
        self.owners = {ip: len(held) for ip, held in others.items()}
        self._aim = self._aim_odds(others)
        self._site = weighed.population
        self._population = replace(weighed.population, shares=self._shares(own, weighed.population))

    def _aim_odds(self, others: dict[str, set[str]]) -> dict[bool, float]:
        """log P(on the roster or not | owner here) - log P(the same | gone for)."""
        targets = set().union(*self._gone_for.values()) if self._gone_for else set()
        owners = set().union(*others.values()) if others else set()
        odds = {}
        for rostered in (True, False):
            mine = sum((account in self._roster) == rostered for account in targets)
            theirs = sum((account in self._roster) == rostered for account in owners)
            odds[rostered] = float(np.log((theirs + 1) / (len(owners) + 2)) - np.log((mine + 1) / (len(targets) + 2)))
        return odds if self._roster else {True: 0.0, False: 0.0}

    def _shares(self, own: pa.Table, population: Population) -> dict[str, dict[str, float]]:
        """How likely a stranger shows a value: by the site's frequency or this operator's, whichever is higher."""
        shares = {feature: dict(table) for feature, table in population.shares.items()}
        for feature in ("network", "country", "client"):
            held = Counter(value for value in own[feature].to_pylist() if value is not None)
            for value, number in held.items():
                shares[feature][value] = max(shares[feature].get(value, 0.0), number / held.total())
        return shares

    def prior(self, address: str, account: str) -> float:
        """Log-odds that whoever acts on this account here is its owner, before its habits are looked at."""
        crowd = np.log((self.owners[address] + 0.5) / (len(self._gone_for[address]) + 0.5))
        return float(crowd) + self._aim[account in self._roster]

    def odds(self, rows: pa.Table, touch: Mapping[str, int]) -> np.ndarray:
        """Owner log-odds of each row, from days before the first touch and from addresses not of the operator."""
        habits: dict[str, dict[str, set[object]]] = {}
        history: dict[str, int] = {}
        relaying: dict[str, float] = {}  # share of the days on which the owner came through a relay
        relays = self._population.relays
        for account in set(rows["account"].to_pylist()):
            since = touch.get(account, NEVER)
            mine = [
                row
                for row in self._lived.get(account, ())
                if row["day_number"] < since or row["source_ip"] not in self._addresses  # type: ignore[operator]
            ]
            habits[account] = {feature: {row[feature] for row in mine} for feature in (*LEVELS, "client")}
            history[account] = len({row["day_number"] for row in mine})
            behind = {row["day_number"] for row in mine if row["network"] in relays}
            relaying[account] = len(behind) / max(history[account], 1)
        accounts = rows["account"].to_pylist()
        seen = {
            feature: np.fromiter(
                (
                    value is not None and value in habits[account][feature]
                    for account, value in zip(accounts, rows[feature].to_pylist(), strict=True)
                ),
                np.bool_,
                len(rows),
            )
            for feature in (*LEVELS, "client")
        }
        days = np.array([history[account] for account in accounts], np.float64)
        # Who uses one relay uses others.
        relayed = np.array(
            [
                relaying[account] * relays.get(network, 0.0)
                for account, network in zip(accounts, rows["network"].to_pylist(), strict=True)
            ],
            np.float64,
        )
        odds = weigh(rows, seen, days, self._population, relayed=relayed)
        return np.asarray(odds + self._fresh(rows, seen["client"]), np.float64)

    def _fresh(self, rows: pa.Table, known: np.ndarray) -> np.ndarray:
        """What a client new to the account adds: how usual it is at the site over how usual with this operator."""
        floor = 1.0 / max(self._population.accounts, 1)
        usual, theirs = self._site.shares["client"], self._population.shares["client"]
        return np.array(
            [
                0.0
                if seen or client is None
                else float(np.log(max(usual.get(client, 0.0), floor) / max(theirs.get(client, 0.0), floor)))
                for seen, client in zip(known.tolist(), rows["client"].to_pylist(), strict=True)
            ],
            np.float64,
        )


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


def _accounts_at(rows: pa.Table) -> dict[str, set[str]]:
    held: dict[str, set[str]] = defaultdict(set)
    for ip, account in zip(rows["source_ip"].to_pylist(), rows["account"].to_pylist(), strict=True):
        held[ip].add(account)
    return held


def _mask(indices: np.ndarray, size: int) -> np.ndarray:
    mask = np.zeros(size, np.bool_)
    mask[indices] = True
    return mask
