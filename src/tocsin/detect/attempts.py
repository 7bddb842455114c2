"""Tries instead of records: providers write one try in several records within a second or two."""

from __future__ import annotations

import ibis

ONE_TRY_MS = 2000
"""Records of an account from one address this close are one try; no person types two passwords in that time."""


def tries(rows: ibis.Table) -> ibis.Table:
    """The first record of each try."""
    order = ibis.window(group_by=["account", "source_ip"], order_by=["ts", "event_uid", "provider"])
    rows = rows.mutate(before=rows.ts.lag().over(order))
    return rows.filter(rows.before.isnull() | (rows.ts - rows.before > ONE_TRY_MS)).drop("before")
