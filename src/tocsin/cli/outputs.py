"""Files that a command writes at its end."""

from __future__ import annotations

import os
from pathlib import Path

from tocsin.errors import UsageError


def writable(*outputs: Path | None) -> None:
    """Fail before the work, not after it, when an output cannot be written."""
    for path in outputs:
        if path is None:
            continue
        folder = path.absolute().parent
        if not folder.is_dir():
            why = f"there is no folder {folder}"
        elif path.is_dir():
            why = "it is a folder"
        elif not os.access(path if path.exists() else folder, os.W_OK):
            why = "permission denied"
        else:
            continue
        raise UsageError(f"{path} cannot be written: {why}", remedy="Name a file in a folder that you may write to.")
