"""Rules and correlations as they run here, and those that do not, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.detect.sigma.condition import Condition
from tocsin.detect.sigma.fields import Plan
from tocsin.detect.sigma.logs import Logs
from tocsin.lake import Wanted


@dataclass(frozen=True, kw_only=True)
class About:
    """What a rule says of itself."""

    name: str  # of the detection: sigma/ and its id, its name or its title
    title: str
    level: str  # informational | low | medium | high | critical
    tags: tuple[str, ...]
    techniques: tuple[str, ...]  # ATT&CK ids
    false_positives: tuple[str, ...]
    role: str  # what it shows: identification | attack | access | persistence
    file: Path


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule:
    """A rule on single events."""

    about: About
    number: int
    logs: Logs
    names: frozenset[str]  # of the fields that it asks for
    condition: Condition
    speaks: bool = True  # is a match a finding, or only part of a correlation?


@dataclass(frozen=True, kw_only=True, eq=False)
class Correlation:
    """A rule on several events. The windows are told in `correlations.py`."""

    about: About
    number: int
    kind: str  # event_count | value_count | value_sum | value_avg | temporal | temporal_ordered
    parts: tuple[int, ...]  # numbers of the rules and correlations, in the rule's order
    group_by: tuple[str, ...]
    aliases: Mapping[str, Mapping[int, str]]  # name in group_by -> rule -> field
    timespan_ms: int
    op: str = "gte"  # gt | gte | eq, for sums and means also lt | lte | neq
    count: float = 1
    of: tuple[str, ...] = ()  # fields whose values are counted or summed
    wanted: object = None  # of an extended condition: ("and" | "or" | "not", parts) or a number
    speaks: bool = True

    def field_of(self, name: str, part: int) -> str:
        """The field that a name stands for in the events of a rule."""
        return self.aliases.get(name, {}).get(part, name)


@dataclass(frozen=True, kw_only=True)
class Left:
    """A rule that does not run, and why."""

    file: Path
    title: str
    reason: str
    names: tuple[str, ...] = ()  # by which others refer to it


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleSet:
    """All rules that were brought."""

    rules: tuple[Rule, ...] = ()
    correlations: tuple[Correlation, ...] = ()  # each behind those that it refers to
    left: tuple[Left, ...] = ()  # cannot be converted
    elsewhere: tuple[Left, ...] = ()  # about logs that Tocsin does not read
    plan: Plan = field(default_factory=Plan)

    @property
    def every(self) -> list[Rule | Correlation]:
        """Rules, then correlations."""
        return [*self.rules, *self.correlations]

    @property
    def wanted(self) -> Wanted:
        """What has to be read beside events for the rules."""
        needed = self.plan.needed
        return Wanted(
            columns=frozenset(one.name for one in needed), many=frozenset(one.name for one in needed if one.many)
        )
