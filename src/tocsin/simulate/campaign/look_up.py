"""A campaign of an operator who looks people up first: the list worked through in bursts, proofs tried on some of
them, a few taken; and what the owners meanwhile do themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ..acts import AnyAct, Recovery, UnknownRecovery, UnknownSignIn
from ..benign.self_recovery import draw_method
from ..native.entra_audit import has_reset
from ..people import Account
from ..world import World
from .attack import Attacker
from .infrastructure import Sources
from .operator import Operator
from .owners import owners
from .targets import guess, reading_order

UNCONCERNED = ("campaign", "government")  # nobody of these is compromised, as announced in 2019
UNKNOWN_NAMES = (0.5, 0.68)  # share of the attempts that are names which do not exist
MOST_LOOKS = 3.0  # identification attempts per existing target, at most on average


@dataclass(frozen=True)
class Sizes:
    attempts: int  # identification attempts
    attacked: int  # accounts, the compromised among them
    compromised: int


def look_up_and_attack(
    world: World,
    rng: Random,
    campaign: str,
    operator: Operator,
    infrastructure: Sources,
    chosen: list[Account],
    sizes: Sizes,
) -> list[AnyAct]:
    """All acts of the campaign against the chosen accounts, marked with its id, and those of the owners."""
    fallen, hit = _victims(rng, chosen, sizes.attacked, sizes.compromised)
    looked_at, acts = identify(world, rng, operator, infrastructure, chosen, sizes.attempts, campaign)
    attacker = Attacker(world, rng, operator, infrastructure, campaign)
    for account in hit:
        acts += attacker.attack(account, looked_at.get(account.name, operator.moment()))
    taken = [attacker.take_over(account, looked_at.get(account.name, operator.moment())) for account in fallen]
    for conquest in taken:
        acts += conquest.acts
    return [*acts, *owners(world, campaign, chosen, looked_at, taken)]


def _victims(
    rng: Random, chosen: list[Account], attacked: int, compromised: int
) -> tuple[list[Account], list[Account]]:
    """Who falls and who is only attacked, out of the targets. A proof needs a form that takes one."""
    able = [account for account in chosen if account.tenant.provider != "entra" or has_reset(account)]
    weak = [account for account in able if account.category not in UNCONCERNED]
    rng.shuffle(weak)
    weak.sort(key=lambda account: account.multifactor)  # without a second factor they fall first
    fallen = weak[:compromised]
    names = {account.name for account in fallen}
    rest = [account for account in able if account.name not in names]
    unseen = [account for account in rest if account.tenant.provider == "google"]  # seen only if attacked
    others = [account for account in rest if account.tenant.provider != "google"]
    wanted = attacked - len(fallen)
    hit = unseen[:wanted]
    return fallen, hit + rng.sample(others, min(len(others), wanted - len(hit)))


def identify(
    world: World,
    rng: Random,
    operator: Operator,
    infrastructure: Sources,
    chosen: list[Account],
    attempts: int,
    campaign: str,
) -> tuple[dict[str, int], list[AnyAct]]:
    """The identification attempts: exactly `attempts` records, in bursts, and when each target was looked
    at.
    """
    visible = [account for account in reading_order(rng, chosen) if account.tenant.provider != "google"]
    unknown = max(round(attempts * rng.uniform(*UNKNOWN_NAMES)), attempts - round(MOST_LOOKS * len(visible)))
    unknown = min(unknown, attempts - len(visible))
    queue: list[Account | None] = [None] * unknown
    for at, account in enumerate(visible):  # everyone once, in the list's order, guesses in between
        queue.insert(round(at * (unknown + len(visible)) / len(visible)), account)
    while len(queue) < attempts:  # some again later
        queue.insert(rng.randrange(len(queue) // 3, len(queue) + 1), rng.choice(visible))
    houses = list({account.organisation.domain: account.organisation for account in chosen}.values())
    looked_at: dict[str, int] = {}
    acts: list[AnyAct] = []
    at = 0
    for burst in operator.bursts(attempts):
        source = infrastructure.source(burst[0], "look")
        for planned in burst:
            time = _while_up(world, operator, planned, queue[at])
            target = queue[at]
            at += 1
            if target is not None:
                looked_at.setdefault(target.name, time)
                acts.append(
                    Recovery(
                        time,
                        target,
                        source,
                        "left" if rng.random() < 0.8 else "cancelled",
                        draw_method(rng, target),
                        pace=rng.lognormvariate(2.6, 0.4),
                        mark=campaign,
                    )
                )
                continue
            while True:
                name, house = guess(world, rng, houses, chosen)
                if not world.is_down(house.tenant, time):
                    break
            form = UnknownRecovery if house.tenant.provider == "keycloak" and rng.random() < 0.6 else UnknownSignIn
            acts.append(form(time, house.tenant, name, source, mark=campaign))
    return looked_at, acts


def _while_up(world: World, operator: Operator, time: int, account: Account | None) -> int:
    while account is not None and world.is_down(account.tenant, time):
        time = operator.moment()
    return time
