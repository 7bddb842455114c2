"""Travel: some people are abroad for a few days; their sign-ins come from there (see `whereabouts`)."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct
from ..networks import draw_address, draw_network
from ..tenants import HOME_COUNTRIES
from ..world import World

TRAVELLERS = (0.02, 0.06)  # share of accounts in 30 days
DAYS = (1, 8)


class Travel:
    def __init__(self, world: World) -> None:
        rng = world.dice("travel")
        share = rng.uniform(*TRAVELLERS) * world.days / 30
        for account in world.accounts:
            if rng.random() < share:
                country = rng.choice(
                    [c for c in (*HOME_COUNTRIES, "TR", "IN", "BR", "PL") if c != account.place.country]
                )
                first = rng.randrange(world.days)
                last = first + rng.randint(*DAYS)
                kind = rng.choice(("residential", "business", "mobile"))
                account.trip = (first, last, draw_address(rng, draw_network(rng, kind, country)))
                world.note("travel", account.name, first)
        for account in world.accounts:  # who has two accounts takes both along
            second = account.secondary
            if second is not None:
                account.trip = second.trip = account.trip or second.trip

    def acts(self, day: int) -> Iterator[AnyAct]:  # noqa: ARG002 - nothing but whereabouts changes
        return iter(())
