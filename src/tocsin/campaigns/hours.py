"""At which hours of the day owners act, and an operator works.

People of one organisation live in one part of the world, and so does a team. Whoever is at an operator's address when
its team sleeps is rather an owner.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tocsin.campaigns.traits import HOURS

HOUR_MS = 3_600_000

HOUSE = 50.0
"""How many acts the site's hours count as in those of one mail domain: of a small one little is seen."""

ODD = 0.1
"""Share of owners' acts that come at any hour alike: people who never did so before work at night once."""

HABIT = 12.0
"""How many observed hours of work the site's usual ones count as, in foretelling when an operator works next."""

MOST = 3.0
"""The most that an hour may say (natural log, twenty to one): people work late now and then, and teams hand over."""


class OwnersHours:
    """Shares of owners' acts by hour (UTC), for each mail domain around those of the whole site."""

    def __init__(self, accounts: Sequence[str], times: np.ndarray) -> None:
        """Of these acts; `times` in milliseconds since 1970."""
        hours = times // HOUR_MS % HOURS
        self.site = _shares(np.bincount(hours, minlength=HOURS).astype(np.float64))
        domains: dict[str, int] = {}
        number = {account: domains.setdefault(_domain(account), len(domains)) for account in dict.fromkeys(accounts)}
        places = np.array([number[account] for account in accounts], np.int64)
        counts = np.bincount(places * HOURS + hours, minlength=len(domains) * HOURS).reshape(-1, HOURS)
        self._shares = {
            domain: _shares(count + HOUSE * self.site) for domain, count in zip(domains, counts, strict=True)
        }

    def of(self, account: str) -> np.ndarray:
        """float64[24]."""
        return self.in_domain(_domain(account))

    def in_domain(self, domain: str) -> np.ndarray:
        """The same for all accounts of a mail domain."""
        return self._shares.get(domain, self.site)


class Watch:
    """When one operator works, beside the owners."""

    def __init__(self, own: pa.Table, owners: OwnersHours) -> None:
        """`own`: what it did. Each address has one voice in an hour."""
        voices = set(zip(own["source_ip"].to_pylist(), (own["ts"].to_numpy() // HOUR_MS).tolist(), strict=True))
        found = np.bincount(np.array([hour % HOURS for _, hour in voices], np.int64), minlength=HOURS)
        # Who works until six sometimes works until seven.
        around = (np.roll(found, 1) + 2.0 * found + np.roll(found, -1)) / 4.0
        self._shares = (around + HABIT * owners.site) / (around.sum() + HABIT)
        self._owners = owners

    def odds(self, accounts: Sequence[str], times: np.ndarray) -> np.ndarray:
        """Owner log-odds of acts by their hour, float64 per act; `times` in milliseconds since 1970."""
        hours = times // HOUR_MS % HOURS
        domains = {account: _domain(account) for account in set(accounts)}
        number = {domain: place for place, domain in enumerate(set(domains.values()))}
        odds = np.array([np.log(self._owners.in_domain(domain) / self._shares) for domain in number])
        places = np.array([number[domains[account]] for account in accounts], np.int64)
        return np.asarray(np.clip(odds.reshape(-1, HOURS)[places, hours], -MOST, MOST), np.float64)


def _shares(counts: np.ndarray) -> np.ndarray:
    """Shares of these counts, and of ODD spread over the day."""
    usual = counts / counts.sum() if counts.any() else np.full(HOURS, 1.0 / HOURS)
    return np.asarray((1.0 - ODD) * usual + ODD / HOURS, np.float64)


def _domain(account: str | None) -> str:
    return (account or "").rpartition("@")[2]


__all__ = ["HOUR_MS", "OwnersHours", "Watch"]
