"""An honest recovery: how people who forgot their password get back in, or give up."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..acts import AnyAct, Lockout, Recovery, SessionUse, SignIn, Source, UnknownRecovery
from ..networks import draw_address, draw_network
from ..people import Account
from ..world import World, whereabouts
from .habits import mistype

# Shares in percent.
ENDINGS = (("completed", 68), ("left", 15), ("cancelled", 6), ("wrong_proof", 8), ("blocked", 3))
MISTYPED_NAME = 0.05  # share of recoveries that begin with a name that does not exist
UNUSUAL_PLACE = 0.14  # share from where the owner never was: a hotel, a friend's flat, a new line


def recover(
    world: World,
    rng: Random,
    account: Account,
    day: int,
    time: int,
    *,
    guesses: float = 1.3,
    source: Source | None = None,
) -> Iterator[AnyAct]:
    """Some wrong passwords, then the recovery flow from where the owner is (`source`, if that is settled)."""
    source = source or _place(world, rng, account, day)
    tries = 0
    while rng.random() < guesses / (1 + guesses) and tries < 6:
        tries += 1
        yield SignIn(time, account, source, "wrong_password")
        time += rng.randint(6_000, 70_000)
    if tries >= 5:
        yield Lockout(time, account, source)
        time += rng.randint(2_000, 20_000)
    if tries:
        time += rng.randint(5_000, 240_000)
    if rng.random() < MISTYPED_NAME:
        yield UnknownRecovery(time, account.tenant, mistype(rng, account.name), source)
        time += rng.randint(9_000, 60_000)
    ending = rng.choices([name for name, _ in ENDINGS], weights=[share for _, share in ENDINGS])[0]
    yield from run(rng, account, source, time, ending)
    if ending == "left" and rng.random() < 0.6:  # comes back to it, often from another device
        later = time + int(rng.expovariate(1 / 5_400_000)) + 120_000
        yield from run(rng, account, _place(world, rng, account, day), later, "completed")
    elif ending in ("cancelled", "wrong_proof") and rng.random() < 0.7:
        yield from run(rng, account, source, time + rng.randint(40_000, 900_000), "completed")


def run(rng: Random, account: Account, source: Source, time: int, ending: str) -> Iterator[AnyAct]:
    """One run through the form; a completed one ends in a session."""
    wrong = {"wrong_proof": rng.randint(1, 3), "blocked": rng.randint(4, 6)}.get(
        ending, int(rng.random() < 0.12 and ending == "completed")
    )
    method = draw_method(rng, account)
    session = rng.getrandbits(128)
    pace = rng.lognormvariate(3.3, 0.5)
    yield Recovery(time, account, source, ending, method, wrong, pace, session if ending == "completed" else 0)
    if ending == "completed":
        done = time + int(pace * 1000 * (4 + 1.5 * wrong) + rng.uniform(20_000, 200_000))
        if account.tenant.provider == "entra":  # the reset page does not sign in
            yield SignIn(done, account, source, "success", session, account.multifactor and rng.random() < 0.6)
        yield SessionUse(done + rng.randint(4_000, 900_000), account, source, session)


def draw_method(rng: Random, account: Account) -> str:
    kinds = {kind for kind, _ in account.channels}
    choices = [
        ("email", 6 if "email" in kinds else 0),
        ("phone", 5 if "phone" in kinds else 0),
        ("question", 0.6),
        ("app", 1 if account.multifactor else 0),
    ]
    return rng.choices([name for name, _ in choices], weights=[weight for _, weight in choices])[0]


def _place(world: World, rng: Random, account: Account, day: int) -> Source:
    if rng.random() > UNUSUAL_PLACE:
        return whereabouts(world, rng, account, day)
    kind = rng.choice(("residential", "residential", "business", "vpn", "hosting"))
    country = account.place.country if rng.random() < 0.7 else None
    address = rng.choice(world.vpn_exits) if kind == "vpn" else draw_address(rng, draw_network(rng, kind, country))
    return Source(address, account.client(world.date_of(day), phone=rng.random() < 0.5))
