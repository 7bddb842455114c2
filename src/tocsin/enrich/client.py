"""Which client a user agent names: once per distinct string."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import ua_parser

CLIENT = pa.schema(
    [
        pa.field("user_agent", pa.string(), nullable=False),
        pa.field("client", pa.string(), nullable=False),  # "Chrome/Windows": survives updates of the browser
    ]
)

MAX_USER_AGENT_CHARS = 512
"""Longer strings are cut before parsing: they carry nothing more and could be made to cost."""


def clients(user_agents: Iterable[str]) -> pa.Table:
    """CLIENT for distinct user agents."""
    return pa.Table.from_pylist([{"user_agent": text, "client": _family(text)} for text in user_agents], schema=CLIENT)


def _family(text: str) -> str:
    parsed = ua_parser.parse(text[:MAX_USER_AGENT_CHARS])
    browser = parsed.user_agent.family if parsed.user_agent else None
    system = parsed.os.family if parsed.os else None
    if browser is None and system is None:
        # No known browser: a script or an application. Its name before the version tells it apart.
        return text.split("/", 1)[0].split(" ", 1)[0][:64] or "none"
    return f"{browser or 'Other'}/{system or 'Other'}"
