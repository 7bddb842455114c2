"""Files into the store: which there are, which were read already, how far, with progress on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import NoLogsFound
from tocsin.lake.store import COMMIT_ROWS, Lake, Part, fingerprint
from tocsin.sources import Reader

NOT_LOGS = frozenset({".md", ".html", ".pdf", ".png", ".svg", ".toml", ".zip", ".tar"})
"""Endings that no export has; such files in a folder are passed over (a file named on the command line never is)."""


@dataclass(kw_only=True)
class Intake:
    """What a scan took in; `progress` is called with it after every block."""

    files: int = 0
    files_known: int = 0  # read completely by an earlier scan
    bytes_total: int = 0
    bytes_done: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    ignored: int = 0
    current: str = ""


def log_files(paths: Sequence[Path]) -> list[Path]:
    """Every file under the paths, folders walked in order of name. Raises `NoLogsFound`."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [
                one
                for one in sorted(path.rglob("*"))
                if one.is_file()
                and one.suffix.lower() not in NOT_LOGS
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            ]
        elif path.exists():
            found.append(path)
        else:
            raise NoLogsFound(f"{path} does not exist", remedy="name files or folders that hold log exports")
    if not found:
        places = ", ".join(map(str, paths))
        raise NoLogsFound(
            f"there is no file in {places}",
            remedy="put the exports of your identity providers there (docs/sources.md says how to get them)",
        )
    return list(dict.fromkeys(found))


def take_in(
    lake: Lake, files: Sequence[Path], reader: Reader, *, progress: Callable[[Intake], None] = lambda _: None
) -> Intake:
    """Read every file that was not read to its end before, from where the last commit left it."""
    intake = Intake(files=len(files))
    prints = {path: fingerprint(path) for path in files}
    finished = lake.finished()
    intake.bytes_total = sum(path.stat().st_size for path in files)
    waiting: list[Part] = []
    for path in files:
        intake.current = str(path)
        size = path.stat().st_size
        if prints[path] in finished:
            intake.files_known += 1
            intake.bytes_done += size
            progress(intake)
            continue
        before = intake.bytes_done
        for part in _parts(lake, path, prints[path], reader):
            waiting.append(part)
            intake.bytes_done = before + min(part.end, size)
            if sum(len(held.events) for held in waiting) >= COMMIT_ROWS:
                _commit(lake, waiting, intake)
            progress(intake)
        intake.bytes_done = before + size
    if waiting:
        _commit(lake, waiting, intake)
    lake.compact()
    progress(intake)
    return intake


def _parts(lake: Lake, path: Path, print_: str, reader: Reader) -> Iterator[Part]:
    behind = lake.read_until(print_)
    for block in reader.read(path):
        if block.end <= behind and not block.last:
            continue
        yield Part(
            file=path,
            fingerprint=print_,
            end=block.end,
            finished=block.last,
            events=block.events,
            rejected=block.rejected,
            ignored=block.ignored,
        )


def _commit(lake: Lake, waiting: list[Part], intake: Intake) -> None:
    added = lake.append(waiting)
    waiting.clear()
    intake.events += added.events
    intake.duplicates += added.duplicates
    intake.rejected += added.rejected
    intake.ignored += added.ignored
