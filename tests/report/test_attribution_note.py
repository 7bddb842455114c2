"""The analyst's note, word for word: the files in samples/ are changed knowingly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from assessments import announced
from attribution_by_hand import NOW, TEHRAN, actor, address, campaign, indicator, known, office_times
from tocsin.assess.assessment import Attribution, OpenAttribution
from tocsin.attribute import Suggestion, actor_knowledge, suggestion
from tocsin.attribute.actor import Hours
from tocsin.report.attribution_note import note, released_words, state

SAMPLES = Path(__file__).parent / "samples"

OTTER = actor(
    "RIVER OTTER",
    "Example CERT",
    indicators=tuple(indicator("ip", f"203.0.113.{number}", actor="RIVER OTTER") for number in range(10, 20)),
    hours=TEHRAN,
    techniques=frozenset({"T1098.005", "T1528"}),
    categories=frozenset({"media"}),
)
STOAT = actor(
    "STOAT",
    "Example CERT",
    hours=Hours(timezone="Europe/Berlin", start=9.0, end=18.0, days_off=(5, 6)),
    categories=frozenset({"government"}),
)


def suggested() -> Suggestion:
    seen = campaign(
        addresses=tuple(address(f"203.0.113.{number}", kind="unknown") for number in range(12, 22)),
        times=office_times("Asia/Tehran", (3, 4)),
        techniques=frozenset({"T1098.005", "T1621", "F1006.003"}),
        categories={"media": 15, "government": 9},
        roster_categories={"media": 20, "government": 20, "ngo": 20},
    )
    return suggestion(seen, known(OTTER, STOAT), now=NOW)


def contested() -> Suggestion:
    public = actor_knowledge()
    few = [one for one in public.actors if one.authority == "microsoft"]
    return suggestion(campaign(domains=("verify-linke.com",)), known(*few, facts=public.facts), now=NOW)


def unknown() -> Suggestion:
    return suggestion(campaign(times=office_times("America/Sao_Paulo", (5, 6))), known(OTTER, STOAT), now=NOW)


@pytest.mark.parametrize("case", [suggested, contested, unknown], ids=["suggested", "contested", "unknown"])
def test_the_note_reads_as_kept(case: Callable[[], Suggestion]) -> None:
    told = note(announced(), case())
    text = "\n\n".join("\n".join([heading, *(f"- {line}" for line in lines)]) for heading, lines in told) + "\n"
    assert text == (SAMPLES / f"note_{case.__name__}.txt").read_text(encoding="utf-8")


def test_what_two_people_released_is_not_told_as_waiting_for_them() -> None:
    released = Attribution(
        actor="RIVER OTTER", authority="Example CERT", likelihood="55-80%", term="likely", confidence="low"
    )
    (_, lines), *_ = note(msgspec.structs.replace(announced(), attribution=[released]), suggested())
    assert lines[0].startswith("Released by two people: It is likely (55-80%) that RIVER OTTER")
    assert lines[1].endswith("RIVER OTTER is behind this campaign. This is a suggestion by comparison.")


RELEASED = Attribution(actor="A", authority="misp", likelihood="55-80%", term="likely", confidence="low")


def test_likelihood_and_confidence_stand_in_sentences_of_their_own() -> None:
    """ICD 203, D.6.e(2)(a)."""
    first, second = released_words(RELEASED).split(". ")
    assert "likely (55-80%)" in first
    assert "onfidence" not in first
    assert "onfidence" in second
    for _, lines in note(announced(), suggested()):
        for sentence in ". ".join(lines).split(". "):
            assert not ("onfidence in" in sentence and "likely (" in sentence)


def test_until_two_people_release_it_nothing_is_called_attribution() -> None:
    open_ = OpenAttribution(
        state="proposed", actor="A", authority="misp", likelihood="55-80%", term="likely", confidence="low", by="Ada",
        at="2026-03-10T09:00:00Z",
    )  # fmt: skip
    campaign_ = msgspec.structs.replace(announced(), attribution_open=[open_])
    assert state(campaign_) == [
        "Whose hand it is, is not known.",
        "Not released: Ada proposes A (MISP threat actors), likely, 55-80%, since 10 Mar 2026 09:00 UTC; a second"
        " person has to agree.",
    ]


def test_names_that_hide_something_are_shown_with_what_they_hide() -> None:
    hostile = msgspec.structs.replace(RELEASED, actor="\u202eevil\x1b[2J", authority="x" * 1000)
    assert "⟨U+202E⟩evil⟨U+001B⟩[2J" in released_words(hostile)
    assert len(released_words(hostile)) < 400
