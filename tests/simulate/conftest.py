"""Two small worlds that differ in nothing but the campaign."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.simulate import simulate

ACCOUNTS, SEED = 800, 5


@pytest.fixture(scope="session")
def phosphorus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("phosphorus")
    simulate("phosphorus", seed=SEED, out=out, accounts=ACCOUNTS)
    return out


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("quiet")
    simulate("quiet", seed=SEED, out=out, accounts=ACCOUNTS)
    return out
