"""The owner of a lost account: the old password no longer works until the helpdesk resets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..acts import Act, AnyAct, SignIn
from ..world import World


def through_losses(world: World, acts: Iterable[AnyAct]) -> Iterator[AnyAct]:
    """Benign life with the owners' successes turned into wrong passwords while their account is lost."""
    losses = world.losses
    if not losses:
        yield from acts
        return
    for act in acts:
        lost = losses.get(act.account.name) if isinstance(act, Act) else None
        if lost is None or not lost[0] <= act.time < lost[1]:
            yield act
        elif isinstance(act, SignIn):
            yield replace(act, outcome="wrong_password", session=0, second_factor=False)
