"""Phosphorus, the month of the 2019 announcement, on this federation.

The announcement (October 2019): in 30 days more than 2,700 attempts to identify accounts, 241 accounts
attacked, 4 compromised, none of the 4 belonging to a campaign or an official; in by way of password reset
and account recovery, through secondary mailboxes and phone numbers among others. The ranges below hold for
20,000 accounts and 30 days. Shorter worlds scale with days / 30. Smaller ones hold fewer people at risk:
targets follow the roster, at most three quarters of them are attacked, and below 4,000 accounts the
attempts shrink too, with accounts / 4,000.

Over the month that is about four attempts an hour; they fall into the operator's working hours, in bursts.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from ..acts import AnyAct
from ..campaign.infrastructure import Infrastructure
from ..campaign.look_up import Sizes, look_up_and_attack
from ..campaign.operator import Operator
from ..campaign.targets import choose
from ..truth import Truth
from ..world import World
from .scenario import Scenario

CAMPAIGN = "phosphorus"
ATTEMPTS = (2_550, 2_950)  # identification attempts
ATTACKED = (225, 255)  # accounts, the compromised among them
COMPROMISED = (3, 6)
TARGETS = (560, 950)  # existing accounts reached at all
ROSTER_SHARE = (0.6, 0.9)  # of the existing targets
GOOGLE_SHARE = (0.1, 0.25)  # of the attacked; Google logs no probes


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice(CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "targeted")
    operator, infrastructure = Operator(world, rng), Infrastructure(world, rng)
    attempts, targets, attacked, compromised, roster_share = sizes(world, rng)
    silent = round(attacked * rng.uniform(*GOOGLE_SHARE))
    chosen = choose(world, rng, targets, roster_share, silent)
    wanted = Sizes(attempts=attempts, attacked=attacked, compromised=compromised)
    return look_up_and_attack(world, rng, CAMPAIGN, operator, infrastructure, chosen, wanted)


def sizes(world: World, rng: Random) -> tuple[int, int, int, int, float]:
    """(attempts, existing targets, attacked, compromised, roster share) that this world can hold."""
    scale = min(1.0, len(world.accounts) / 4_000) * min(1.0, world.days / 30)
    attempts = max(20, round(rng.randint(*ATTEMPTS) * scale))
    compromised = rng.randint(*COMPROMISED)
    roster_share = rng.uniform(*ROSTER_SHARE)
    wanted = round(rng.randint(*TARGETS) * scale)
    targets = max(compromised + 4, min(wanted, round(len(world.roster) * 0.8 / roster_share)))
    attacked = max(compromised + 2, min(round(rng.randint(*ATTACKED) * scale), round(targets * 0.75)))
    return attempts, targets, attacked, compromised, roster_share


PHOSPHORUS = Scenario(
    name=CAMPAIGN,
    about="the announcement of October 2019: 2,700 slow attempts, 241 accounts attacked, 4 compromised",
    plan=plan,
)
