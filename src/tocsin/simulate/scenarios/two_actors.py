"""Two actors with the same interest in the same month: overlapping targets, and one VPN exit that both come through.

Each works as the one of `phosphorus` does, on a smaller scale, with its own hours, addresses and clients. The ranges
hold for 20,000 accounts and 30 days, and scale as there.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from ..acts import AnyAct
from ..campaign.infrastructure import Infrastructure
from ..campaign.look_up import Sizes, look_up_and_attack
from ..campaign.operator import Operator
from ..campaign.targets import choose
from ..people import Account
from ..truth import Truth
from ..world import World
from .scenario import Scenario

CAMPAIGNS = ("two-actors/first", "two-actors/second")
ATTEMPTS = (900, 1_700)  # identification attempts of one
ATTACKED = (80, 140)
COMPROMISED = (2, 4)
TARGETS = (260, 520)
ROSTER_SHARE = (0.6, 0.9)
GOOGLE_SHARE = (0.05, 0.2)
COMMON_TARGETS = (0.15, 0.45)  # share of the second one's targets that the first goes for too


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    scale = min(1.0, len(world.accounts) / 4_000) * min(1.0, world.days / 30)
    acts: list[AnyAct] = []
    before: list[Account] = []
    known: Infrastructure | None = None
    for campaign in CAMPAIGNS:
        rng = world.dice(campaign)
        truth.open_campaign(campaign, "targeted")
        infrastructure = Infrastructure(world, rng)
        if known is not None:
            infrastructure.share(known, world.vpn_exits)
        known = infrastructure
        roster_share, compromised = rng.uniform(*ROSTER_SHARE), rng.randint(*COMPROMISED)
        targets = min(round(rng.randint(*TARGETS) * scale), round(len(world.roster) * 0.5 / roster_share))
        targets = max(targets, compromised + 4)
        attacked = max(compromised + 2, min(round(rng.randint(*ATTACKED) * scale), targets // 2))
        chosen = choose(world, rng, targets, roster_share, round(attacked * rng.uniform(*GOOGLE_SHARE)))
        chosen = _overlapping(rng, chosen, before)
        before = chosen
        sizes = Sizes(max(20, round(rng.randint(*ATTEMPTS) * scale)), attacked, compromised)
        acts += look_up_and_attack(world, rng, campaign, Operator(world, rng), infrastructure, chosen, sizes)
    return acts


def _overlapping(rng: Random, chosen: list[Account], before: list[Account]) -> list[Account]:
    """The chosen accounts with some of them replaced by targets of the other actor."""
    if not before:
        return chosen
    names = {account.name for account in chosen}
    fresh = [account for account in before if account.name not in names and account.tenant.provider != "google"]
    wanted = min(round(len(chosen) * rng.uniform(*COMMON_TARGETS)), len(fresh))
    taken = rng.sample(fresh, wanted)
    return rng.sample(chosen, len(chosen) - wanted) + taken


TWO_ACTORS = Scenario(
    name="two-actors",
    about="two actors at once who share some targets and one VPN exit, and nothing else",
    plan=plan,
)
