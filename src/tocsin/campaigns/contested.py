"""What two operators both seem to have done is one's: at an exit that both use a log without clients names neither.

An account's day at an address goes to the operator that it fits better by all that only one of them did: whom it was
after, when it works (hour and date), where it comes from and with what. Each of these is a categorical with one
imagined observation of every value that any of the operators shows (Laplace 1814).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

HOUR_MS = 3_600_000

TRAITS = ("account", "hour", "day_number", "source_ip", "network", "client")

Key = tuple[str, str]
"""provider and event_uid"""

Shown = Mapping[str, Hashable]
"""An event's TRAITS"""


def settled(picks: Sequence[pa.Table]) -> list[pa.Table]:
    """The operators' events (COLUMNS), each with one of them. In a tie it is the first."""
    keys = [list(zip(rows["provider"].to_pylist(), rows["event_uid"].to_pylist(), strict=True)) for rows in picks]
    claims = Counter(key for held in keys for key in held)
    contested = {key for key, number in claims.items() if number > 1}
    if not contested:
        return list(picks)
    told = [_told(rows) for rows in picks]
    habits = [
        _habits([traits for key, traits in zip(held, shown, strict=True) if key not in contested])
        for held, shown in zip(keys, told, strict=True)
    ]
    # An account's day at an address is one operator's doing.
    units: dict[tuple[Hashable, ...], dict[int, dict[Key, Shown]]] = defaultdict(lambda: defaultdict(dict))
    for number, (held, shown) in enumerate(zip(keys, told, strict=True)):
        for key, traits in zip(held, shown, strict=True):
            if key in contested:
                units[traits["account"], traits["source_ip"], traits["day_number"]][number][key] = traits
    values = {trait: len(set().union(*[one[trait] for one in habits])) for trait in TRAITS}
    lost: list[set[Key]] = [set() for _ in picks]
    for claimed in units.values():
        acts = {key: traits for held in claimed.values() for key, traits in held.items()}
        best = max(claimed, key=lambda number: (_fit(habits[number], values, acts.values()), -number))
        for number in claimed:
            if number != best:
                lost[number] |= claimed[number].keys()
    # What only one operator claims stays with it, though another won the rest of the day.
    return [
        rows.filter(pa.array([key not in gone for key in held], pa.bool_())) if gone else rows
        for rows, held, gone in zip(picks, keys, lost, strict=True)
    ]


def _told(rows: pa.Table) -> list[Shown]:
    names = ("account", "ts", "day_number", "source_ip", "network", "client")
    columns = [rows[name].to_pylist() for name in names]
    return [
        {
            "account": account,
            "hour": ts // HOUR_MS % 24,
            "day_number": day,
            "source_ip": ip,
            "network": network,
            "client": client,
        }
        for account, ts, day, ip, network, client in zip(*columns, strict=True)
    ]


def _habits(shown: Sequence[Shown]) -> dict[str, Counter[Hashable]]:
    return {trait: Counter(one[trait] for one in shown if one[trait] is not None) for trait in TRAITS}


def _fit(habit: Mapping[str, Counter[Hashable]], values: Mapping[str, int], acts: Iterable[Shown]) -> float:
    """Log-likelihood of the values shown, each counted once: records of one sitting repeat each other."""
    total = 0.0
    for trait in TRAITS:
        held, size = habit[trait], habit[trait].total() + values[trait] + 1
        total += sum(float(np.log((held[value] + 1.0) / size)) for value in {one[trait] for one in acts} - {None})
    return total
