"""What people export from the Google admin console becomes the same acts as what the Reports API gives.

Sentences: "Admin console message format" of each event, in the appendix of the Reports API
(https://developers.google.com/workspace/admin/reports/v1/appendix/activity/login).
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read
from tocsin.sources import SOURCES, Reader
from tocsin.sources.google import ACTIVITIES
from tocsin.sources.google_console import NAMES, SENTENCES

SAMPLE = Path(__file__).parent / "samples/google_console"

ROW = {
    "Date": "2026-03-02T08:00:00Z",
    "Event": "Failed login",
    "Description": "ada.berg@party.example failed to login",
    "Actor": "ada.berg@party.example",
    "IP address": "203.0.113.7",
}


def event(folder: Path, **changes: str) -> dict[str, Any]:
    row = {**ROW, **{name.replace("_", " "): value for name, value in changes.items()}}
    path = folder / "export.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    one: dict[str, Any]
    (one,), rejected = read(path)
    assert rejected == []
    return one


def test_sample_gives_the_expected_rows() -> None:
    """Whole rows but for their ids: a row has none, and is named after its text."""
    events, rejected = read(SAMPLE / "raw.csv")
    assert rejected == []
    assert all(one.pop("event_uid").startswith("md5:") for one in events)
    assert events == expected(SAMPLE / "expected.jsonl")


def test_every_sentence_and_name_leads_to_an_event_of_the_reports_api() -> None:
    """A slip in the table would make an act `other` silently."""
    known = {act for acts in ACTIVITIES.values() for act in acts} | {"admin/CHANGE_PASSWORD"}
    assert {*SENTENCES.values(), *NAMES.values()} <= known


def test_no_sentence_hides_a_longer_one_behind_it() -> None:
    """The first that is found decides: what holds another has to stand before it."""
    sentences = list(SENTENCES)
    for place, sentence in enumerate(sentences):
        assert not [later for later in sentences[place + 1 :] if sentence in later], sentence


def test_an_act_without_sentence_is_told_by_its_name(tmp_path: Path) -> None:
    assert event(tmp_path, Description="x", Event="Account password change")["activity"] == "credential_change"


def test_the_older_export_is_read_too(tmp_path: Path) -> None:
    """Other names of columns, and a time in words without zone."""
    path = tmp_path / "login.csv"
    path.write_text(
        "Event Name,Event Description,User,IP Address,Date,Login Type\n"
        "Failed Login,ada.berg@party.example failed to login,ada.berg@party.example,203.0.113.7,"
        '"Mar 2, 2026, 9:00:00 AM",Google Password\n'
    )
    found = [
        block.events
        for zone in ("UTC", "Europe/Oslo")
        for block in Reader(SOURCES, ingested_at=INGESTED_AT, timezone=zone, workers=1).read(path)
        if len(block.events)
    ]
    assert [one["time"][0].as_py().hour for one in found] == [9, 8]
    assert {one["reason"][0].as_py() for one in found} == {"wrong_password"}


@pytest.mark.parametrize(
    ("changes", "reason", "activity"),
    [
        ({"Login_type": "Google password"}, "wrong_password", "sign_in"),
        ({"Challenge_type": "Password"}, "wrong_password", "sign_in"),
        ({"Challenge_type": "Security key"}, "mfa_denied", "challenge"),
        ({}, "other", "sign_in"),
    ],
    ids=str,
)
def test_what_failed_is_not_guessed(changes: dict[str, str], reason: str, activity: str, tmp_path: Path) -> None:
    """Without a column that says it, the reason is another one."""
    one = event(tmp_path, **changes)
    assert (one["activity"], one["reason"]) == (activity, reason)


def test_an_administrator_is_not_the_account(tmp_path: Path) -> None:
    one = event(
        tmp_path,
        Event="Recovery phone change",
        Description="Recovery phone changed for bo.chen@party.example",
        Actor="helpdesk@party.example",
    )
    assert (one["account"], one["actor"], one["activity"], one["reason"]) == (
        "bo.chen@party.example",
        "helpdesk@party.example",
        "channel_change",
        "by_admin",
    )


def test_a_list_of_somebody_else_is_not_taken(tmp_path: Path) -> None:
    """One fact away: the console's rows have an actor or another column of its own."""
    path = tmp_path / "meetings.csv"
    path.write_text("Date,Event,Description,User\n2026-03-02T08:00:00Z,Meeting,Ada logged in to the call,Ada\n")
    events, rejected = read(path)
    assert events == []
    assert [row["reason"] for row in rejected] == ["not a record of a format Tocsin reads"]


def test_a_date_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Date,Event,Description,Actor\ngestern,Logout,a@b.example logged out,a@b.example\n")
    events, rejected = read(path)
    assert events == []
    assert ["no time that can be read" in row["reason"] for row in rejected] == [True]
