"""Where Ibis expressions run. Event files come in; Ibis tables and Arrow results go out.

`DuckEngine` runs in the process and is the default; `spark.SparkEngine` runs the same expressions on Spark.
"""

from pathlib import Path

from tocsin.engines.duck import DuckEngine
from tocsin.engines.engine import Engine
from tocsin.errors import SettingError

ENGINES = ("duckdb", "spark")


def opened(name: str, *, scratch: Path) -> Engine:
    """The engine of that name. `scratch` is a folder for what does not fit in memory."""
    if name == "duckdb":
        return DuckEngine(scratch=scratch)
    if name == "spark":
        from tocsin.engines.spark import SparkEngine

        return SparkEngine(scratch=scratch)
    raise SettingError(f"no engine named {name!r}", remedy=f"choose one of {', '.join(ENGINES)} with --engine")


__all__ = ["ENGINES", "DuckEngine", "Engine", "opened"]
