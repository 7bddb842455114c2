"""A tool's campaigns held against the truth of a world, by rules that are written in docs/benchmark.md.

Pure: tables in, scores out; no file is read here. `Found` is what a tool says, `True_` what the truth says. A change of
a rule is a new VERSION.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

VERSION = 1
PART = 0.1  # share of a campaign's events from which two campaigns count as merged, or one as split
TRIES = frozenset({"identification", "attack"})

Key = tuple[str, str]  # (provider, event_uid)
Account = tuple[str, str]  # (provider, account), in lower case
Chain = tuple[str, str]  # (account recovered, what it was recovered through or "" where no log names it), lower case


@dataclass(frozen=True, kw_only=True)
class Event:
    """One row of the truth's events.parquet."""

    campaign: str
    key: Key
    role: str
    time: datetime


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One campaign of the truth."""

    id: str
    verdict: str
    events: tuple[Event, ...]
    attacked: frozenset[Account]  # the compromised among them
    compromised: frozenset[Account]
    attempts: int  # identification attempts
    chains: frozenset[Chain] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Found:
    """One campaign that a tool found."""

    id: str
    verdict: str
    events: frozenset[Key]
    attacked: frozenset[Account]
    compromised: frozenset[Account]
    attempts: int | None
    detected_at: datetime | None
    chains: frozenset[Chain] = frozenset()  # with both halves


@dataclass(frozen=True, kw_only=True)
class CampaignScore:
    """One campaign of the truth, and what its match among the found ones has of it; all empty if it has none."""

    campaign: str
    match: str | None
    events_found: int
    events_true: int
    events_right: int
    attacked_found: int
    attacked_true: int
    attacked_right: int
    compromised_missed: int
    compromised_extra: int
    attempts_found: int | None
    attempts_true: int
    split: bool  # another found campaign holds a tenth or more of its events, too
    verdict_found: str | None
    verdict_true: str
    days_to_detection: float | None  # from its first event
    tries_before: float | None  # share of its tries made by then
    chains_true: int = 0
    chains_right: int = 0


@dataclass(frozen=True, kw_only=True)
class WorldScore:
    """A whole world."""

    campaigns: tuple[CampaignScore, ...]
    merged: int  # found campaigns that hold a tenth or more of each of several true ones
    fragments: int  # found campaigns that are no match and yet mostly a true one's events
    false: int  # found campaigns that are mostly nobody's
    false_targeted: int  # found campaigns called targeted of which most is no targeted campaign's
    chains_false: int = 0  # in any found campaign, and in no true one


def ratio(part: int, whole: int) -> float:
    """The share, one where there is nothing to share."""
    return part / whole if whole else 1.0


def scored(truth: Sequence[Labelled], companions: frozenset[Key], found: Sequence[Found]) -> WorldScore:
    """The world's score. Companions are taken out of what was found: neither hit nor miss."""
    own = {one.id: frozenset(event.key for event in one.events) for one in truth}
    said = {one.id: one.events - companions for one in found}
    shared = {(f.id, t.id): len(said[f.id] & own[t.id]) for f in found for t in truth}
    matches = _matches(shared)
    campaigns = tuple(
        _campaign(one, next((f for f in found if f.id == matches.get(one.id)), None), said, own[one.id], shared)
        for one in truth
    )
    targeted = frozenset[Key]().union(*(own[one.id] for one in truth if one.verdict == "targeted"))
    everybody = frozenset[Key]().union(*own.values())
    matched = set(matches.values())
    chains = frozenset[Chain]().union(*(one.chains for one in truth))
    rest = [one for one in found if one.id not in matched]
    ours = [2 * len(said[one.id] & everybody) > len(said[one.id]) for one in rest]
    return WorldScore(
        campaigns=campaigns,
        merged=sum(sum(_is_part(shared, f.id, t.id, own) for t in truth) > 1 for f in found),
        fragments=sum(ours),
        false=len(ours) - sum(ours),
        false_targeted=sum(
            one.verdict == "targeted" and 2 * len(said[one.id] & targeted) <= len(said[one.id]) for one in found
        ),
        chains_false=sum(not _told(one, chains) for one in frozenset[Chain]().union(*(one.chains for one in found))),
    )


def _matches(shared: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """True campaign -> found one: those that share most first, each at most once."""
    matches: dict[str, str] = {}
    taken: set[str] = set()
    for (found, true), count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if count and true not in matches and found not in taken:
            matches[true] = found
            taken.add(found)
    return matches


def _is_part(shared: Mapping[tuple[str, str], int], found: str, true: str, own: Mapping[str, frozenset[Key]]) -> bool:
    return shared[found, true] > 0 and shared[found, true] >= PART * len(own[true])


def _campaign(
    true: Labelled,
    match: Found | None,
    said: Mapping[str, frozenset[Key]],
    own: frozenset[Key],
    shared: Mapping[tuple[str, str], int],
) -> CampaignScore:
    holders = [f for f in said if shared[f, true.id] > 0 and shared[f, true.id] >= PART * len(own)]
    if match is None:
        return CampaignScore(
            campaign=true.id,
            match=None,
            events_found=0,
            events_true=len(own),
            events_right=0,
            attacked_found=0,
            attacked_true=len(true.attacked),
            attacked_right=0,
            compromised_missed=len(true.compromised),
            compromised_extra=0,
            attempts_found=None,
            attempts_true=true.attempts,
            split=len(holders) > 1,
            verdict_found=None,
            verdict_true=true.verdict,
            days_to_detection=None,
            tries_before=None,
            chains_true=len(true.chains),
        )
    days, before = _detection(true.events, match.detected_at)
    return CampaignScore(
        campaign=true.id,
        match=match.id,
        events_found=len(said[match.id]),
        events_true=len(own),
        events_right=len(said[match.id] & own),
        attacked_found=len(match.attacked),
        attacked_true=len(true.attacked),
        attacked_right=len(match.attacked & true.attacked),
        compromised_missed=len(true.compromised - match.compromised),
        compromised_extra=len(match.compromised - true.compromised),
        attempts_found=match.attempts,
        attempts_true=true.attempts,
        split=len(holders) > 1,
        verdict_found=match.verdict,
        verdict_true=true.verdict,
        days_to_detection=days,
        tries_before=before,
        chains_true=len(true.chains),
        chains_right=sum(_told(one, match.chains) for one in true.chains),
    )


def _told(chain: Chain, others: frozenset[Chain]) -> bool:
    """Is the chain one of the others? One that leaves out through what is any of the same account."""
    account, through = chain
    same = {other for other, _ in others} if not through else {other for other, one in others if one in (through, "")}
    return account in same


def _detection(events: Iterable[Event], detected_at: datetime | None) -> tuple[float | None, float | None]:
    """(days from the first event, share of the tries made by then)."""
    events = list(events)
    if detected_at is None or not events:
        return None, None
    first = min(event.time for event in events)
    tries = [event.time for event in events if event.role in TRIES]
    days = max(0.0, (detected_at - first).total_seconds() / 86_400)
    return round(days, 3), round(ratio(sum(time <= detected_at for time in tries), len(tries)), 4)


def moment(text: str | None) -> datetime | None:
    """An RFC 3339 time, with or without its zone, as UTC."""
    if text is None:
        return None
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
