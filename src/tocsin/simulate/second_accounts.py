"""People with two accounts in the federation: staff of one house who are members of another, at another provider.

The account of the second house is the secondary mailbox of the first one: who holds it can restore the other. Both
are used from the same home with the same devices.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from .people import Account, login

HOUSES = ("ngo", "party", "diaspora", "legal-aid", "campaign")  # that people are members of beside their work
SHARE = (0.04, 0.12)  # of the accounts there
AT_LEAST = 6
AT_RISK = 8.0  # how much likelier people at risk are to have one


def join(rng: Random, accounts: Sequence[Account]) -> None:
    """Make some accounts the second ones of people who have one elsewhere, and enter them as recovery mailboxes."""
    members = [
        one for one in accounts if one.organisation.kind in HOUSES and one.tenant.provider in ("google", "keycloak")
    ]
    staff = [one for one in accounts if one.organisation.kind not in HOUSES and not one.student]
    wanted = min(max(AT_LEAST, round(len(members) * rng.uniform(*SHARE))), len(members) // 2, len(staff) // 4)
    keyed = sorted(staff, key=lambda one: rng.random() ** (1 / (AT_RISK if one.category else 1.0)), reverse=True)
    names = {one.name for one in accounts}
    for first, second in zip(keyed[:wanted], rng.sample(members, wanted), strict=True):
        _become(second, first, names)
        first.secondary = second
        first.channels = [("email", second.name), *(one for one in first.channels if one[0] != "email")]


def _become(second: Account, first: Account, names: set[str]) -> None:
    """The second account is the first one's owner's."""
    names.discard(second.name)
    number, name = 0, login("first.last", first.given, first.family, second.organisation.domain)
    while name in names:
        number = number + 1 if number else 2
        name = login("first.last", first.given, first.family, second.organisation.domain, number)
    names.add(name)
    second.name, second.display = name, first.display
    second.given, second.family = first.given, first.family
    second.live_with(first)
