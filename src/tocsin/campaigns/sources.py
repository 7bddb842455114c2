"""Where acts come from: an address, or a client at one behind which several owners live."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import numpy as np

from tocsin.campaigns.acts import Acts

SHARED_BY = 3
"""An address with more owners than this is shared: who uses which client there is told apart. Behind others, all
that is done from the address in one period is one source's, also where a log names no client."""


def residents(
    owners: Mapping[tuple[str, str | None], int],
    visits: Iterable[tuple[str, str | None, str]],
    strange: Collection[tuple[str, str]],
) -> dict[tuple[str, str | None], int]:
    """`owners` by address and client, without those whose account was first met there by a stranger: an attacker who
    got in and stays would else be a household. `visits` are (address, client, account); of `strange` (address, account)
    a stranger was first."""
    held = dict(owners)
    for ip, client, account in visits:
        if (ip, account) in strange:
            held[ip, client] -= 1
    return held


class Sources:
    """The sources of acts, numbered as they come."""

    def __init__(self, acts: Acts, living: Mapping[tuple[str, str | None], int]) -> None:
        """`living`: how many owners live at each address that acts came from, by client."""
        self._acts, self._living = acts, living
        self._at: dict[str, int] = {}
        for (ip, _), number in living.items():
            self._at[ip] = self._at.get(ip, 0) + number
        table: dict[tuple[str, str], int] = {}
        pairs, values = acts.codes("source_ip", "user_agent")
        codes = [table.setdefault(self.of(ip, agent), len(table)) for ip, agent in values]
        self.each: np.ndarray = np.array(codes, np.int64)[pairs]
        """int64 per act: number of its source."""
        self.keys = list(table)
        """(address, user agent); '' for every client behind an address that is not shared, and for none named."""

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, address: str, agent: str | None) -> tuple[str, str]:
        """The source that a user agent at an address belongs to."""
        return address, (agent or "") if self.shared(address) else ""

    def shared(self, address: str) -> bool:
        """Do several owners live behind the address?"""
        return self.owners_at(address) > SHARED_BY

    def owners_at(self, address: str) -> int:
        """Owners behind an address, whatever their client (who uses two counts twice)."""
        return self._at.get(address, 0)

    @cached_property
    def behind(self) -> np.ndarray:
        """Owners living behind each source: with its client where the address is shared. int64 per source."""
        clients = self._clients
        return np.array(
            [
                self._living.get((ip, clients[number]), 0) if agent else self.owners_at(ip)
                for number, (ip, agent) in enumerate(self.keys)
            ],
            np.int64,
        )

    @property
    def _clients(self) -> list[str | None]:
        """The client of each source (its acts agree in it where a user agent is told apart)."""
        clients: list[str | None] = [None] * len(self.keys)
        for code, client in zip(self.each.tolist(), self._acts.text("client").tolist(), strict=True):
            clients[code] = client if client is not None else clients[code]
        return clients

    def counted(self, acts: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """How many different `codes` (int64 per act) these acts (indices) have, int64 per source."""
        number = int(codes.max(initial=0)) + 1
        pairs = np.unique(self.each[acts] * number + codes[acts])
        return np.bincount(pairs // number, minlength=len(self.keys)).astype(np.int64)
