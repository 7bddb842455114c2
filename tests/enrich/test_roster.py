"""The roster: people write it by hand and in spreadsheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.enrich import ROSTER, digest, read_roster, standing_for
from tocsin.errors import RosterError

WITHOUT_COUNTRY = "b68642382f563a0e"
"""Kept in stores for this roster."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def test_a_roster_gives_each_account_with_its_facts(path: Path) -> None:
    path.write_text(
        "account,organisation,category,recovery,contact\n"
        "Ada@Example.org,Lantern,media,Ada@home.example; +49 30 1 ,signal:ada\n"
    )
    people, faults = read_roster(path)
    assert people.schema == ROSTER
    assert people.to_pylist() == [
        {
            "account": "ada@example.org",
            "organisation": "Lantern",
            "category": "media",
            "recovery": ["ada@home.example", "+49 30 1"],
            "contact": "signal:ada",
            "country": None,
        }
    ]
    assert faults == []


def test_a_roster_may_name_the_country_of_each_organisation(path: Path) -> None:
    path.write_text(
        "account,category,country\nada@example.org,media,ir\nbo@example.org,ngo,Germany\n"
        "cy@example.org,ngo,Ruritania\ndi@example.org,ngo,\n"
    )
    people, faults = read_roster(path)
    assert people["country"].to_pylist() == ["IR", "DE", None, None]
    assert faults == [f"{path}:4: country 'Ruritania' is no name or two-letter code of one; left out."]


def test_a_roster_without_countries_has_the_digest_that_it_had_before_there_were_any(path: Path) -> None:
    path.write_text("account,category\nada@example.org,media\n")
    without = digest(read_roster(path)[0])
    path.write_text("account,category,country\nada@example.org,media,\n")
    assert digest(read_roster(path)[0]) == without == WITHOUT_COUNTRY
    path.write_text("account,category,country\nada@example.org,media,IR\n")
    assert digest(read_roster(path)[0]) != without


@pytest.mark.parametrize(
    "text",
    [
        "account,category\nada@example.org,media\n",
        "\ufeffaccount,category\r\nada@example.org,media\r\n",
        "Category;Account\nmedia;ada@example.org\n",
        "account\tcategory\nada@example.org\tmedia\n",
        "account,category\n\nada@example.org , Media \n\n",
        'account,category,contact\nada@example.org,media,"two\nlines"\n',
        "account,category,contact\nada@example.org,media,a\u2028b\n",
        "account,category\rada@example.org,media\r",
    ],
)
def test_spreadsheets_write_rosters_in_many_ways(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
    people, faults = read_roster(path)
    assert [(row["account"], row["category"]) for row in people.to_pylist()] == [("ada@example.org", "media")]
    assert faults == []


def test_rows_that_cannot_be_used_are_named_and_the_others_count(path: Path) -> None:
    path.write_text("account,category\nada@example.org,media\n,ngo\nbo@example.org,pirate\nADA@example.org,ngo\n")
    people, faults = read_roster(path)
    assert [(row["account"], row["category"]) for row in people.to_pylist()] == [
        ("ada@example.org", "media"),
        ("bo@example.org", "other"),
    ]
    assert [fault.split(": ", 1)[0] for fault in faults] == [f"{path}:{line}" for line in (3, 4, 5)]


def test_semicolons_part_columns_and_recovery_channels_alike(path: Path) -> None:
    path.write_text(
        "account;organisation;category;recovery;contact\n"
        "ada@example.org;Lantern;media;ada@home.example;+49 30 1;signal:ada\n"
        'bo@example.org;Lantern;media;"bo@home.example;+49 30 2";signal:bo\n'
        "cy@example.org;Lantern;media;;\n"
    )
    people, faults = read_roster(path)
    assert [(row["recovery"], row["contact"]) for row in people.to_pylist()] == [
        (["ada@home.example", "+49 30 1"], "signal:ada"),
        (["bo@home.example", "+49 30 2"], "signal:bo"),
        ([], None),
    ]
    assert faults == []


def test_columns_and_fields_that_a_roster_does_not_have_are_named(path: Path) -> None:
    path.write_text("account,category,phone,note\nada@example.org,media,1,x\nbo@example.org,ngo,2,y,z\n")
    people, faults = read_roster(path)
    assert people["account"].to_pylist() == ["ada@example.org", "bo@example.org"]
    assert faults == [
        f"{path}:1: columns phone, note are not used: a roster has account, organisation, category, recovery,"
        " contact, country.",
        f"{path}:3: more fields than the first line names; what is beyond was left out.",
    ]


def test_an_unknown_category_is_told_once_with_its_count(path: Path) -> None:
    rows = "".join(f"p{number}@example.org,{'pirate' if number % 2 else 'party'}\n" for number in range(5))
    path.write_text("account,category\n" + rows)
    known = "academia, campaign, diaspora, government, media, ngo, other, political-party, think-tank"
    assert read_roster(path)[1] == [
        f"{path}:2 and 2 more lines: category 'party' is not one of {known}; taken as other.",
        f"{path}:3 and 1 more line: category 'pirate' is not one of {known}; taken as other.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column account"),
        (b"account\nada@example.org\n", "no column category"),
        (b"account,category\n", "names no account"),
        (b"account,category\n\xff\xfe,media\n", "line 2: not UTF-8"),
        ("account,category\n".encode("utf-16"), "not UTF-8"),
        (b"account,category\n\x00\n", "is not a CSV file"),
        (b'account,category\n"ada@example.org,media\n' + b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused_with_its_place(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    with pytest.raises(RosterError, match=message) as refused:
        read_roster(path)
    assert str(path) in refused.value.message
    assert refused.value.remedy


def test_a_folder_is_no_roster(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="Is a directory"):
        read_roster(tmp_path)


def test_a_recovery_mailbox_stands_for_its_owner_and_one_of_several_people_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        "account,category,recovery\n"
        "ada@a.example,media,ada@mail.example;+4477000;desk@a.example\n"
        "ben@a.example,media,Ben@mail.example;desk@a.example;ada@a.example\n"
        "cas@a.example,media,ben@mail.example;ben@mail.example\n",
        encoding="utf-8",
    )
    assert standing_for(read_roster(path)[0]) == {
        "ada@a.example": "ada@a.example",
        "ben@a.example": "ben@a.example",
        "cas@a.example": "cas@a.example",
        "ada@mail.example": "ada@a.example",
        "ben@mail.example": "ben@mail.example",  # Ben's and Cas's
        "desk@a.example": "desk@a.example",
    }
