"""A draft of a mapping is good enough to begin with: it reads the log that it was made of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from looking import NOW, lines, look_at, sample
from tocsin.sources import SOURCES, Reader, read_mappings

OWNER, STRANGER = "203.0.113.7", "198.51.100.2"


def act(second: int, what: str, name: str, address: str, **more: Any) -> dict[str, Any]:
    """A record of the club's log."""
    at = f"2026-03-02T09:00:{second:02}+01:00"
    return {"app": "club", "at": at, "what": what, "who": {"name": f"{name}@example.org"}, "from": address, **more}


CLUB: list[dict[str, Any]] = [
    act(1, "login", "ada", OWNER, ok=True, sid="s-1"),
    act(2, "login", "bob", STRANGER, ok=False, why="wrong password"),
    act(3, "login", "eva", STRANGER, ok=False, why="no such user"),
    act(4, "password_forgotten", "ada", STRANGER),
    act(5, "password_reset_mail_sent", "ada", STRANGER),
    act(6, "logout", "ada", OWNER),
]


def drafted(path: Path) -> list[dict[str, Any]]:
    """The events of a file read with the draft that was made of it, in their order."""
    unknown = look_at(path).unrecognised
    assert unknown is not None
    assert unknown.draft is not None
    mapping = path.parent / "draft.toml"
    mapping.write_text(unknown.draft, encoding="utf-8")
    mapped = read_mappings([mapping], SOURCES)
    reader = Reader((*mapped.sources, *SOURCES), ingested_at=NOW, workers=1)
    rows = [row for block in reader.read(path) for row in block.events.to_pylist()]
    return sorted(rows, key=lambda row: row["time"])


def said(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["activity"], row["outcome"], row["reason"], row["account"], row["source_ip"]) for row in rows]


def test_json(tmp_path: Path) -> None:
    assert said(drafted(lines(tmp_path / "club.jsonl", *CLUB))) == [
        ("sign_in", "success", None, "ada@example.org", "203.0.113.7"),
        ("sign_in", "failure", "wrong_password", "bob@example.org", "198.51.100.2"),
        ("sign_in", "failure", "unknown_account", "eva@example.org", "198.51.100.2"),
        ("recovery_start", "unknown", None, "ada@example.org", "198.51.100.2"),
        ("recovery_message", "unknown", None, "ada@example.org", "198.51.100.2"),
        ("session_end", "unknown", None, "ada@example.org", "203.0.113.7"),
    ]


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(sample("shop_csv").read_bytes())
    assert said(drafted(path)) == [
        ("sign_in", "success", None, "ada", "203.0.113.7"),
        ("sign_in", "failure", "wrong_password", "ada", "198.51.100.20"),
        ("recovery_start", "unknown", None, "ada", "198.51.100.20"),
        ("other", "success", None, "ada", "198.51.100.20"),
    ]


def test_text_of_named_values(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_bytes(sample("mail_text").read_bytes())
    assert said(drafted(path)) == [
        ("sign_in", "unknown", None, "ada@example.org", "203.0.113.7"),
        ("sign_in", "failure", "wrong_password", "ada@example.org", "198.51.100.20"),
        ("sign_in", "failure", "unknown_account", "nobody@example.org", "198.51.100.20"),
        ("recovery_message", "unknown", None, "ada@example.org", "198.51.100.20"),
    ]


def test_text_in_sentences(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "app.log",
        "2026-03-02 08:00:01,123 INFO  auth - Login succeeded for user ada from 203.0.113.7",
        "2026-03-02 08:00:02,123 WARN  auth - Login failed for user bob from 198.51.100.20",
        "2026-03-02 08:00:03,123 INFO  auth - Password reset requested for user bob from 198.51.100.20",
    )
    assert said(drafted(path)) == [
        ("sign_in", "success", None, "ada", "203.0.113.7"),
        ("sign_in", "failure", None, "bob", "198.51.100.20"),
        ("recovery_start", "unknown", None, "bob", "198.51.100.20"),
    ]


def test_a_log_in_several_files_gets_one_draft_each_that_is_the_same(tmp_path: Path) -> None:
    one, two = (look_at(lines(tmp_path / name, *CLUB)) for name in ("a.jsonl", "b.jsonl"))
    assert one.unrecognised is not None
    assert two.unrecognised is not None
    assert one.unrecognised.draft == two.unrecognised.draft


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('Mar  2 08:00:01 web app[1]: {"user": "ada"}', "JSON behind a prefix"),
        ("nothing that begins with a time", "no line of it begins with a time"),
        ('{"user": "ada", "n": 5}', "no field of it holds a time"),
    ],
)
def test_where_there_can_be_no_draft_it_is_said_what_to_do(line: str, hint: str, tmp_path: Path) -> None:
    found = look_at(lines(tmp_path / "x.log", *[line] * 5)).unrecognised
    assert found is not None
    assert (found.draft, hint in str(found.hint)) == (None, True)


@pytest.mark.parametrize(("wrapped", "take"), [({"n": 1}, "jq -c '.found'"), ("text", "jq -r '.found'")])
def test_records_of_a_known_format_inside_others_are_found(wrapped: object, take: str, tmp_path: Path) -> None:
    texts = sample("okta_system_log").read_text().splitlines()
    quoted = [f'"{text.translate({34: chr(92) + chr(34), 92: chr(92) * 2})}"' for text in texts]
    inner = texts if isinstance(wrapped, dict) else quoted
    path = lines(tmp_path / "x.jsonl", *[f'{{"rule": "x", "found": {one}}}' for one in inner])
    found = look_at(path).unrecognised
    assert found is not None
    assert found.draft is None
    assert f"each holds another record under found (Okta System Log): take that out ({take} FILE" in str(found.hint)


HOSTILE = ['"', "'''", "\\", "\n[fields]\n", "{{}}", "${x}", "]]", "é\u202e", "a.b[0]", "* ", "#"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_values_make_no_hostile_draft(text: str, tmp_path: Path) -> None:
    """The draft can be read back and says nothing else than it would; or there is none."""
    records = [{**record, f"x{text}y": text, "what": f"login{text}", "app": f"club{text}"} for record in CLUB]
    found = look_at(lines(tmp_path / "club.jsonl", *records)).unrecognised
    assert found is not None
    if found.draft is not None:
        assert len(re.findall(r"(?m)^\[fields\]$", found.draft)) == 1
        assert len(drafted(lines(tmp_path / "club.jsonl", *records))) == len(CLUB)


def test_a_line_made_to_take_long_takes_no_time(tmp_path: Path) -> None:
    evil = "2026-03-02 08:00:01 " + "a=" * 50_000 + '"' * 1000 + "user " * 10_000
    assert look_at(lines(tmp_path / "x.log", *[evil] * 20)).records == 20
