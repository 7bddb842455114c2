"""Clients: a family that survives updates, one row a user agent."""

from __future__ import annotations

import pytest

from tocsin.enrich import CLIENT, clients

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.{} Mobile/15E148 Safari/604.1"
)


def family(text: str) -> str:
    (row,) = clients([text]).to_pylist()
    assert row["user_agent"] == text
    return str(row["client"])


def test_an_update_of_browser_or_system_is_the_same_client() -> None:
    assert family(CHROME.format(137)) == family(CHROME.format(138)) == "Chrome/Windows"
    assert family(IPHONE.format(2, 2)) == family(IPHONE.format(5, 5)) == "Mobile Safari/iOS"


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("acme-sync/4.2 (build 7)", "acme-sync"),
        ("acme-sync/4.3", "acme-sync"),
        ("scanner", "scanner"),
        ("/1.0", "none"),
        (" ", "none"),
    ],
)
def test_a_program_that_is_no_browser_is_known_by_its_name(text: str, client: str) -> None:
    assert family(text) == client


def test_a_very_long_agent_is_cut_before_it_is_parsed() -> None:
    assert family(CHROME.format(138) + " x" * 500_000) == "Chrome/Windows"
    assert len(family("y" * 1_000_000)) <= 64


def test_no_agent_no_row() -> None:
    assert clients([]).schema == CLIENT
    assert len(clients([])) == 0
