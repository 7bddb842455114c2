"""Did a refused password lead to the recovery?

People recover an account when its password was refused: of their recoveries many follow on that within the hour, from
the same address. An operator who goes for the recovery itself has no password to try. How often either does so is
measured in the logs at hand, so that an operator who tries a password first, too, is not taken for an owner by it.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import FOLLOW_MS, Acts
from tocsin.events import Activity

MOST = float(np.log(10.0))
"""The most that this may add for the owner: an operator changes its way once in a while."""

PROVEN = (Activity.RECOVERY_PROOF.value, Activity.RECOVERY_COMPLETE.value)
"""Recoveries that were meant to be completed: a lookup needs no password."""


class RefusedFirst:
    """When passwords were refused, by account and address, and how often owners' recoveries follow on that."""

    def __init__(self, acts: Acts, owned: np.ndarray) -> None:
        """`owned` (bool per act): begins like the owner's."""
        pair = acts.codes("account", "source_ip")
        self._pairs = {key: number for number, key in enumerate(pair[1])}
        refused = np.flatnonzero(acts.equal("activity", Activity.SIGN_IN.value) & acts.equal("outcome", "failure"))
        order = refused[np.lexsort((acts.ts[refused], pair[0][refused]))]
        self._codes, self._times = pair[0][order], acts.ts[order]
        started = np.flatnonzero(acts.equal("activity", Activity.RECOVERY_START.value) & owned)
        first = sum(self._at(int(pair[0][one]), int(acts.ts[one])) for one in started.tolist())
        self.share = (first + 1.0) / (len(started) + 2.0)

    def of(self, account: str, address: str, ts: int) -> bool:
        """Whether the account's password was refused at the address within the hour before `ts` (milliseconds)."""
        code = self._pairs.get((account, address))
        return code is not None and self._at(code, ts)

    def _at(self, code: int, ts: int) -> bool:
        low, high = (int(np.searchsorted(self._codes, code, side)) for side in ("left", "right"))
        place = low + int(np.searchsorted(self._times[low:high], ts, "right")) - 1
        return place >= low and ts - int(self._times[place]) <= FOLLOW_MS


class Approach:
    """What it speaks for an account's owner that a refused password led to its recovery, beside one operator."""

    def __init__(self, refused: RefusedFirst, picked: pa.Table) -> None:
        """`picked`: the operator's events."""
        self._refused = refused
        self._tried: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        columns = [picked[name].to_pylist() for name in ("account", "source_ip", "ts", "activity")]
        for account, address, ts, activity in zip(*columns, strict=True):
            if activity in PROVEN:
                self._tried[account] += 1
                self._first[account] += refused.of(account, address, ts)

    def odds(self, account: str, address: str, ts: int) -> float:
        """Owner log-odds of a recovery of the account at the address. What the operator did to the account itself is
        what is asked about, and left out."""
        tried = self._tried.total() - self._tried[account]
        theirs = (self._first.total() - self._first[account] + 1.0) / (tried + 2.0)
        owners = self._refused.share
        if self._refused.of(account, address, ts):
            return float(min(np.log(owners / theirs), MOST))
        return float(max(np.log((1.0 - owners) / (1.0 - theirs)), -MOST))


__all__ = ["Approach", "RefusedFirst"]
