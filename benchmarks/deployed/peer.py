"""The words of this folder: an act that a rule reads, an alert that it raises, a peer that holds rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

Key = tuple[str, str]  # (provider, event_uid)


class Act(NamedTuple):
    """One event of the store, in order of time; empty text where the log says nothing."""

    provider: str
    event_uid: str
    ms: int  # event time, milliseconds since 1970
    activity: str
    outcome: str
    reason: str
    code: str  # the provider's own event type and code
    account: str
    known: str  # whether the account exists, as far as the event tells: true, false, unknown
    actor: str
    address: str
    network: int  # 0: unknown
    country: str
    user_agent: str
    tenant: str


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert. Alerts of a peer with one `group` are one thing to its reader."""

    rule: str
    group: str  # kind and value of what the rule groups by, like "address 203.0.113.7"
    ms: int  # when it was raised
    events: tuple[Key, ...]
    accounts: frozenset[tuple[str, str]]  # (provider, account) that it names and that are not known to be none


Rule = Callable[[Iterable[Act]], Sequence[Alert]]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A rule and what it is fed: SQL over the columns of `tocsin.events.EVENT`."""

    where: str
    rule: Rule


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A tool or a rule set, re-stated."""

    name: str
    source: str  # where its parameters are public
    watches: tuple[Watch, ...]
    entered: bool = False  # it alerts on success: an account that it names was got into


@dataclass(frozen=True)
class NotRun:
    """Why an installed tool did not run here."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A tool that is run as it comes, on the raw logs of a world."""

    name: str
    source: str
    alerts: Callable[[Path, Path], Sequence[Alert] | NotRun]  # (folder of the logs, an empty folder to work in)


def alert(rule: str, group: str, ms: int, acts: Iterable[Act]) -> Alert:
    """The alert that these acts make up."""
    held = list(acts)
    return Alert(
        rule=rule,
        group=group,
        ms=ms,
        events=tuple(dict.fromkeys((act.provider, act.event_uid) for act in held)),
        accounts=frozenset((act.provider, act.account.lower()) for act in held if act.account and act.known != "false"),
    )
