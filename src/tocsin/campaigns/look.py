"""What of the events at an operator's addresses is its own, told apart from the owners behind the same addresses.

failures     acts that inference weighed, with the odds of this address                  _failures
began        accounts that first showed up at the address with a failure                 _began
takeovers    accounts that fell without a failure before                                 _taken
the rest     what was done in accounts that the operator went for, once it had           _in_its_accounts
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import FOLLOW_MS, NUMBER
from tocsin.campaigns.browsers import Browsers
from tocsin.campaigns.infer import Suspects
from tocsin.campaigns.lived import Lived
from tocsin.campaigns.operator import NEVER, Operator
from tocsin.campaigns.own_recoveries import ENTERING, entered
from tocsin.campaigns.refused_first import PROVEN
from tocsin.campaigns.retries import Retries
from tocsin.campaigns.strangers import STRANGER
from tocsin.campaigns.texts import coded, texts
from tocsin.campaigns.upkeep import KINDS
from tocsin.campaigns.weighed import Weighed

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


CHANGING = tuple(activity for activity in KINDS if activity not in PROVEN)
"""What is changed in a session."""


class Look(NamedTuple):
    """What of the events at an operator's addresses is its own."""

    picked: pa.Table
    operator: Operator
    touch: dict[str, int]  # account -> day on which the operator first touched it


def unguessed(_account: str, _ts: int) -> float:
    """Nothing is known of later guesses."""
    return 0.0


def looked(
    suspects: Suspects,
    rows: pa.Table,
    lived: Lived,
    weighed: Weighed,
    browsers: Browsers,
    guessed: Callable[[str, int], float] = unguessed,
) -> Look:
    """One operator's part of `rows` (GATHERED and NUMBER, in order of time, as `with_clients` gives them). `guessed`
    says of an account and a time (milliseconds) at which it was let in what the operator's later guesses speak for the
    owner."""
    scene = _Scene(suspects, rows, lived, weighed, browsers, guessed)
    kept = scene.failures() | scene.began()
    touch = scene.first_days(kept)
    taken, touched = scene.taken(touch)
    for account, day in scene.first_days(taken).items():
        touch.setdefault(account, day)
    kept = scene.with_rest(kept, taken, touch, touched)
    return Look(scene.rows.filter(pa.array(kept | taken)), scene.operator, touch)


