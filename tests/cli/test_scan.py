"""`tocsin scan`: what goes wrong is said with its place and what to do, and nothing is claimed that was not read."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command_line import Tocsin
from okta_records import lines

LOG = lines(0, 30)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "okta.jsonl"
    path.write_text(LOG)
    return path


def test_a_scan_writes_what_it_was_asked_for_and_ends_with_nought(tocsin: Tocsin, log: Path) -> None:
    said = tocsin("scan", log, "--json", "answer.json", "--evidence", "rows.parquet", "--report", "page.html")
    assert (said.code, said.err) == (0, "")
    assert json.loads(Path("answer.json").read_bytes())["schema"] == "tocsin.assessment/1"
    assert Path("rows.parquet").exists()
    assert "30 new events" in said.out
    assert "page: page.html" in said.out


def test_a_second_scan_says_that_it_added_nothing(tocsin: Tocsin, log: Path) -> None:
    tocsin("scan", log)
    said = tocsin("scan", log)
    assert said.code == 0
    assert "1 file, read before and unchanged: no new events; nothing was added." in said.out


def test_a_path_that_is_not_there_is_named(tocsin: Tocsin) -> None:
    said = tocsin("scan", "nowhere")
    assert (said.code, said.out) == (2, "")
    assert "nowhere does not exist" in said.err


def test_an_empty_folder_is_named(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    said = tocsin("scan", "logs")
    assert said.code == 2
    assert "there is no log file in logs" in said.err
    assert "tocsin sources" in said.err


def test_a_pipe_is_refused_with_advice(tocsin: Tocsin, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = tocsin("scan", "pipe")
    assert said.code == 2
    assert "neither a file nor a folder" in said.err


UNREADABLE = {
    "binary": b"\x7fELF\x00\x00\x01" * 1_000,
    "prose": b"dear diary,\nnothing happened today\n",
    "one line of 100 MB": b'{"uuid": "' + b"x" * 100_000_000 + b'"}',
    "empty": b"",
    "truncated from the start": gzip.compress(LOG.encode())[:12],
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_where_no_event_can_be_read_the_answer_is_cannot_say(tocsin: Tocsin, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.log").write_bytes(content)
    said = tocsin("scan", "export.log", "--json", "answer.json")
    assert said.code == 1
    assert "cannot say whether anything happened: no event could be read from export.log" in said.err
    assert "No campaign" not in said.out + said.err
    assert not Path("answer.json").exists()
    if content:
        assert "export.log" in said.err


def test_a_truncated_gzip_gives_what_it_held_and_says_so(tocsin: Tocsin, tmp_path: Path) -> None:
    """In one row, with how much was read and what to do; the record that was cut off is no fault of its own."""
    packed = gzip.compress(lines(0, 2_000).encode())
    (tmp_path / "okta.jsonl.gz").write_bytes(packed[: len(packed) - 300])
    said = tocsin("scan", "okta.jsonl.gz")
    assert said.code == 0
    told = re.search(r"1 file: ([\d,]+) new events, 1 file not read to the end", said.out)
    assert told
    text = " ".join(said.out.split())
    early = (
        f"the compressed file ends early, after {told[1]} records, which were read: get the file again and scan that"
    )
    assert early in text
    assert "malformed" not in text
    assert "record not read" not in text


def test_files_of_a_folder_that_are_no_logs_are_named_in_one_line(tocsin: Tocsin, tmp_path: Path, log: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "okta.jsonl").write_text(LOG)
    for name in ("a.PNG", "b.jpg", "c.png", "d.gif", "notes.pdf", "signins.xlsx"):
        (folder / name).write_bytes(b"\x89PNG")
    (folder / "empty.json").touch()
    said = tocsin("scan", folder)
    assert said.code == 0
    (line,) = [line for line in said.out.splitlines() if line.startswith("not logs:")]
    assert line.split(": ", 1)[1].split("; ") == [
        "4 pictures (a.PNG, b.jpg, c.png, …)",
        "1 empty file (empty.json)",
        "1 document (notes.pdf)",
        "1 workbook, to be saved as CSV (signins.xlsx)",
    ]
    assert "1 file: 30 new events." in said.out
    assert "no known format" not in said.out
    assert "not logs" not in tocsin("scan", log).out


def test_a_bad_line_is_shown_with_its_file_and_line(tocsin: Tocsin, log: Path) -> None:
    log.write_text(LOG + '{"half": \n')
    said = tocsin("scan", log)
    assert said.code == 0
    assert "okta.jsonl, line 31" in said.out
    assert "1 record not read" in said.out


@pytest.mark.parametrize(
    ("roster", "message"),
    [
        (b"mail,category\nada@example.org,media\n", "roster.csv, line 1: no column account"),
        (b"account,category\n", "names no account"),
        ("account,category\nadä@example.org,media\n".encode("latin-1"), "roster.csv, line 2: not UTF-8 text"),
        (b"PK\x03\x04\x00\x00", "is not a CSV file"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused(tocsin: Tocsin, log: Path, roster: bytes, message: str) -> None:
    Path("roster.csv").write_bytes(roster)
    said = tocsin("scan", log, "--roster", "roster.csv")
    assert said.code == 2
    assert message in said.err


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--timezone", "Middle-earth/Shire", "is no time zone"),
        ("--engine", "abacus", "no engine named 'abacus'"),
        ("--memory", "plenty", "is no amount of memory"),
        ("--mmdb", "okta.jsonl", "is no MMDB file"),
        ("--mmdb", "none.mmdb", "is no MMDB file"),
        ("--roster", "none.csv", "cannot be read: No such file"),
        ("--json", "none/answer.json", "there is no folder"),
        ("--report", ".", "it is a folder"),
        ("--walrus", "1", "No such option"),
    ],
)
def test_a_setting_without_sense_is_refused_before_anything_is_read(
    tocsin: Tocsin, log: Path, option: str, value: str, message: str
) -> None:
    said = tocsin("scan", log, option, value)
    assert said.code == 2
    assert message in said.err
    assert said.out == ""
    assert not Path(".tocsin").exists() or not list(Path(".tocsin").rglob("*.parquet"))


def test_an_output_on_a_full_disk_is_said(tocsin: Tocsin, log: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    said = tocsin("scan", log, "--json", "/dev/full")
    assert said.code == 1
    assert "no space left to write /dev/full" in said.err


def test_a_store_in_a_place_that_is_a_file_is_said(tocsin: Tocsin, log: Path) -> None:
    Path("taken").write_text("")
    said = tocsin("scan", log, "--store", "taken")
    assert said.code == 1
    assert "the store taken cannot be used" in said.err


def test_a_damaged_store_is_said(tocsin: Tocsin, log: Path) -> None:
    tocsin("scan", log, "--store", "store")
    for file in Path("store/events").rglob("*.parquet"):
        file.write_bytes(b"PAR1 no longer")
    said = tocsin("scan", log, "--store", "store")
    assert said.code == 1
    assert "store" in said.err
    assert "Traceback" not in said.err


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tocsin", *arguments]


def test_on_a_terminal_the_progress_is_shown_with_rate_and_remaining_time(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(lines(0, 60_000))
    screen, terminal = os.openpty()
    process = subprocess.Popen(
        command("scan", "okta.jsonl"),
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "140"},
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            more = os.read(screen, 65_536)
        except OSError:  # the terminal is gone with the process
            break
        if not more:
            break
        shown += more
    os.close(screen)
    assert process.wait(timeout=100) == 0
    text = shown.decode()
    assert "Reading the logs" in text
    assert "events/s" in text
    assert "0:00:" in text
    assert "Counting" in text


def test_on_a_pipe_no_progress_is_shown(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(LOG)
    done = subprocess.run(command("scan", "okta.jsonl"), cwd=tmp_path, capture_output=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_scan_stopped_from_the_keyboard_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(lines(0, 60_000))
    process = subprocess.Popen(
        command("scan", "okta.jsonl"),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background has the signal ignored, and hands that down.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(200):
        if list(tmp_path.glob(".tocsin/*/reads")):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "the same command goes on" in said
    assert "Traceback" not in said
