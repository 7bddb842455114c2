"""With what we tell a server who we are: from a file that only we may read, the environment, or a keyring.

Never from the command line, where every user of the machine and the shell's history see it, and never in a log: the
secret has no printed form.
"""

from __future__ import annotations

import importlib
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.errors import UsageError

USER, PASSWORD, TOKEN = "TOCSIN_TAXII_USER", "TOCSIN_TAXII_PASSWORD", "TOCSIN_TAXII_TOKEN"
KEYRING_SERVICE = "tocsin-taxii"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A name with a password, or a token."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


def credentials(file: Path | None, environment: Mapping[str, str]) -> Credentials | None:
    """The file's where one is named, else the environment's, else the keyring's where `keyring` is installed."""
    if file is not None:
        return _from_file(file)
    if token := environment.get(TOKEN):
        return Credentials(token=token)
    if (user := environment.get(USER)) and PASSWORD in environment:
        return Credentials(user=user, password=environment[PASSWORD])
    return _from_keyring()


def _from_file(file: Path) -> Credentials:
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                raise UsageError(
                    f"{file} may be read by others (its mode is {mode:04o})",
                    remedy=f"make it yours alone: chmod 600 {file}",
                )
            held = tomllib.load(opened)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}", remedy="check the path of --credentials"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # The parser's own words would show what stands there.
        raise UsageError(f"{file} is no TOML", remedy='write user = "…" and password = "…", or token = "…"') from None
    user, password, token = (held.get(name) for name in ("user", "password", "token"))
    if isinstance(token, str):
        return Credentials(token=token)
    if isinstance(user, str) and isinstance(password, str):
        return Credentials(user=user, password=password)
    raise UsageError(
        f"{file} has neither user and password nor token", remedy='write user = "…" and password = "…", or token = "…"'
    )


def _from_keyring() -> Credentials | None:
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return None
    found = keyring.get_credential(KEYRING_SERVICE, None)
    return Credentials(user=found.username, password=found.password) if found else None
