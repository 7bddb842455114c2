"""Small worlds that differ in nothing but the campaign, each made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tocsin.simulate import simulate

ACCOUNTS, SEED = 800, 5


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The world of a scenario, by its name."""

    @cache
    def made(scenario: str) -> Path:
        out = tmp_path_factory.mktemp(scenario)
        simulate(scenario, seed=SEED, out=out, accounts=ACCOUNTS)
        return out

    return made


@pytest.fixture(scope="session")
def phosphorus(world: Callable[[str], Path]) -> Path:
    return world("phosphorus")


@pytest.fixture(scope="session")
def quiet(world: Callable[[str], Path]) -> Path:
    return world("quiet")
