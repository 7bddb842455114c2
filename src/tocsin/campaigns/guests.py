"""Accounts let in at an operator's addresses by somebody who is rather the operator.

Place and client alone are too little to call an account taken, and enough to look at what was done in it elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np
import pyarrow as pa

from tocsin.campaigns.operator import KNOWN_DAYS, Operator
from tocsin.campaigns.quiet_falls import Visit
from tocsin.campaigns.strangers import STRANGER


def strange_guests(rows: pa.Table, met: Iterable[Visit], operator: Operator) -> dict[str, int]:
    """These accounts, and the day of the visit that is the plainest by who else is at its address. `rows` are all
    events at the operator's addresses, in order of time, and `met` visits among them that are nobody's so far."""
    prior: dict[str, float] = {}
    plainest: dict[str, Visit] = {}
    for one in met:
        odds = operator.prior(one.address, one.account)
        if odds < prior.get(one.account, inf):
            prior[one.account], plainest[one.account] = odds, one
    if not plainest:
        return {}
    entered = rows.take(pa.array([one.entered[0] for one in plainest.values()], pa.int64()))
    days = dict(zip(plainest, entered["day_number"].to_pylist(), strict=True))
    strange = operator.odds(entered, days, known_days=KNOWN_DAYS) + np.array([*prior.values()]) < STRANGER
    return {account: days[account] for account, told in zip(plainest, strange.tolist(), strict=True) if told}
