"""What became of campaigns, scan by scan: a Delta table beside the events that is only ever appended to.

Rows are written before the answer they belong to counts, and each scan's name the scan before. What the answer that
counts leads back to is the history; rows of a scan that was killed before its answer counted are never reached.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from tocsin.lake.trouble import mended

FIGURES = (
    "identification_attempts",
    "identifiers_tried",
    "accounts_probed",
    "accounts_attacked",
    "accounts_compromised",
)

HISTORY = pa.schema(
    [
        pa.field("scan_uid", pa.string(), nullable=False),
        pa.field("follows", pa.string()),  # scan_uid of the last scan before it that changed anything
        pa.field("number", pa.int64(), nullable=False),  # within the scan, in the order of telling
        pa.field("at", pa.timestamp("us"), nullable=False),  # of the scan, UTC
        pa.field("campaign_id", pa.string(), nullable=False),
        pa.field("what", pa.string(), nullable=False),
        pa.field("other", pa.string()),  # the campaign that it merged with or split from
        pa.field("reason", pa.string(), nullable=False),
        pa.field("events_before", pa.int64()),  # NULL, like all that follow: it was not there
        pa.field("events_after", pa.int64()),
        pa.field("verdict_before", pa.string()),
        pa.field("verdict_after", pa.string()),
        *(pa.field(f"{figure}_{when}", pa.int64()) for figure in FIGURES for when in ("before", "after")),
    ]
)

COMPACT_FILES = 64
"""A scan adds one small file; more than this are made one."""


def remember(store: Path, rows: pa.Table) -> None:
    """Append rows of HISTORY; they count once the answer of their scan does."""
    folder = str(store / "history")
    with mended(store):
        write_deltalake(folder, rows.select(HISTORY.names).cast(HISTORY), mode="append", name="history")
        table = DeltaTable(folder)
        if len(table.file_uris()) > COMPACT_FILES:
            table.optimize.compact()


def remembered(store: Path, last: str | None) -> pa.Table:
    """HISTORY up to the scan `last`, in order; nothing where that is None."""
    if last is None or not (store / "history" / "_delta_log").is_dir():
        return HISTORY.empty_table()
    with mended(store):
        uris = DeltaTable(str(store / "history")).file_uris()
        held = [pq.read_table(uri, partitioning=None).select(HISTORY.names).cast(HISTORY) for uri in uris]
    rows = pa.concat_tables([*held, HISTORY.empty_table()])
    follows = dict(zip(rows["scan_uid"].to_pylist(), rows["follows"].to_pylist(), strict=True))
    chain: list[str] = []
    while last is not None and last in follows and last not in chain:
        chain.append(last)
        last = follows[last]
    place = {uid: number for number, uid in enumerate(reversed(chain))}
    order = [place.get(uid, -1) for uid in rows["scan_uid"].to_pylist()]
    rows = rows.append_column("place", pa.array(order, pa.int64()))
    rows = rows.filter(pa.array([one >= 0 for one in order], pa.bool_()))
    return rows.sort_by([("place", "ascending"), ("number", "ascending")]).select(HISTORY.names)
