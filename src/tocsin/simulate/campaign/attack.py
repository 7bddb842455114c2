"""What a campaign does to an account once it is known to exist: proofs that fail, and now and then one that
does not.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from ..acts import (
    AnyAct,
    ChannelChange,
    Consent,
    FactorChange,
    Lockout,
    MailRule,
    Recovery,
    SessionUse,
    SignIn,
    SignOut,
    Source,
)
from ..benign.self_recovery import draw_method
from ..benign.settings import APPS
from ..people import MAILBOXES, Account, fold
from ..world import World
from .infrastructure import Sources
from .operator import Operator

DELAY_HOURS = 70.0  # mean time from the first look to the first proof
# What is tried on an account that holds: (way, share)
WAYS = (("recovery", 52), ("guesses", 34), ("prompt", 14))
FACTOR_IN_THE_WAY = ("factor_refused", "factor_unanswered")


class Conquest(NamedTuple):
    """An account that fell."""

    account: Account
    acts: list[AnyAct]
    won: int  # milliseconds
    password_changed: bool  # so that the owner is locked out


class Attacker:
    def __init__(self, world: World, rng: Random, operator: Operator, infrastructure: Sources, campaign: str) -> None:
        self.world = world
        self._rng = rng
        self._operator = operator
        self._infrastructure = infrastructure
        self._mark = campaign

    def attack(self, account: Account, looked_at: int) -> list[AnyAct]:
        """One to three sessions of failing proofs, the first some days after the first look."""
        acts: list[AnyAct] = []
        time = looked_at
        for _ in range(self._rng.choice((1, 1, 1, 2, 2, 3))):
            time = self.moment(account, time)
            acts += self._failing(account, time)
        return acts

    def take_over(self, account: Account, looked_at: int) -> Conquest:
        """The way in, the use of it, and what is left behind."""
        rng, mark = self._rng, self._mark
        acts = self.attack(account, looked_at) if rng.random() < 0.5 else []
        latest = self.world.day_ms(max(1, self.world.days - 3))
        time = self.moment(account, min(looked_at, latest))
        source = self._infrastructure.source(time, "attack")
        session = rng.getrandbits(128)
        by_recovery = account.multifactor or rng.random() < 0.75
        if by_recovery:
            method = draw_method(rng, account)
            method = method if method in ("email", "phone") else "email"
            pace, wrong = rng.lognormvariate(3.4, 0.5), rng.choice((0, 0, 1))
            acts.append(Recovery(time, account, source, "completed", method, wrong, pace, session, mark=mark))
            time += int(pace * 1000 * (4 + 1.5 * wrong)) + rng.randint(20_000, 240_000)
            if account.tenant.provider == "entra":
                acts.append(self.signed_in(time, account, source, session))
        else:
            for _ in range(rng.randint(1, 3)):
                acts.append(SignIn(time, account, source, "wrong_password", mark=mark))
                time += self._operator.gap()
            acts.append(self.signed_in(time, account, source, session))
        acts += self.stay(account, time, source, session)
        return Conquest(account, acts, time, by_recovery)

    def signed_in(self, time: int, account: Account, source: Source, session: int) -> SignIn:
        return SignIn(time, account, source, "success", session, account.multifactor, mark=self._mark)

    def refused(self, time: int, account: Account) -> SignIn:
        """The password is right, and the second factor is in the way."""
        source, outcome = self._infrastructure.source(time, "attack"), self._rng.choice(FACTOR_IN_THE_WAY)
        return SignIn(time, account, source, outcome, mark=self._mark)

    def enter(self, account: Account, after: int) -> list[AnyAct]:
        """Signs in with a password that is known by now, and stays."""
        time = self.moment(account, after)
        source, session = self._infrastructure.source(time, "attack"), self._rng.getrandbits(128)
        return [self.signed_in(time, account, source, session), *self.stay(account, time, source, session)]

    def stay(self, account: Account, time: int, source: Source, session: int, first: str = "") -> list[AnyAct]:
        """Settings that keep the way open, `first` before all others, then a few visits from other sources."""
        rng, mark = self._rng, self._mark
        acts: list[AnyAct] = []
        left_behind: list[AnyAct] = []
        mailbox = (
            rng.choice(("j", "m", "a", "s", "team", "mail"))
            + rng.choice((".", "_", ""))
            + fold(account.family)
            + f"{rng.randrange(10, 999)}@{rng.choice(MAILBOXES)}"
        )
        ways = rng.sample(("factor", "channel", "mail", "consent"), rng.randint(2, 3))
        if first:
            ways = [first, *(way for way in ways if way != first)]
        for way in ways:
            time += rng.randint(40_000, 900_000)
            if way == "factor":
                left_behind.append(
                    FactorChange(
                        time,
                        account,
                        source,
                        "added",
                        rng.choice(("totp", "push", "sms")),
                        session,
                        mark=mark,
                    )
                )
            elif way == "channel":
                kind = rng.choice(("email", "phone"))
                value = mailbox if kind == "email" else f"+4475{rng.randrange(10**7, 10**8)}"
                left_behind.append(ChannelChange(time, account, source, kind, value, session, mark=mark))
            elif way == "mail":
                left_behind.append(
                    MailRule(
                        time,
                        account,
                        source,
                        rng.choice(("forwarding", "inbox_rule")),
                        mailbox,
                        session,
                        mark=mark,
                    )
                )
            else:
                left_behind.append(Consent(time, account, source, rng.choice(APPS), session, mark=mark))
        acts.append(SessionUse(won_use(rng, left_behind[0].time), account, source, session, mark=mark))
        acts += left_behind
        for _ in range(rng.randint(0, 5)):
            time = self.moment(account, time)
            if time >= self.world.day_ms(self.world.days):
                break
            visit, again = self._infrastructure.source(time, "attack"), rng.getrandbits(128)
            if rng.random() < 0.5:
                acts.append(SessionUse(time, account, visit, session, mark=mark))
            else:
                acts.append(self.signed_in(time, account, visit, again))
                acts.append(SessionUse(time + rng.randint(5_000, 1_500_000), account, visit, again, mark=mark))
                if rng.random() < 0.2:
                    acts.append(SignOut(time + rng.randint(1_600_000, 3_000_000), account, visit, again, mark=mark))
        return acts

    def _failing(self, account: Account, time: int) -> list[AnyAct]:
        rng, mark = self._rng, self._mark
        source = self._infrastructure.source(time, "attack")
        ways = [(way, share) for way, share in WAYS if way != "prompt" or account.multifactor]
        way = rng.choices([way for way, _ in ways], weights=[share for _, share in ways])[0]
        if way == "recovery":
            ending = rng.choices(("wrong_proof", "blocked"), weights=(92, 8))[0]
            wrong = rng.randint(1, 3) if ending == "wrong_proof" else rng.randint(4, 6)
            return [
                Recovery(
                    time,
                    account,
                    source,
                    ending,
                    draw_method(rng, account),
                    wrong,
                    rng.lognormvariate(3.2, 0.5),
                    0,
                    mark=mark,
                )
            ]
        if way == "prompt":
            return [SignIn(time, account, source, rng.choice(FACTOR_IN_THE_WAY), mark=mark)]
        acts: list[AnyAct] = []
        for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
            acts.append(SignIn(time, account, source, "wrong_password", mark=mark))
            time += self._operator.gap()
        if len(acts) == 4 and rng.random() < 0.4:
            acts.append(Lockout(time, account, source, mark=mark))
        return acts

    def moment(self, account: Account, after: int) -> int:
        """A moment of work after `after` at which the provider is up."""
        time = self._operator.moment_after(after, DELAY_HOURS)
        while self.world.is_down(account.tenant, time):
            time = self._operator.moment_after(time + 3_600_000, DELAY_HOURS)
        return time


def won_use(rng: Random, first_change: int) -> int:
    """The mailbox is looked at before anything is changed in it."""
    return first_change - rng.randint(5_000, 38_000)
