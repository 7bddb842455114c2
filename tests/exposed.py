"""Exposures made in a test: a roster a line, records as exports give them, the ways in as words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tocsin.enrich import ROSTER
from tocsin.exposure import Exposure, Reading, Registered, exposure
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Method, Use

NOW = datetime(2026, 4, 1)  # noqa: DTZ001 - naive UTC, as everywhere inside

SAMPLES = Path(__file__).parent / "exposure" / "samples"


def method(kind: Kind, *uses: Use, **more: Any) -> Method:
    return Method(kind=kind, uses=frozenset(uses), **more)


def roster(*lines: str) -> pa.Table:
    """Lines as `account;channel;channel`, or with ` contact=...` at their end."""
    rows = []
    for line in lines:
        text, _, contact = line.partition(" contact=")
        account, *channels = text.split(";")
        rows.append(
            {
                "account": account,
                "organisation": None,
                "category": "media",
                "recovery": channels,
                "contact": contact or None,
            }
        )
    return pa.Table.from_pylist(rows, schema=ROSTER)


def answer(people: pa.Table, registered: Sequence[Registered] = (), *, seen: Sequence[Registered] = ()) -> Exposure:
    return exposure(roster=people, reading=Reading(registered=list(registered)), seen=seen, now=NOW).answer


def ways(found: Exposure, account: str) -> set[str]:
    """``password of x + phone +1`` for each way; `?` before one that is only possible."""
    (one,) = [each for each in found.accounts if each.account == account]
    return {
        ("? " if way.possible else "") + " + ".join(f"{item.kind} {item.name}" for item in way.take) for way in one.ways
    }
