"""Duo's logs become the right rows: who was prompted, from where, and who acted on whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize(
    "sample",
    [
        "duo_authentication/raw.json",
        "duo_authentication_v1/raw.jsonl",
        "duo_authentication_csv/raw.csv",
        "duo_administrator/raw.jsonl",
        "duo_activity/raw.jsonl",
    ],
)
def test_sample_gives_the_expected_rows(sample: str) -> None:
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


PANEL = (
    "Timestamp (UTC),User,Integration,Factor,Result,Reason,Enrollment,2FA Device Name,2FA Device Key,2FA Device IP,"
    "2FA Device Country,2FA Device State,2FA Device City,Access Device IP,Access Device Country,Access Device State,"
    "Access Device City,Access Device Hostname,Alias,Email,Out Of Date Software,Access Device OS,"
    "Access Device OS Version,Access Device Browser,Access Device Browser Version,Trusted Endpoint Status"
)
"""The columns of the Admin Panel's export, as https://github.com/TheyCallMeZ/DuoLogExporter (Program.cs) has them."""


def test_the_panels_long_columns_are_read_like_its_short_ones(tmp_path: Path) -> None:
    """The address, country and client are those of who wants in, not of the phone that answers."""
    told = "2026-03-02T08:01:10,ada,VPN,Duo Push,Fraud,User marked fraud,{enrols},Phone,DP1,198.51.100.7,France,,Paris"
    told += ",203.0.113.7,United States,Ohio,Columbus,,,ada@example.org,,Windows,10,Chrome,128.0.0.0,unknown"
    path = tmp_path / "duo.csv"
    path.write_text("\n".join([PANEL, told.format(enrols="False"), told.format(enrols="True")]))
    events, rejected = read(path)
    assert rejected == []
    short = expected(SAMPLES / "duo_authentication_csv/expected.jsonl")[1]
    alike = {name: value for name, value in short.items() if name not in ("event_uid", "raw_ref")}
    assert {name: value for name, value in events[0].items() if name in alike} == alike
    assert [one["activity"] for one in events] == ["challenge", "factor_change"]


def prompt(**more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"txid": "t", "timestamp": 1772438400, "result": "denied", "factor": "duo_push"}
    plain |= {"user": {"name": "ada", "key": "DU1"}, "reason": "no_response", "event_type": "authentication"}
    return plain | {"access_device": {"ip": "203.0.113.7"}, "auth_device": {"ip": "198.51.100.7"}} | more


def test_the_source_is_who_wants_in_and_never_the_phone(tmp_path: Path) -> None:
    """Also where Duo does not know the address: the phone's is its owner's."""
    known, unknown = read_records([prompt(), prompt(txid="u", access_device={"ip": None})], tmp_path)
    assert known["source_ip"] == "203.0.113.7"
    assert "source_ip" not in unknown


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("user_marked_fraud", "mfa_denied"),
        ("no_response", "mfa_denied"),
        ("user_cancelled", "cancelled"),
        ("deny_unenrolled_user", "not_enrolled"),
        ("rooted_device", "policy"),
        ("a_reason_of_next_year", "mfa_denied"),
    ],
)
def test_why_a_prompt_failed(reason: str, said: str, tmp_path: Path) -> None:
    (row,) = read_records([prompt(reason=reason)], tmp_path)
    assert (row["activity"], row["outcome"], row["reason"]) == ("challenge", "failure", said)


def test_a_reason_to_let_somebody_in_is_no_reason_of_a_failure(tmp_path: Path) -> None:
    (row,) = read_records([prompt(result="success", reason="bypass_user")], tmp_path)
    assert (row["outcome"], row.get("reason"), row["provider_code"]) == ("success", None, "success/bypass_user")


def test_who_acted_on_whom_at_the_admin_panel(tmp_path: Path) -> None:
    """A user is named by the object; a phone number names nobody; who signs in acts on himself."""

    def act(action: str, object_: str | None, **description: str) -> dict[str, Any]:
        said = json.dumps(description)
        return {"action": action, "username": "Grace Admin", "object": object_, "timestamp": 1, "description": said} | {
            "timestamp": 1772438400
        }

    acts = [
        act("bypass_create", "ada"),
        act("phone_create", "555-0100"),
        act("admin_login", None, email="g@example.org"),
    ]
    found = [(row["activity"], row.get("account"), row.get("actor")) for row in read_records(acts, tmp_path)]
    assert found == [
        ("admin_act", "ada", "grace admin"),
        ("admin_act", None, "grace admin"),
        ("sign_in", "g@example.org", None),
    ]


def test_a_time_with_blanks_in_it_is_read_from_the_seconds(tmp_path: Path) -> None:
    """As some collectors hand it over (elastic/integrations, cisco_duo)."""
    record = {"action": "activation_begin", "description": None, "isotimestamp": "2021-07-20T11: 41: 31+00: 00"}
    (row,) = read_records([record | {"object": None, "timestamp": 1626781291, "username": "narroway"}], tmp_path)
    assert row["time"] == "2021-07-20 11:41:31.000"
