"""Locks that were changed, account by account: where and with what, and whether the owner was locked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from tocsin.campaigns.own_recoveries import DAY_MS, SITTING_MS, SOON_MS

HANDED_OUT_MS = DAY_MS
"""What a help desk hands out is used within a day, as in `detect/new_source_after_helpdesk.py`."""

AT_ONCE_MS = 60_000
"""What the log tells within a minute is the same act."""

AGAIN_MS = 600_000
"""A password that is replaced again after so long is replaced by a recovery of its own."""


class Seen(NamedTuple):
    """One thing that an account shows, in milliseconds since 1970."""

    ts: int
    kind: str  # recovered | set (in a session) | reset (by a help desk) | signed_in | used (a session) | refused
    source_ip: str | None = None
    network: str | None = None
    country: str | None = None
    client: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A password replaced by a recovery, or an account entered after a help desk's reset."""

    account: str
    source_ip: str
    ts: int  # milliseconds since 1970
    network: str | None
    country: str | None
    client: str | None
    user_agent: str | None
    locked: bool | None  # was the owner locked out afterwards? None: nothing tells
    told: int  # when it was plain, in milliseconds


def falls(account: str, line: Sequence[Seen]) -> list[Fall]:
    """Of one account, of which `line` is all that it shows, in order of time."""
    found: list[Fall] = []
    given = -inf
    for one in line:
        if one.kind == "reset":
            given = one.ts
        entered = one.kind in ("signed_in", "used") and one.ts - given <= HANDED_OUT_MS
        if one.source_ip is None or not (entered or one.kind == "recovered"):
            continue
        given = -inf
        if found and found[-1].source_ip == one.source_ip and one.ts - found[-1].ts <= SITTING_MS:
            continue
        found.append(_fall(account, line, one))
    return found


def _fall(account: str, line: Sequence[Seen], change: Seen) -> Fall:
    sitting = [one for one in line if one.source_ip == change.source_ip and abs(one.ts - change.ts) <= SITTING_MS]

    def shown(name: str) -> str | None:
        return next((value for one in (change, *sitting) if (value := getattr(one, name)) is not None), None)

    agent = shown("user_agent")
    locked, told = locked_out_after(line, change, agent)
    if locked is False and not any(one.kind in ("recovered", "set") for one in sitting):
        locked = None  # a new factor locks nobody out who knows the password
    return Fall(
        account=account,
        source_ip=str(change.source_ip),
        ts=change.ts,
        network=shown("network"),
        country=shown("country"),
        client=shown("client"),
        user_agent=agent,
        locked=locked,
        told=told,
    )


def locked_out_after(line: Sequence[Seen], change: Seen, agent: str | None) -> tuple[bool | None, int]:
    """Was the owner of an account that shows this `line`, in order of time, locked out by the `change`, made with the
    user agent `agent`? And when was that plain?

    He was, if before he signed in where he was known a help desk, or after refused passwords another recovery, had to
    let him in. What goes on by sessions and keys proves nothing, nor does it what another of his programs still does
    where he is refused.
    """
    day = change.ts // DAY_MS
    before = [one for one in line if one.kind in ("signed_in", "used") and one.ts // DAY_MS < day]
    theirs = {one.network for one in line if one.source_ip == change.source_ip}
    homes = {one.source_ip for one in before} | ({one.network for one in before} - theirs)
    homes |= {one.user_agent for one in before} - {agent}
    homes -= {None, change.source_ip}
    refused: set[str | None] = set()
    for one in line:
        if one.ts <= change.ts + AT_ONCE_MS or (one.source_ip == change.source_ip):
            continue
        if one.ts > change.ts + SOON_MS:
            break
        if one.kind == "refused":
            refused.add(one.user_agent)
        elif one.kind == "reset":
            return True, one.ts
        elif one.kind == "recovered" and one.ts > change.ts + AGAIN_MS:
            return (True if refused else None), one.ts
        elif (
            one.kind == "signed_in"
            and (one.user_agent is None or one.user_agent != agent)
            and homes & {one.source_ip, one.network, one.user_agent}
            and (not refused or one.user_agent in refused)
        ):
            return False, one.ts
    return None, change.ts
