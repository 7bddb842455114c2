"""Owners before a changed lock: somebody else replaced the password.

Whoever replaced it knows it. If the account is next tried at its owner's home, more than once and in vain, and is not
signed in to there before a helpdesk or a recovery lets somebody in, its owner did not replace it. The mirror of
`own_recoveries.went_on`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import Acts
from tocsin.campaigns.own_recoveries import Refused, Told, since_replaced
from tocsin.events import Activity, Reason

LOCKED_OUT = float(np.log(20.0))
"""What it takes off the owner's log-odds: one owner in twenty has forgotten the new password by the next time."""

LEAST_REFUSED = 2
"""Who mistypes once tries again."""


def refusals(acts: Acts, accounts: Collection[str]) -> Mapping[str, Refused]:
    """Refused passwords of these accounts, in order of time; what two logs tell of one is one."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    if not accounts:
        return found
    wrong = acts.equal("activity", Activity.SIGN_IN.value) & acts.equal("reason", Reason.WRONG_PASSWORD.value)
    told = acts.table.select(["account", "ts", "source_ip"]).filter(pa.array(wrong & ~acts.repeated))
    told = told.filter(pc.is_in(told["account"], value_set=pa.array(sorted(accounts), pa.string())))
    for account, ts, address in zip(*(told[name].to_pylist() for name in ("account", "ts", "source_ip")), strict=True):
        found[account].append((ts, address))
    return found


def locked_out(line: Sequence[Told], refused: Refused, replaced_at: int, theirs: Collection[str]) -> bool:
    """Were passwords refused at the account's home next, with no sign-in before a reset? `line` are its successes,
    `theirs` the operator's addresses and networks; home is any other address that it was signed in from before."""
    homes = {
        one.source_ip
        for one in line
        if one.activity == Activity.SIGN_IN.value
        and one.ts < replaced_at
        and not {one.source_ip, one.network} & {*theirs}
    }
    later = since_replaced(line, replaced_at, theirs)
    if later and later[0].activity == Activity.SIGN_IN.value:
        return False
    until = later[0].ts if later else np.inf
    return sum(replaced_at < ts < until and address in homes for ts, address in refused) >= LEAST_REFUSED
