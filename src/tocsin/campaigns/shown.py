"""What accounts show on the days on which their owners were let in, beside rows of theirs: asked of all rows at once.

Each row is held beside every day of its account. Which of these days count is a mask over such pairs, and so is what
they agree in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from tocsin.campaigns.lived import Lived
from tocsin.campaigns.texts import coded, each
from tocsin.enrich import FEATURES


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """What the rows' accounts show. Arrays are parallel to the rows."""

    seen: Mapping[str, np.ndarray]  # by feature, whether the row's value is the account's
    days: np.ndarray  # float64: on how many the account was used
    known: np.ndarray  # float64: of how many other days where it lives is told; infinite where they are enough
    thin: np.ndarray  # bool: the row's own day, which is among them, must not speak for it
    relaying: np.ndarray  # float64: share of the days on which the owner came through a relay
    visits: np.ndarray  # bool: the account is rather elsewhere than at the row's address; who is there mostly has moved


class Beside:
    """Rows beside the days of their accounts. `addresses` are the operator's."""

    def __init__(self, rows: pa.Table, lived: Lived, addresses: np.ndarray, relays: Collection[str]) -> None:
        """`addresses` as from `lived.has`."""
        accounts, names = coded(rows["account"])
        spans = np.array([lived.span(name) for name in names], np.int64)[accounts]
        starts, held = spans[:, 0], spans[:, 1] - spans[:, 0]
        self._row = np.repeat(np.arange(len(rows)), held)
        days = np.arange(len(self._row)) + np.repeat(starts - np.cumsum(held) + held, held)
        self._number = len(rows)
        self._day = lived.days[days]
        self._on = rows["day_number"].to_numpy()
        self._same = {
            name: lived.codes(name)[days] == each(rows[name], partial(lived.code, name))[self._row] for name in FEATURES
        }
        self._theirs = addresses[lived.codes("source_ip")[days]]
        self._relayed = lived.has("network", relays)[lived.codes("network")[days]]

    def before(self, since: np.ndarray, known_days: int | None) -> Shown:
        """Without the days from `since` on (one for each row) at the operator's addresses; without any from then on if
        there are `known_days` before it. Where there are fewer, the row's own day is left out."""
        early = self._day < since[self._row]
        mine = early | ~self._theirs
        used = self._days(mine)
        thin = np.zeros(self._number, np.bool_)
        if known_days is not None:
            thin = self._days(early) < known_days
            mine &= early | thin[self._row]
        return self._shown(mine, used, thin)

    def elsewhere(self) -> Shown:
        """Without the row's day, and what is shown at the row's address and at the operator's."""
        mine = ~self._same["source_ip"] & ~self._theirs
        return self._shown(mine, self._days(mine), np.ones(self._number, np.bool_))

    def _shown(self, mine: np.ndarray, used: np.ndarray, thin: np.ndarray) -> Shown:
        other = mine & ~(thin[self._row] & (self._day == self._on[self._row]))
        return Shown(
            seen={
                name: np.bincount(self._row[other & same], minlength=self._number) > 0
                for name, same in self._same.items()
            },
            days=used.astype(np.float64),
            known=np.where(thin, self._days(other), np.inf),
            thin=thin,
            relaying=self._days(mine & self._relayed) / np.maximum(self._days(mine), 1),
            visits=2 * self._days(mine & self._same["source_ip"]) <= used,
        )

    def _days(self, pairs: np.ndarray) -> np.ndarray:
        """int64 per row: how many days these pairs are of. Those of a row are in order of time."""
        row, day = self._row[pairs], self._day[pairs]
        new = np.ones(len(row), np.bool_)
        new[1:] = (row[1:] != row[:-1]) | (day[1:] != day[:-1])
        return np.bincount(row[new], minlength=self._number)
