"""The paragraph says what was counted, in whole sentences, and nothing beyond it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from assessments import announced, assess, sources, spray
from tocsin.assess.assessment import Assessment, Attribution, Campaign, CategoryCounts, Counts, Window
from tocsin.coverage import RosterSeen
from tocsin.report import headline, title
from tocsin.report.headline import background
from tocsin.report.phrases import chance

SAMPLES = Path(__file__).parent / "samples"


def _with(campaign: Campaign, **counts: int) -> Campaign:
    held: dict[str, Any] = msgspec.structs.asdict(campaign.counts)
    return msgspec.structs.replace(campaign, counts=Counts(**(held | counts)))


def _variants() -> dict[str, Assessment]:
    nobody = _with(announced(), accounts_attacked=0, accounts_compromised=0)
    nobody = msgspec.structs.replace(nobody, by_category={}, channels={}, ways_in={})
    unscathed = msgspec.structs.replace(_with(announced(), accounts_compromised=0), providers={}, ways_in={})
    one = msgspec.structs.replace(
        _with(
            announced(),
            accounts_attacked=1,
            accounts_compromised=1,
            accounts_probed=1,
            identification_attempts=0,
        ),
        by_category={"government": CategoryCounts(attacked=1, compromised=1)},
        ways_in={"no_recovery": 1},
        verdict="undetermined",
        attribution=[
            Attribution(
                actor="Phosphorus",
                authority="Microsoft",
                likelihood="55-80%",
                term="likely",
                confidence="low",
            )
        ],
    )
    quiet = [msgspec.structs.replace(one, gaps=[], rejected=0) for one in sources()[1:]]
    no_events = [msgspec.structs.replace(quiet[0], events=0, first=None, last=None)]
    many = [msgspec.structs.replace(spray(), id=f"C-2019-08-{number:02d}") for number in range(2, 10)]
    empty = msgspec.structs.replace(assess([], no_events), window=Window(start=None, end=None))
    return {
        "announced": assess([spray(), announced()]),
        "nobody_attacked": assess([nobody]),
        "none_compromised": assess([unscathed], quiet),
        "one_account": assess([one], quiet),
        "background_only": assess([spray()], quiet),
        "much_background": assess([announced(), *many], quiet),
        "no_campaign": assess([]),
        "no_campaign_no_gap": assess([], quiet),
        "no_events": empty,
    }


@pytest.mark.parametrize("name", sorted(_variants()))
def test_the_text_is_the_one_that_was_approved(name: str) -> None:
    """A changed word is a changed promise: the file in samples/ has to be changed with it."""
    held = _variants()[name]
    said = "\n\n".join([f"# {title(held)}", *headline(held)]) + "\n"
    assert said == (SAMPLES / f"{name}.txt").read_text()


def test_no_text_ever_says_that_someone_is_safe() -> None:
    """What the logs do not cover cannot be said; 'safe' and 'no attack' would say it."""
    for held in _variants().values():
        said = " ".join(headline(held)).lower()
        assert not any(word in said for word in ("you are safe", "secure", "no attack", "were not attacked"))


def test_a_compromised_official_is_not_cleared() -> None:
    """The sentence that clears campaigns and government goes when one of them fell."""
    fallen = msgspec.structs.replace(
        announced(),
        by_category={"campaign": CategoryCounts(attacked=9, compromised=1), "media": CategoryCounts()},
    )
    said = headline(assess([fallen]))[0]
    assert "None of the 4" not in said
    assert "political campaigns (1)" in said


def test_without_a_roster_nobody_is_cleared() -> None:
    """Who belongs to a campaign is known from the roster alone."""
    unknown = msgspec.structs.replace(
        announced(),
        by_category={},
        targeting=msgspec.structs.replace(announced().targeting, roster_share=None),
    )
    said = headline(assess([unknown]))[0]
    assert "cannot be said without a roster" in said
    assert "None of the 4" not in said


def test_a_targeted_campaign_is_told_before_a_larger_opportunistic_one() -> None:
    """Aim outranks size."""
    big = _with(spray(), accounts_attacked=9000, accounts_compromised=50)
    assert "2,712 attempts" in headline(assess([big, announced()]))[0]


def test_a_test_within_organisations_speaks_of_their_accounts_alone() -> None:
    """One fact away, it was made over all that the logs hold."""
    there = msgspec.structs.replace(announced().targeting, within=["daily.example", "mail.example"])
    said = headline(assess([msgspec.structs.replace(announced(), targeting=there)]))[0]
    assert "as are 4.1% of all accounts seen at daily.example and mail.example;" in said
    assert "as are 4.1% of all accounts seen there;" in headline(assess([announced()]))[0]


def test_a_larger_campaign_is_told_before_one_whose_aim_cannot_be_said() -> None:
    """Not to know the aim makes a small campaign no worse; that somebody fell does."""
    big = _with(spray(), accounts_attacked=325)
    small = msgspec.structs.replace(_with(spray(), accounts_attacked=150), id="C-2019-08-9", verdict="undetermined")
    first, second, *_ = headline(assess([small, big]))
    assert "325 accounts" in first
    assert second.startswith("A further campaign, C-2019-08-9 (undetermined")
    fell = _with(small, accounts_compromised=1)
    assert "150 accounts" in headline(assess([fell, big]))[0]


def test_the_background_begins_where_nothing_but_opportunistic_campaigns_follows() -> None:
    """The first one told is none of it, whatever it is."""
    kinds = ("targeted", "opportunistic", "undetermined", "opportunistic", "opportunistic")
    told = [msgspec.structs.replace(spray(), verdict=kind) for kind in kinds]
    assert [background(told[first:]) for first in range(5)] == [3, 2, 1, 1, 1]
    assert background([]) == 1


def test_records_without_a_tenant_are_no_further_tenant() -> None:
    sign_in, audit = sources()[0], msgspec.structs.replace(sources()[0], tenant="")
    assert "(2 tenants)" not in " ".join(headline(assess([announced()], [sign_in, audit])))
    other = msgspec.structs.replace(sign_in, tenant="other.okta.example")
    assert "(2 tenants)" in " ".join(headline(assess([announced()], [sign_in, other, audit])))


def test_what_was_tried_on_all_is_not_said_of_those_that_fell() -> None:
    """Each compromised account stands once in the sentence on how they fell; an older file says nothing of it."""
    fallen = msgspec.structs.replace(announced(), ways_in={"app+email": 1, "no_recovery": 3})
    said = headline(assess([fallen]))[0]
    assert "Recovery was tried through a secondary mailbox (198 accounts) and a text message" in said
    assert (
        "Of the 4 compromised accounts, 1 fell by recovery through an authenticator app with a secondary mailbox and 3"
        " with no recovery in the logs." in said
    )
    older = headline(assess([msgspec.structs.replace(announced(), ways_in={})]))[0]
    assert "fell" not in older


def test_a_count_without_a_roster_says_that_it_is_less_sure() -> None:
    """One fact away, a roster was given and nobody of it was gone for."""
    bare = msgspec.structs.replace(
        announced(), by_category={}, targeting=msgspec.structs.replace(announced().targeting, roster_share=None)
    )
    held = assess([bare])
    held = msgspec.structs.replace(held, coverage=msgspec.structs.replace(held.coverage, roster=None))
    sentence = "No roster of people at risk was given (--roster)"
    assert sentence in " ".join(headline(held))
    given = msgspec.structs.replace(held.coverage, roster=RosterSeen(accounts=9, seen=9, never_seen=[]))
    assert sentence not in " ".join(headline(msgspec.structs.replace(held, coverage=given)))
    assert sentence not in " ".join(headline(assess([announced()])))
    assert sentence not in " ".join(headline(assess([])))


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.00001, "less than once in 10,000 times (p < 0.0001)"),
        (0.012, "about once in 83 times (p = 0.012)"),
        (0.6, "60 times in 100 (p = 0.6)"),
    ],
)
def test_a_p_value_is_said_in_plain_words_first(p_value: float, said: str) -> None:
    assert chance(p_value) == f"so many or more would come by chance alone {said}"
