"""CrowdSec's leaky bucket, after its documentation and the behaviour of its own replay.

- One bucket a value of `groupby`. It holds `capacity` events; one leaks out every `leakspeed`; the event that finds it
  full makes it overflow and ends it (docs.crowdsec.net, "Scenarios", "Format").
- With `distinct` an event is poured only if its value is not already in the bucket: a value counts as there as long as
  the bucket lives, leaked or not (crowdsec `pkg/leakybucket/uniq.go`).
- A bucket that got nothing for (`capacity` + 1) x `leakspeed` is gone (`pkg/leakybucket/bucket.go`, `manager_run.go`).
- Overflows of one bucket within `blackhole` of the last that was told are not told (`blackhole.go`).

Held against crowdsec 1.4.6 itself, as Debian 12 packages it (`benchmarks/crowdsec_replay.py`): replaying the failures
of two worlds of 3,000 accounts through the six scenarios of `crowdsec.py`, it raises the same 95 and 129 alerts, by
scenario, address and second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from deployed.peer import Act, Alert, alert

_ROUNDING = 1e-9  # of an event: the original rounds to nanoseconds


@dataclass(frozen=True, kw_only=True)
class LeakyBucket:
    """One scenario. Call it with acts in order of time."""

    name: str
    capacity: int
    leak_ms: int
    blackhole_ms: int
    groupby: Callable[[Act], str] = lambda act: act.address
    group_word: str = "address"
    distinct: Callable[[Act], str] | None = None

    def __call__(self, acts: Iterable[Act]) -> list[Alert]:
        """An alert for each overflow that is told, with the events poured into that bucket."""
        buckets: dict[str, _Bucket] = {}
        silent_until: dict[str, int] = {}
        alerts = []
        for act in acts:
            key = self.groupby(act)
            if not key:
                continue
            bucket = buckets.get(key)
            if bucket is None or act.ms > bucket.last_ms + (self.capacity + 1) * self.leak_ms:
                bucket = buckets[key] = _Bucket(room=float(self.capacity), last_ms=act.ms)
            if self.distinct is not None:
                value = self.distinct(act)
                if value in bucket.seen:
                    continue
                bucket.seen.add(value)
            if bucket.pour(act, self.capacity, self.leak_ms):
                continue
            del buckets[key]
            if act.ms >= silent_until.get(key, act.ms):
                silent_until[key] = act.ms + self.blackhole_ms
                alerts.append(alert(self.name, f"{self.group_word} {key}", act.ms, bucket.poured))
        return alerts


@dataclass
class _Bucket:
    room: float  # events that it still takes
    last_ms: int
    poured: list[Act] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def pour(self, act: Act, capacity: int, leak_ms: int) -> bool:
        """Whether it still fits."""
        self.room = min(float(capacity), self.room + (act.ms - self.last_ms) / leak_ms)
        self.last_ms = act.ms
        self.poured.append(act)
        if self.room < 1 - _ROUNDING:
            return False
        self.room -= 1
        return True
