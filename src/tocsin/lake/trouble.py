"""Storage trouble as errors that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from deltalake.exceptions import DeltaError

from tocsin.errors import StoreError, StoreFull

_FULL = ("No space left", "os error 28", "Disk quota", "os error 122")


@contextmanager
def mended(folder: Path) -> Iterator[None]:
    """What the file system, Delta and DuckDB say of a store, as `StoreError`; bugs pass through."""
    try:
        yield
    except OSError as error:
        raise store_error(folder, str(error.strerror or error)) from error
    except (DeltaError, duckdb.IOException, duckdb.InvalidInputException) as error:
        raise store_error(folder, str(error)) from error


def store_error(folder: Path, said: str) -> StoreError:
    """The error for what was said about the store in the folder."""
    if any(sign in said for sign in _FULL):
        return StoreFull(
            f"the disk that holds {folder} is full",
            remedy="free some space or choose another place with --store, then run the same command again:"
            " it goes on where it stopped",
        )
    reason = said.splitlines()[0] if said else "unknown reason"
    return StoreError(
        f"the store {folder} cannot be used: {reason}",
        remedy="check that the folder can be written and is a Tocsin store; if it is damaged, remove it and"
        " scan the logs again, or choose another one with --store",
    )
