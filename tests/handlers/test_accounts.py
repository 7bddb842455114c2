"""The accounts' log: what a line holds, whose address it names, and that an application needs nothing for it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.handlers.accounts import LOGGER, AccountsFile, client_address, digest, tell

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "accounts.jsonl"
    handler, logger = AccountsFile(str(path)), logging.getLogger(LOGGER)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield path
    logger.removeHandler(handler)
    handler.close()


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_holds_what_is_known_and_no_more(log: Path) -> None:
    tell(
        event="user_login_failed", reason="unknown_account", account="bo@example.org", account_known=False, session=None
    )
    (line,) = lines(log)
    assert {name: value for name, value in line.items() if name not in ("id", "time")} == {
        "log": "tocsin.accounts/1",
        "event": "user_login_failed",
        "reason": "unknown_account",
        "account": "bo@example.org",
        "account_known": False,
    }
    assert str(line["time"]).endswith("+00:00")


def test_a_stranger_can_neither_break_a_line_nor_fill_the_log(log: Path) -> None:
    tell(event="user_login_failed", account='x"}\n{"event": "user_logged_in"}\u2028\x00', user_agent="A" * 100_000)
    (line,) = lines(log)
    assert line["event"] == "user_login_failed"
    assert line["user_agent"] == "A" * 512


def test_two_lines_of_one_moment_have_ids_of_their_own(log: Path) -> None:
    tell(event="user_logged_in")
    tell(event="user_logged_in")
    assert len({line["id"] for line in lines(log)}) == 2


def test_other_messages_of_the_logger_are_not_written(log: Path) -> None:
    logging.getLogger(LOGGER).info("something else")
    assert lines(log) == []


def test_what_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="password"):
        tell(event="user_logged_in", password="secret")


def test_the_file_may_be_rotated(log: Path) -> None:
    tell(event="user_logged_in")
    log.rename(log.with_suffix(".1"))
    tell(event="user_logged_out")
    assert [line["event"] for line in lines(log)] == ["user_logged_out"]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "proxies", "address"),
    [
        ("203.0.113.7", None, 0, "203.0.113.7"),
        ("203.0.113.7", "192.0.2.1", 0, "203.0.113.7"),  # nobody is trusted: what a client says is nothing
        ("10.0.0.1", "203.0.113.7", 1, "203.0.113.7"),
        ("10.0.0.1", "192.0.2.1, 203.0.113.7", 1, "203.0.113.7"),  # the client wrote the first entry itself
        ("10.0.0.1", "192.0.2.1, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7", 2, None),  # it did not come through both
        ("10.0.0.1", None, 1, None),
        ("", "203.0.113.7", 1, "203.0.113.7"),  # the proxy speaks over a socket that has no address
        ("10.0.0.1", "2001:DB8::7", 1, "2001:db8::7"),
        ("10.0.0.1", "unknown", 1, None),
        (None, None, 0, None),
    ],
)
def test_an_address_is_what_the_outermost_proxy_of_ones_own_saw(
    peer: str | None, forwarded_for: str | None, proxies: int, address: str | None
) -> None:
    assert client_address(peer, forwarded_for, proxies) == address


def test_a_digest_names_a_session_and_is_not_its_key() -> None:
    key = "x2n6k9z1q4c8v7b5m3a0s9d8f7g6h5j4"
    assert digest(key) == digest(key) != digest(key[::-1])
    assert key not in str(digest(key))
    assert digest(None) is None


def test_an_application_needs_nothing_but_python_for_it() -> None:
    """`-S` leaves out every installed package."""
    code = "import tocsin.handlers.accounts, tocsin.handlers.allauth, sys; print('django' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONPATH": str(SRC)}, capture_output=True, text=True
    )
    assert (found.stdout.strip(), found.stderr) == ("False", "")
