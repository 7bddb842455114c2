"""Thresholds over time: a sliding window a group, or fixed slices of time over everything."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from deployed.peer import Act, Alert, alert

Judge = Callable[[Sequence[Act]], bool]


@dataclass(frozen=True, kw_only=True)
class SlidingWindow:
    """Acts of one group within `span_ms`, judged after each act.

    A scheduled search looks at most as often as that, so this raises whatever the search can raise. While the judged
    acts overlap those of the alert before, they are one alert: nobody wants an alert an event.
    """

    name: str
    span_ms: int
    groupby: Callable[[Act], str]
    group_word: str
    judge: Judge
    least: int = 1  # acts below which the judge need not be asked

    def __call__(self, acts: Iterable[Act]) -> list[Alert]:
        windows: dict[str, deque[Act]] = defaultdict(deque)
        open_: dict[str, _Open] = {}
        closed: list[_Open] = []
        for act in acts:
            key = self.groupby(act)
            if not key:
                continue
            window = windows[key]
            window.append(act)
            while window[0].ms < act.ms - self.span_ms:
                window.popleft()
            if len(window) < self.least or not self.judge(window):
                continue
            current = open_.get(key)
            if current is None or current.last_ms < window[0].ms:
                current = open_[key] = _Open(key=key, ms=act.ms)
                closed.append(current)
            current.take(window)
        return [alert(self.name, f"{self.group_word} {one.key}", one.ms, one.acts.values()) for one in closed]


@dataclass
class _Open:
    key: str
    ms: int
    last_ms: int = 0
    acts: dict[tuple[str, str], Act] = field(default_factory=dict)

    def take(self, window: Iterable[Act]) -> None:
        for act in window:
            if act.ms >= self.last_ms:
                self.acts.setdefault((act.provider, act.event_uid), act)
                self.last_ms = act.ms


@dataclass(frozen=True, kw_only=True)
class FixedSlices:
    """All acts of each slice of `span_ms` together, as `DATE_TRUNC` cuts time."""

    name: str
    span_ms: int
    judge: Judge

    def __call__(self, acts: Iterable[Act]) -> list[Alert]:
        slices: dict[int, list[Act]] = defaultdict(list)
        for act in acts:
            slices[act.ms // self.span_ms].append(act)
        return [
            alert(self.name, f"slice {number}", (number + 1) * self.span_ms, held)
            for number, held in slices.items()
            if self.judge(held)
        ]


def at_least(count: int) -> Judge:
    """So many acts."""
    return lambda held: len(held) >= count


def at_least_accounts(count: int) -> Judge:
    """So many different accounts, as Sigma's `value_count`."""
    return lambda held: len(held) >= count and len({act.account for act in held}) >= count
