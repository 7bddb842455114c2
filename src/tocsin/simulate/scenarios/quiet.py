"""The same benign life, and nobody in it who means harm to anyone in particular."""

from __future__ import annotations

from collections.abc import Iterable

from ..acts import AnyAct
from ..truth import Truth
from ..world import World
from .scenario import Scenario


def plan(world: World, truth: Truth) -> Iterable[AnyAct]:  # noqa: ARG001 - the signature of every plan
    return ()


QUIET = Scenario(name="quiet", about="ordinary life with its mistakes, waves and bots; no campaign", plan=plan)
