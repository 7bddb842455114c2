"""What each source shows in its acts, trait by trait: the groups that linking begins with."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from tocsin.campaigns.hours import HOUR_MS
from tocsin.campaigns.traits import HOURS, TRAITS, WEEKDAYS, Group
from tocsin.campaigns.weighed import Weighed
from tocsin.detect.password_guess import PASSWORD_GUESS

THURSDAY = 3
"""Days are numbered from 1 January 1970, weekdays from Monday."""


def grouped(weighed: Weighed, places: np.ndarray) -> list[Group]:
    """What each source shows in these acts (`places`: indices), in the order of sources' numbers; sources that show
    nothing are left out."""
    acts, keys = weighed.acts, weighed.sources.keys
    seen: dict[int, dict[str, Counter[str]]] = {}
    gone_for: dict[int, set[int]] = defaultdict(set)
    slots: set[tuple[int, int]] = set()
    guesses: dict[int, Counter[int]] = defaultdict(Counter)
    columns = zip(
        weighed.source[places].tolist(),
        acts.ts[places].tolist(),
        weighed.target[places].tolist(),
        *(acts.text(name)[places].tolist() for name in ("user_agent", "client", "network", "prefix", "detection")),
        acts.day[places].tolist(),
        weighed.insists[places].tolist(),
        acts.repeated[places].tolist(),
        strict=True,
    )
    for code, ts, target, agent, client, network, prefix, way, day, insisted, repeated in columns:
        held = seen.get(code)
        if held is None:
            held = seen[code] = {trait: Counter() for trait in TRAITS}
            held["address"][keys[code][0]] = 1
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
