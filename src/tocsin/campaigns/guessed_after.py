"""Guesses at a password, or at the code of a recovery, by who would be in already.

Whoever was let in with a password knows it. An operator that goes on guessing at an account later on, though nobody has
replaced the password since, was not the one who was let in before. How often it comes back with guesses to accounts
that it never got into is measured by those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from tocsin.campaigns.own_recoveries import ENTERING, SITTING_MS, Told, entered
from tocsin.events import Activity, Reason

KNEW = 0.05
"""Chance that it guesses again though it was in: team mates who do not tell each other, an old list."""

GUESS = (Activity.SIGN_IN.value, Reason.WRONG_PASSWORD.value)
REFUSED_PROOF = (Activity.RECOVERY_PROOF.value, "failure")


class GuessedAfter:
    """What it speaks for accounts' owners that an operator guessed at the password afterwards."""

    def __init__(self, picked: pa.Table) -> None:
        """`picked`: the operator's events, in order of time."""
        self._guesses: dict[str, list[int]] = defaultdict(list)
        inside: dict[str, int] = {}
        names = ("account", "ts", "activity", "outcome", "reason")
        for account, ts, *told in zip(*(picked[name].to_pylist() for name in names), strict=True):
            activity, outcome, reason = told
            if (activity, reason) == GUESS or (activity, outcome) == REFUSED_PROOF:
                self._guesses[account].append(ts)
            elif activity in ENTERING and entered(*told):
                inside.setdefault(account, ts)
        self.accounts = {
            account for account, ts in inside.items() if self._guesses[account] and self._later(account, ts)
        }
        never = [account for account, guesses in self._guesses.items() if guesses and account not in inside]
        back = sum(self._later(account, self._guesses[account][0]) for account in never)
        share = (back + 1.0) / (len(never) + 2.0)
        self._odds = max(float(np.log(share / KNEW)), 0.0)

    def _later(self, account: str, ts: int) -> bool:
        return self._guesses[account][-1] > ts + SITTING_MS

    def odds(self, lines: Mapping[str, Sequence[Told]], account: str, ts: int) -> float:
        """Owner log-odds of being let in at `ts` (milliseconds); `lines` are the accounts' sign-ins and replaced
        passwords, from wherever."""
        if account not in self.accounts:
            return 0.0
        line = lines.get(account, ())
        # After a replaced password or the helpdesk's help it may be another.
        until = min((one.ts for one in line if one.activity != GUESS[0] and one.ts > ts - SITTING_MS), default=np.inf)
        guessed = any(ts + SITTING_MS < guess < until for guess in self._guesses[account])
        return self._odds if guessed else 0.0
