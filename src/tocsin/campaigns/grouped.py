"""What each source shows in its acts, trait by trait: the groups that linking begins with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from tocsin.campaigns.acts import Acts
from tocsin.campaigns.hours import HOUR_MS
from tocsin.campaigns.traits import HOURS, TRAITS, WEEKDAYS, Group
from tocsin.detect.password_guess import PASSWORD_GUESS

THURSDAY = 3
"""Days are numbered from 1 January 1970, weekdays from Monday."""


def grouped(
    acts: Acts,
    places: np.ndarray,
    sources: np.ndarray,
    targets: np.ndarray,
    insists: np.ndarray,
    addresses: Sequence[str],
) -> list[Group]:
    """A group for each source among these acts (`places`: indices; the other arrays are parallel to them), in the order
    of sources' numbers. `insists`: the act is of a prompt refused again and again; `addresses` are the sources'."""
    seen: dict[int, dict[str, Counter[str]]] = {}
    gone_for: dict[int, set[int]] = defaultdict(set)
    slots: set[tuple[int, int]] = set()
    guesses: dict[int, Counter[int]] = defaultdict(Counter)
    columns = zip(
        sources.tolist(),
        acts.ts[places].tolist(),
        targets.tolist(),
        *(acts.text(name)[places].tolist() for name in ("user_agent", "client", "network", "prefix", "detection")),
        acts.day[places].tolist(),
        insists.tolist(),
        acts.repeated[places].tolist(),
        strict=True,
    )
    for code, ts, target, agent, client, network, prefix, way, day, insisted, repeated in columns:
        held = seen.get(code)
        if held is None:
            held = seen[code] = {trait: Counter() for trait in TRAITS}
            held["address"][addresses[code]] = 1
        gone_for[code].add(target)
        if agent or client:
            held["client"][agent or client] = 1
        held["network"][network] = 1
        held["prefix"][prefix] = 1
        held["way"][way] = 1
        held["insistence"]["insists" if insisted else "tries"] = 1
        if str(day) not in held["day"]:
            held["day"][str(day)] = 1
            held["weekday"][str((day + THURSDAY) % WEEKDAYS)] += 1
        if way == PASSWORD_GUESS.name and not repeated:
            guesses[code][target] += 1
        hour = ts // HOUR_MS
        if (code, hour) not in slots:
            slots.add((code, hour))
            held["hour"][str(hour % HOURS)] += 1
    for code, numbers in guesses.items():
        seen[code]["doggedness"][str(max(numbers.values()).bit_length())] = 1
    return [Group(seen=seen[code], targets=frozenset(gone_for[code]), members=(code,)) for code in sorted(seen)]
