"""A campaign answers to its id, to a beginning of it, and to the names it is also known by."""

from __future__ import annotations

import msgspec
import pytest

from assessments import announced, assess, spray
from tocsin.assess.assessment import Assessment, Campaign, Change, Ended
from tocsin.errors import UsageError
from tocsin.report.known_as import found_campaign, meant

MERGED = Change(
    at="2026-05-09T08:00:00Z",
    what="merged",
    reason="b is held to be the same operator's, 5 of its 5 events are in it: no figure changes",
    other="2026-05-bbbbbb",
    before=None,
    after=None,
)
GONE = msgspec.structs.replace(MERGED, what="no_longer_found", reason="of its 5 events 5 no longer make a campaign")


def campaign(id: str, *aliases: str) -> Campaign:
    return msgspec.structs.replace(announced(), id=id, aliases=list(aliases), history=[MERGED])


def answer(*campaigns: Campaign) -> Assessment:
    ended = [Ended(id="2026-04-eeeeee", aliases=["2026-04-ffffff"], history=[GONE])]
    return msgspec.structs.replace(assess(list(campaigns)), no_longer_found=ended)


ANSWER = answer(
    campaign("2026-05-aaaaaa", "2026-05-bbbbbb", "2026-04-111111"),
    msgspec.structs.replace(spray(), id="2026-05-cccccc"),
)


@pytest.mark.parametrize(
    ("name", "id", "note"),
    [
        ("2026-05-aaaaaa", "2026-05-aaaaaa", None),
        ("2026-05-a", "2026-05-aaaaaa", None),
        (
            "2026-05-bbbbbb",
            "2026-05-aaaaaa",
            "2026-05-bbbbbb merged into 2026-05-aaaaaa at the scan of 9 May 2026",
        ),
        ("2026-04-1", "2026-05-aaaaaa", "2026-04-111111 is 2026-05-aaaaaa here: one scan of all these logs would"),
        ("2026-04", "2026-05-aaaaaa", "2026-04-111111 is 2026-05-aaaaaa here"),
        ("2026-04-e", "2026-04-eeeeee", None),
        ("2026-04-ffffff", "2026-04-eeeeee", None),
    ],
)
def test_a_name_means_a_campaign(name: str, id: str, note: str | None) -> None:
    one = meant(ANSWER, name)
    assert one.id == id
    assert (one.note is None) == (note is None)
    assert (one.note or "").startswith(note or "")


@pytest.mark.parametrize(("name", "said"), [("2026-05", "several campaigns begin"), ("1999", "no campaign begins")])
def test_a_name_that_means_none_or_several_is_answered_with_the_ids(name: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        meant(ANSWER, name)
    assert error.value.message == f"{said} with {name!r}"
    found = "the last scan found: 2026-05-aaaaaa, 2026-05-cccccc"
    assert error.value.remedy.startswith(found)
    assert ("name it with --store" in error.value.remedy) == (name == "1999")


def test_figures_of_a_campaign_that_is_found_no_longer_are_not_explained_but_its_history_is_pointed_to() -> None:
    with pytest.raises(UsageError) as error:
        found_campaign(ANSWER, "2026-04-eeeeee")
    assert (
        "is no longer found, 9 May 2026 08:00 UTC: of its 5 events 5 no longer make a campaign" in error.value.message
    )
    assert "`tocsin campaign 2026-04-eeeeee`" in error.value.remedy
