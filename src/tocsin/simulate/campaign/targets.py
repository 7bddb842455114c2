"""Whom a campaign looks for: people at risk, their colleagues, and guesses at names that do not exist."""

from __future__ import annotations

from random import Random

from ..people import Account, login, name_lists
from ..tenants import Organisation
from ..world import World

FORMS = ("first.last", "flast", "first_last", "first", "last.first")


def choose(world: World, rng: Random, wanted: int, roster_share: float, silent: int) -> list[Account]:
    """Existing targets: about `roster_share` of them on the roster, the rest mostly their colleagues.

    At most `silent` of them have a provider that does not log probes (Google): of these, only an attack is
    seen.
    """
    chosen: list[Account] = []
    taken: set[str] = set()
    quiet = 0

    def take(account: Account) -> None:
        nonlocal quiet
        unseen = account.tenant.provider == "google"
        if account.name in taken or (unseen and quiet >= silent):
            return
        quiet += unseen
        taken.add(account.name)
        chosen.append(account)

    for account in rng.sample(world.roster, len(world.roster)):
        if len(chosen) < round(wanted * roster_share):
            take(account)
    houses = [account.organisation.domain for account in chosen] or [world.organisations[0].domain]
    for _ in range(40 * wanted):
        if len(chosen) >= wanted:
            break
        account = rng.choice(world.by_organisation[rng.choice(houses)] if rng.random() < 0.7 else world.accounts)
        if account.category is None:
            take(account)
    return chosen


def reading_order(rng: Random, accounts: list[Account]) -> list[Account]:
    """The order of a list put together house by house, with the houses' people mixed."""
    houses: dict[str, list[Account]] = {}
    for account in accounts:
        houses.setdefault(account.organisation.domain, []).append(account)
    for people in houses.values():
        rng.shuffle(people)
    chunks = [people[at : at + 12] for people in houses.values() for at in range(0, len(people), 12)]
    rng.shuffle(chunks)
    return [account for chunk in chunks for account in chunk]


def guess(world: World, rng: Random, houses: list[Organisation], known: list[Account]) -> tuple[str, Organisation]:
    """A personal name that does not exist there: the right person in the wrong form, or a person who never
    was.
    """
    while True:
        if rng.random() < 0.4:
            person = rng.choice(known)
            house = person.organisation if rng.random() < 0.7 else rng.choice(houses)
            given, family = person.given, person.family
        else:
            house = rng.choice(houses)
            given_names, family_names = name_lists(house.place.country)
            given, family = rng.choice(given_names), rng.choice(family_names)
        if house.tenant.provider == "google":
            continue
        form = rng.choice(FORMS)
        if form in ("first", "last.first"):
            name = (
                login("first.last", family, given, house.domain)
                if form == "last.first"
                else f"{login('first.last', given, '', house.domain)}"
            )
            name = name.replace(".@", "@")
        else:
            name = login(form, given, family, house.domain, rng.choice((0, 0, 0, 1, 2)))
        if name not in world.names:
            return name, house
