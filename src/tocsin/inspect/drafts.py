"""Drafts of mappings as files."""

from __future__ import annotations

import re
from pathlib import Path

from tocsin.errors import UsageError
from tocsin.inspect.inspection import Inspection


def save_drafts(found: Inspection, folder: Path) -> list[Path]:
    """Write each draft once, named after its file; a file that is there is never overwritten. Raises `UsageError`."""
    drafts: dict[str, str] = {}
    for one in found.files:
        if one.unrecognised is not None and one.unrecognised.draft is not None:
            drafts.setdefault(one.unrecognised.draft, one.file)
    saved: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for text, file in drafts.items():
            name = re.sub(r"[^\w.-]", "_", Path(file).name.split(".")[0]) or "log"
            path, number = folder / f"{name}.toml", 2
            while path.exists():
                path, number = folder / f"{name}-{number}.toml", number + 1
            path.write_text(text, encoding="utf-8")
            saved.append(path)
    except OSError as error:
        raise UsageError(
            f"drafts cannot be saved in {folder}: {error.strerror}", remedy="Name a folder that you may write to."
        ) from error
    return saved
