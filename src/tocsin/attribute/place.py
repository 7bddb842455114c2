"""Where an operator may sit: its hours and its language, against those of an actor."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from tocsin.attribute.actor import Actor
from tocsin.attribute.seen import Seen
from tocsin.attribute.weights import HOURS, LANGUAGE, OF_A_COUNTRY, Evidence, bounded
from tocsin.attribute.working_hours import Times

LANGUAGE_FITS = 5.0
"""How much likelier an actor of that language leaves its signs."""


class Places:
    """One campaign's hours and languages, asked for many actors."""

    def __init__(self, seen: Seen) -> None:
        self.times = Times(seen.times)
        self._languages = seen.languages
        self._countries: dict[str, float | None] = {}

    def weigh(self, actor: Actor, country: str | None, *, sure: float, whose: str) -> Iterator[Evidence]:
        """What hours and language say. `country`: where the actor is said to work, with how sure that is of it."""
        if self.times.cannot_say is None:
            if actor.hours is not None:
                raw = self.times.of_actor(actor.hours)
                stated = (
                    f"{_clock(actor.hours.start)} to {_clock(actor.hours.end)} in {actor.hours.timezone},"
                    f" off on {_days(actor.hours.days_off)}"
                )
                yield Evidence(kind=HOURS, log_ratio=bounded(raw, HOURS.bounds), reason=_fits(raw, stated))
            elif country is not None and (of_country := self._of_country(country)) is not None:
                raw = of_country * sure
                stated = f"an office day in {country}, whence {whose} authority believes it works"
                yield Evidence(kind=HOURS, log_ratio=bounded(raw, OF_A_COUNTRY), reason=_fits(raw, stated))
        if self._languages and actor.languages:
            both = sorted(self._languages & actor.languages)
            raw = log(LANGUAGE_FITS) if both else -log(LANGUAGE_FITS) / 2
            words = (
                f"Signs of its language: {', '.join(both)}."
                if both
                else f"Signs of {', '.join(sorted(self._languages))}; it is said to use"
                f" {', '.join(sorted(actor.languages))}."
            )
            yield Evidence(kind=LANGUAGE, log_ratio=bounded(raw, LANGUAGE.bounds), reason=words)

    def _of_country(self, country: str) -> float | None:
        if country not in self._countries:
            self._countries[country] = self.times.of_country(country)
        return self._countries[country]


def _fits(raw: float, stated: str) -> str:
    if raw > log(1.5):
        return f"The acts keep its hours ({stated}) better than office hours elsewhere."
    if raw < -log(1.5):
        return f"The acts do not keep its hours ({stated})."
    return f"The acts fit its hours ({stated}) no better than office hours elsewhere."


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _days(days: tuple[int, ...]) -> str:
    return " and ".join(_DAY_NAMES[one] for one in days) if days else "no day"


def days_words(days: tuple[int, ...]) -> str:
    """``Thursday and Friday``."""
    return _days(days)
