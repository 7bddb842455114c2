"""The campaign of `phosphorus` through proxies in people's homes: no address does enough to stand out."""

from __future__ import annotations

from collections.abc import Iterable

from ..acts import AnyAct
from ..campaign.infrastructure import Residential
from ..campaign.look_up import Sizes, look_up_and_attack
from ..campaign.operator import Operator
from ..campaign.targets import choose
from ..truth import Truth
from ..world import World
from .phosphorus import GOOGLE_SHARE, sizes
from .scenario import Scenario

CAMPAIGN = "residential"


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice(CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "targeted")
    operator, infrastructure = Operator(world, rng), Residential(world, rng)
    attempts, targets, attacked, compromised, roster_share = sizes(world, rng)
    chosen = choose(world, rng, targets, roster_share, round(attacked * rng.uniform(*GOOGLE_SHARE)))
    wanted = Sizes(attempts=attempts, attacked=attacked, compromised=compromised)
    return look_up_and_attack(world, rng, CAMPAIGN, operator, infrastructure, chosen, wanted)


RESIDENTIAL = Scenario(
    name=CAMPAIGN,
    about="the campaign of 2019 through home proxies, every address used once or twice",
    plan=plan,
)
