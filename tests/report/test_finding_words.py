"""A finding that no campaign explains as a whole says which of its events do belong to one."""

from __future__ import annotations

import pytest
from rich.console import Console, RenderableType

from findings_by_hand import finding
from tocsin.detect import FINDING_EVENT
from tocsin.report import finding_tables
from tocsin.report.finding_words import of_other_campaigns


@pytest.mark.parametrize(
    ("events", "campaign", "events_of", "said"),
    [
        (2, None, {"C-1": 1}, "one of its 2 events belongs to campaign C-1"),
        (5, None, {"C-1": 1, "C-2": 2}, "one of its 5 events belongs to campaign C-1 and 2 of its 5 events belong to"
         " campaign C-2"),
        (5, "C-1", {"C-1": 3}, None),
        (5, "C-1", {"C-1": 3, "C-2": 1}, "one of its 5 events belongs to campaign C-2"),
        (2, None, {}, None),
        (2, None, {"\x1bC": 1}, "one of its 2 events belongs to campaign ⟨U+001B⟩C"),
    ],
)  # fmt: skip
def test_the_campaigns_that_some_events_belong_to_are_said(
    events: int, campaign: str | None, events_of: dict[str, int], said: str | None
) -> None:
    assert of_other_campaigns(finding("f-1", events=events, campaign=campaign, events_of=events_of)) == said


def shown(what: RenderableType) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_the_list_and_the_explanation_say_it() -> None:
    half, alone = finding("f-1", events=2, events_of={"C-1": 1}), finding("f-2", events=2)
    assert shown(finding_tables.outside([half, alone])).count("belongs to campaign C-1") == 1
    told = shown(finding_tables.explained(half, FINDING_EVENT.empty_table()))
    assert "none as a whole, but one of its 2 events belongs to campaign C-1" in told
    assert "a finding is no campaign by itself" in shown(finding_tables.explained(alone, FINDING_EVENT.empty_table()))
