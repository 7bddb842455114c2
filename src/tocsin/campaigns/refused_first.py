"""Did a refused password lead to the recovery?

People recover an account when its password was refused: of their recoveries many follow on that within the hour, from
the same address. An operator who goes for the recovery itself has no password to try. How often either does so is
measured in the logs at hand, so that an operator who tries a password first, too, is not taken for an owner by it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
        self._times: dict[tuple[str, str], list[int]] = {}
        for account, address, ts in _places(acts, acts.equal("outcome", "failure"), Activity.SIGN_IN):
            self._times.setdefault((account, address), []).append(ts)
        started = [self.of(*one) for one in _places(acts, owned, Activity.RECOVERY_START)]
        self.share = (sum(started) + 1.0) / (len(started) + 2.0)

    def of(self, account: str, address: str, ts: int) -> bool:
        """Whether the account's password was refused at the address within the hour before `ts` (milliseconds)."""
        times = self._times.get((account, address), ())
        place = bisect_right(times, ts)
        return place > 0 and ts - times[place - 1] <= FOLLOW_MS


def _places(acts: Acts, mask: np.ndarray, activity: Activity) -> Iterator[tuple[str, str, int]]:
    """Account, address and time of the acts of the mask that are of this activity, in order of time."""
    asked = np.flatnonzero(mask & acts.equal("activity", activity.value))
    columns = (acts.text(name)[asked].tolist() for name in ("account", "source_ip"))
    return zip(*columns, acts.ts[asked].tolist(), strict=True)


class Approach:
    """What it speaks for an account's owner that a refused password led to its recovery, beside one operator."""

    def __init__(self, refused: RefusedFirst, picked: pa.Table) -> None:
        """`picked`: the operator's events."""
        self._refused = refused
        self._tried: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        proven = picked.filter(pc.is_in(picked["activity"], value_set=pa.array(PROVEN)))
        columns = [proven[name].to_pylist() for name in ("account", "source_ip", "ts")]
        for account, address, ts in zip(*columns, strict=True):
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
