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

from collections.abc import Iterable, Iterator
from random import Random

from ..acts import AnyAct, Recovery, UnknownRecovery, UnknownSignIn
from ..benign.habits import moment
from ..benign.helpdesk import help_out
from ..benign.self_recovery import draw_method, run
from ..benign.settings import change
from ..campaign.attack import Attacker, Conquest
from ..campaign.infrastructure import Infrastructure
from ..campaign.operator import Operator
from ..campaign.targets import choose, guess, reading_order
from ..native.entra_audit import has_reset
from ..people import Account
from ..truth import Truth
from ..world import DAY_MS, World, whereabouts
from .scenario import Scenario

CAMPAIGN = "phosphorus"
ATTEMPTS = (2_550, 2_950)  # identification attempts
ATTACKED = (225, 255)  # accounts, the compromised among them
COMPROMISED = (3, 6)
TARGETS = (560, 950)  # existing accounts reached at all
ROSTER_SHARE = (0.6, 0.9)  # of the existing targets
UNCONCERNED = ("campaign", "government")  # nobody of these is compromised, as announced
GOOGLE_SHARE = (0.1, 0.25)  # of the attacked; Google logs no probes
UNKNOWN_NAMES = (0.5, 0.68)  # share of the attempts that are names which do not exist
MOST_LOOKS = 3.0  # identification attempts per existing target, at most on average
OWN_RECOVERIES = 0.05  # share of the targets who recover their account themselves in the same month
WORRIED = 0.06  # share of the targets who change their password after an unexpected message


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice(CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "targeted")
    operator, infrastructure = Operator(world, rng), Infrastructure(world, rng)
    attempts, targets, attacked, compromised, roster_share = sizes(world, rng)
    silent = round(attacked * rng.uniform(*GOOGLE_SHARE))
    chosen = choose(world, rng, targets, roster_share, silent)
    fallen, hit = _victims(rng, chosen, attacked, compromised)
    looked_at, acts = _identify(world, rng, operator, infrastructure, chosen, attempts)
    attacker = Attacker(world, rng, operator, infrastructure, CAMPAIGN)
    for account in hit:
        acts += attacker.attack(account, looked_at.get(account.name, operator.moment()))
    taken = [attacker.take_over(account, looked_at.get(account.name, operator.moment())) for account in fallen]
    for conquest in taken:
        acts += conquest.acts
    return [*acts, *_owners(world, chosen, looked_at, taken)]


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


def _identify(
    world: World,
    rng: Random,
    operator: Operator,
    infrastructure: Infrastructure,
    chosen: list[Account],
    attempts: int,
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
                        mark=CAMPAIGN,
                    )
                )
                continue
            while True:
                name, house = guess(world, rng, houses, chosen)
                if not world.is_down(house.tenant, time):
                    break
            form = UnknownRecovery if house.tenant.provider == "keycloak" and rng.random() < 0.6 else UnknownSignIn
            acts.append(form(time, house.tenant, name, source, mark=CAMPAIGN))
    return looked_at, acts


def _while_up(world: World, operator: Operator, time: int, account: Account | None) -> int:
    while account is not None and world.is_down(account.tenant, time):
        time = operator.moment()
    return time


def _owners(world: World, chosen: list[Account], looked_at: dict[str, int], taken: list[Conquest]) -> Iterator[AnyAct]:
    """What the owners do themselves: none of it is the campaign's."""
    rng = world.dice(CAMPAIGN, "owners")
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


PHOSPHORUS = Scenario(
    name=CAMPAIGN,
    about="the announcement of October 2019: 2,700 slow attempts, 241 accounts attacked, 4 compromised",
    plan=plan,
)
