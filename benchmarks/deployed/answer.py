"""Alerts as an answer that the open scorer takes, read in two ways.

*As it comes*: alerts of one group (one address, one account) are one campaign. *Joined*: somebody has joined all groups
that hold a record of a campaign, and nothing else, to one; no tool does, so this flatters every tool that has no
campaigns of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scorer import Account, Found, Key

from deployed.peer import Alert


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """To which campaign a record belongs, and which record a companion goes with."""

    campaign: Mapping[Key, str]
    goes_with: Mapping[Key, Key]

    def of(self, key: Key) -> str | None:
        return self.campaign.get(self.goes_with.get(key, key))


def grouped(alerts: Iterable[Alert], belonging: Belonging, *, entered: bool) -> list[Found]:
    """A campaign for each group. Stages are not what such tools tell: an account counts as attacked, or as lost where
    the tool alerts on success. A group is detected by the first alert that holds a record of a campaign."""
    groups: dict[str, list[Alert]] = defaultdict(list)
    for one in alerts:
        groups[one.group].append(one)
    return [_found(group, held, belonging, entered) for group, held in groups.items()]


def _found(group: str, alerts: Sequence[Alert], belonging: Belonging, entered: bool) -> Found:
    accounts = frozenset[Account]().union(*(one.accounts for one in alerts))
    right = [one for one in alerts if mostly(one.events, belonging)] or alerts
    return Found(
        id=group,
        verdict="undetermined",
        events=frozenset(key for one in alerts for key in one.events),
        attacked=accounts,
        compromised=accounts if entered else frozenset(),
        attempts=None,
        detected_at=datetime.fromtimestamp(min(one.ms for one in right) / 1000, UTC),
    )


def with_companions(found: Iterable[Found], belonging: Belonging) -> list[Found]:
    """The same, where a companion (the message that a reset sent) stands for the record that it goes with: a tool that
    counts messages and not starts has seen the act all the same."""
    return [
        replace(one, events=one.events | {belonging.goes_with[key] for key in one.events if key in belonging.goes_with})
        for one in found
    ]


def joined(found: Iterable[Found], belonging: Belonging) -> list[Found]:
    """Those that hold a record of a campaign joined to one each; the others as they were."""
    parts: dict[str, list[Found]] = defaultdict(list)
    rest = []
    for one in found:
        if campaign := mostly(one.events, belonging):
            parts[campaign].append(one)
        else:
            rest.append(one)
    return [_joined(campaign, held) for campaign, held in parts.items()] + rest


def mostly(events: Iterable[Key], belonging: Belonging) -> str | None:
    """The campaign that most of those events belong to that belong to any."""
    counted = Counter(campaign for key in events if (campaign := belonging.of(key)) is not None)
    return min(counted, key=lambda campaign: (-counted[campaign], campaign)) if counted else None


def _joined(campaign: str, held: Sequence[Found]) -> Found:
    times = [one.detected_at for one in held if one.detected_at is not None]
    return replace(
        held[0],
        id=f"joined {campaign}",
        events=frozenset[Key]().union(*(one.events for one in held)),
        attacked=frozenset[Account]().union(*(one.attacked for one in held)),
        compromised=frozenset[Account]().union(*(one.compromised for one in held)),
        detected_at=min(times) if times else None,
    )
