"""A disk with a bad sector."""

from __future__ import annotations

import errno
import os

import pytest

from tocsin.sources.unpacking import READ_BYTES, Unpacked

_READ, _READINTO = Unpacked.read, Unpacked.readinto


def failing_after(position: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every file fails behind this position."""

    def read(self: Unpacked, size: int = READ_BYTES) -> bytes:
        if self.position >= position:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return _READ(self, size)

    def readinto(self: Unpacked, room: memoryview) -> int:
        if self.position >= position:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return _READINTO(self, room)

    monkeypatch.setattr(Unpacked, "read", read)
    monkeypatch.setattr(Unpacked, "readinto", readinto)
