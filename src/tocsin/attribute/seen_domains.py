"""Domains that an analyst saw with a campaign: a list, one a line, as people paste it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import UsageError

MAX_BYTES = 50 << 20
LONGEST = 253
"""Octets of a domain name (RFC 1035, 3.1)."""

_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_SCHEME = re.compile(r"^[a-z]{3,6}(\[:\]|:)//")


@dataclass(frozen=True, kw_only=True)
class SeenDomains:
    """Domains in the order of the file, each once, and the lines that hold none."""

    domains: tuple[str, ...]
    left_out: tuple[int, ...]


def read_domains(path: Path) -> SeenDomains:
    """Domains of a file: whole addresses and defanged ones (``hxxp://mail[.]example/x``), too. Raises `UsageError`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MB", remedy="give the campaign's own domains")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", remedy="check the path given with --domains"
        ) from error
    found: dict[str, None] = {}
    left_out = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith(b"#"):
            continue
        if (name := _domain(line)) is None:
            left_out.append(number)
        else:
            found[name] = None
    return SeenDomains(domains=tuple(found), left_out=tuple(left_out))


def _domain(line: bytes) -> str | None:
    """The domain of a line in its ASCII form; None of anything else."""
    if len(line) > 4096:
        return None
    try:
        text = line.decode().strip().lower().replace("[.]", ".").replace("(.)", ".")
        text = _SCHEME.sub("", text).split("/")[0].rpartition("@")[2].partition(":")[0].rstrip(".")
        name = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError:
        return None
    return name if len(name) <= LONGEST and _NAME.fullmatch(name) else None
