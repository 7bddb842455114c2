"""The user's Spark, or one in this machine's memory: for logs that have outgrown one machine.

The session is the one that the environment describes: `SPARK_REMOTE` (Spark Connect), `spark-submit`, or the
configuration in `SPARK_CONF_DIR`; without any of them it runs on this machine's processors. It must see the files of
the store under the same paths.
"""

from __future__ import annotations

import gc
import os
import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from tocsin.engines.kept import Keeping
from tocsin.errors import SettingError
from tocsin.events import EVENT

SMALL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "8",
}
"""For a session on this machine, where the environment does not say otherwise."""

NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
"""For every session: times are naive UTC."""


def require_spark() -> None:
    """Make sure that Spark can be reached from here. Raises `SettingError`."""
    if find_spec("pyspark") is None:
        raise SettingError(
            "the engine spark needs PySpark, which is not installed",
            remedy="run pip install 'tocsin[spark]', or leave --engine out: DuckDB needs nothing",
        )
    java = os.environ.get("JAVA_HOME")
    if not (os.environ.get("SPARK_REMOTE") or (java and Path(java, "bin").is_dir()) or shutil.which("java")):
        raise SettingError(
            "the engine spark needs Java, and there is none (neither JAVA_HOME nor java on the PATH)",
            remedy="install Java 17 or 21, set SPARK_REMOTE to a Spark Connect server, or leave --engine out",
        )


class SparkEngine(Keeping):
    """Ibis on Spark. What is kept is computed once and held by Spark until the engine is closed."""

    name = "spark"

    def __init__(self) -> None:
        super().__init__()
        require_spark()
        with quiet():
            self._session, self._own = _session()
            for name, value in NEEDED.items():
                self._session.conf.set(name, value)
            self._connection = ibis.pyspark.connect(self._session)

    def events(self, files: Sequence[str]) -> ibis.Table:
        if not files:
            return self.table("events", EVENT.empty_table())
        with quiet():
            paths = [f"file://{Path(file).absolute()}" for file in files]
            self._session.read.parquet(*paths).select(*EVENT.names).createOrReplaceTempView("events")
        return self._connection.table("events")

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        if not files:
            return self.table(f"no_{name}", schema.empty_table())
        with quiet():
            paths = [f"file://{Path(file).absolute()}" for file in files]
            reader = self._session.read.option("mergeSchema", "true")
            reader.parquet(*paths).select(*schema.names).createOrReplaceTempView(name)
        return self._connection.table(name)

    def table(self, name: str, rows: pa.Table) -> ibis.Table:
        with quiet():
            self._session.createDataFrame(rows).createOrReplaceTempView(name)
        return self._connection.table(name)

    def named(self, name: str, expression: ibis.Table) -> ibis.Table:
        with quiet():
            self._session.sql(self._connection.compile(expression)).createOrReplaceTempView(name)
        return self._connection.table(name)

    def kept(
        self,
        name: str,
        expression: ibis.Table,
        *,
        coded: Sequence[str] = (),  # noqa: ARG002
        ids: Sequence[str] = (),  # noqa: ARG002
    ) -> ibis.Table:
        # Nothing is coded: Spark's cache has its own dictionaries for texts that repeat.
        with quiet():
            # Not persist(): Spark plans what is derived from a persisted frame from the events on, each use anew, and a
            # few kept tables built on one another are more than its planner can hold.
            frame = self._session.sql(self._connection.compile(expression)).localCheckpoint()
            frame.createOrReplaceTempView(name)
        self._kept[name] = frame
        return self._connection.table(name)

    def codes(self, *values: ibis.Table) -> None:
        """Spark has codes of its own."""

    def _drop(self, name: str, held: Any) -> None:
        with quiet():
            self._session.catalog.dropTempView(name)
            held.unpersist()

    def rows(self, expression: ibis.Table) -> pa.Table:
        # Not through Ibis, which goes by way of pandas: its NULLs and types are not Arrow's.
        with quiet():
            rows = self._session.sql(self._connection.compile(expression)).toArrow()
        return rows.cast(expression.schema().to_pyarrow())

    def close(self) -> None:
        with quiet():
            for frame in self._kept.values():
                frame.unpersist()
            self._kept.clear()
            if self._own:
                self._session.stop()


def _session() -> tuple[Any, bool]:
    """The session, and whether it was made here."""
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        # Its own settings and names, the same machines: what else runs in the session is left alone.
        return running.newSession(), False
    builder = SparkSession.builder.appName("tocsin")
    described = "PYSPARK_GATEWAY_PORT" in os.environ or any(map(os.environ.get, ("SPARK_CONF_DIR", "MASTER")))
    if os.environ.get("SPARK_REMOTE"):
        return builder.remote(os.environ["SPARK_REMOTE"]).getOrCreate(), True
    if not described:
        builder = builder.master("local[*]")
        for name, value in SMALL.items():
            builder = builder.config(name, value)
    return builder.getOrCreate(), True


@contextmanager
def quiet() -> Iterator[None]:
    """PySpark leaves sockets to the collector and uses what its own parts deprecate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        gc.collect()
