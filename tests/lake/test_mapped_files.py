"""A file read under another mapping is read anew; what a named store holds stays, and the scan says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapped_samples import MAPPINGS
from okta_records import lines
from stores import NOW, rows_of
from tocsin.lake import Intake, Lake, Way, log_files, take_in
from tocsin.sources import SOURCES, Reader, read_mappings

CLUB = next(path for path in MAPPINGS if path.parent.name == "club_portal")
SHOP = next(path for path in MAPPINGS if path.parent.name == "shop_csv")


def scan(store: Path, *paths: Path, mappings: tuple[Path, ...] = (), mirror: bool = False) -> Intake:
    mapped = read_mappings(mappings, SOURCES)
    reader = Reader((*mapped.sources, *SOURCES), ingested_at=NOW)
    way = Way(mapping=mapped.digest, mapped=mapped.providers)
    return take_in(Lake(store), log_files(paths), reader, mirror=mirror, way=way)


@pytest.fixture
def club(tmp_path: Path) -> Path:
    """The club's log and mapping, to be changed."""
    (tmp_path / "club.toml").write_text(CLUB.read_text())
    (tmp_path / "club.jsonl").write_bytes((CLUB.parent / "raw.jsonl").read_bytes())
    return tmp_path


def changed(club: Path) -> Path:
    path = club / "other.toml"
    path.write_text((club / "club.toml").read_text().replace('reason = "wrong_password"', 'reason = "locked"'))
    return path


def reasons(store: Path) -> dict[str, str | None]:
    return {row["event_uid"]: row["reason"] for row in rows_of(store)}


def test_the_same_mapping_is_no_other_reading(club: Path) -> None:
    first = scan(club / "store", club / "club.jsonl", mappings=(club / "club.toml",))
    again = scan(club / "store", club / "club.jsonl", mappings=(club / "club.toml",))
    assert (first.events, first.files_known) == (8, 0)
    assert (again.events, again.duplicates, again.files_known, again.notes) == (0, 0, 1, ())


def test_what_was_refused_without_a_mapping_is_read_with_it(club: Path) -> None:
    before = scan(club / "store", club / "club.jsonl")
    after = scan(club / "store", club / "club.jsonl", mappings=(club / "club.toml",))
    assert (before.events, before.rejected) == (0, 9)
    assert (after.events, after.rejected, after.files_known, after.notes) == (8, 0, 0, ())
    assert Lake(club / "store").refusals().num_rows == 0


def test_a_store_that_mirrors_its_files_holds_what_the_mapping_says_now(club: Path) -> None:
    scan(club / "store", club / "club.jsonl", mappings=(club / "club.toml",), mirror=True)
    again = scan(club / "store", club / "club.jsonl", mappings=(changed(club),), mirror=True)
    assert (again.events, again.notes) == (8, ())
    assert reasons(club / "store")["e-2"] == "locked"


def test_a_named_store_keeps_what_it_holds_and_says_so(club: Path) -> None:
    scan(club / "store", club / "club.jsonl", mappings=(club / "club.toml",))
    again = scan(club / "store", club / "club.jsonl", mappings=(changed(club),))
    assert (again.events, again.duplicates) == (0, 8)
    assert again.notes == (
        "The mapping has changed. Events that are held stay as they were first read, for 1 of the files: scan into"
        " another store (--store), or remove this one and scan again, to have them read anew.",
    )
    assert reasons(club / "store")["e-2"] == "wrong_password"


def test_a_named_store_says_so_too_when_the_mapping_is_left_out(club: Path) -> None:
    scan(club / "store", club / "club.jsonl", mappings=(club / "club.toml",))
    assert len(scan(club / "store", club / "club.jsonl").notes) == 1


def test_files_of_other_providers_are_none_of_its_business(club: Path, tmp_path: Path) -> None:
    (tmp_path / "okta.jsonl").write_text(lines(0, 20))
    scan(club / "store", tmp_path / "okta.jsonl", club / "club.jsonl", mappings=(club / "club.toml",))
    again = scan(club / "store", tmp_path / "okta.jsonl", mappings=(SHOP, changed(club)))
    assert (again.events, again.duplicates, again.notes) == (0, 20, ())
