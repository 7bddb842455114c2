"""Which files are read: those that are named, and of a folder all that may be logs; and what the others are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import NoLogsFound

PICTURE, DOCUMENT, SETTINGS, EMPTY = "picture", "document", "settings file", "empty file"
WORKBOOK, ARCHIVE = "workbook, to be saved as CSV", "archive, to be unpacked"

NOT_LOGS = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp", ".svg"), PICTURE),
    **dict.fromkeys((".md", ".html", ".pdf", ".docx", ".odt", ".pptx"), DOCUMENT),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), WORKBOOK),
    **dict.fromkeys((".zip", ".tar", ".7z", ".rar"), ARCHIVE),
    ".toml": SETTINGS,
}
"""Endings that no log has, and what such a file is.

A folder's files of that kind are passed over, a file named by itself never is.
"""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a command looks for in the paths, in the words of its errors."""

    one: str  # there is no … in the folder
    some: str  # name files or folders that hold …
    put: str  # what to put into an empty folder


LOGS = Sought(
    one="log file",
    some="log exports",
    put="the exports of your identity providers there (`tocsin sources` lists the formats)",
)


def log_files(paths: Sequence[Path], sought: Sought = LOGS) -> list[Path]:
    """Every file under the paths, folders walked in order of name. Raises `NoLogsFound`."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [file for file, kind in _inside(path) if kind in ("", EMPTY)]
        elif path.is_file():
            found.append(path)
        elif path.exists():
            raise NoLogsFound(
                f"{path} is neither a file nor a folder", remedy="save what it gives to a file and name that"
            )
        else:
            raise NoLogsFound(f"{path} does not exist", remedy=f"name files or folders that hold {sought.some}")
    if not found:
        places = ", ".join(map(str, paths))
        raise NoLogsFound(
            f"there is no {sought.one} in {places}",
            remedy=f"put {sought.put}",
        )
    return list(dict.fromkeys(found))


def passed_over(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Files in the folders of which nothing is read, and what they are, less those that are named by themselves."""
    named = {path for path in paths if path.is_file()}
    found = {
        file: kind for path in paths if path.is_dir() for file, kind in _inside(path) if kind and file not in named
    }
    return list(found.items())


def _inside(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files in and below the folder, with what keeps each from being a log ('' where nothing does); what is hidden and
    Tocsin's own stores are left out."""
    if (folder / "events" / "_delta_log").is_dir():
        return
    entries = sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    for entry in entries:
        if entry.is_dir():
            yield from _inside(entry)
        elif entry.is_file():
            yield entry, NOT_LOGS.get(entry.suffix.lower(), "" if entry.stat().st_size else EMPTY)
