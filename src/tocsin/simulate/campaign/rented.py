"""Addresses by the hour and clients out of a tool box: what automated attempts come from.

Every seed draws what the operator rents: servers at a few hosting providers, exits of commercial VPNs that customers
use too, Tor, home or phone lines of proxy services, or a mix; how long an address serves and whether it comes back;
and the tool that makes the requests.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

from ..acts import Source
from ..clients import FAMILIES, TOOLS, Client, render
from ..networks import Address, Network, draw_address, draw_network, networks_of
from ..world import World, stranger_line

KINDS = ("hosting", "vpn", "residential", "mobile", "tor")
HOSTERS = (1, 5)
NEAR = 0.4  # chance that home lines are rented in the victims' countries
TRIES = (1.0, 9.0)  # mean tries that an address serves for before another is taken
HOURS = (0.3, 40.0)  # longest that it is kept
COMES_BACK = (0.0, 0.45)  # chance that the next address is one that was used before
KITS = ("tool", "old_browsers", "browsers", "many_browsers")
LAST_SEEN = 400  # addresses that an operator keeps a list of


class Rented:
    """`weights` by kind of network; None draws them: some operators keep to one kind, others mix."""

    def __init__(self, world: World, rng: Random, weights: dict[str, float] | None = None) -> None:
        self._world, self._rng = world, rng
        drawn = weights or {kind: rng.gammavariate(0.5, 1.0) for kind in KINDS}
        self._kinds, self._weights = list(drawn), list(drawn.values())
        self._hosters = [draw_network(rng, "hosting") for _ in range(rng.randint(*HOSTERS))]
        near = sorted({organisation.place.country for organisation in world.organisations})
        self._countries = near if rng.random() < NEAR else None
        self._tries, self._hours = rng.uniform(*TRIES), rng.uniform(*HOURS)
        self._comes_back = rng.uniform(*COMES_BACK)
        self._used: list[Address] = []
        self._address: Address | None = None
        self._left, self._since, self._until = 0, 0, 0
        self._kit = rng.choice(KITS)
        self._clients = kit(world, rng, self._kit)
        self._client = rng.choice(self._clients)

    def source(self, time: int, purpose: str) -> Source:  # noqa: ARG002 - one address is as good as another
        """The source of the next try."""
        if self._address is None or self._left <= 0 or not self._since <= time < self._until:
            self._address = self._next()
            self._left = 1 + int(self._rng.expovariate(1 / self._tries))
            self._since = time
            self._until = time + int(self._rng.uniform(0.3, 1.0) * self._hours * 3_600_000)
            self._client = self._rng.choice(self._clients)
        self._left -= 1
        return Source(self._address, self._client)

    def _next(self) -> Address:
        rng = self._rng
        if self._used and rng.random() < self._comes_back:
            return rng.choice(self._used)
        address = self.fresh()
        self._used = [*self._used[-LAST_SEEN:], address]
        return address

    def fresh(self) -> Address:
        """Another address of the mix."""
        kind = self._rng.choices(self._kinds, weights=self._weights)[0]
        return draw_rented(self._world, self._rng, kind, self._hosters, self._countries)


def draw_rented(
    world: World, rng: Random, kind: str, hosters: list[Network] | None = None, countries: list[str] | None = None
) -> Address:
    """One address of a kind. VPN exits and phone lines are those that other people come from, too."""
    if kind == "vpn":
        return rng.choice(world.vpn_exits)
    if kind == "mobile":
        return stranger_line(world, rng)
    if kind == "hosting" and hosters:
        return draw_address(rng, rng.choice(hosters))
    if kind == "residential":
        country = rng.choice(countries) if countries else rng.choice(networks_of(kind)).country
        return draw_address(rng, draw_network(rng, kind, country))
    return draw_address(rng, draw_network(rng, kind))


def kit(world: World, rng: Random, kind: str) -> list[Client]:
    """The clients that a tool presents: its own name, or browsers that it pretends to be."""
    if kind == "tool":
        return rng.sample(TOOLS, rng.choice((1, 1, 2)))
    count, oldest = {"old_browsers": (rng.randint(1, 4), 900), "browsers": (rng.randint(1, 5), 20)}.get(
        kind, (rng.randint(15, 50), 500)
    )
    families = [family for family, _ in FAMILIES]
    weights = [share for _, share in FAMILIES]
    return [
        render(
            rng.choices(families, weights=weights)[0],
            world.start - timedelta(days=rng.randint(0, oldest)),
            fingerprint=f"{rng.getrandbits(128):032x}" if rng.random() < 0.6 else "",
        )
        for _ in range(count)
    ]
