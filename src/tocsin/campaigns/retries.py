"""Does the operator try again where a password was refused?

People who mistype try again within the minute. Who sprays one password over many accounts, or goes through a list of
leaked ones, has one try for each account at each address. A success that follows on a refused password there is then no
hit of theirs. How often the operator tries again is measured in what it did to other accounts.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pyarrow as pa

from tocsin.campaigns.acts import FOLLOW_MS
from tocsin.campaigns.refused_first import RefusedFirst
from tocsin.events import Activity

SAME_TRY_MS = 2_000
"""Several records of one log within this time tell of one try."""

MOST = float(np.log(20.0))
"""The most that this may say: an operator changes its way once in a while."""


class Retries:
    """What it speaks for an account's owner that a refused password was followed by another try."""

    def __init__(self, own: pa.Table, refused: RefusedFirst, owners: float) -> None:
        """`own`: the operator's acts; `refused`: when passwords were refused, whoever tried them; `owners`: how often
        owners are let in within the hour after a failure."""
        self._first, self._owners = refused, owners
        tries: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        names = ("account", "source_ip", "provider", "ts", "activity", "outcome")
        for account, address, log, ts, activity, outcome in zip(
            *(own[name].to_pylist() for name in names), strict=True
        ):
            if activity == Activity.SIGN_IN.value and outcome == "failure":
                tries[account, address][log].append(ts)
        self._tried: dict[str, int] = defaultdict(int)
        self._again: dict[str, int] = defaultdict(int)
        for (account, _), told in tries.items():
            self._tried[account] += 1
            # What two logs tell of one try is one try.
            self._again[account] += any(_tried_again(times) for times in told.values())
        self._all = sum(self._tried.values()), sum(self._again.values())

    def odds(self, account: str, address: str, ts: int) -> float:
        """Owner log-odds of a success at `ts` (milliseconds); what was done to the account itself is left out. Nought
        where no password of it was refused at the address within the hour before."""
        if not self._first.of(account, address, ts):
            return 0.0
        tried, again = self._all[0] - self._tried[account], self._all[1] - self._again[account]
        return float(np.clip(np.log(self._owners * (tried + 2.0) / (again + 1.0)), 0.0, MOST))


def _tried_again(times: list[int]) -> bool:
    return any(SAME_TRY_MS < later - earlier <= FOLLOW_MS for earlier, later in pairwise(sorted(times)))
