"""Where Ibis expressions run. Event files come in; Ibis tables and Arrow results go out.

`DuckEngine` runs in the process and is the default; `spark.SparkEngine` runs the same expressions on Spark.
"""

from pathlib import Path

from tocsin.engines.duck import DuckEngine
from tocsin.engines.engine import Engine
from tocsin.errors import SettingError
from tocsin.settings import MEMORY

ENGINES = ("duckdb", "spark")


def require(name: str) -> None:
    """Make sure that the engine of that name can be opened here. Raises `SettingError`."""
    if name not in ENGINES:
        raise SettingError(f"no engine named {name!r}", remedy=f"choose one of {', '.join(ENGINES)} with --engine")
    if name == "spark":
        from tocsin.engines.spark import require_spark

        require_spark()


def opened(name: str, *, scratch: Path, memory: str = MEMORY) -> Engine:
    """The engine of that name. `scratch` is a folder for what does not fit in `memory` ("700MB"); Spark has its own
    settings for both."""
    require(name)
    if name == "spark":
        from tocsin.engines.spark import SparkEngine

        return SparkEngine()
    return DuckEngine(scratch=scratch, memory=memory)


__all__ = ["ENGINES", "DuckEngine", "Engine", "opened", "require"]
