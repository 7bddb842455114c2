"""OneLogin's events become the right rows: who acted, on whom, and what a number means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records
from tocsin.events.schema import Activity, ChannelKind, Outcome, Reason
from tocsin.sources.code_file import rows
from tocsin.sources.onelogin import TABLE

SAMPLES = Path(__file__).parent / "samples"


def record(kind: int | str, **more: Any) -> dict[str, Any]:
    who = {"user_id": 7, "user_name": "Ada Lovelace", "actor_user_id": 7, "actor_user_name": "Ada Lovelace"}
    plain = {"id": 1, "created_at": "2026-03-02T08:00:00.000Z", "event_type_id": kind, "ipaddr": "203.0.113.7"}
    return plain | who | more


def test_sample_gives_the_expected_rows() -> None:
    events, rejected = read(SAMPLES / "onelogin_event/raw.json")
    assert rejected == []
    assert events == expected(SAMPLES / "onelogin_event/expected.jsonl")


def test_the_table_holds_each_number_once_in_the_vocabulary() -> None:
    listed = list(rows(TABLE))
    codes = [row["code"] for row in listed]
    assert len(codes) == len(set(codes))
    for column, words in (("activity", Activity), ("outcome", Outcome), ("reason", Reason), ("channel", ChannelKind)):
        assert {row[column] for row in listed if row[column]} <= {str(word) for word in words}, column


def test_every_number_gives_what_the_table_says(tmp_path: Path) -> None:
    listed = list(rows(TABLE))
    events = read_records([record(row["code"], id=row["code"]) for row in listed], tmp_path)
    for row, said in zip(listed, events, strict=True):
        assert (said["activity"], said["outcome"]) == (row["activity"], row["outcome"]), row["code"]
        assert said.get("reason", "") == row["reason"], row["code"]


@pytest.mark.parametrize("kind", [11, 14, 22, 24, 12])
def test_what_somebody_else_changed_is_an_administrators_act(kind: int, tmp_path: Path) -> None:
    other = {"actor_user_id": 9, "actor_user_name": "Grace Admin"}
    own, others = read_records([record(kind), record(kind, id=2, **other)], tmp_path)
    assert own["activity"] != "admin_act"
    assert (others["activity"], others["reason"], others["actor"]) == ("admin_act", "by_admin", "grace admin")


def test_an_unknown_name_is_one_only_where_the_event_says_so(tmp_path: Path) -> None:
    nobody = {"user_id": None, "user_name": "who@example.org", "actor_user_id": None, "actor_user_name": None}
    silent, told = read_records(
        [record(6, **nobody), record(6, id=2, error_description="User does not exist", **nobody)], tmp_path
    )
    assert (silent["reason"], silent["account_known"]) == ("other", "unknown")
    assert (told["reason"], told["account_known"]) == ("unknown_account", "false")


def test_a_number_may_be_a_text_and_the_time_that_of_a_webhook(tmp_path: Path) -> None:
    sent = {"id": None, "uuid": "u-1", "created_at": None, "event_timestamp": "2017-12-05 19:13:06 UTC"}
    (row,) = read_records([record("5", **sent)], tmp_path)
    assert (row["event_uid"], row["time"], row["activity"]) == ("u-1", "2017-12-05 19:13:06.000", "sign_in")
