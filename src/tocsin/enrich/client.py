"""Which client a user agent names: once per distinct string."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyarrow as pa
from ua_parser import BestAvailableResolver, Parser, load_lazy_builtins

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


@cache
def _parser() -> Parser:
    """Of browsers and systems alone: to get ready for telling devices apart takes longer than all else."""
    browsers, systems, _ = load_lazy_builtins()
    return Parser(BestAvailableResolver((browsers, systems, [])))


def _family(text: str) -> str:
    cut = text[:MAX_USER_AGENT_CHARS]
    browser, system = (
        one.family if one else None for one in (_parser().parse_user_agent(cut), _parser().parse_os(cut))
    )
    if browser is None and system is None:
        # No known browser: a script or an application. Its name before the version tells it apart.
        return text.split("/", 1)[0].split(" ", 1)[0][:64] or "none"
    return f"{browser or 'Other'}/{system or 'Other'}"
