"""Domains as people paste them, and hostile lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.attribute.seen_domains import SeenDomains, read_domains
from tocsin.errors import UsageError


def test_domains_are_read_as_people_paste_them(tmp_path: Path) -> None:
    (tmp_path / "seen.txt").write_bytes(
        b"# of the mails\nOutlook-Verify.NET.\nhxxps://mail[.]otter[.]example:8443/login?x=1\nada@otter.example\n\n"
        b"b\xc3\xbccher.example\noutlook-verify.net\n"
    )
    assert read_domains(tmp_path / "seen.txt") == SeenDomains(
        domains=("outlook-verify.net", "mail.otter.example", "otter.example", "xn--bcher-kva.example"), left_out=()
    )


def test_what_is_no_domain_is_left_out_with_its_line(tmp_path: Path) -> None:
    lines = [b"good.example", b"x" * 10_000_000, b"\xff\xfe", "\u202eevil.example".encode(), b"-", b"xn--"]
    (tmp_path / "seen.txt").write_bytes(b"\n".join(lines))
    read = read_domains(tmp_path / "seen.txt")
    assert read == SeenDomains(domains=("good.example",), left_out=(2, 3, 4, 5, 6))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_domains(tmp_path / "none")
