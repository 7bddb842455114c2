"""The history of campaigns as the store keeps it (HISTORY), there and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from tocsin.assess.assess import stamp
from tocsin.assess.assessment import Change, Standing
from tocsin.assess.changes import moment
from tocsin.lake.history import FIGURES, HISTORY


def to_rows(changes: Iterable[tuple[str, Change]], *, scan_uid: str, follows: str | None) -> pa.Table:
    """HISTORY of one scan."""
    rows = [
        {
            "scan_uid": scan_uid,
            "follows": follows,
            "number": number,
            "at": moment(change.at),
            "campaign_id": campaign,
            "what": change.what,
            "other": change.other,
            "reason": change.reason,
            **_columns(change.before, "before"),
            **_columns(change.after, "after"),
        }
        for number, (campaign, change) in enumerate(changes)
    ]
    return pa.Table.from_pylist(rows, schema=HISTORY)


def from_rows(rows: pa.Table) -> list[tuple[str, Change]]:
    """Campaign ids and changes, in the order of the rows."""
    return [
        (
            row["campaign_id"],
            Change(
                at=stamp(row["at"]),
                what=row["what"],
                reason=row["reason"],
                other=row["other"],
                before=_standing(row, "before"),
                after=_standing(row, "after"),
            ),
        )
        for row in rows.to_pylist()
    ]


def by_campaign(changes: Iterable[tuple[str, Change]]) -> dict[str, list[Change]]:
    """By campaign id, in the order in which they first appear."""
    held: dict[str, list[Change]] = {}
    for campaign, change in changes:
        held.setdefault(campaign, []).append(change)
    return held


def _columns(standing: Standing | None, when: str) -> dict[str, object]:
    names = ("events", "verdict", *FIGURES)
    return {f"{name}_{when}": getattr(standing, name) if standing else None for name in names}


def _standing(row: Mapping[str, object], when: str) -> Standing | None:
    if row[f"events_{when}"] is None:
        return None
    held: dict[str, object] = {name: row[f"{name}_{when}"] for name in ("events", "verdict", *FIGURES)}
    return Standing(**held)  # type: ignore[arg-type]
