"""What all native writers share: the way of a record to its log file, and of a campaign's record to the
truth.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from typing import Any

import msgspec

from ..acts import AnyAct, Recovery
from ..tenants import Tenant
from ..truth import Truth
from .log_file import LogFile

_encode = msgspec.json.Encoder().encode


def json(value: Any) -> str:
    return _encode(value).decode()


@lru_cache(maxsize=8192)
def quoted(text: str) -> str:
    """A text as JSON, for the few that stand in many records."""
    return json(text)


def ticks(rng: Random) -> str:
    """The four digits that Entra writes behind the milliseconds."""
    return f"{int(rng.random() * 10_000):04d}"


Dice = Callable[[int], tuple[Random, Random]]  # of a day: (for benign life, for what a scenario adds)


class Writer:
    """Turns acts at one tenant into records. Subclasses fill `handlers`, by type of act.

    `emit` takes the role that the record plays by the counting rules if its act belongs to a campaign:
    identification, attack, access or persistence; "" for a by-product, `of` naming the record of the act
    that it goes with.
    """

    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        self.tenant = tenant
        self.log = log
        self.truth = truth
        self._dice = dice
        self._life, self._added = dice(-1)
        self.rng = self._life
        self.handlers: dict[type, Callable[[Any], None]] = {}

    def start_day(self, day: int) -> None:
        """Fresh dice, one pair a day: for benign life, and for what a scenario adds to it."""
        self._life, self._added = self._dice(day)

    def write(self, act: AnyAct, *, added: bool) -> None:
        self.rng = self._added if added else self._life
        handler = self.handlers.get(type(act))
        if handler is not None:
            handler(act)

    def emit(self, act: AnyAct, time: int, uid: str, text: str, role: str, of: str = "") -> None:
        self.log.add(time, text)
        if act.mark is not None:
            self.truth.note(act.mark, act, time, uid, self.provider, role, of)

    @property
    def provider(self) -> str:
        return self.tenant.provider

    def step(self, act: Recovery) -> int:
        """Milliseconds that one step of a recovery takes."""
        return int(self.rng.lognormvariate(0, 0.6) * act.pace * 1000) + 900

    def guid(self) -> str:
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


_days: dict[int, str] = {}


def iso(time: int) -> str:
    """`2026-02-03T09:41:07.312`: UTC, to the millisecond, without zone."""
    day, rest = divmod(time, 86_400_000)
    text = _days.get(day)
    if text is None:
        text = _days[day] = datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%dT")
    seconds, milliseconds = divmod(rest, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{text}{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def dashed(number: int) -> str:
    """A 128-bit number as the text of a GUID."""
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
