"""An outage: a provider that is down logs nothing; afterwards people come back all at once, some through
recovery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..acts import AnyAct, SignIn
from ..world import World
from .self_recovery import recover

COME_BACK = 0.6  # share of the sign-ins that are tried again
RECOVER = 0.025  # share of these that end in the recovery flow
MINUTES = 25.0  # mean delay after the provider is back


def through_outages(world: World, day: int, acts: Iterable[AnyAct]) -> Iterator[AnyAct]:
    """The acts that could happen, with those of the outage moved behind it or lost."""
    start, end = world.day_ms(day) - 86_400_000, world.day_ms(day + 2)
    outages = [outage for outage in world.outages if outage.start < end and outage.end > start]
    if not outages:
        yield from acts
        return
    rng = world.dice("outage", day)
    for act in acts:
        hit = next((o for o in outages if o.tenant is act.tenant and o.start <= act.time < o.end), None)
        if hit is None:
            yield act
        elif isinstance(act, SignIn) and rng.random() < COME_BACK:
            back = hit.end + int(rng.expovariate(1 / MINUTES) * 60_000)
            if act.outcome == "success" and rng.random() < RECOVER:
                yield from recover(world, rng, act.account, day, back)
            else:
                yield replace(act, time=back)
