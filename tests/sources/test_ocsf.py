"""Identity events of OCSF become rows of the provider that wrote them, from JSON lines and from Parquet.

Schema: https://schema.ocsf.io/1.9.0/categories/iam; ids of activities: the files under events/iam of ocsf/ocsf-schema.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from normalised import INGESTED_AT, expected, read, read_records
from tocsin.sources import SOURCES, Reader

SAMPLE = Path(__file__).parent / "samples/ocsf"

EVENT: dict[str, Any] = {
    "class_uid": 3002,
    "activity_id": 1,
    "status_id": 1,
    "time": 1772438400000,
    "metadata": {"version": "1.3.0", "uid": "e-1", "product": {"name": "Campaign Portal", "vendor_name": "Example"}},
    "user": {"name": "ada.berg@party.example", "uid": "u-1"},
    "src_endpoint": {"ip": "203.0.113.7"},
}
ADMIN = {"user": {"name": "helpdesk@party.example", "uid": "u-9"}}
SELF = {"user": {"name": "ada.berg@party.example", "uid": "u-1"}}


def event(folder: Path, **changes: Any) -> dict[str, Any]:
    (one,) = read_records([EVENT | changes], folder)
    return dict(one)


def product(name: str, vendor: str = "") -> dict[str, Any]:
    return {**EVENT["metadata"], "product": {"name": name, "vendor_name": vendor}}


def ignored(path: Path) -> int:
    return sum(block.ignored for block in Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(path))


def test_sample_gives_the_expected_rows() -> None:
    """Events of other classes in the same lake are counted as passed over."""
    events, rejected = read(SAMPLE / "raw.jsonl")
    assert rejected == []
    assert events == expected(SAMPLE / "expected.jsonl")
    assert ignored(SAMPLE / "raw.jsonl") == 1


def test_parquet_with_nested_structures_gives_the_same_rows(tmp_path: Path) -> None:
    """As Security Lake keeps them: columns of structures with nulls in them, times as timestamps, a map of the rest."""
    records = [json.loads(line) for line in (SAMPLE / "raw.jsonl").read_text().splitlines()]
    for record in records:
        record["time_dt"] = datetime.fromisoformat(record.get("time_dt") or stamped(record["time"]))
    names = dict.fromkeys(name for record in records for name in record)
    table = pa.table({name: [record.get(name) for record in records] for name in names})
    unmapped = pa.array([[("debug.requestId", "r-1")]] * len(records), pa.map_(pa.string(), pa.string()))
    path = tmp_path / "part-0.gz.parquet"
    pq.write_table(table.append_column("unmapped", unmapped), path, compression="zstd")
    assert pa.types.is_struct(table.schema.field("metadata").type)
    events, rejected = read(path)
    assert rejected == []
    assert events == expected(SAMPLE / "expected.jsonl")


def stamped(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


@pytest.mark.parametrize("minor", range(10))
def test_every_minor_version_of_the_schema_is_read(minor: int, tmp_path: Path) -> None:
    metadata = EVENT["metadata"] | {"version": f"1.{minor}.0"}
    assert event(tmp_path, metadata=metadata) == event(tmp_path)


def test_another_major_version_is_refused(tmp_path: Path) -> None:
    """It may mean anything by the same numbers."""
    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps(EVENT | {"metadata": EVENT["metadata"] | {"version": "2.0.0"}}) + "\n")
    events, rejected = read(path)
    assert events == []
    assert [row["reason"] for row in rejected] == ["not a record of a format Tocsin reads"]


@pytest.mark.parametrize(
    ("name", "vendor", "provider"),
    [
        ("Okta System Log", "Okta", "okta"),
        ("Auth0", "Okta", "auth0"),
        ("Entra ID", "Microsoft", "entra"),
        ("Azure Active Directory", "Microsoft", "entra"),
        ("Microsoft 365", "Microsoft", "m365"),
        ("Google Workspace", "Google", "google"),
        ("Keycloak", "Red Hat", "keycloak"),
        ("authentik", "Authentik Security", "authentik"),
        ("OneLogin", "One Identity", "onelogin"),
        ("Duo Admin", "Cisco", "duo"),
        ("CloudTrail", "AWS", "ocsf"),
        ("Google Cloud Platform", "Google", "ocsf"),
        ("Microsoft Windows", "Microsoft", "ocsf"),
    ],
)
def test_the_product_names_the_provider(name: str, vendor: str, provider: str, tmp_path: Path) -> None:
    assert event(tmp_path, metadata=product(name, vendor))["provider"] == provider


@pytest.mark.parametrize(
    ("class_uid", "activity_id", "actor", "activity", "reason"),
    [
        (3002, 1, None, "sign_in", None),
        (3002, 2, None, "session_end", None),
        (3002, 4, None, "session_use", None),
        (3001, 3, SELF, "credential_change", None),
        (3001, 3, ADMIN, "admin_act", "by_admin"),
        (3001, 4, SELF, "recovery_complete", None),
        (3001, 4, ADMIN, "admin_act", "by_admin"),
        (3001, 4, None, "credential_change", None),
        (3001, 10, SELF, "factor_change", None),
        (3001, 11, ADMIN, "factor_change", "by_admin"),
        (3001, 9, None, "other", "locked"),
        (3001, 1, ADMIN, "admin_act", "by_admin"),
        (3007, 2, SELF, "profile_change", None),
        (3007, 8, SELF, "credential_change", None),
        (3007, 9, SELF, "recovery_complete", None),
        (3007, 9, ADMIN, "admin_act", "by_admin"),
        (3007, 12, SELF, "factor_change", None),
        (3007, 16, ADMIN, "admin_act", "by_admin"),
    ],
)
def test_what_was_done_follows_from_class_activity_and_who(
    class_uid: int, activity_id: int, actor: dict[str, Any] | None, activity: str, reason: str | None, tmp_path: Path
) -> None:
    """The same number means another thing in another class: 9 locks in Account Change and resets in User Management."""
    one = event(tmp_path, class_uid=class_uid, activity_id=activity_id, actor=actor)
    assert (one["activity"], one.get("reason")) == (activity, reason)


@pytest.mark.parametrize("activity_id", [0, 99, 42, None])
@pytest.mark.parametrize("class_uid", [3001, 3002, 3007])
def test_an_activity_that_the_class_does_not_list_is_other(class_uid: int, activity_id: int, tmp_path: Path) -> None:
    assert event(tmp_path, class_uid=class_uid, activity_id=activity_id)["activity"] == "other"


@pytest.mark.parametrize(
    ("said", "outcome", "reason", "known"),
    [
        ({"status_id": 2, "status_detail": "INVALID_CREDENTIALS"}, "failure", "wrong_password", "true"),
        ({"status_id": 2, "status_detail": "ACCOUNT_LOCKED_OUT"}, "failure", "locked", "true"),
        ({"status_id": 2, "status_code": "0xC0000064"}, "failure", "unknown_account", "false"),
        ({"status_id": 2}, "failure", "other", "true"),
        ({"status_id": 0, "status_detail": "INVALID_CREDENTIALS"}, "unknown", "wrong_password", "true"),
        ({"status_id": 99}, "unknown", None, "true"),
        ({"status_id": None, "status": "Success"}, "success", None, "true"),
        ({"status_id": None}, "unknown", None, "true"),
    ],
    ids=str,
)
def test_an_outcome_that_is_not_stated_is_unknown(
    said: dict[str, Any], outcome: str, reason: str | None, known: str, tmp_path: Path
) -> None:
    one = event(tmp_path, **said)
    assert (one["outcome"], one.get("reason"), one["account_known"]) == (outcome, reason, known)


def test_an_interrupt_of_entra_is_no_failure(tmp_path: Path) -> None:
    """Its code says so, whatever the mapping made of it."""
    metadata = product("Microsoft Entra ID", "Microsoft")
    one = event(tmp_path, metadata=metadata, status_id=2, status_code="50058")
    assert (one["outcome"], one["reason"]) == ("unknown", "interrupt")


def test_times_in_seconds_and_in_milliseconds_are_both_read(tmp_path: Path) -> None:
    assert event(tmp_path, time=1772438400)["time"] == event(tmp_path, time=1772438400000)["time"]


def test_the_address_is_the_account_where_the_name_is_one_for_people(tmp_path: Path) -> None:
    named = {"name": "Ada Berg", "email_addr": "ada.berg@party.example", "uid": "u-1"}
    assert event(tmp_path, user=named)["account"] == "ada.berg@party.example"
    assert event(tmp_path, user={"name": "ada", "uid": "u-1"})["account"] == "ada"
