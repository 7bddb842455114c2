"""Tocsin's own findings as alerts: what its detections see before anything is linked to a campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyarrow as pa

from deployed.peer import Alert, Key
from tocsin.detect import Finding


def as_alerts(findings: Iterable[Finding], events: pa.Table, missing: frozenset[tuple[str, str]]) -> Sequence[Alert]:
    """`events` is FINDING_EVENT, `missing` the (provider, account) that do not exist.

    A finding does not say when it could first have been raised: its last event is taken, late rather than early.
    """
    held: dict[str, list[dict[str, str | None]]] = defaultdict(list)
    for row in events.select(["finding_id", "provider", "event_uid", "account"]).to_pylist():
        held[row["finding_id"]].append(row)
    last = dict(
        zip(
            events["finding_id"].to_pylist(),
            events["time"].cast(pa.timestamp("ms"), safe=False).cast(pa.int64()).to_pylist(),
            strict=True,
        )
    )
    return [
        Alert(
            rule=one.detection,
            group=_group(one),
            ms=last[one.id],
            events=tuple(_key(row) for row in held[one.id]),
            accounts=frozenset((str(row["provider"]), row["account"].lower()) for row in held[one.id] if row["account"])
            - missing,
        )
        for one in findings
    ]


def _key(row: dict[str, str | None]) -> Key:
    return str(row["provider"]), str(row["event_uid"])


def _group(finding: Finding) -> str:
    if finding.source_ip:
        return f"address {finding.source_ip}"
    return f"account {finding.account}" if finding.account else f"finding {finding.id}"
