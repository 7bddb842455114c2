"""A `logging` handler that writes what happens to accounts, one JSON object a line.

An application says what happened by `tell`; whichever `AccountsFile` its logging settings name writes it down. Fields
of a line: `log` (the format), `id`, `time` (UTC), `event`, and what of the following is known: `reason`, `account`,
`account_id`, `account_known`, `channel` (what a message or factor travels over), `channel_value`, `address`,
`user_agent`, `session` (a digest: the session's key itself would let its reader in).
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import logging
import logging.handlers
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

FORMAT = "tocsin.accounts/1"
LOGGER = "tocsin.accounts"
FIELDS = ("event", "reason", "account", "account_id", "account_known", "channel", "channel_value", "address",
          "user_agent", "session")  # fmt: skip
MAX_CHARS = 512
"""A text that a stranger sent is cut there: a line stays one write, and a log cannot be filled by a few requests."""

Told = Mapping[str, str | bool | None]


class AccountsFile(logging.handlers.WatchedFileHandler):
    """The file that the lines go to; it may be rotated from outside."""

    def __init__(self, filename: str, level: int | str = logging.NOTSET) -> None:
        super().__init__(filename, mode="a", encoding="utf-8")
        self.setLevel(level)
        self.addFilter(lambda record: hasattr(record, "account_event"))

    def format(self, record: logging.LogRecord) -> str:
        told: Told = getattr(record, "account_event", {})
        line: dict[str, object] = {
            "log": FORMAT,
            "id": uuid.uuid4().hex,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
        }
        for name in FIELDS:
            value = told.get(name)
            if value is not None:
                line[name] = value[:MAX_CHARS] if isinstance(value, str) else value
        return json.dumps(line)


def tell(**told: str | bool | None) -> None:
    """Say that something happened to an account. Passwords, codes and keys are no fields and are refused."""
    if strange := set(told) - set(FIELDS):
        raise TypeError(f"no fields of the accounts' log: {sorted(strange)}")
    logging.getLogger(LOGGER).info("%s", told["event"], extra={"account_event": told})


def client_address(peer: str | None, forwarded_for: str | None, trusted_proxies: int) -> str | None:
    """The client's address behind so many proxies of one's own, each of which adds whom it saw to `forwarded_for`.

    What stands further left was sent by the client and can be anything. None where it cannot be told: fewer entries
    than proxies mean that the request did not come through them all.
    """
    seen = [one for one in (forwarded_for or "").split(",") if one.strip()] if trusted_proxies else []
    chain = [*seen, peer or ""]
    if len(chain) <= trusted_proxies:
        return None
    try:
        return str(ipaddress.ip_address(chain[-1 - trusted_proxies].strip()))
    except ValueError:
        return None


def digest(session_key: str | None) -> str | None:
    """A name for a session that does not open it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32] if session_key else None
