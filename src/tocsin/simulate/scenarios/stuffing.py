"""Credential stuffing: a leaked list of names and passwords tried out by bots, whoever stands in it.

Opportunistic: the list is what some other site lost, so most names do not exist here, those that do are spread like
the accounts are, and people at risk are no likelier in it than others. A name is tried once or with the few passwords
that leaked with it. Public reports put the fitting passwords at 0.1 to 2 % of the tries and the bots at thousands of
home and phone addresses (F5 Labs, Credential Stuffing Report, 9 February 2021). What fits is checked, now and then
used for spam or sold, seldom for anything else. The ranges hold for 20,000 accounts and grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from ..acts import AnyAct, FactorChange, Lockout, MailRule, SessionUse, SignIn, Source, UnknownSignIn
from ..benign.unknown_name_bots import invented_name
from ..campaign.attack import FACTOR_IN_THE_WAY, Conquest
from ..campaign.owners import owners
from ..campaign.pacing import while_up
from ..campaign.rented import KITS, Rented, kit
from ..campaign.targets import guess
from ..people import MAILBOXES, Account
from ..tenants import Organisation
from ..truth import Truth
from ..world import DAY_MS, World
from .scenario import Scenario

CAMPAIGN = "stuffing"
NAMES = (4_000, 12_000)
KNOWN = (0.12, 0.4)  # share of the names that exist
PASSWORDS = (0.65, 0.2, 0.1, 0.05)  # chances that one, two ... leaked with a name
FITS = (0.008, 0.03)  # share of the existing names whose password still is the leaked one
DAYS = (2, 16)  # that the run takes
BOTS = (0.15, 1.2)  # addresses per name
USED = 0.35  # share of the fitting accounts that somebody looks into later
Entry = tuple[str, Organisation, Account | None]


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice("scenario", CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "opportunistic")
    entries = _leak(world, rng)
    bots = _Botnet(world, rng, len(entries))
    known = [account for _, _, account in entries if account]
    bare = [account for account in known if not account.multifactor]
    fits = {account.name for account in rng.sample(known, max(2, round(len(known) * rng.uniform(*FITS))))}
    fits |= {account.name for account in rng.sample(bare, min(2, len(bare)))}
    buyer = Rented(world, rng)
    acts: list[AnyAct] = []
    taken: list[Conquest] = []
    for time, (name, house, account) in _schedule(world, rng, entries):
        time = while_up(world, rng, house.tenant, time)
        if account is None:
            for _ in range(_passwords(rng)):
                acts.append(UnknownSignIn(time, house.tenant, name, bots.source(time), mark=CAMPAIGN))
                time += rng.randint(400, 60_000)
            continue
        won = None
        for act in _tries(rng, bots, account, time, fits=account.name in fits):
            acts.append(act)
            if isinstance(act, SignIn) and act.outcome == "success":
                won = act
        if won is not None:
            after = list(_afterwards(world, rng, buyer, won))
            taken.append(Conquest(account, after, won.time, password_changed=False))
            acts += after
    return [*acts, *owners(world, CAMPAIGN, known, {}, taken)]


def _leak(world: World, rng: Random) -> list[Entry]:
    """The list in its own order; no house and nobody in it is sought."""
    count = max(60, round(rng.randint(*NAMES) * len(world.accounts) / 20_000))
    share = rng.uniform(*KNOWN)
    existing = rng.sample(world.accounts, min(round(count * share), len(world.accounts) // 2))
    loggers = [house for house in world.organisations if house.tenant.provider != "google"]
    sizes = [house.size for house in loggers]
    taken = set(world.names)
    entries: list[Entry] = [(account.name, account.organisation, account) for account in existing]
    while len(entries) < count:
        house = rng.choices(loggers, weights=sizes)[0]
        if rng.random() < 0.3:  # the right person under an old or wrong address
            name, house = guess(world, rng, [house], [rng.choice(world.by_organisation[house.domain])])
        else:
            name = invented_name(rng, house)
        if name not in taken:
            taken.add(name)
            entries.append((name, house, None))
    if rng.random() < 0.4:  # sorted by address, as some lists are
        entries.sort(key=lambda entry: entry[0])
    else:
        rng.shuffle(entries)
    return entries


def _schedule(world: World, rng: Random, entries: list[Entry]) -> Iterator[tuple[int, Entry]]:
    """The list worked through at a rate that swells and ebbs from hour to hour, nights and weekends alike."""
    days = min(world.days - 0.5, rng.uniform(*DAYS))
    start = world.start_ms + int(rng.uniform(0, world.days - 0.3 - days) * DAY_MS)
    hours = max(1, round(days * 24))
    weights = [rng.paretovariate(1.3) if rng.random() < 0.75 else 0.01 for _ in range(hours)]
    moments = sorted(
        start + hour * 3_600_000 + rng.randrange(3_600_000)
        for hour in rng.choices(range(hours), weights=weights, k=len(entries))
    )
    yield from zip(moments, entries, strict=True)


def _passwords(rng: Random) -> int:
    return rng.choices((1, 2, 3, 4), weights=PASSWORDS)[0]


class _Botnet:
    """Thousands of lines that are not the operator's own, and the tool's clients."""

    def __init__(self, world: World, rng: Random, names: int) -> None:
        self._rng = rng
        mix = {"residential": rng.uniform(3, 9), "mobile": rng.uniform(0.2, 2.5), "hosting": rng.uniform(0.1, 2.0)}
        mix |= {"vpn": rng.uniform(0, 0.6), "tor": rng.uniform(0, 0.4)}
        line = Rented(world, rng, mix)
        self.addresses = [line.fresh() for _ in range(max(15, round(names * rng.uniform(*BOTS))))]
        self.clients = kit(world, rng, rng.choice(KITS))

    def source(self, time: int) -> Source:  # noqa: ARG002 - bots never sleep
        return Source(self._rng.choice(self.addresses), self._rng.choice(self.clients))


def _tries(rng: Random, bots: _Botnet, account: Account, time: int, *, fits: bool) -> Iterator[SignIn | Lockout]:
    wanted = _passwords(rng)
    right = rng.randrange(wanted) if fits else None
    source = bots.source(time)
    for number in range(wanted):
        if rng.random() < 0.7:
            source = bots.source(time)
        if number == right and account.multifactor:
            yield SignIn(time, account, source, rng.choice(FACTOR_IN_THE_WAY), mark=CAMPAIGN)
            return
        if number == right:
            yield SignIn(time, account, source, "success", rng.getrandbits(128), mark=CAMPAIGN)
            return
        yield SignIn(time, account, source, "wrong_password", mark=CAMPAIGN)
        time += rng.randint(400, 60_000)
    if rng.random() < 0.01 * wanted:
        yield Lockout(time, account, source, mark=CAMPAIGN)


def _afterwards(world: World, rng: Random, buyer: Rented, won: SignIn) -> Iterator[AnyAct]:
    """The checker looks in at once; now and then a buyer does days later, and sends spam or digs in."""
    account = won.account
    if rng.random() < 0.5:
        yield SessionUse(won.time + rng.randint(900, 30_000), account, won.source, won.session, mark=CAMPAIGN)
    time = won.time + int(rng.expovariate(1 / 90) * 3_600_000)
    if rng.random() > USED or time >= world.day_ms(world.days) - 3_600_000:
        return
    time = while_up(world, rng, account.tenant, time)
    source, session = buyer.source(time, "attack"), rng.getrandbits(128)
    yield SignIn(time, account, source, "success", session, mark=CAMPAIGN)
    time += rng.randint(4_000, 200_000)
    yield SessionUse(time, account, source, session, mark=CAMPAIGN)
    throw = rng.random()
    time += rng.randint(20_000, 500_000)
    if throw < 0.3:
        mailbox = f"{rng.choice('abcdekmrst')}{rng.randrange(10**4, 10**7)}@{rng.choice(MAILBOXES)}"
        kind = rng.choice(("inbox_rule", "forwarding"))
        yield MailRule(time, account, source, kind, mailbox, session, mark=CAMPAIGN)
    elif throw < 0.4:
        factor = rng.choice(("totp", "sms"))
        yield FactorChange(time, account, source, "added", factor, session, mark=CAMPAIGN)


STUFFING = Scenario(
    name=CAMPAIGN,
    about="bots try a leaked list of thousands of names on everybody: opportunistic, nobody is sought",
    plan=plan,
)
