"""One judge for all tests of the room: making it takes a second."""

from __future__ import annotations

import pytest

from tocsin.domains import Judge


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge()
