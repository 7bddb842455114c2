"""Whether the logs of a store hold an account at all: "nothing" about a name that is in no log says nothing."""

from __future__ import annotations

from pathlib import Path

from tocsin.engines import opened
from tocsin.errors import UsageError
from tocsin.lake import Lake


def must_be_held(folder: Path, account: str) -> None:
    """Raises `UsageError` where no event of the store is of the account."""
    name = account.strip().lower()
    engine = opened("duckdb", scratch=folder / "scratch")
    try:
        events = engine.events(Lake(folder).event_files())
        found = len(engine.rows(events.filter(events.account == name).select("account").limit(1)))
    finally:
        engine.close()
    if not found:
        raise not_held(account)


def not_held(account: str) -> UsageError:
    """That no event of the logs is of the account."""
    return UsageError(
        f"the logs hold no event of the account {account!r}",
        remedy="write the name as its provider does; `tocsin sources` says which logs were read",
    )