class _Scene:
    """The events at one operator's addresses, and what is asked of each. Arrays are parallel to `rows`."""

    def __init__(
        self,
        suspects: Suspects,
        rows: pa.Table,
        lived: Lived,
        weighed: Weighed,
        browsers: Browsers,
        guessed: Callable[[str, int], float],
    ) -> None:
        self._suspects, self._lived, self._weighed = suspects, lived, weighed
        self._guessed = guessed
        self._own = weighed.acts.table.take(pa.array(suspects.acts))
        held = {ip for ip, _ in suspects.sources}
        self.rows = rows.filter(pc.is_in(rows["source_ip"], value_set=pa.array(sorted(held))))
        self.operator = Operator(self._own, self.rows, held, lived, weighed, browsers)
        self._accounts, self._addresses = (texts(self.rows[name]) for name in ("account", "source_ip"))
        self._days = self.rows["day_number"].to_numpy()

    # What is asked of each row

    @cached_property
    def _times(self) -> list[int]:
        return list(self.rows["ts"].to_pylist())

    @cached_property
    def _acts(self) -> np.ndarray:
        """int64: the number of the act that it is, -1 where it is none."""
        return np.asarray(self.rows[NUMBER].to_numpy(), np.int64)

    @cached_property
    def _given(self) -> np.ndarray:
        """Is it an act that inference gave to the operator?"""
        return np.isin(self._acts, self._suspects.acts)

    @cached_property
    def _alone(self) -> np.ndarray:
        """Is the operator the only one at the address?"""
        quiet = [ip for ip, owners in self.operator.owners.items() if owners <= QUIET_OWNERS]
        alone = pc.is_in(self.rows["source_ip"], value_set=pa.array(quiet, pa.string()))
        return np.asarray(alone.to_numpy(zero_copy_only=False), np.bool_)

    @cached_property
    def _fits(self) -> np.ndarray:
        """Is the client one of the operator's at that address?"""
        agents = {agent for agent in self._own["user_agent"].to_pylist() if agent}
        columns = (
            self._alone.tolist(),
            self._addresses,
            self._accounts,
            texts(self.rows["user_agent"]),
            self._given.tolist(),
        )
        return np.array(
            [
                alone
                or (bool(agent) and self._weighed.sources.of(ip, agent) in self._suspects.sources)
                # For names that nobody has, only the source tells whose they are.
                or ((not agent or agent in agents) and account in self._lived)
                or (not agent and given)
                for alone, ip, account, agent, given in zip(*columns, strict=True)
            ],
            np.bool_,
        )

    @cached_property
    def _active(self) -> np.ndarray:
        """Was the operator at work on that day, or the day before?"""
        own = self._own["day_number"].to_numpy()
        return np.asarray((self._days >= own.min()) & (self._days <= own.max() + 1), np.bool_)

    @cached_property
    def _failing(self) -> np.ndarray:
        """Is it an act that inference weighed?"""
        return np.asarray(self._acts >= 0, np.bool_)

    def _of_acts(self, said: np.ndarray) -> np.ndarray:
        """What was said of each act (float64), and nothing of other rows."""
        return np.asarray(np.append(said, 0.0)[self._acts], np.float64)

    @cached_property
    def _taking(self) -> np.ndarray:
        return np.asarray(_is_any(self.rows, TAKING_OVER) & self._let_in & ~self._outside, np.bool_)

    @cached_property
    def _outside(self) -> np.ndarray:
        """Was a password changed before anybody was let in at one of the addresses, or recovered the account there, in
        a log that would show it? Whoever changes it was in already, from where the owner is."""
        arrived = _is_any(self.rows, (*ENTERING, *PROVEN)) & self._let_in
        first: dict[str, int] = {}
        for place in np.flatnonzero(arrived).tolist():
            first.setdefault(self._accounts[place], place)
        before = [place < first.get(account, len(arrived)) for place, account in enumerate(self._accounts)]
        changed = _is_any(self.rows, ("credential_change",)) & self._shown
        return np.asarray(changed & np.array(before, np.bool_), np.bool_)

    @cached_property
    def _shown(self) -> np.ndarray:
        """Does the row's log show who starts recoveries?"""
        shown = pa.array(sorted(self._weighed.acts.starts_shown()), pa.string())
        shown = pc.is_in(self.rows["provider"], value_set=shown)
        return np.asarray(shown.to_numpy(zero_copy_only=False), np.bool_)

    @cached_property
    def _let_in(self) -> np.ndarray:
        return np.asarray(pc.not_equal(self.rows["outcome"], "failure").to_numpy(zero_copy_only=False), np.bool_)

    @cached_property
    def _entered(self) -> np.ndarray:
        """Did the row let somebody in?"""
        columns = (texts(self.rows[name]) for name in ("activity", "outcome", "reason"))
        told = list(zip(*columns, strict=True))
        lets_in = {one: entered(*one) for one in set(told)}
        return np.array([lets_in[one] for one in told], np.bool_)

    @cached_property
    def _new_phone(self) -> np.ndarray:
        """A factor or channel changed in a session, in a log that names no client and does show who starts recoveries.

        The place is then all that speaks against the owner, who gets a new telephone on a journey, too; whoever takes
        over an account looks it up before, and it would stand in the log.
        """
        nameless = np.asarray(pc.is_null(self.rows["client"]).to_numpy(zero_copy_only=False), np.bool_)
        return np.asarray(_is_any(self.rows, ADDED) & self._shown & nameless, np.bool_)

    @cached_property
    def _mistyped(self) -> np.ndarray:
        """What it speaks for the owner that the account was let in at the address within the hour after a failure."""
        return self._of_acts(self._weighed.mistyped)

    @cached_property
    def _programs(self) -> np.ndarray:
        """What it speaks for the owner that the row is of a program that asks with an old password."""
        return self._of_acts(self._weighed.programs)

    @cached_property
    def _insisted(self) -> np.ndarray:
        """What it speaks against the owner that prompts were pushed again and again at the account from the address on
        that day or the day before: whoever gets in there is who pushed them."""
        held, pushed = self._weighed.insisted_at, {account for account, _, _ in self._weighed.insisted_at}
        columns = (self._accounts, self._addresses, self._days.tolist())
        return np.array(
            [
                min(held.get((account, ip, day), 0.0), held.get((account, ip, day - 1), 0.0))
                if account in pushed
                else 0.0
                for account, ip, day in zip(*columns, strict=True)
            ],
            np.float64,
        )

    def _prior(self, places: np.ndarray) -> np.ndarray:
        """Log-odds before habits that these rows (indices) are their owners'."""
        pairs = [(self._addresses[place], self._accounts[place]) for place in places.tolist()]
        odds = {pair: self.operator.prior(*pair) for pair in set(pairs)}
        return np.array([odds[pair] for pair in pairs], np.float64)

    def _away(self, places: np.ndarray) -> np.ndarray:
        """What it speaks for the owner that the operator was not at these rows' (indices) addresses about then."""
        days = [(self._addresses[place], int(self._days[place])) for place in places.tolist()]
        return np.array([self.operator.away(address, (day,)) for address, day in days], np.float64)

    def _lives(self, places: np.ndarray) -> np.ndarray:
        """What it speaks for the owner that these rows' (indices) accounts were let in at their addresses on more days
        than one."""
        pairs = [(self._addresses[place], self._accounts[place]) for place in places.tolist()]
        odds = {pair: self.operator.lives(*pair) for pair in set(pairs)}
        return np.array([odds[pair] for pair in pairs], np.float64)

    def _guessed_after(self, places: np.ndarray) -> np.ndarray:
        """What it speaks for the owner that the operator guessed at these rows' (indices) accounts later on."""
        return np.array([self._guessed(self._accounts[one], self._times[one]) for one in places.tolist()], np.float64)

    def _tried_again(self, places: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """What it speaks for the owner that these rows (indices) follow on a refused password, unless that is among the
        kept rows: who types it wrong and then right is one."""
        retries = Retries(self._own, self._weighed.refused_first, self._weighed.followed_share)
        tried = self._tries(kept)
        asked = ((self._accounts[one], self._addresses[one], self._times[one]) for one in places.tolist())
        return np.array(
            [
                0.0
                if any(ip == at and 0 <= ts - then <= FOLLOW_MS for then, at in tried.get(account, ()))
                else retries.odds(account, ip, ts)
                for account, ip, ts in asked
            ],
            np.float64,
        )

    def _odds(self, places: np.ndarray, touch: Mapping[str, int]) -> np.ndarray:
        """Log-odds by habits that these rows (indices) are their owners'."""
        return self.operator.odds(self.rows.take(pa.array(places)), touch)

    def first_days(self, mask: np.ndarray) -> dict[str, int]:
        """The first day of each account among the rows of the mask."""
        first: dict[str, int] = {}
        for place in np.flatnonzero(mask).tolist():
            account, day = self._accounts[place], int(self._days[place])
            first[account] = min(first.get(account, day), day)
        return first

    def _since(self, first: Mapping[str, int]) -> np.ndarray:
        """Rows of these accounts, on and after the day."""
        days = np.array([first.get(account, NEVER) for account in self._accounts], np.int64)
        return np.asarray(self._days >= days, np.bool_)

    # The steps

    def failures(self) -> np.ndarray:
        """Failures and recoveries, weighed as before but with the address's own odds."""
        kept = self._given.copy()
        asked = np.flatnonzero(self._active & self._failing)
        odds = self._weighed.owner_odds[self._acts[asked]]
        kept[asked] |= odds + self._prior(asked) + self._away(asked) < CLEAR
        return np.asarray(kept & self._fits, np.bool_)

    def began(self) -> np.ndarray:
        """An account that first showed up there with a failure is the operator's, however long it was used from there
        after."""
        first = self._failing & self._began_failing()
        kept = np.zeros(len(first), np.bool_)
        asked = np.flatnonzero(first & self._fits & self._active)
        odds = self._odds(asked, self.first_days(first)) + self._prior(asked) + self._away(asked)
        odds += self._programs[asked]
        kept[asked] = odds < np.where(self._alone[asked], CLEAR, CLEAR + FOREIGN)
        return kept

    def _began_failing(self) -> np.ndarray:
        """Rows of accounts whose first row at that address is an act that was weighed. Rows are in order of time."""
        pairs = self.rows.select(["account", "source_ip"]).combine_chunks()
        accounts, addresses = (
            pairs[name].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
            for name in pairs.column_names
        )
        pair = accounts * (addresses.max(initial=0) + 1) + addresses
        _, first, index = np.unique(pair, return_index=True, return_inverse=True)
        return np.asarray(self._failing[first[index]], np.bool_)

    def taken(self, touch: Mapping[str, int]) -> tuple[np.ndarray, dict[str, int]]:
        """Changes by which accounts fell without a failure before: providers that log no lookups show only this. And
        `touch` with the days of all changes that might be such."""
        fresh = self._taking & np.array([account not in touch for account in self._accounts], np.bool_)
        touched = {**touch, **self.first_days(fresh)}
        kept = np.zeros(len(fresh), np.bool_)
        asked = np.flatnonzero(fresh & self._fits & self._active & ~self._new_phone)
        odds = self._odds(asked, touched)
        kept[asked] = (odds < 0.0) & (odds + self._prior(asked) + self._away(asked) < FOREIGN)
        return kept, touched

    def with_rest(
        self, kept: np.ndarray, taken: np.ndarray, touch: Mapping[str, int], touched: Mapping[str, int]
    ) -> np.ndarray:
        """With all else in the accounts it went for. A mere success must be plainer than a failure to be held a
        takeover."""
        in_hand = self._since(self.first_days((kept | taken) & self._taking))
        entering = _is_any(self.rows, ENTERING) & self._let_in & ~in_hand
        # Owners change their passwords and telephones at shared exits, too.
        changing = _is_any(self.rows, CHANGING) & self._let_in & ~in_hand & ~self._alone
        fits = self._fits & self._since(touch) & ~self._outside
        kept = kept.copy()
        asked = np.flatnonzero(fits & ~entering & ~changing)
        kept[asked] |= self._whose(asked, touched) + self._mistyped[asked] + self._programs[asked] < STRANGER
        asked = np.flatnonzero(self._led_up_to(kept, fits & changing))
        kept[asked] |= self._whose(asked, touched) < STRANGER
        # Breaking in leaves tries; a success out of nothing is told elsewhere (quiet_falls.py).
        led = self._led_up_to(kept, fits & entering)
        asked = np.flatnonzero(fits & entering & (led | self._alone))
        inside = np.zeros(len(kept), np.bool_)
        odds = self._whose(asked, touched) + self._away(asked) + self._lives(asked)
        inside[asked] = odds + self._guessed_after(asked) + self._tried_again(asked, kept) < FOREIGN
        broken_in = self._but_met_once(inside & led)
        back = inside & self._alone & self._since(self.first_days(broken_in & self._entered))
        return np.asarray(kept | broken_in | self._but_met_once(back), np.bool_)

    def _whose(self, places: np.ndarray, touched: Mapping[str, int]) -> np.ndarray:
        """Log-odds that these rows (indices) of accounts that the operator went for are their owners'."""
        odds = self._odds(places, touched) + self._prior(places) + self._insisted[places]
        return np.asarray(odds, np.float64)

    def _but_met_once(self, entered: np.ndarray) -> np.ndarray:
        """These rows, without successes of accounts that the operator went for at one address that serves it for nobody
        else, unless prompts were pushed there."""
        asked = np.flatnonzero(entered & (self._insisted >= STRANGER))
        entered = entered.copy()
        entered[asked] = ~self.operator.met_once(self.rows.take(pa.array(asked)))
        return entered

    def _led_up_to(self, kept: np.ndarray, asked: np.ndarray) -> np.ndarray:
        """Of the rows asked about, those that tries among the kept rows may have led to."""
        tries = self._tries(kept)
        led = asked.copy()
        for place in np.flatnonzero(asked).tolist():
            ts, ip = self._times[place], self._addresses[place]
            led[place] = any(_leads(*tried, ts, ip) for tried in tries.get(self._accounts[place], ()))
        return led

    def _tries(self, kept: np.ndarray) -> dict[str, list[tuple[int, str]]]:
        """When (in milliseconds) and where each account's proofs were tried among the kept rows."""
        tried: dict[str, list[tuple[int, str]]] = defaultdict(list)
        rows = self.rows.filter(pa.array(kept))
        names = ("account", "ts", "source_ip", "activity", "outcome")
        for account, ts, ip, activity, outcome in zip(*[rows[name].to_pylist() for name in names], strict=True):
            # A recovery whose proof was refused leads nowhere.
            if (activity in GUESSING and outcome != "success") or (
                activity == "recovery_proof" and outcome == "success"
            ):
                tried[account].append((ts, ip))
        return tried


def _leads(tried: int, where: str, ts: int, ip: str) -> bool:
    return 0 <= ts - tried <= (LED_UP_MS if where == ip else LED_UP_ELSEWHERE_MS)


def with_clients(rows: pa.Table) -> pa.Table:
    """Rows that name no client get the one that the same account used at the same address that day."""
    (accounts, _), (addresses, names) = (coded(rows[name]) for name in ("account", "source_ip"))
    days, day = np.unique(rows["day_number"].to_numpy(), return_inverse=True)
    keys = (accounts.astype(np.int64) * len(names) + addresses) * len(days) + day
    for name in ("client", "user_agent"):
        named = np.flatnonzero(rows[name].is_valid().to_numpy(zero_copy_only=False))
        lacking = np.flatnonzero(~pc.not_equal(rows[name], "").fill_null(False).to_numpy(zero_copy_only=False))
        known, first = np.unique(keys[named], return_index=True)
        if not len(lacking) or not len(known):
            continue
        place = np.minimum(np.searchsorted(known, keys[lacking]), len(known) - 1)
        found = known[place] == keys[lacking]
        taken = np.arange(len(rows))
        taken[lacking[found]] = named[first[place[found]]]
        rows = rows.set_column(rows.schema.get_field_index(name), name, rows[name].take(pa.array(taken)))
    return rows


def _is_any(rows: pa.Table, activities: Sequence[str]) -> np.ndarray:
    return np.asarray(
        pc.is_in(rows["activity"], value_set=pa.array(activities)).to_numpy(zero_copy_only=False), np.bool_
    )
