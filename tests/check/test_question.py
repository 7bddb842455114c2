"""A name is an organisation of the roster, an account or a domain; what it is not is answered with what is near."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tocsin.check import question
from tocsin.enrich import ROSTER

PEOPLE = pa.Table.from_pylist(
    [
        {"account": account, "organisation": organisation, "category": "media", "recovery": []}
        for account, organisation in (
            ("ada@daily.example", "The Daily Example"),
            ("bob@daily.example", "The Daily Example"),
            ("eve@mail.daily.example", None),
            ("kim", "Keyboard Club"),
            ("lee@other.example", "Other"),
        )
    ],
    schema=ROSTER,
)


def test_an_organisation_is_found_however_it_is_written() -> None:
    found = question("  the DAILY  example ", PEOPLE)
    assert (found.read_as, found.accounts) == ("organisation", ("ada@daily.example", "bob@daily.example"))


def test_a_domain_is_about_every_account_in_it_and_below_it() -> None:
    found = question("daily.example", PEOPLE)
    assert found.read_as == "domain"
    assert found.accounts == ("ada@daily.example", "bob@daily.example", "eve@mail.daily.example")
    assert found.concerns("nobody@daily.example")
    assert found.concerns("nobody@mail.daily.example")
    assert not found.concerns("ada@notdaily.example")
    assert not found.concerns("daily.example")


def test_an_account_is_one_whether_on_the_roster_or_not() -> None:
    assert question("Lee@Other.example", PEOPLE).accounts == ("lee@other.example",)
    found = question("new@other.example", PEOPLE)
    assert (found.read_as, found.accounts, found.account) == ("account", (), "new@other.example")
    assert found.concerns("new@other.example")
    assert question("kim", PEOPLE).accounts == ("kim",)


def test_a_name_that_is_nothing_is_answered_with_those_near_it() -> None:
    found = question("The Daily Exmple", PEOPLE)
    assert (found.read_as, found.accounts, found.near) == ("nothing", (), ("The Daily Example",))
    assert not found.concerns("ada@daily.example")


def test_without_roster_an_organisation_is_nothing() -> None:
    assert question("The Daily Example", ROSTER.empty_table()).read_as == "nothing"


@pytest.mark.parametrize("hostile", ["", "   ", "@", "%", "' OR 1=1 --", "a@b@c", "x" * 10_000, "..", "\x00"])
def test_any_text_is_a_question(hostile: str) -> None:
    found = question(hostile, PEOPLE)
    assert not found.accounts
    assert not found.concerns("ada@daily.example")
