"""Which fields decided that a record is of a format, seen by watching what its source looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.inspect.paths import step
from tocsin.sources.source import RawRecord, Source


class Watched(dict[str, Any]):
    """A record that notes which of its fields are asked for, and which of those it has not."""

    def __init__(self, record: Mapping[str, Any], path: str = "", notes: dict[str, bool] | None = None) -> None:
        super().__init__(record)
        self._path = path
        self.notes: dict[str, bool] = {} if notes is None else notes  # path -> is it there?

    def _noted(self, name: Any) -> bool:
        there = super().__contains__(name)
        if isinstance(name, str):
            self.notes[step(self._path, name)] = there
        return there

    def __contains__(self, name: object) -> bool:
        return self._noted(name)

    def __getitem__(self, name: str) -> Any:
        self._noted(name)
        return self._followed(name, super().__getitem__(name))

    def get(self, name: str, default: Any = None) -> Any:
        return self._followed(name, super().__getitem__(name)) if self._noted(name) else default

    def _followed(self, name: str, value: Any) -> Any:
        path = step(self._path, name)
        if isinstance(value, Mapping):
            return Watched(value, path, self.notes)
        if isinstance(value, list):
            return [Watched(one, f"{path}[]", self.notes) if isinstance(one, Mapping) else one for one in value]
        return value


def recognised(source: Source, record: RawRecord) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Does the source take the record? With the fields that it looked at and found, and those that it missed."""
    watched = Watched(record)
    taken = source.recognises(watched)
    found = tuple(path for path, there in watched.notes.items() if there)
    missed = tuple(path for path, there in watched.notes.items() if not there)
    return taken, _deepest(found), missed


def _deepest(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Without paths that were only gone through."""
    return tuple(
        path
        for path in paths
        if not any(other != path and other.startswith((f"{path}.", f"{path}[")) for other in paths)
    )
