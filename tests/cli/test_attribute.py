"""`tocsin attribute`: a note, a release by two people, and what the campaign shows of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessments import announced, assess, evidence_table
from command_line import Tocsin
from tocsin.report.archive import keep, kept

ID = "C-2019-08-1"

PROFILE = """
actor: RIVER OTTER
authority: Example CERT
names: [{name: Phosphorus}]
indicators:
  - {kind: ip, value: 203.0.113.7, last_seen: 2019-07-30}
  - {kind: ip, value: 203.0.113.8, last_seen: 2019-07-30}
"""


@pytest.fixture
def store(tocsin: Tocsin, tmp_path: Path) -> Path:
    """A store whose last scan found the campaign of 2019, and a folder of profiles."""
    folder = tmp_path / "store"
    keep(folder, assess([announced()]), evidence_table(ID))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "otter.yml").write_text(PROFILE)
    return folder


def test_a_note_is_written_and_the_comparison_as_json(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("attribute", ID, "--store", store, "--json", "a.json")
    assert said.code == 0
    assert said.out.startswith(f"Whose hand: campaign {ID}\n")
    assert "We do not know whose hand this is." in said.out
    document = json.loads(Path("a.json").read_text())
    assert document["schema"] == "tocsin.attribution/1"
    assert [one["authority"] for one in document["views"]] == ["misp", "microsoft", "mitre-attack"]
    kinds = [{held["kind"] for held in one["hypotheses"]} for one in document["views"]]
    assert kinds == [{"actor", "unknown", "criminal"}] * 3


def test_a_domain_of_both_lists_comes_out_contested(tocsin: Tocsin, store: Path) -> None:
    Path("seen.txt").write_text("hxxps://mail.verify-linke[.]com/login\nno domain here\n")
    said = tocsin("attribute", ID, "--store", store, "--domains", "seen.txt")
    assert said.code == 0
    told = " ".join(said.out.split())
    assert "By the names of Microsoft activity groups, the hand is contested" in told
    assert "domain verify-linke.com points to STRONTIUM and to Forest Blizzard and to Mint Sandstorm" in told
    assert "seen.txt: 1 line without a domain left out (2)" in said.err


def test_two_people_release_and_only_then_it_is_an_attribution(tocsin: Tocsin, store: Path) -> None:
    release = ("attribute", ID, "--store", store, "--profiles", "own", "--release", "river otter")
    judged = ("--likelihood", "likely", "--confidence", "low", "--reason", "own addresses")
    assert "Whose hand it is, is not known." in tocsin("campaign", ID, "--store", store).out
    first = tocsin(*release, *judged, "--by", "Ada")
    assert "Not released: Ada proposes RIVER OTTER (Example CERT), likely, 55-80%" in first.out
    assert "Not released: Ada proposes" in tocsin("campaign", ID, "--store", store).out
    again = tocsin(*release, "--by", "ada ")
    assert (again.code, "a release needs a second person" in again.err) == (2, True)
    second = tocsin(*release, "--by", "Bea")
    assert second.out == (
        "Released by two people: It is likely (55-80%) that RIVER OTTER, as named by Example CERT, is behind it."
        " Confidence in this judgement is low.\n"
    )
    listed = " ".join(tocsin("campaigns", "--store", store).out.split())
    assert "It is likely (55-80%) that RIVER OTTER" in listed
    gone = tocsin("attribute", ID, "--store", store, "--profiles", "own", "--withdraw", "RIVER OTTER", "--by", "Cid",
                  "--reason", "let on")  # fmt: skip
    assert gone.out == "Whose hand it is, is not known.\n"


def test_what_was_released_can_be_taken_back_where_the_profile_is_gone(tocsin: Tocsin, store: Path) -> None:
    release = ("attribute", ID, "--store", store, "--profiles", "own", "--release", "RIVER OTTER")
    judged = ("--likelihood", "likely", "--confidence", "low", "--reason", "own addresses")
    tocsin(*release, *judged, "--by", "Ada")
    tocsin(*release, *judged, "--by", "Bea")
    note = " ".join(tocsin("attribute", ID, "--store", store).out.split())
    assert "Released by two people: It is likely (55-80%) that RIVER OTTER" in note
    assert "The comparison by itself names nobody: nothing that is known here" in note
    back = ("attribute", ID, "--store", store, "--by", "Cid", "--reason", "let on")
    other = tocsin(*back, "--withdraw", "RIVER OTTER", "--authority", "misp")
    assert (other.code, "nobody by misp calls an actor 'RIVER OTTER'" in other.err) == (2, True)
    assert tocsin(*back, "--withdraw", "river otter").out == "Whose hand it is, is not known.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--release", "APT35"), "a judgement needs somebody who judges"),
        (("--release", "APT35", "--by", "Ada"), "'APT35' is contested"),
        (("--release", "Nobody", "--by", "Ada"), "nobody calls an actor 'Nobody'"),
        (("--release", "Mint Sandstorm", "--authority", "misp", "--by", "Ada"), "'Mint Sandstorm' is contested"),
        (("--release", "APT35", "--authority", "misp", "--by", "Ada"), "how likely is APT35"),
        (("--likelihood", "maybe"), "maybe is no term of ICD 203"),
        (("--release", "A", "--withdraw", "B", "--by", "Ada"), "exclude each other"),
    ],
)
def test_a_judgement_that_is_not_clear_is_refused(
    tocsin: Tocsin, store: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = tocsin("attribute", ID, "--store", store, *arguments)
    assert done.code == 2
    assert said in done.err


def test_a_scan_that_finds_the_campaign_again_keeps_its_judgement(
    tocsin: Tocsin, month: Path, scanned_month: Path
) -> None:
    id = kept(scanned_month)[0].campaigns[0].id
    about = ("attribute", id, "--store", scanned_month, "--authority", "misp", "--release", "APT28")
    for by in ("Ada", "Bea"):
        tocsin(*about, "--likelihood", "likely", "--confidence", "low", "--reason", "x", "--by", by)
    tocsin("scan", month / "logs", "--roster", month / "roster.csv", "--store", scanned_month, "--json", "again.json")
    (again,) = [one for one in json.loads(Path("again.json").read_text())["campaigns"] if one["id"] == id]
    assert again["attribution"] == [
        {"actor": "APT28", "authority": "misp", "likelihood": "55-80%", "term": "likely", "confidence": "low"}
    ]


@pytest.mark.parametrize(("code", "exit_code"), [("fa", 0), ("FA", 0), ("xx", 2), ("prs", 2), ("", 2)])
def test_a_language_is_named_by_a_code_that_exists(tocsin: Tocsin, store: Path, code: str, exit_code: int) -> None:
    said = tocsin("attribute", ID, "--store", store, "--language", code)
    assert (said.code, "is no code of a language" in said.err) == (exit_code, exit_code == 2)


def test_a_language_without_two_letters_is_taken_where_a_profile_states_it(tocsin: Tocsin, store: Path) -> None:
    Path("own/otter.yml").write_text(PROFILE + "languages: [prs]\n")
    asked = ("attribute", ID, "--store", store, "--profiles", "own", "--language")
    assert (tocsin(*asked, "prs").code, tocsin(*asked, "ckb").code) == (0, 2)
