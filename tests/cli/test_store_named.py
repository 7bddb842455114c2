"""A named store that is not there is said not to be there, and is not made."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Tocsin


@pytest.mark.parametrize("asked", [["sources"], ["share", "log"]])
def test_a_store_that_is_not_there_is_an_error(tocsin: Tocsin, asked: list[str]) -> None:
    said = tocsin(*asked, "--store", "nope")
    assert (said.code, "there is no store nope" in said.err, said.out) == (1, True, "")
    assert not Path("nope").exists()


def test_a_folder_that_no_scan_filled_is_no_store_from_which_nothing_was_shared(tocsin: Tocsin) -> None:
    Path("empty").mkdir()
    said = tocsin("share", "log", "--store", "empty")
    assert (said.code, "there is no finished scan in empty" in said.err, said.out) == (1, True, "")


def test_without_a_name_and_a_scan_the_formats_are_listed_all_the_same(tocsin: Tocsin) -> None:
    said = tocsin("sources")
    assert (said.code, "No scan yet." in said.out, "Okta" in said.out) == (0, True, True)
