"""What an export of registered methods is: how its records are recognised, and what each says of an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import BadRecord, Method, Registered, Use, named

Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Export:
    """One kind of export. `around` is the page or document that holds the record, without its list of records."""

    name: str
    title: str
    provider: str
    source: str  # where the provider documents it
    recognises: Callable[[Record, Record], bool]
    reads: Callable[[Record, Record], Registered]  # raises BadRecord


def text(record: Record, key: str) -> str | None:
    """The text under the key, without blanks around it; None where there is none. Raises `BadRecord` for other
    types."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRecord(f"{key} is no text")
    return value.strip() or None


def needed(record: Record, key: str) -> str:
    """The text under the key. Raises `BadRecord` where there is none."""
    value = text(record, key)
    if value is None:
        raise BadRecord(f"no {key}")
    return value


def flag(record: Record, key: str) -> bool | None:
    """True, false, or None where it is not told."""
    value = record.get(key)
    if value is not None and not isinstance(value, bool):
        raise BadRecord(f"{key} is neither true nor false")
    return value


def inner(record: Record, key: str) -> Record:
    """The object under the key; an empty one where there is none."""
    value = record.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRecord(f"{key} is no object")
    return value


def items(record: Record, key: str) -> list[Any]:
    """The list under the key; an empty one where there is none."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRecord(f"{key} is no list")
    return value


def reached_at(address: str | None, kind: Kind, *uses: Use, origin: str, possible: bool = False) -> Method | None:
    """A method that goes to the mailbox or number; None where there is none. What is no address of the kind is kept as
    a method without one: that it is registered is certain."""
    if not address:
        return None
    found = named(address)
    held = found if found is not None and found.kind == kind else None
    return Method(
        kind=kind,
        uses=frozenset(uses),
        value=held.value if held else None,
        hint=held.hint if held else None,
        possible=possible,
        origin=origin,
    )
