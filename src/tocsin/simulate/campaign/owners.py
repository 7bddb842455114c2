"""What the owners of a campaign's targets do meanwhile themselves: none of it is the campaign's."""

from __future__ import annotations

from collections.abc import Iterator

from ..acts import AnyAct
from ..benign.habits import moment
from ..benign.helpdesk import help_out
from ..benign.self_recovery import run
from ..benign.settings import change
from ..people import Account
from ..world import DAY_MS, World, whereabouts
from .attack import Conquest

OWN_RECOVERIES = 0.05  # share of the targets who recover their account themselves in the same month
WORRIED = 0.06  # share of the targets who change their password after an unexpected message


def owners(
    world: World, campaign: str, chosen: list[Account], looked_at: dict[str, int], taken: list[Conquest]
) -> Iterator[AnyAct]:
    """Some recover their account anyway, some change a password because of a message, some are locked out."""
    rng = world.dice(campaign, "owners")
    fallen = {conquest.account.name for conquest in taken}
    for account in chosen:
        throw = rng.random()
        if account.name in fallen:
            continue
        if throw < OWN_RECOVERIES:
            day = rng.randrange(world.days)
            time = world.day_ms(day) + moment(rng, account, world.date_of(day).weekday())
            world.note("honest_recovery_of_target", account.name, day)
            ending = rng.choice(("completed", "completed", "left"))
            yield from run(rng, account, whereabouts(world, rng, account, day), time, ending)
        elif throw < OWN_RECOVERIES + WORRIED and account.name in looked_at:
            time = looked_at[account.name] + int(rng.expovariate(1 / 30_000_000)) + 600_000
            day = (time - world.start_ms) // DAY_MS
            if day < world.days:
                yield from change(world, rng, account, "password", day, time)
    for conquest in taken:
        account = conquest.account
        day = (conquest.won - world.start_ms) // DAY_MS + rng.randint(1, 3)
        if conquest.password_changed:
            offset = account.place.utc_offset_minutes
            time = world.day_ms(day) + int((9.5 * 60 - offset) * 60_000) + rng.randrange(3_600_000)
            world.losses[account.name] = (conquest.won, time)
            world.note("owner_locked_out", account.name, min(day, world.days - 1))
            if day < world.days:
                yield from help_out(world, rng, account, day, time)
