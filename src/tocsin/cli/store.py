"""Which store a command means."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from tocsin.errors import StoreNotFound

HOME = Path(".tocsin")
"""Stores of scans that name none, below the current folder."""


def store_for(paths: Sequence[Path], named: Path | None) -> tuple[Path, bool]:
    """The store of a scan, and whether it mirrors the paths.

    A named store (--store, TOCSIN_STORE) gathers whatever is scanned into it. Without one, the same paths always
    lead to the same store, which shows what these paths hold now.
    """
    if named is not None:
        return named, False
    key = "\n".join(sorted(str(path.resolve()) for path in paths))
    folder = HOME / hashlib.blake2b(key.encode(), digest_size=6).hexdigest()
    return folder, True


def remember(store: Path) -> None:
    """Make this the store that later commands mean."""
    if store.parent == HOME:
        (HOME / "last").write_text(store.name + "\n")
        (HOME / ".gitignore").write_text("*\n")


def existing_store(named: Path | None) -> Path:
    """`last_store`, for questions that a folder which is not there would answer with "nothing"."""
    folder = last_store(named)
    if not folder.is_dir():
        raise StoreNotFound(
            f"there is no store {folder}", remedy="name the folder that `tocsin scan LOGS --store` filled"
        )
    return folder


def last_store(named: Path | None) -> Path:
    """The named store, or that of the last scan from this folder."""
    if named is not None:
        return named
    try:
        name = (HOME / "last").read_text().strip()
    except FileNotFoundError:
        raise StoreNotFound(
            f"no scan was run from {os.getcwd()}",
            remedy="run `tocsin scan LOGS` here first, or name a store with --store",
        ) from None
    return HOME / name
