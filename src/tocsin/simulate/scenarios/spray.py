"""A password spray: one password for everybody, a few days later the next, over weeks, from rented addresses.

What is publicly known of such actors: sprays at a few tries an account, within the operator's office hours, through
Tor, VPN and rented servers, with a tool's own client or a pretended browser, and hands-on visits from elsewhere once a
password fits (Microsoft on Peach Sandstorm, 14 September 2023; NSA, CISA, FBI and NCSC on brute force by the GRU's
unit 26165, July 2021). A seed draws which of that is so. The ranges hold for 20,000 accounts and 30 days.

Two ways of aiming: a list of people at risk across the federation, or the directories of one to three of their
organisations, where the people at risk are worked through most thoroughly.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from ..acts import AnyAct, Lockout, SignIn, UnknownSignIn
from ..campaign.attack import Attacker, Conquest
from ..campaign.infrastructure import Infrastructure
from ..campaign.operator import Operator
from ..campaign.owners import owners
from ..campaign.pacing import ORDERS, paced, while_up
from ..campaign.rented import Rented
from ..campaign.targets import choose, guess
from ..people import Account
from ..tenants import Organisation
from ..truth import Truth
from ..world import World
from .scenario import Scenario

CAMPAIGN = "spray"
LIST = (350, 900)  # people on a list
DIRECTORY = (250, 2_500)  # people of the directories worked through
ROSTER_SHARE = (0.55, 0.9)  # of a list
AT_RISK, COLLEAGUES = (0.9, 1.0), (0.3, 0.75)  # shares of a directory that are tried
OVER = (3.0, 9.0)  # how many times their share of the population people at risk have of a directory, at least
MOST_HOUSES, FEWEST_AT_RISK = 3, 12
PASSWORDS = (2, 6)  # tries an account, one password a round
TWICE = 0.08  # chance of a second try in the same round: upper and lower case, another year
GONE = (0.02, 0.18)  # names in the list that no longer exist, against those that do
WEAK = (0.004, 0.014)  # share of the targets who have one of the passwords
LOCKED = 0.003  # chance that a try is the one too many


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice("scenario", CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "targeted")
    operator, machine = Operator(world, rng), Rented(world, rng)
    targets = _listed(world, rng) if rng.random() < 0.5 else _directories(world, rng)
    rounds = rng.randint(*PASSWORDS)
    acts, fitting = _rounds(world, rng, operator, machine, targets, rounds)
    hands = Attacker(world, rng, operator, Infrastructure(world, rng, addresses=rng.randint(3, 14)), CAMPAIGN)
    taken: list[Conquest] = []
    for account, time in fitting:
        if account.multifactor:
            for _ in range(rng.choice((0, 0, 1, 1, 2))):
                time = hands.moment(account, time)
                acts.append(hands.refused(time, account))
        elif not taken or rng.random() < 0.75:
            visit = hands.enter(account, min(time, world.day_ms(max(1, world.days - 2))))
            taken.append(Conquest(account, visit, time, password_changed=False))
            acts += visit
    return [*acts, *owners(world, CAMPAIGN, targets, {}, taken)]


def _listed(world: World, rng: Random) -> list[Account]:
    share = rng.uniform(*ROSTER_SHARE)
    scale = min(1.0, len(world.accounts) / 4_000)
    wanted = max(12, min(round(rng.randint(*LIST) * scale), round(len(world.roster) * 0.85 / share)))
    return choose(world, rng, wanted, share, wanted)


def _directories(world: World, rng: Random) -> list[Account]:
    """Houses of people at risk: nearly all of these people, and of their colleagues as many as leave them in front."""
    houses = [house for house in world.organisations if house.roster_weight >= 2]
    rng.shuffle(houses)
    scale = min(1.0, len(world.accounts) / 20_000)
    share, most = rng.uniform(*COLLEAGUES), round(DIRECTORY[1] * max(scale, 0.2))
    at_risk: list[Account] = []
    colleagues: list[Account] = []
    for number, house in enumerate(houses):
        people, thorough = world.by_organisation[house.domain], rng.uniform(*AT_RISK)
        at_risk += [one for one in people if one.category and rng.random() < thorough]
        colleagues += [one for one in people if not one.category and rng.random() < share]
        enough = len(at_risk) + len(colleagues) >= DIRECTORY[0] * scale
        if len(at_risk) >= FEWEST_AT_RISK and (enough or number + 1 >= MOST_HOUSES):
            break
    in_front = min(0.8, len(world.roster) / len(world.accounts) * rng.uniform(*OVER))
    at_risk = rng.sample(at_risk, min(len(at_risk), round(most * 0.75)))
    room = min(most - len(at_risk), round(len(at_risk) * (1 / in_front - 1)))
    return at_risk + rng.sample(colleagues, min(len(colleagues), room))


def _weak(rng: Random, targets: list[Account], rounds: int) -> dict[str, int]:
    """Whose password is sprayed, and in which round; two at least have nothing else that protects them."""
    count = max(3, round(len(targets) * rng.uniform(*WEAK)))
    bare = [account for account in targets if not account.multifactor]
    some = rng.sample(bare, min(2, len(bare))) + rng.sample(targets, min(len(targets), count - 2))
    return {account.name: rng.randrange(rounds) for account in some}


def _rounds(
    world: World, rng: Random, operator: Operator, machine: Rented, targets: list[Account], rounds: int
) -> tuple[list[AnyAct], list[tuple[Account, int]]]:
    """All tries, and which passwords fitted when."""
    weak = _weak(rng, targets, rounds)
    begin = world.start_ms + int(rng.uniform(0, 0.12) * world.days * 86_400_000)
    length = (world.day_ms(world.days) - 3_600_000 - begin) / rounds
    busy = rng.uniform(0.35, 0.95)  # share of a round's days that it takes
    team = operator if rng.random() < 0.7 else None  # else around the clock
    stops = rng.random() < 0.8  # the tool leaves an account alone once its password is known
    pause = rng.uniform(2.2, 4.6)  # of the pauses within a batch: mean of the logarithm of seconds
    gone = _gone(world, rng, targets)
    order = rng.choice(ORDERS)
    acts: list[AnyAct] = []
    fitting: dict[str, tuple[Account, int]] = {}
    for number in range(rounds):
        start = int(begin + number * length)
        end = int(start + busy * length)
        queue: list[Account | tuple[str, Organisation]] = [*order(rng, targets)]
        for former in gone:
            queue.insert(rng.randrange(len(queue) + 1), former)
        if number and rng.random() < 0.5:
            gone = []  # what did not exist is struck off the list
        for time, target in paced(rng, team, queue, start, end, pause):
            if isinstance(target, tuple):
                time = while_up(world, rng, target[1].tenant, time)
                name, house = target
                acts.append(UnknownSignIn(time, house.tenant, name, machine.source(time, "attack"), mark=CAMPAIGN))
                continue
            if stops and target.name in fitting:
                continue
            for _ in range(1 + (rng.random() < TWICE)):
                time = while_up(world, rng, target.tenant, time)
                source = machine.source(time, "attack")
                if weak.get(target.name) == number or target.name in fitting:
                    outcome = rng.choice(("factor_unanswered", "factor_refused")) if target.multifactor else "success"
                    session = rng.getrandbits(128) if outcome == "success" else 0
                    acts.append(SignIn(time, target, source, outcome, session, mark=CAMPAIGN))
                    fitting.setdefault(target.name, (target, time))
                    break
                acts.append(SignIn(time, target, source, "wrong_password", mark=CAMPAIGN))
                if rng.random() < LOCKED:
                    acts.append(Lockout(time + rng.randint(2, 40), target, source, mark=CAMPAIGN))
                time += rng.randint(20_000, 400_000)
    return acts, list(fitting.values())


def _gone(world: World, rng: Random, targets: list[Account]) -> list[tuple[str, Organisation]]:
    houses = list({one.organisation.domain: one.organisation for one in targets}.values())
    if all(house.tenant.provider == "google" for house in houses):
        return []  # nothing would be seen of them
    return [guess(world, rng, houses, targets) for _ in range(round(len(targets) * rng.uniform(*GONE)))]


SPRAY = Scenario(
    name=CAMPAIGN,
    about="a state actor's slow password spray over weeks, from rented addresses that change",
    plan=plan,
)
