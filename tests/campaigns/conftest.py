"""One embedded engine for the room's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tocsin.engines import DuckEngine, Engine


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = DuckEngine(scratch=tmp_path_factory.mktemp("duckdb"))
    yield engine
    engine.close()
