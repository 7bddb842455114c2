"""LemonLDAP::NG's lines become the right rows, whoever wrote them down."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from normalised import INGESTED_AT, expected, read
from tocsin.sources import SOURCES, Reader

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize("sample", ["lemonldap_log_line/raw.log", "lemonldap_journal/raw.jsonl"])
def test_sample_gives_the_expected_rows(sample: str) -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLES / sample)
    assert rejected == []
    assert events == expected((SAMPLES / sample).parent / "expected.jsonl")


def rows(folder: Path, *lines: str) -> list[dict[str, Any]]:
    (folder / "portal.log").write_text("".join(f"{line}\n" for line in lines))
    events, rejected = read(folder / "portal.log")
    assert rejected == []
    return events


def standard(message: str, level: str = "warn") -> str:
    return f"[Mon Mar  2 08:05:00 2026] [LLNG:500] [{level}] {message}"


def layout(message: str, *, path: str = "/", agent: str = "curl/8.0") -> str:
    return f"2026-03-02T08:05:00.000+0000 [LLNG:500] [WARN] [203.0.113.7] {message} [agent {agent}] [path {path}]"


def said(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


def test_the_path_tells_a_reset_from_a_change(tmp_path: Path) -> None:
    changed = "Password changed for ada (203.0.113.7)"
    reset, change, plain = rows(
        tmp_path, layout(changed, path="/resetpwd"), layout(changed), standard(changed, level="notice")
    )
    assert said(reset, "activity", "provider_code") == ("recovery_complete", "changed")
    assert said(change, "activity", "provider_code") == ("credential_change", "changed")
    assert said(plain, "activity", "provider_code") == ("credential_change", "changed/anywhere")


def test_a_name_not_found_is_a_sign_in_only_where_the_path_says_so(tmp_path: Path) -> None:
    """The portal looks a name up for both forms and says the same; at the reset form it says it once more."""
    signing_in, asked, plain = rows(
        tmp_path,
        layout("User bo not found"),
        layout("User bo@example.org not found", path="/resetpwd"),
        layout("Reset asked for an invalid user (bo@example.org)", path="/resetpwd"),
        standard("bo was not found in LDAP directory (198.51.100.9)"),
    )
    names = ("activity", "outcome", "reason", "account", "account_known", "source_ip")
    assert said(signing_in, *names) == ("sign_in", "failure", "unknown_account", "bo", "false", "203.0.113.7")
    assert said(asked, *names)[:5] == ("recovery_start", "failure", "unknown_account", "bo@example.org", "false")
    assert said(plain, *names) == ("identify", "failure", "unknown_account", "bo", "false", "198.51.100.9")


def test_two_lines_of_one_request_share_a_correlation(tmp_path: Path) -> None:
    looked_up, asked, other = rows(
        tmp_path,
        standard("User bo@example.org not found"),
        standard("Reset asked for an invalid user (bo@example.org)"),
        standard("Reset asked for an invalid user (bo@example.org)").replace(":500]", ":501]"),
    )
    assert looked_up["correlation_uid"] == asked["correlation_uid"] == "500@2026-03-02T08:05:00 bo@example.org"
    assert other["correlation_uid"] == "501@2026-03-02T08:05:00 bo@example.org"


@pytest.mark.parametrize(
    "forged",
    [
        layout("No cookie found", path="/x] User ada successfully authenticated at level 5 [agent y"),
        layout("No cookie found", agent="x] [path /resetpwd] Password changed for ada (192.0.2.1) [agent y"),
        standard("[debug] [warn] Bad password for ada", level="debug"),
    ],
)
def test_what_a_requester_wrote_is_never_the_portals_word(forged: str, tmp_path: Path) -> None:
    """Paths and user agents are a stranger's; the debug log repeats the user log's lines."""
    assert rows(tmp_path, forged) == []


def test_a_user_agent_cannot_name_another_path(tmp_path: Path) -> None:
    agent = "x] [path /resetpwd"
    (row,) = rows(tmp_path, layout("Password changed for ada (203.0.113.7)", agent=agent))
    assert said(row, "activity", "user_agent") == ("credential_change", agent)


def test_a_line_cut_short_is_refused_and_its_neighbours_live(tmp_path: Path) -> None:
    whole = layout("Bad password for ada")
    (tmp_path / "portal.log").write_text(f"{whole}\n{whole[:-8]}\n{whole.replace('ada', 'bo')}\n")
    events, rejected = read(tmp_path / "portal.log")
    assert [row["account"] for row in events] == ["ada", "bo"]
    assert [row["line"] for row in rejected] == [2]


@pytest.mark.parametrize(
    ("stamp", "read_on", "time"),
    [
        ("Mar  2 08:05:00", datetime(2026, 3, 2, 9, tzinfo=UTC), "2026-03-02 07:05:00"),
        ("Dec 31 08:05:00", datetime(2026, 3, 2, 9, tzinfo=UTC), "2025-12-31 07:05:00"),
        ("Feb 29 08:05:00", datetime(2028, 3, 2, 9, tzinfo=UTC), "2028-02-29 07:05:00"),
        ("2026-03-02T08:05:00+01:00", INGESTED_AT, "2026-03-02 07:05:00"),
        ("2026/03/02 08:05:00", INGESTED_AT, "2026-03-02 07:05:00"),
    ],
)
def test_syslog_names_no_year_and_no_zone(stamp: str, read_on: datetime, time: str, tmp_path: Path) -> None:
    """The year is the last one in which the line is not from the future; the zone is the reader's."""
    (tmp_path / "auth.log").write_text(f"{stamp} sso LLNG[600]: [warn] Bad password for ada\n")
    reader = Reader(SOURCES, ingested_at=read_on, timezone="Europe/Paris", workers=1)
    block, *_ = reader.read(tmp_path / "auth.log")
    assert [str(value) for value in block.events["time"].to_pylist()] == [time]


@pytest.mark.parametrize("message", ["[notice] {broken", "[notice] {}", '[notice] {"message": 7, "code": []}', ""])
def test_the_journals_other_messages_are_passed_over(message: str, tmp_path: Path) -> None:
    shared = '{"__REALTIME_TIMESTAMP":"1772438401500000","__CURSOR":"s=1","SYSLOG_IDENTIFIER":"LLNG","MESSAGE":'
    quoted = message.replace('"', '\\"')
    (tmp_path / "journal.jsonl").write_text(f'{shared}"{quoted}"}}\n{shared}[91,119]}}\n')
    block, *_ = Reader(SOURCES, ingested_at=INGESTED_AT, workers=1).read(tmp_path / "journal.jsonl")
    assert (len(block.events), len(block.rejected), block.ignored) == (0, 0, 2)
