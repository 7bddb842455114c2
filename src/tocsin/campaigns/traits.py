"""What sources show, trait by trait, how much a trait may decide, and what strangers show anyway."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

HOURS = 24
WEEKDAYS = 7

NO_HABIT = 1e5
"""A concentration far above any number of observations: what an operator shows is then what anybody does."""


@dataclass(frozen=True, kw_only=True)
class Trait:
    """How much operators keep to a value, and how much a trait in common may decide."""

    concentrations: tuple[float, ...]  # Dirichlet weights of the prior, in observations: small for firm habits
    most: float  # natural log: the most it may add for one operator, since another one may be alike
    least: float = -inf  # the most it may take away


TRAITS: Mapping[str, Trait] = {
    # Tools are kept for weeks. One rare tool in 400 is two operators'.
    "client": Trait(concentrations=(1.0, 4.0, 16.0, 64.0, NO_HABIT), most=6.0),
    # Operators rent where they can pay quietly and come back there, which are the same places for many; those with
    # residential proxies are never seen in one network twice.
    "network": Trait(concentrations=(5.0, 20.0, 80.0, 320.0, NO_HABIT), most=3.0),
    # What is rented comes in neighbouring addresses; beyond what the network says already.
    "prefix": Trait(concentrations=(12.5, 50.0, 200.0, 800.0, NO_HABIT), most=3.0, least=0.0),
    # The same address again: decisive unless many people share it (its frequency among owners says so).
    "address": Trait(concentrations=(12.5, 50.0, 200.0, 800.0, NO_HABIT), most=8.0),
    # A working day is shared by everybody in the time zone: one operator in twelve.
    "hour": Trait(concentrations=(3.0, 12.0, 48.0), most=2.5),
    # Who works has days off, and keeps to them; which ones, half the world shares. Who comes by other exits on other
    # days does not become two by it, however often each exit shows its days.
    "weekday": Trait(concentrations=(3.0, 12.0, 48.0), most=0.7, least=-10.0),
    # Lookups, guesses, prompts, recoveries: another operator goes the same way in one case of twenty. One operator may
    # go several ways, one after the other.
    "way": Trait(concentrations=(1.0, 4.0, 16.0), most=3.0, least=-3.0),
    # Prompts sent to people who go on refusing them: hardly anybody's doing but an attacker's, and few attackers'.
    "insistence": Trait(concentrations=(1.0, 4.0, 16.0), most=3.0, least=-1.0),
    # How often one account's password is guessed from one source at most, by powers of two: a list is tried once or
    # twice a name, a program with an old password asks for days. It proves nobody the same.
    "doggedness": Trait(concentrations=(1.0, 4.0, 16.0), most=0.0),
    # A burst is over in days, and what falls into the same days is its operator's or an accident.
    "day": Trait(concentrations=(12.5, 50.0, 200.0), most=2.5, least=-2.5),
}
"""How firm a habit is differs from operator to operator, so every concentration is held possible, equally likely, and
what a group shows decides between them."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """What one or more sources show: observations by trait, and what they went for."""

    seen: Mapping[str, Counter[str]]
    targets: frozenset[int]
    members: tuple[int, ...] = ()

    def merged(self, other: Group) -> Group:
        return Group(
            seen={trait: _sum(self.seen[trait], other.seen[trait]) for trait in TRAITS},
            targets=self.targets | other.targets,
            members=self.members + other.members,
        )

    def joined(self, others: Iterable[Group]) -> Group:
        """The same with however many others, in time that grows with what they show."""
        rest = [*others]
        seen = {trait: held.copy() for trait, held in self.seen.items()}
        for one in rest:
            for trait, held in one.seen.items():
                sums = seen[trait]
                for value, number in held.items():
                    sums[value] = sums.get(value, 0) + number
        return Group(
            seen=seen,
            targets=self.targets.union(*(one.targets for one in rest)),
            members=(*self.members, *(number for one in rest for number in one.members)),
        )


def _sum(one: Counter[str], other: Counter[str]) -> Counter[str]:
    """As `one + other`, which looks at each number for being above zero: these are."""
    found = one.copy()
    for value, number in other.items():
        found[value] += number
    return found


@dataclass(frozen=True, kw_only=True)
class BaseRate:
    """How common a trait's values are among strangers nobody suspects and among owners."""

    table: Mapping[str, float]
    unseen: float  # of a value that none of them showed

    def of(self, value: str) -> float:
        return self.table.get(value, self.unseen)

    def at_least(self, floor: Mapping[str, float]) -> BaseRate:
        """The same with these values no rarer than given."""
        raised = {value: max(self.of(value), least) for value, least in floor.items()}
        return BaseRate(table={**self.table, **raised}, unseen=self.unseen)


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What strangers show anyway: base rates by trait, and how likely a target is met by accident."""

    base: Mapping[str, BaseRate]
    rostered: frozenset[int]  # targets that stand on the roster
    roster_size: int  # existing accounts on the roster
    population: int  # existing accounts
    existing: frozenset[int]  # targets that exist

    def until(self, last_day: int) -> Chance:
        """The same when later days (numbered from 1970) have not come yet."""
        days = {day: share for day, share in self.base["day"].table.items() if int(day) <= last_day}
        total = sum(days.values()) or 1.0
        known = BaseRate(table={day: share / total for day, share in days.items()}, unseen=self.base["day"].unseen)
        return replace(self, base={**self.base, "day": known})
