"""When the entries of a list are tried: in which order, in what batches, at which moments."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from ..people import Account
from ..tenants import Tenant
from ..world import World
from .operator import Operator
from .targets import reading_order

BATCH = (1, 14)  # tries in a row
Entry = TypeVar("Entry")


def paced(
    rng: Random, operator: Operator | None, queue: Sequence[Entry], start: int, end: int, pause: float
) -> list[tuple[int, Entry]]:
    """(moment, entry) in the queue's order: in the operator's hours, or around the clock without one.

    `pause` is the mean of the logarithm of the seconds between two tries of a batch.
    """
    sizes = []
    left = len(queue)
    while left > 0:
        sizes.append(min(left, rng.randint(*BATCH)))
        left -= sizes[-1]
    moments = sorted(
        operator.moment_between(start, end) if operator else rng.randrange(start, max(start + 1, end)) for _ in sizes
    )
    tries: list[tuple[int, Entry]] = []
    at = 0
    for time, size in zip(moments, sizes, strict=True):
        for entry in queue[at : at + size]:
            tries.append((min(time, end + 1_800_000), entry))
            time += int(rng.lognormvariate(pause, 0.7) * 1000) + rng.randrange(900)
        at += size
    return tries


def while_up(world: World, rng: Random, tenant: Tenant, time: int) -> int:
    """The moment, or one behind the outage that it falls into."""
    while world.is_down(tenant, time):
        time += rng.randint(600_000, 7_200_000)
    return time


def by_name(rng: Random, accounts: list[Account]) -> list[Account]:  # noqa: ARG001 - the signature of every order
    """As a directory lists them."""
    return sorted(accounts, key=lambda account: account.name)


def mixed(rng: Random, accounts: list[Account]) -> list[Account]:
    return rng.sample(accounts, len(accounts))


ORDERS = (by_name, reading_order, mixed)
