"""What strangers show anyway: how common each trait's values are among sources that nobody suspects, and owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.campaigns.traits import HOURS, TRAITS, WEEKDAYS, BaseRate, Group

IMAGINED_SOURCES = 10.0
"""Strangers' sources imagined beside those seen: on a site without any, a value shared by two is one in twenty."""

STRAY = 10.0
"""How many times more usual a browser may be among strangers' sources than among owners: people away from home use what
people use at home, some more than others. What goes beyond is somebody's tool, and must not hide behind itself."""

BROWSER = "Mozilla/"
"""How browsers have named themselves since 1994 (RFC 9110 §10.1.5 asks for the product first). Programs that name a
library instead are many people's: scripts of the house, and every other botnet."""


@dataclass(frozen=True, eq=False)
class _Shown:
    """One trait of all sources, an entry for each value that a source shows."""

    values: Sequence[str]
    usual: np.ndarray  # float64 per value: its share among owners
    rows: np.ndarray  # int64 per entry: number of the group
    columns: np.ndarray  # int64 per entry: number of the value
    shares: np.ndarray  # float64 per entry: how much of what the group shows is that value


class Background:
    """Base rates when some of the sources are suspected. What does not depend on which of them is worked out once."""

    def __init__(
        self,
        groups: Iterable[Group],
        usual: Mapping[str, Mapping[str, float]],
        days: Iterable[int] = (),
        agents: Mapping[str, float] | None = None,
    ) -> None:
        """`groups` of one source each; `usual` is how common values are among owners, by trait where a trait has such;
        `days` (since 1970) are those on which anything may happen; `agents` are owners' shares of user agents, where
        these are known."""
        # Every hour is possible, and every day; of other traits nobody knows all values.
        self._possible = {
            "hour": [*map(str, range(HOURS))], "weekday": [*map(str, range(WEEKDAYS))], "day": [*map(str, days)],
        }  # fmt: skip
        held = list(groups)
        self._members = np.array([one.members[0] for one in held], np.int64)
        self._owners = {trait: 0.5 if trait in usual else 0.0 for trait in TRAITS}
        self._shown = {
            trait: _shown(held, trait, self._possible.get(trait, ()), usual.get(trait, {})) for trait in TRAITS
        }

        self._innocent = (
            None
            if agents is None
            else np.array(
                [
                    STRAY * agents.get(value, 0.0) if value.startswith(BROWSER) else 1.0
                    for value in self._shown["client"].values
                ],
                np.float64,
            )
        )

    def beside(self, suspected: Iterable[int], likely: Mapping[int, float]) -> dict[str, BaseRate]:
        """By trait the mean of a value's share among the sources that are not `suspected` (members) and among owners.

        The suspected stay out: where one operator is all there is, its own habits must not pass for usual. Those that
        are `likely` an operator's (by member, how likely) count for the rest, and of each value the one that would
        count most if it were nobody's: alone, no source makes what it shows rare by being suspected for it.
        """
        out = dict.fromkeys(suspected, 1.0)
        told = np.array([1.0 - out.get(one, likely.get(one, 0.0)) for one in self._members.tolist()], np.float64)
        spared = np.array([one in likely and one not in out for one in self._members.tolist()], np.bool_)
        return {trait: self._rate(trait, told, np.where(spared, 1.0 - told, 0.0)) for trait in TRAITS}

    def _rate(self, trait: str, told: np.ndarray, spared: np.ndarray) -> BaseRate:
        shown, possible, owners = self._shown[trait], self._possible.get(trait), self._owners[trait]
        # Every source has one voice, however busy it was.
        voice = shown.shares * told[shown.rows]
        held = np.bincount(shown.columns, voice, len(shown.values)).astype(np.float64)
        most = np.zeros(len(held))
        np.maximum.at(most, shown.columns, shown.shares * spared[shown.rows])
        held += most
        if trait == "client" and self._innocent is not None:
            # What hardly any owner uses is no stray owner's, however many of the strangers' sources show it.
            held = np.minimum(held, self._innocent * float(held.sum()))
        if possible is not None:
            held[: len(possible)] += 1.0
        voices = float(held.sum()) + (0.0 if possible is not None else IMAGINED_SOURCES)
        unseen = (1.0 - owners) * 0.5 / max(voices, 1.0)
        rates = np.maximum((1.0 - owners) * held / max(voices, 1.0) + owners * shown.usual, unseen)
        return BaseRate(table=dict(zip(shown.values, rates.tolist(), strict=True)), unseen=unseen)


def _shown(groups: Sequence[Group], trait: str, possible: Iterable[str], usual: Mapping[str, float]) -> _Shown:
    numbers = {value: number for number, value in enumerate(dict.fromkeys([*possible, *usual]))}
    rows, columns, shares = [], [], []
    for row, one in enumerate(groups):
        seen = one.seen[trait]
        total = seen.total()
        for value, number in seen.items():
            rows.append(row)
            columns.append(numbers.setdefault(value, len(numbers)))
            shares.append(number / total)
    return _Shown(
        values=list(numbers),
        usual=np.array([usual.get(value, 0.0) for value in numbers], np.float64),
        rows=np.array(rows, np.int64),
        columns=np.array(columns, np.int64),
        shares=np.array(shares, np.float64),
    )
