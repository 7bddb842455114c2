"""What left is noted before it leaves, and a line that was changed is noticed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assessments import announced
from leaky_assessments import one_campaign
from tocsin.errors import StoreError
from tocsin.share import Choices, Entry, Part, entries, noted, redact
from tocsin.share.ledger import LEDGER, who

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def note(store: Path, choices: Choices, data: bytes = b"{}") -> Entry:
    case, roster = one_campaign(announced())
    sharing = redact(case, case.campaigns, roster, choices)
    return noted(store, sharing, choices, what="stix", to="/tmp/x.json", data=data, now=NOW)  # noqa: S108


def test_an_entry_says_who_let_what_leave_when_to_where_and_why(tmp_path: Path) -> None:
    note(tmp_path, Choices(include=frozenset({Part.ACCOUNTS}), reason="case 12"), b"data")
    (held,), broken = entries(tmp_path)
    assert held == Entry(
        at="2026-03-04T05:06:07Z",
        who=who(),
        what="stix",
        to="/tmp/x.json",  # noqa: S108
        tlp="amber+strict",
        campaigns=["C-2019-08-1"],
        beyond_the_rule=["--include accounts"],
        reason="case 12",
        withheld=["names of organisations", "small counts, and what would give them away"],
        sha256=hashlib.sha256(b"data").hexdigest(),
        bytes=4,
        before="",
    )
    assert broken == []
    assert ((tmp_path / LEDGER).stat().st_mode & 0o777) == 0o600


def test_a_line_that_was_changed_or_taken_out_is_noticed(tmp_path: Path) -> None:
    for _ in range(4):
        note(tmp_path, Choices())
    assert entries(tmp_path)[1] == []
    path = tmp_path / LEDGER
    lines = path.read_text().splitlines(keepends=True)
    changed = json.loads(lines[1]) | {"to": "/elsewhere"}
    path.write_text(lines[0] + json.dumps(changed) + "\n" + lines[2] + lines[3])
    assert entries(tmp_path)[1] == [3]
    path.write_text(lines[0] + lines[1] + lines[3])
    assert entries(tmp_path)[1] == [3]
    path.write_text("no json\n" + "".join(lines[1:]))
    found, broken = entries(tmp_path)
    assert (len(found), broken) == (3, [1, 2])


def test_what_cannot_be_noted_is_an_error(tmp_path: Path) -> None:
    (tmp_path / LEDGER).mkdir()
    with pytest.raises(StoreError, match="nothing was shared"):
        note(tmp_path, Choices())


def test_a_store_from_which_nothing_was_shared_has_no_entries(tmp_path: Path) -> None:
    assert entries(tmp_path) == ([], [])
