"""What a scenario is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from ..acts import AnyAct
from ..truth import Truth
from ..world import World


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """`plan` opens its campaigns in the truth and returns all acts that it adds to benign life, in any
    order.
    """

    name: str
    about: str  # one sentence, for `--help`
    plan: Callable[[World, Truth], Iterable[AnyAct]]
