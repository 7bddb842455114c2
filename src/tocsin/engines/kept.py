"""Which tables an engine keeps, and when they are forgotten."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import ibis


class Keeping(ABC):
    """What `Engine.forget` and `Engine.passing` come to where tables are kept by name."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def forget(self, *held: ibis.Table) -> None:
        self._forget({one.get_name() for one in held})

    @contextmanager
    def passing(self) -> Iterator[None]:
        before = set(self._kept)
        yield
        self._forget(self._kept.keys() - before)

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self._kept:
                self._drop(name, self._kept.pop(name))

    @abstractmethod
    def _drop(self, name: str, held: Any) -> None:
        """Give the table's memory back; `held` is what the engine noted of it."""
