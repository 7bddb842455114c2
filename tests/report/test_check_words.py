"""The answer to "were we targeted?" as people read it, held by files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from covered import MONTH, acts, sign_ins, source
from findings_by_hand import open_finding
from tocsin.check import Answer, Beside, Evidence, Question, Sighting, decided
from tocsin.report.check_words import title, with_words

SAMPLES = Path(__file__).parent / "samples"

PEOPLE = tuple(f"p{number}@example.org" for number in range(5))
ASKED = Question(asked="The Daily Example", read_as="organisation", accounts=PEOPLE)

OKTA = source("okta", "", sign_in=sign_ins(), recovery_start=acts(events=9), recovery_complete=acts(events=4))
GOOGLE = source("google", "C01", sign_in=sign_ins(), challenge=acts(), credential_change=acts(MONTH[::3]))
ENTRA = source("entra", "contoso", ("entra_signin_graph",), sign_in=sign_ins())

FOUND = [
    Evidence(
        campaign_id="2026-02-9cd6e7",
        verdict="targeted",
        first_seen="2026-02-03T10:00:00Z",
        last_seen="2026-03-02T10:00:00Z",
        events=60,
        identification_attempts=40,
        names_not_accounts=22,
        accounts_probed=1,
        accounts_attacked=3,
        accounts_compromised=1,
    ),
    Evidence(
        campaign_id="2026-02-00aa11",
        verdict="opportunistic",
        first_seen="2026-02-05T10:00:00Z",
        last_seen="2026-02-05T11:00:00Z",
        events=2,
        identification_attempts=0,
        names_not_accounts=0,
        accounts_probed=0,
        accounts_attacked=1,
        accounts_compromised=0,
    ),
]


OPEN = open_finding(
    PEOPLE[0],
    id="f-592b626021",
    title="An application granted access from a strange source",
    first_seen="2026-02-07T05:58:00Z",
    last_seen="2026-02-07T05:58:00Z",
    source_ip="185.65.134.212",
    address_of="2026-02-9cd6e7",
)
LOOSE = replace(OPEN, id="f-1", level="low", source_ip="192.0.2.7", address_of=None, evidence=False)
OF_MANY = replace(LOOSE, id="f-2", accounts=3, account=None, source_ip=None, title="Many names tried")
ADA = Question(asked=PEOPLE[0], read_as="account", account=PEOPLE[0], accounts=PEOPLE[:1])


def at(provider: str, tenant: str, people: tuple[str, ...] = PEOPLE) -> list[Sighting]:
    return [Sighting(account=one, provider=provider, tenant=tenant) for one in people]


NOT_COVERED = [Beside(domain="daily.example", accounts=96, evidence=[])]


ANSWERS = {
    "check_found": replace(
        decided(ASKED, at("okta", ""), [OKTA], FOUND),
        beside=[
            Beside(domain="daily.example", accounts=96, evidence=FOUND[1:]),
            Beside(domain="daily.test", accounts=1, evidence=[]),
        ],
    ),
    "check_nothing": decided(ASKED, at("okta", "", PEOPLE[:3]) + at("google", "C01", PEOPLE[3:4]), [OKTA, GOOGLE], []),
    "check_found_in_a_finding": decided(ADA, at("okta", "", PEOPLE[:1]), [OKTA], [], [OPEN]),
    "check_found_beside_findings": replace(
        decided(ASKED, at("okta", ""), [OKTA], FOUND[1:], [OPEN, LOOSE]),
        beside=[Beside(domain="daily.example", accounts=96, evidence=[], findings=[LOOSE])],
    ),
    "check_findings_open": decided(
        ASKED, at("okta", ""), [OKTA], [], [LOOSE, OF_MANY, *(replace(LOOSE, id=f"f-{n}") for n in range(3, 8))]
    ),
    "check_nothing_in_part": decided(ASKED, at("okta", "") + at("entra", "contoso"), [OKTA, ENTRA], []),
    "check_nothing_in_a_domain": decided(
        Question(
            asked="example.org",
            read_as="domain",
            domain="example.org",
            since=date(2026, 2, 2),
            until=date(2026, 2, 15),
        ),
        at("google", "C01"),
        [GOOGLE],
        [],
    ),
    "check_cannot_say": decided(ASKED, at("entra", "contoso"), [ENTRA], []),
    "check_cannot_say_of_most": decided(ASKED, at("okta", "", PEOPLE[:1]), [OKTA], []),
    "check_cannot_say_of_nobody": decided(
        Question(asked="The Dayly Example", read_as="nothing", near=("The Daily Example",)), [], [OKTA], []
    ),
    "check_cannot_say_of_an_account": decided(
        Question(asked="new@example.org", read_as="account", account="new@example.org"), [], [OKTA], []
    ),
}


def test_a_finding_is_not_headed_as_nothing_found() -> None:
    heads = {name: title(one) for name, one in ANSWERS.items()}
    assert heads["check_found_in_a_finding"] == "Evidence found"
    assert heads["check_findings_open"] == "No campaign found, but findings are open"
    assert heads["check_nothing"] == "Nothing found in what the logs cover"


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_reads_as_its_sample(name: str) -> None:
    said = "\n\n".join([ANSWERS[name].answer, *with_words(ANSWERS[name]).words]) + "\n"
    assert said == (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def test_hidden_characters_of_a_question_are_shown() -> None:
    hostile = Question(asked="\u202egpj.exe\x1b[2J", read_as="nothing")
    words: Answer = with_words(decided(hostile, [], [], []))
    assert "⟨U+202E⟩gpj.exe⟨U+001B⟩[2J" in " ".join(words.words)


def test_where_nothing_can_be_said_no_campaign_is_not_said_either() -> None:
    """Of the accounts beside the roster as little is known; one fact away, the answer is one."""
    cannot = with_words(replace(ANSWERS["check_cannot_say"], beside=NOT_COVERED)).words
    nothing = with_words(replace(ANSWERS["check_nothing"], beside=NOT_COVERED)).words
    assert not any("no campaign was found" in one for one in cannot)
    assert (
        "Not on the roster: 96 accounts in daily.example stand in the logs; whether any campaign touched them cannot be"
        " said from this answer; all of them: tocsin check @daily.example." in cannot
    )
    assert any("no campaign was found that touched them" in one for one in nothing)
