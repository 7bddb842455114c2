"""Accounts let in at addresses that nothing ties to the operator, with a browser that gives it away.

Through home proxies each try comes from another address. One right password at one of them leaves a single sign-in: no
failure, no neighbour, nothing but a browser and a place that the account never had.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from tocsin.campaigns.aftermath import FALLS
from tocsin.campaigns.browsers import Browsers
from tocsin.campaigns.chances import against
from tocsin.campaigns.lived import Lived
from tocsin.campaigns.look import Look
from tocsin.campaigns.operator import KNOWN_DAYS
from tocsin.campaigns.quiet_falls import PLAIN
from tocsin.campaigns.strangers import STRANGER
from tocsin.campaigns.texts import texts


def elsewhere(look: Look, browsers: Browsers, lived: Lived, accounts: int) -> pa.Table | None:
    """Their visits beside what was picked; `accounts` is how many the site has. None where there are none."""
    rows = browsers.visits
    if rows is None or not len(rows):
        return None
    addresses, known = texts(rows["source_ip"]), look.operator.owners
    first, last = min(look.touch.values()), int(look.picked["day_number"].to_numpy().max()) + 1
    days = rows["day_number"].to_pylist()
    open_ = [
        first <= day <= last and address not in known and account not in look.touch
        for day, address, account in zip(days, addresses, texts(rows["account"]), strict=True)
    ]
    rows = rows.filter(pa.array(open_, pa.bool_()))
    if not len(rows):
        return None
    held: dict[str, list[int]] = defaultdict(list)
    for number, account in enumerate(texts(rows["account"])):
        held[account].append(number)
    days = rows["day_number"].to_pylist()
    odds = look.operator.odds(rows, {one: days[numbers[0]] for one, numbers in held.items()}, known_days=KNOWN_DAYS)
    # As many fall at the first try, unseen, as of those that it is seen to try; each of an owner's days may be the one.
    fallen = against(min(FALLS * len(look.touch) / max(accounts, 1), FALLS))
    found: list[int] = []
    for account, numbers in held.items():
        plainest = min(odds[number] for number in numbers)
        if plainest + fallen + float(np.log(lived.number_of_days(account))) < PLAIN:
            found += [number for number in numbers if odds[number] < STRANGER]
    return rows.take(pa.array(sorted(found), pa.int64()))
