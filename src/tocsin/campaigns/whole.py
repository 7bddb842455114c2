"""Gathered events made whole: what only the store holds of them, fetched once for all operators."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import COLUMNS, event_keys
from tocsin.campaigns.texts import firsts
from tocsin.engines import Engine
from tocsin.enrich import Fill

KEY = ("provider", "event_uid")
ASKED = (*KEY, "ts", "source_ip")


def whole(engine: Engine, fill: Fill, gathered: Sequence[pa.Table]) -> list[pa.Table]:
    """The same rows in the same order, with all COLUMNS."""
    if not gathered:
        return []
    keys = pa.concat_tables([one.select(ASKED) for one in gathered])
    keys = keys.take(firsts(keys.select(KEY)))
    lacking = [name for name in COLUMNS if name not in gathered[0].column_names]
    rows = engine.rows(fill(engine.table("gathered_events", keys), (*KEY, *lacking)))
    held = event_keys(rows)
    return [_beside(one, rows.select(lacking).take(pc.index_in(event_keys(one), value_set=held))) for one in gathered]


def _beside(rows: pa.Table, more: pa.Table) -> pa.Table:
    return pa.table({name: (more if name in more.column_names else rows)[name] for name in COLUMNS})
