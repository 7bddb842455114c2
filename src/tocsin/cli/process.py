"""What the process of a command leaves undone: a second of every scan, and half of what `--help` takes."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType

import numpy as np
import pyarrow as pa

NEW_OBJECTS = 1_000_000
"""How many more objects there must be before the collector looks for rings among them. Python's own 700 makes it look
hundreds of times while modules and expressions, which stay, are being made."""


def leave(code: int) -> None:
    """End the process as it stands, when all is said and written. Python would take a scan's objects apart one by one
    first, a third of a second; the system takes the memory back at once. Spark's process ends by what is registered for
    the end of this one, so with it nothing is done here."""
    if "pyspark" in sys.modules:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # who reads is gone: Python knows what to say
    os._exit(code)


class _Absent(MetaPathFinder):
    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:  # noqa: ARG002
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


@contextmanager
def imports() -> Iterator[None]:
    """While Tocsin's modules are imported: the collector rests, and afterwards looks less often. Arrow takes its memory
    from the system: its own keeper gives blocks back while they are still in use by turns, a fifteenth of all that
    reading costs, and holds some 100 MB more."""
    gc.disable()
    try:
        leave_pandas_out()
        pa.set_memory_pool(pa.system_memory_pool())
        with _unasked_left_out():
            yield
    finally:
        gc.freeze()  # modules stay: the collector need not look at them ever again
        atexit.register(gc.unfreeze)  # but at the end, when DuckDB complains of what is left of it
        gc.set_threshold(NEW_OBJECTS)
        gc.enable()


UNASKED = ("f2py", "ma", "testing", "polynomial")
"""Parts of NumPy that nothing asks for in a scan."""


@contextmanager
def _unasked_left_out() -> Iterator[None]:
    """SciPy asks NumPy by a star for all that it has, among that a compiler of Fortran that guesses encodings and
    a framework for tests: a tenth of the start. Meanwhile empty modules stand for what has not been imported yet."""
    lacking = [name for name in UNASKED if f"numpy.{name}" not in sys.modules]
    empty = {name: ModuleType(f"numpy.{name}") for name in lacking}
    vars(np).update(empty)
    try:
        yield
    finally:
        for name, one in empty.items():
            if vars(np).get(name) is one:
                delattr(np, name)


def leave_pandas_out() -> None:
    """Arrow asks of the first list it is given whether it is a pandas series, and imports pandas for that, where it is
    installed. Told once that there is none, it asks no more; what converts to pandas imports it all the same."""
    if "pandas" in sys.modules:
        return
    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(absent)
