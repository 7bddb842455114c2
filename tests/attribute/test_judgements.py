"""Two people release; everything is kept; a changed ledger is noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assessments import announced, assess
from attribution_by_hand import actor
from tocsin.assess.assessment import Attribution, OpenAttribution
from tocsin.attribute.judgements import (
    LEDGER,
    Act,
    judged,
    propose_or_release,
    read_ledger,
    with_judgements,
    withdraw,
)
from tocsin.errors import StoreError, UsageError

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
CAMPAIGN = announced()
OTTER = actor("RIVER OTTER", "Example CERT")


def release(store: Path, by: str = "Ada", **facts: Any) -> Act:
    standard: dict[str, Any] = {"term": "likely", "confidence": "low", "reason": "its own addresses"}
    return propose_or_release(store, campaign=CAMPAIGN, actor=OTTER, by=by, now=NOW, **standard | facts)


def attribution(store: Path) -> tuple[list[Attribution], list[OpenAttribution]]:
    (campaign,) = with_judgements(assess([CAMPAIGN]), read_ledger(store)).campaigns
    return campaign.attribution, campaign.attribution_open


RELEASED = Attribution(
    actor="RIVER OTTER", authority="Example CERT", likelihood="55-80%", term="likely", confidence="low"
)


def test_one_person_only_proposes(tmp_path: Path) -> None:
    release(tmp_path)
    proposed = OpenAttribution(
        state="proposed",
        actor="RIVER OTTER",
        authority="Example CERT",
        likelihood="55-80%",
        term="likely",
        confidence="low",
        by="Ada",
        at="2026-03-10T09:00:00Z",
    )
    assert attribution(tmp_path) == ([], [proposed])


def test_a_second_person_releases_what_the_first_one_said(tmp_path: Path) -> None:
    release(tmp_path)
    release(tmp_path, by="Bea", term=None, confidence=None, reason="")
    assert attribution(tmp_path) == ([RELEASED], [])
    (one,) = judged(read_ledger(tmp_path), [CAMPAIGN.id])
    assert one.released_by == ("Ada", "Bea")


@pytest.mark.parametrize("again", ["Ada", " ADA ", "a d a", "Ａda"])
def test_the_same_person_under_another_spelling_is_no_second_one(tmp_path: Path, again: str) -> None:
    release(tmp_path)
    with pytest.raises(UsageError, match="needs a second person"):
        release(tmp_path, by=again)
    assert attribution(tmp_path)[0] == []


def test_who_says_something_else_proposes_anew(tmp_path: Path) -> None:
    release(tmp_path)
    release(tmp_path, by="Bea", term="very likely")
    released, (still_open,) = attribution(tmp_path)
    assert (released, still_open.by, still_open.term) == ([], "Bea", "very likely")
    release(tmp_path, by="Ada", term=None, confidence=None)
    assert attribution(tmp_path)[0][0].term == "very likely"


def test_a_released_judgement_is_taken_back_by_one_person_with_a_reason(tmp_path: Path) -> None:
    release(tmp_path)
    release(tmp_path, by="Bea")
    with pytest.raises(UsageError, match="--reason is empty"):
        withdraw(tmp_path, campaign=CAMPAIGN, actor=OTTER.key, by="Cid", reason=" ", now=NOW)
    withdraw(tmp_path, campaign=CAMPAIGN, actor=OTTER.key, by="Cid", reason="the addresses were let on", now=NOW)
    assert attribution(tmp_path) == ([], [])
    assert [(one.act, one.by) for one in read_ledger(tmp_path)] == [
        ("proposed", "Ada"),
        ("released", "Bea"),
        ("withdrawn", "Cid"),
    ]
    with pytest.raises(UsageError, match="neither proposed nor released"):
        withdraw(tmp_path, campaign=CAMPAIGN, actor=OTTER.key, by="Cid", reason="again", now=NOW)


def test_an_authority_has_one_released_name_at_a_time(tmp_path: Path) -> None:
    release(tmp_path)
    release(tmp_path, by="Bea")
    with pytest.raises(UsageError, match="is released for"):
        propose_or_release(
            tmp_path,
            campaign=CAMPAIGN,
            actor=actor("STOAT", "Example CERT"),
            term="likely",
            confidence="low",
            by="Ada",
            reason="x",
            now=NOW,
        )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"term": None}, "how likely is RIVER OTTER"),
        ({"term": "certain"}, "is no judgement"),
        ({"confidence": "total"}, "is no judgement"),
        ({"reason": ""}, "a proposal needs its reason"),
        ({"by": "\u202eeda"}, "--by holds characters that nobody sees"),
        ({"by": "..."}, "--by holds no name"),
        ({"by": "x" * 10_000_000}, "--by is longer than 100 characters"),
        ({"reason": "a\x1b[2Jb"}, "--reason holds characters that nobody sees"),
    ],
)
def test_a_judgement_without_a_part_or_with_hidden_characters_is_refused(
    tmp_path: Path, facts: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        release(tmp_path, **facts)
    assert read_ledger(tmp_path) == []


def test_what_is_suggested_stands_for_what_is_left_out(tmp_path: Path) -> None:
    act = release(tmp_path, term=None, confidence=None, suggested=("very likely", "moderate"))
    assert (act.term, act.likelihood, act.confidence) == ("very likely", "80-95%", "moderate")


def test_a_campaign_answers_to_the_ids_that_it_had(tmp_path: Path) -> None:
    release(tmp_path)
    acts = read_ledger(tmp_path)
    assert len(judged(acts, ["other", CAMPAIGN.id])) == 1
    assert judged(acts, ["other"]) == []


@pytest.mark.parametrize("number", [0, 1])
def test_a_line_that_was_changed_or_taken_out_is_noticed(tmp_path: Path, number: int) -> None:
    release(tmp_path)
    release(tmp_path, by="Bea")
    withdraw(tmp_path, campaign=CAMPAIGN, actor=OTTER.key, by="Cid", reason="x", now=NOW)
    path = tmp_path / LEDGER
    lines = path.read_text().splitlines()
    lines[number] = lines[number].replace("likely", "very likely")
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(StoreError, match=f"line {number + 2}: it does not follow"):
        read_ledger(tmp_path)
    del lines[number]
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(StoreError, match="it does not follow"):
        read_ledger(tmp_path)


def test_a_line_that_was_being_written_when_its_process_was_killed_counts_for_nothing(tmp_path: Path) -> None:
    release(tmp_path)
    path = tmp_path / LEDGER
    path.write_bytes(path.read_bytes() + b'{"at":"2026')
    assert len(read_ledger(tmp_path)) == 1
    release(tmp_path, by="Bea")
    assert attribution(tmp_path) == ([RELEASED], [])


def test_the_ledger_is_its_owner_s_alone(tmp_path: Path) -> None:
    release(tmp_path)
    assert (tmp_path / LEDGER).stat().st_mode & 0o777 == 0o600
