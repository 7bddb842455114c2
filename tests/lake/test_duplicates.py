"""One event told several times: which telling stands does not depend on the order in which they come."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stores import NOW, covered, ids, rows_of, scan
from tocsin.lake import Lake, duplicates, take_in
from tocsin.sources import SOURCES, Reader

BARE: dict[str, Any] = {
    "id": "a",
    "createdDateTime": "2026-03-02T23:59:59Z",
    "userPrincipalName": "ada@example.org",
    "appId": "c44b4083",
    "ipAddress": "203.0.113.7",
    "clientAppUsed": "Browser",
    "status": {"errorCode": 50126},
}
TELLINGS = [
    BARE,
    BARE | {"userAgent": "Mozilla/5.0", "correlationId": "c1"},
    BARE | {"correlationId": "c2"},
    BARE | {"correlationId": "c3"},
    # Another day by a time that another format cut or rounded.
    BARE
    | {"correlationId": "c4", "createdDateTime": "2026-03-03T00:00:00Z", "userAgent": "Mozilla/5.0", "userId": "u"},
    BARE | {"status": {"errorCode": 50074}, "userAgent": "Mozilla/5.0", "correlationId": "c1", "userId": "u"},
    BARE | {"status": {"errorCode": 0}},
    BARE | {"id": "b", "status": {"errorCode": 0}},
    BARE | {"id": "b", "status": {"errorCode": 0}, "resourceTenantId": "11111111-aaaa-4bbb-8ccc-000000000002"},
]


def export(folder: Path, name: str, *tellings: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps(one) + "\n" for one in tellings))
    return folder / name


def told(store: Path) -> list[dict[str, Any]]:
    """Rows without how they came."""
    rows = [
        {key: value for key, value in row.items() if key not in ("raw_ref", "ingested_at")} for row in rows_of(store)
    ]
    return sorted(rows, key=lambda row: (row["provider"], row["event_uid"]))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(TELLINGS) - 1), st.integers(0, 2)), min_size=1, max_size=9),
    st.randoms(use_true_random=False),
)
def test_what_is_held_does_not_depend_on_the_order_or_the_parts_in_which_tellings_come(
    tmp_path_factory: pytest.TempPathFactory, tellings: list[tuple[int, int]], random: Any
) -> None:
    folder = tmp_path_factory.mktemp("any")
    scan(folder / "at-once", export(folder, "all.jsonl", *[TELLINGS[which] for which, _ in tellings]))
    shuffled = tellings.copy()
    random.shuffle(shuffled)
    for part in range(3):
        if mine := [TELLINGS[which] for which, where in shuffled if where == part]:
            scan(folder / "in-parts", export(folder, f"{part}.jsonl", *mine))
    assert told(folder / "in-parts") == told(folder / "at-once")
    for at_once, in_parts in zip(covered(folder / "at-once"), covered(folder / "in-parts"), strict=True):
        assert (at_once.tenant, at_once.events, at_once.duplicates) == (
            in_parts.tenant,
            in_parts.events,
            in_parts.duplicates,
        )


def test_a_fuller_telling_takes_the_place_of_the_one_held_and_keeps_when_it_first_came(tmp_path: Path) -> None:
    store = tmp_path / "store"
    others = [BARE | {"id": f"other-{number}"} for number in range(20)]
    for day, tellings in enumerate(([BARE, *others], [TELLINGS[1]])):
        file = export(tmp_path, f"{day}.jsonl", *tellings)
        take_in(Lake(store), [file], Reader(SOURCES, ingested_at=NOW + timedelta(days=day)))
    (row,) = [row for row in rows_of(store) if row["event_uid"] == "a"]
    assert (row["user_agent"], row["ingested_at"]) == ("Mozilla/5.0", NOW)
    assert row["raw_ref"] == f"{tmp_path / '1.jsonl'}:1"
    assert ids(store) == sorted(["a", *(one["id"] for one in others)])
    (one,) = covered(store)
    assert (one.events, one.duplicates) == (21, 1)


def test_events_whose_marks_are_alike_are_told_apart_by_their_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    halves = export(tmp_path, "1.jsonl", *TELLINGS[:5]), export(tmp_path, "2.jsonl", *TELLINGS[5:])
    for half in halves:
        scan(tmp_path / "by-marks", half)
    monkeypatch.setattr(duplicates, "MARK", "0::UBIGINT")
    for half in halves:
        scan(tmp_path / "all-alike", half)
    assert ids(tmp_path / "all-alike") == ["a", "b"]
    assert told(tmp_path / "all-alike") == told(tmp_path / "by-marks")


def test_a_telling_that_knows_less_changes_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    scan(store, export(tmp_path, "full.jsonl", TELLINGS[1]))
    files, held = Lake(store).event_files(), rows_of(store)
    again = scan(store, export(tmp_path, "bare.jsonl", BARE))
    assert (again.events, again.duplicates) == (0, 1)
    assert (Lake(store).event_files(), rows_of(store)) == (files, held)


def test_who_reads_while_a_telling_is_replaced_still_sees_the_one_before(tmp_path: Path) -> None:
    store = tmp_path / "store"
    scan(store, export(tmp_path, "bare.jsonl", BARE))
    reading = Lake(store)
    files = reading.event_files()
    scan(store, export(tmp_path, "full.jsonl", TELLINGS[1]))
    assert reading.event_files() == files
    assert pq.read_table(files[0], partitioning=None)["user_agent"].to_pylist() == [None]
