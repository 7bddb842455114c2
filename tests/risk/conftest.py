"""Enriched events by hand, and their risk on each engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ibis
import pyarrow as pa
import pytest

from event_rows import Row
from small_site import ENRICHED
from tocsin.engines import Engine, opened
from tocsin.risk import PUBLISHED, Weighing, risk_of

TIMED = ENRICHED.append(pa.field("round_trip_ms", pa.int64()))


class Asked:
    """Asks an engine for the risk of rows."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def table(self, rows: Sequence[Row], name: str = "risk_events") -> ibis.Table:
        timed = any("round_trip_ms" in row for row in rows)
        return self.engine.table(name, pa.Table.from_pylist(list(rows), schema=TIMED if timed else ENRICHED))

    def __call__(self, rows: Sequence[Row], *, weighing: Weighing = PUBLISHED) -> dict[str, Row]:
        """RISK by event_uid."""
        found = self.engine.rows(risk_of(self.engine, self.table(rows), weighing=weighing))
        return {row["event_uid"]: row for row in found.to_pylist()}


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def risk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """On each engine in turn; Spark's session is that of the other tests, which is small and already running."""
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    engine = opened(request.param, scratch=tmp_path_factory.mktemp("risk"))
    yield Asked(engine)
    engine.close()


@pytest.fixture(scope="module")
def duck_risk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    engine = opened("duckdb", scratch=tmp_path_factory.mktemp("risk"))
    yield Asked(engine)
    engine.close()
