"""The engines that every Ibis expression must run on alike.

A test that takes `engine` runs once on DuckDB and once on Spark. `engine.rows` sorts: compare whole rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings

from tocsin.engines import Engine, opened, require
from tocsin.engines.spark import quiet
from tocsin.errors import SettingError
from tocsin.pipeline import Case, run
from tocsin.report.archive import keep
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

# A console keeps the size that these give it at its birth, and workers of a parallel run are given one.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)

# A busy machine is no fault of the code's: no test fails for the time it takes.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


class EngineUnderTest(Protocol):
    name: str

    def table(self, rows: pa.Table, name: str = "events") -> ibis.Table:
        """The rows as a table of the engine, in place of an earlier one of that name."""
        ...

    def kept(self, expression: ibis.Table, name: str = "kept") -> ibis.Table:
        """The expression computed once; what is derived from it does not run it again."""
        ...

    def rows(self, expression: ibis.Table) -> pa.Table:
        """The expression's rows in its own schema, sorted by every column."""
        ...


class Sorted:
    """An engine as Tocsin uses it, with names that tests may leave out."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self._engine = engine

    def table(self, rows: pa.Table, name: str = "events") -> ibis.Table:
        with quiet():
            return self._engine.table(name, rows)

    def kept(self, expression: ibis.Table, name: str = "kept") -> ibis.Table:
        with quiet():
            return self._engine.kept(name, expression)

    def rows(self, expression: ibis.Table) -> pa.Table:
        with quiet():
            return in_order(self._engine.rows(expression))


def in_order(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in rows.column_names])


@pytest.fixture(scope="session")
def duck_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineUnderTest]:
    engine = opened("duckdb", scratch=tmp_path_factory.mktemp("duckdb"))
    yield Sorted(engine)
    engine.close()


@pytest.fixture(scope="session")
def spark_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineUnderTest]:
    try:
        require("spark")
    except SettingError as lacking:
        pytest.skip(lacking.message)
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
        # A few rows and hundreds of columns: compiling Java takes longer than interpreting the plan.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    with quiet():
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[1]").appName("tocsin tests")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
    # The engine joins the session that runs.
    engine = opened("spark", scratch=tmp_path_factory.mktemp("scratch"))
    yield Sorted(engine)
    engine.close()
    with quiet():
        session.stop()


@pytest.fixture(scope="session", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> EngineUnderTest:
    """Each engine in turn. Spark is started once, and only when a test asks for it."""
    found: EngineUnderTest = request.getfixturevalue("duck_engine" if request.param == "duckdb" else "spark_engine")
    return found


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated month of a small federation with a campaign in it: logs/, roster.csv, truth/."""
    out = tmp_path_factory.mktemp("month")
    simulate("phosphorus", seed=3, out=out, accounts=600)
    return out


@pytest.fixture(scope="session")
def scanned_case(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """What a scan of that month found."""
    store = tmp_path_factory.mktemp("scanned") / "store"
    settings = ScanSettings(paths=(month / "logs",), store=store, roster=month / "roster.csv")
    return run(Case(settings=settings, now=datetime(2026, 4, 1)))  # noqa: DTZ001 - naive UTC, as everywhere inside


@pytest.fixture(scope="session")
def scanned_month(scanned_case: Case) -> Path:
    """The store of that scan, with its answer kept."""
    case = scanned_case
    keep(case.settings.store, case.assessment, case.evidence, finding_events=case.finding_events)
    return case.settings.store
