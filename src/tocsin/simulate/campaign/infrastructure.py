"""A campaign's addresses and clients: hosting, VPN exits that others use too, residential proxies; each
rests after use.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Protocol

import msgspec

from ..acts import Source
from ..clients import FAMILIES, PHONES, Client, render, script
from ..networks import Address, draw_address, draw_network
from ..world import World

ADDRESSES = (30, 120)
HOSTING, SHARED_VPN = (0.4, 0.65), (0.18, 0.35)  # shares of the addresses; the rest are residential proxies
CLIENTS = (1, 8)
COMMON_CLIENTS = 0.75  # share of the clients that many people have too
NO_CLIENT = 0.25  # chance that one of the clients sends no user agent
REST_HOURS = (10.0, 90.0)  # how long an address rests after a burst
FRESH_PROFILE = 0.85  # share of the bursts that run in a new browser profile


class Sources(Protocol):
    """Whatever a campaign comes from."""

    def source(self, time: int, purpose: str) -> Source:
        """The source of a burst at `time`, to look somebody up ("look") or for all else ("attack")."""
        ...


class Infrastructure:
    def __init__(self, world: World, rng: Random, addresses: int | None = None) -> None:
        self._rng = rng
        count = addresses or rng.randint(*ADDRESSES)
        hosting = round(count * rng.uniform(*HOSTING))
        shared = min(round(count * rng.uniform(*SHARED_VPN)), len(world.vpn_exits))
        self.addresses: list[Address] = []
        for _ in range(hosting):  # a provider gives neighbours: some addresses share a network, none a pattern
            self.addresses.append(draw_address(rng, draw_network(rng, "hosting")))
        self.addresses += rng.sample(world.vpn_exits, shared)
        while len(self.addresses) < count:
            self.addresses.append(draw_address(rng, draw_network(rng, "residential")))
        rng.shuffle(self.addresses)
        self.clients = _clients(world, rng)
        self._free_at = dict.fromkeys(range(count), 0)
        self._habit = {index: rng.choice(self.clients) for index in range(count)}
        # some addresses only look, some only attack, the rest do both
        self._purpose = {
            index: rng.choices(("look", "attack", "both"), weights=(50, 28, 22))[0] for index in range(count)
        }

    def share(self, other: Infrastructure, exits: list[Address]) -> None:
        """Come through one of the VPN exits that the other has too."""
        common = [address for address in other.addresses if address in exits]
        mine = [index for index, address in enumerate(self.addresses) if address in exits]
        if common and mine:
            self.addresses[self._rng.choice(mine)] = self._rng.choice(common)

    def source(self, time: int, purpose: str) -> Source:
        """A rested source for a burst at `time`; if all are tired, the one that rested longest."""
        rng = self._rng
        fit = [index for index, use in self._purpose.items() if use in (purpose, "both")] or list(self._purpose)
        rested = [index for index in fit if self._free_at[index] <= time]
        index = rng.choice(rested) if rested else min(fit, key=lambda i: self._free_at[i])
        self._free_at[index] = time + int(rng.uniform(*REST_HOURS) * 3_600_000)
        client = self._habit[index] if rng.random() < 0.8 else rng.choice(self.clients)
        return Source(self.addresses[index], self._presented(client))

    def _presented(self, client: Client) -> Client:
        rng = self._rng
        if client.fingerprint and rng.random() < FRESH_PROFILE:  # a new browser profile: another fingerprint
            client = msgspec.structs.replace(client, fingerprint=f"{rng.getrandbits(128):032x}")
        return client


class Residential(Infrastructure):
    """Proxies in people's homes, rented by the burst: every address is used once or twice and never again."""

    def __init__(self, world: World, rng: Random) -> None:
        super().__init__(world, rng, addresses=1)
        self._left = 0

    def source(self, time: int, purpose: str) -> Source:  # noqa: ARG002 - one address is as good as another
        rng = self._rng
        if not self._left:
            self.addresses = [draw_address(rng, draw_network(rng, "residential"))]
            self._left = rng.choice((1, 1, 2))
        self._left -= 1
        return Source(self.addresses[0], self._presented(rng.choice(self.clients)))


def _clients(world: World, rng: Random) -> list[Client]:
    clients: list[Client] = []
    for _ in range(rng.randint(*CLIENTS)):
        if rng.random() < COMMON_CLIENTS:
            families = FAMILIES if rng.random() < 0.85 else PHONES
            family = rng.choices([name for name, _ in families], weights=[share for _, share in families])[0]
            clients.append(
                render(
                    family,
                    world.start - timedelta(days=rng.randint(0, 25)),
                    fingerprint=f"{rng.getrandbits(128):032x}",
                )
            )
        else:
            clients.append(
                render(
                    rng.choice(("chrome-windows", "chrome-linux", "firefox-linux")),
                    world.start - timedelta(days=rng.randint(60, 500)),
                    fingerprint=f"{rng.getrandbits(128):032x}",
                )
            )
    if rng.random() < NO_CLIENT:
        clients.append(script(""))
    return clients
