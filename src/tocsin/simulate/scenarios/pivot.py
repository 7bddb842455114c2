"""In by way of the secondary mailbox: the account at another provider first, then the one that it restores.

The announcement of October 2019 says so of Phosphorus: secondary mailboxes were taken, and the accounts then recovered
through the message that arrived there. The secondary mailboxes here are accounts of other houses of the federation
(Google Workspace or Keycloak), so that both logs are at hand. Some accounts are kept the other way round: the operator
comes in with a password, adds a mailbox of their own as recovery channel, waits, and recovers the account through it
after the owner has put the password right. The ranges hold for 20,000 accounts and 30 days.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from ..acts import AnyAct, ChannelChange, Consent, MailRule, Recovery, SessionUse, SignIn, Source
from ..benign.settings import APPS, change
from ..campaign.attack import Attacker, Conquest
from ..campaign.infrastructure import Infrastructure
from ..campaign.look_up import identify
from ..campaign.operator import Operator
from ..campaign.owners import owners
from ..campaign.pacing import while_up
from ..campaign.targets import choose
from ..native.entra_audit import has_reset
from ..people import MAILBOXES, Account, fold
from ..truth import Truth
from ..world import DAY_MS, World
from .scenario import Scenario

CAMPAIGN = "pivot"
PIVOTS = (5, 14)  # accounts reached through their secondary mailbox
REFUSED = 0.25  # share of these at which the recovery of the first account goes wrong
PLANTED = (2, 5)  # accounts with a channel added first and used later
HOLDING = (4, 18)  # secondary mailboxes that do not fall
TARGETS = (70, 220)
ATTEMPTS = (220, 800)  # identification attempts
ATTACKED = (10, 40)  # others, in the usual ways
ROSTER_SHARE = (0.6, 0.9)
WAYS_IN = (("password", 45), ("guesses", 30), ("recovery", 25))
AT_ONCE = 0.6  # chance that the first account follows in the same sitting
WAIT_DAYS = (3.0, 11.0)  # from the channel to its use


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:
    rng = world.dice("scenario", CAMPAIGN)
    truth.open_campaign(CAMPAIGN, "targeted")
    scale = min(1.0, len(world.accounts) / 4_000) * min(1.0, world.days / 30)
    operator = Operator(world, rng)
    where = Infrastructure(world, rng, rng.randint(12, 70))
    pairs = [one for one in world.accounts if one.secondary is not None and _recoverable(one)]
    rng.shuffle(pairs)
    pairs.sort(key=lambda one: one.category is None)
    pivots = pairs[: max(2, min(rng.randint(*PIVOTS), round(len(pairs) * 0.6)))]
    holding = [one.secondary for one in pairs[len(pivots) :] if one.secondary][: rng.randint(*HOLDING)]
    share = rng.uniform(*ROSTER_SHARE)
    targets = max(12, min(round(rng.randint(*TARGETS) * scale), round(len(world.roster) * 0.8 / share)))
    chosen = choose(world, rng, targets, share, round(targets * 0.2))
    listed = list({one.name: one for one in (*pivots, *chosen)}.values())
    attempts = max(round(rng.randint(*ATTEMPTS) * scale), 2 * len(listed))
    looked_at, acts = identify(world, rng, operator, where, listed, attempts, CAMPAIGN)
    attacker = Attacker(world, rng, operator, where, CAMPAIGN)
    work = _Pivot(world, rng, truth, operator, where, attacker)
    reached = {one.name for one in pivots} | {one.secondary.name for one in pivots if one.secondary}
    free = [one for one in listed if one.name not in reached and _recoverable(one)]
    planted = free[: min(len(free), rng.randint(*PLANTED))]
    others = free[len(planted) :][: round(rng.randint(*ATTACKED) * scale)]
    for account in (*others, *holding):
        acts += attacker.attack(account, looked_at.get(account.name, operator.moment()))
    for account in pivots:
        acts += work.through_secondary(account, looked_at.get(account.name, operator.moment()))
    for account in planted:
        acts += work.through_planted_channel(account, operator.moment())
    return [*acts, *owners(world, CAMPAIGN, listed, looked_at, work.taken)]


def _recoverable(account: Account) -> bool:
    return account.tenant.provider != "entra" or has_reset(account)


class _Pivot:
    def __init__(
        self, world: World, rng: Random, truth: Truth, operator: Operator, where: Infrastructure, attacker: Attacker
    ) -> None:
        self._world, self._rng, self._truth = world, rng, truth
        self._operator, self._where, self._attacker = operator, where, attacker
        self.taken: list[Conquest] = []

    def through_secondary(self, account: Account, looked_at: int) -> list[AnyAct]:
        """The secondary mailbox falls, then its mail is read while the first account is recovered."""
        rng, world, second = self._rng, self._world, account.secondary
        if second is None:
            return []
        begin = min(self._attacker.moment(second, looked_at), world.day_ms(max(1, world.days - 2)))
        begin = while_up(world, rng, second.tenant, begin)
        acts, time, source, session = self._take_mailbox(second, begin)
        acts += self._make_home(second, time, source, session)
        time += rng.randint(30_000, 900_000)
        if rng.random() > AT_ONCE:
            later = self._attacker.moment(account, time + rng.randint(DAY_MS // 3, 3 * DAY_MS))
            if later < world.day_ms(world.days) - 7_200_000:
                time, source = later, self._where.source(later, "attack")
                session = rng.getrandbits(128)
                acts.append(self._attacker.signed_in(time, second, source, session))
                time += rng.randint(20_000, 400_000)
        time = while_up(world, rng, account.tenant, time)
        refused = rng.random() < REFUSED and bool(self.taken)
        elsewhere = source if rng.random() < 0.7 else self._where.source(time, "attack")
        acts += self._recover(account, time, elsewhere, refused=refused)
        for _ in range(rng.choice((1, 1, 2))):  # the message is read in the mailbox meanwhile
            read = time + rng.randint(6_000, 60_000)
            acts.append(SessionUse(read, second, source, session, mark=CAMPAIGN))
        if not refused and time < world.day_ms(world.days) - 3_600_000:
            self._truth.chain(CAMPAIGN, account.name, second.name)
        return acts

    def through_planted_channel(self, account: Account, start: int) -> list[AnyAct]:
        """A password that is known, a mailbox added, days of silence, and the account taken by way of it."""
        rng, world = self._rng, self._world
        wait = min(rng.uniform(*WAIT_DAYS), world.days / 3)
        latest = max(world.day_ms(world.days) - int((wait + 2) * DAY_MS), world.start_ms + 3_600_000)
        time = while_up(world, rng, account.tenant, min(self._attacker.moment(account, min(start, latest)), latest))
        source, session = self._where.source(time, "attack"), rng.getrandbits(128)
        acts: list[AnyAct] = [self._attacker.signed_in(time, account, source, session)]
        time += rng.randint(40_000, 500_000)
        mailbox = (
            f"{fold(account.family)}.{rng.choice('abcdefghjklm')}{rng.randrange(10, 9999)}@{rng.choice(MAILBOXES)}"
        )
        acts.append(ChannelChange(time, account, source, "email", mailbox, session, mark=CAMPAIGN))
        used = time + int(wait * DAY_MS)
        if rng.random() < 0.6:  # what the owner does in between
            changed = time + int(rng.uniform(0.2, 0.8) * wait * DAY_MS)
            day = (changed - world.start_ms) // DAY_MS
            if day < world.days:
                acts += change(world, rng, account, "password", day, changed)
        used = while_up(world, rng, account.tenant, self._operator.moment_between(used, used + DAY_MS))
        acts += self._recover(account, used, self._where.source(used, "attack"), refused=False)
        if used < world.day_ms(world.days) - 3_600_000:
            self._truth.chain(CAMPAIGN, account.name, mailbox)
        return acts

    def _take_mailbox(self, second: Account, time: int) -> tuple[list[AnyAct], int, Source, int]:
        rng = self._rng
        source, session = self._where.source(time, "attack"), rng.getrandbits(128)
        way = rng.choices([way for way, _ in WAYS_IN], weights=[share for _, share in WAYS_IN])[0]
        acts: list[AnyAct] = []
        if way == "recovery":
            method = rng.choice([kind for kind, _ in second.channels])
            pace, wrong = rng.lognormvariate(3.4, 0.5), rng.choice((0, 0, 1, 2))
            acts.append(Recovery(time, second, source, "completed", method, wrong, pace, session, mark=CAMPAIGN))
            time += int(pace * 1000 * (4 + 1.5 * wrong)) + rng.randint(20_000, 240_000)
        else:
            for _ in range(rng.randint(1, 5) if way == "guesses" else 0):
                acts.append(SignIn(time, second, source, "wrong_password", mark=CAMPAIGN))
                time += self._operator.gap()
            acts.append(self._attacker.signed_in(time, second, source, session))
        self.taken.append(Conquest(second, [], time, password_changed=way == "recovery"))
        return acts, time, source, session

    def _make_home(self, second: Account, time: int, source: Source, session: int) -> list[AnyAct]:
        """The mail is read; now and then something keeps it open."""
        rng = self._rng
        acts: list[AnyAct] = []
        for _ in range(rng.randint(1, 3)):
            time += rng.randint(3_000, 300_000)
            acts.append(SessionUse(time, second, source, session, mark=CAMPAIGN))
        throw = rng.random()
        time += rng.randint(20_000, 200_000)
        if throw < 0.25:
            acts.append(Consent(time, second, source, rng.choice(APPS), session, mark=CAMPAIGN))
        elif throw < 0.45 and second.tenant.provider == "google":
            mailbox = f"{fold(second.family)}{rng.randrange(10, 999)}@{rng.choice(MAILBOXES)}"
            acts.append(MailRule(time, second, source, "forwarding", mailbox, session, mark=CAMPAIGN))
        return acts

    def _recover(self, account: Account, time: int, source: Source, *, refused: bool) -> list[AnyAct]:
        """The first account by a message to the mailbox; at some a further proof is in the way."""
        rng, session = self._rng, self._rng.getrandbits(128)
        pace = rng.lognormvariate(3.4, 0.5)
        if refused:
            wrong = rng.randint(1, 3)
            return [Recovery(time, account, source, "wrong_proof", "email", wrong, pace, mark=CAMPAIGN)]
        acts: list[AnyAct] = [Recovery(time, account, source, "completed", "email", 0, pace, session, mark=CAMPAIGN)]
        time += int(pace * 4_000) + rng.randint(20_000, 240_000)
        if account.tenant.provider == "entra":
            acts.append(self._attacker.signed_in(time, account, source, session))
        acts += self._attacker.stay(account, time, source, session)
        self.taken.append(Conquest(account, acts, time, password_changed=True))
        return acts


PIVOT = Scenario(
    name=CAMPAIGN,
    about="secondary mailboxes at another provider are taken, and the accounts that they restore after them",
    plan=plan,
)
