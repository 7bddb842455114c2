"""People change their settings: new phone, new secondary mailbox, mail rules, consent to an app, a new
password.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ..acts import AnyAct, ChannelChange, Consent, FactorChange, MailRule, PasswordChange, SignIn, Source
from ..clients import draw_phone
from ..people import MAILBOXES, Account, login
from ..world import World, whereabouts
from .habits import moment

# Changes per account in 30 days, by kind; the whole varies with the seed by SPREAD.
PER_MONTH = {
    "new_phone": 0.014,
    "new_channel": 0.008,
    "sorting_rule": 0.012,
    "forwarding": 0.0012,
    "consent": 0.018,
    "password": 0.012,
}
SPREAD = (0.6, 1.6)
APPS = (
    "Calendly",
    "Grammarly",
    "Zoom Scheduler",
    "Notion",
    "Read AI",
    "Boomerang",
    "Doodle",
    "DocuSign",
    "PDF Tools",
    "Mail Backup",
)


class Settings:
    def __init__(self, world: World) -> None:
        self.world = world
        factor = world.dice("settings").uniform(*SPREAD)
        self.per_day = {kind: rate * factor / 30 * len(world.accounts) for kind, rate in PER_MONTH.items()}

    def acts(self, day: int) -> Iterator[AnyAct]:
        rng = self.world.dice("settings", day)
        weekday = self.world.date_of(day).weekday()
        for kind, expected in self.per_day.items():
            for _ in range(int(expected) + (rng.random() < expected % 1)):
                account = rng.choice(self.world.accounts)
                time = self.world.day_ms(day) + moment(rng, account, weekday)
                yield from change(self.world, rng, account, kind, day, time)


def change(world: World, rng: Random, account: Account, kind: str, day: int, time: int) -> Iterator[AnyAct]:
    """The owner signs in and changes one thing."""
    source = whereabouts(world, rng, account, day)
    session = rng.getrandbits(128)
    if kind == "new_phone":
        source = _new_phone(world, rng, account, day, source)
        if account.multifactor and rng.random() < 0.4:
            yield SignIn(
                time - rng.randint(60_000, 600_000),
                account,
                source,
                rng.choice(("factor_refused", "factor_unanswered")),
            )
        world.note("new_phone", account.name, day)
    yield SignIn(time, account, source, "success", session, account.multifactor)
    time += rng.randint(30_000, 400_000)
    if kind == "new_phone":
        if rng.random() < 0.5:
            yield FactorChange(time, account, source, "removed", account.factor, session)
            time += rng.randint(10_000, 120_000)
        yield FactorChange(time, account, source, "added", rng.choice(("push", "totp", "sms", account.factor)), session)
    elif kind == "new_channel":
        which = rng.choice(("email", "phone"))
        yield ChannelChange(time, account, source, which, own_value(rng, account, which), session)
        world.note("new_channel", account.name, day)
    elif kind in ("sorting_rule", "forwarding"):
        target = own_value(rng, account, "email") if kind == "forwarding" else ""
        yield MailRule(
            time,
            account,
            source,
            "forwarding" if target and rng.random() < 0.5 else "inbox_rule",
            target,
            session,
        )
        if target:
            world.note("forwarding", account.name, day)
    elif kind == "consent":
        yield Consent(time, account, source, rng.choice(APPS), session)
    else:
        yield PasswordChange(time, account, source, False, rng.choice((0, 0, 0, 1)))


def own_value(rng: Random, account: Account, kind: str) -> str:
    """A mailbox or number as the owner would enter it."""
    if kind == "phone":
        stem = next((value for channel, value in account.channels if channel == "phone"), "+12025550100")
        return stem[:-6] + f"{rng.randrange(10**5, 10**6)}"
    style = rng.choice(("first.last", "flast", "first_last"))
    return login(style, account.given, account.family, rng.choice(MAILBOXES), rng.choice((0, rng.randrange(1, 99))))


def _new_phone(world: World, rng: Random, account: Account, day: int, source: Source) -> Source:
    phone = draw_phone(rng)
    account.devices = [device for device in account.devices if not device.is_phone] + [phone]
    return Source(source.address, phone.client(world.date_of(day)))
