"""The response policy zone, as named-checkzone, BIND and Unbound take it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from resolvers import program, resolver
from tocsin.domains.block import BlockList, Entry, How, written
from tocsin.domains.block.formats import ZoneError

__all__ = ["resolver"]

MADE = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ZONE = "rpz.example.org"
BLOCKED = BlockList(
    entries=(
        Entry(name="confirm-session.info", listed=date(2026, 11, 1), until=date(2026, 12, 1)),
        Entry(name="xn--gogle-kye.com", listed=date(2026, 11, 1), until=None),
    ),
    exceptions=("good.confirm-session.info",),
    left_out=(),
)


def test_each_name_is_there_with_its_wildcard_and_exceptions_pass() -> None:
    text, remarks = written(BLOCKED, "rpz", How(made=MADE, zone=ZONE, serial=7))
    assert remarks == []
    assert text == (
        "; Tocsin block list, 2026-11-27 12:00 UTC, 2 names\n"
        "; expires: first 2026-12-01, last 2026-12-01; write it anew before that\n"
        "$ORIGIN rpz.example.org.\n"
        "$TTL 300\n"
        "@ IN SOA localhost. hostmaster.rpz.example.org. 7 3600 900 2592000 300\n"
        "@ IN NS localhost.\n"
        "good.confirm-session.info CNAME rpz-passthru.\n"
        "*.good.confirm-session.info CNAME rpz-passthru.\n"
        "confirm-session.info CNAME . ; until 2026-12-01\n"
        "*.confirm-session.info CNAME .\n"
        "xn--gogle-kye.com CNAME .\n"
        "*.xn--gogle-kye.com CNAME .\n"
    )


def test_named_checkzone_has_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "zone"
    path.write_text(written(BLOCKED, "rpz", How(made=MADE, zone=ZONE))[0])
    done = subprocess.run([program("named-checkzone"), "-W", "fail", ZONE, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines() == [f"zone {ZONE}/IN: loaded serial {int(MADE.timestamp())}", "OK"]


def test_names_as_long_as_can_be_pass_named_checkzone_and_longer_ones_are_told(tmp_path: Path) -> None:
    room = 253 - len(ZONE) - len("*..")
    fits = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * (room - 192)])
    blocked = BlockList(
        entries=tuple(Entry(name=name, listed=date(2026, 11, 1), until=None) for name in (fits, fits + "e")),
        exceptions=(),
        left_out=(),
    )
    text, remarks = written(blocked, "rpz", How(made=MADE, zone=ZONE))
    assert remarks == [f"{fits}e is too long to stand in the zone {ZONE}: left out"]
    path = tmp_path / "zone"
    path.write_text(text)
    done = subprocess.run([program("named-checkzone"), ZONE, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_real_resolver_refuses_the_names_and_resolves_their_neighbours(
    resolver: Callable[[str, Path], Callable[[str], tuple[str, list[str]]]], tmp_path: Path
) -> None:
    path = tmp_path / "policy.zone"
    path.write_text(written(BLOCKED, "rpz", How(made=MADE, zone=ZONE))[0])
    ask = resolver(ZONE, path)
    assert ask("confirm-session.info") == ("NXDOMAIN", [])
    assert ask("login.confirm-session.info") == ("NXDOMAIN", [])
    assert ask("a.b.confirm-session.info") == ("NXDOMAIN", [])
    assert ask("good.confirm-session.info") == ("NOERROR", ["192.0.2.2"])
    assert ask("below.good.confirm-session.info") == ("NOERROR", ["192.0.2.2"])
    assert ask("harmless.info") == ("NOERROR", ["192.0.2.3"])
    assert ask("www.harmless.info") == ("NOERROR", ["192.0.2.4"])
    assert ask("nothing.info") == ("NXDOMAIN", [])


@pytest.mark.parametrize(("zone", "serial"), [("no zone", 1), ("rpz", 1), ("rpz.example", 0), ("rpz.example", 2**32)])
def test_a_zone_that_cannot_be_is_refused(zone: str, serial: int) -> None:
    with pytest.raises(ZoneError):
        written(BLOCKED, "rpz", How(made=MADE, zone=zone, serial=serial))
