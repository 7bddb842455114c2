"""The file of those to protect, and what is wrong with it in words."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from tocsin.domains.protect import Organisation, ProtectError, read_organisations


def test_words_come_from_the_name_and_the_domains_unless_the_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "protect.csv"
    path.write_text(
        "name,domains,words,networks\n"
        "Lantern Hill,lantern-hill.example;lh.example,,192.0.2.0/24;2001:db8::/32\n"
        "Account Office,office.example,acctoff,\n"
    )
    assert read_organisations(path) == (
        Organisation(
            name="Lantern Hill",
            domains=("lantern-hill.example", "lh.example"),
            words=("lanternhill", "lantern-hill"),
            networks=(ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("2001:db8::/32")),
        ),
        Organisation(name="Account Office", domains=("office.example",), words=("acctoff",)),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("organisation\nx\n", "no column `name`"),
        ("name,domains\n", "names no organisation"),
        ("name,domains\n,x.example\n", "no name"),
        ("name,domains\nx,not a domain\n", "is no domain"),
        ("name,domains,networks\nx,x.example,300.0.0.0/8\n", "is no network"),
        ("name,domains,words\nx,x.example,ä!\n", "cannot stand in a name"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "protect.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProtectError, match=said):
        read_organisations(path)
