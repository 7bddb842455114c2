"""Why something is held to be one campaign, in words."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tocsin.campaigns import Linked, reasons
from tocsin.campaigns.infer import Suspects


def told(
    *sources: tuple[str, str],
    core: int,
    surprise: float,
    spread: int = 0,
    alike: str = "",
    locked_out: int = 0,
    by_names: bool = False,
) -> list[str]:
    suspects = Suspects(
        sources=frozenset(sources),
        acts=pa.array([0, 1]).to_numpy(),
        core=core,
        spread=spread,
        alike=alike,
        locked_out=locked_out,
        surprise=surprise,
        by_names=by_names,
    )
    return list(reasons(Linked(suspects=suspects, events=pa.table({}), detected_at=None, detections=frozenset())))


@pytest.mark.parametrize(
    ("surprise", "words"),
    [
        (-3.5, "chance 1 in 3,162"),
        (-12.2, "chance 1 in 10^12"),
        (-99.9, "chance 1 in 10^100"),
        (-753.0, "chance less than 1 in 10^100"),
    ],
)
def test_no_chance_is_told_smaller_than_a_model_can_know(surprise: float, words: str) -> None:
    said = told(("192.0.2.1", ""), ("192.0.2.2", ""), core=2, surprise=surprise)
    assert said == [
        f"2 sources brought more strangers than harmless sources do ({words} that all of them are harmless)",
        "2 sources at 2 addresses agree on what strangers seldom share: targets, aim, networks, clients, hours",
        "2 acts do not fit the habits of the accounts aimed at",
    ]


@pytest.mark.parametrize(
    ("alike", "words"),
    [
        ("network", "brought more strangers than harmless ones do, by the network that they share"),
        ("accounts", "came for the same accounts again and again, each time from another network"),
    ],
)
def test_sources_used_once_are_told_by_what_they_have_in_common(alike: str, words: str) -> None:
    said = told(("192.0.2.1", ""), ("192.0.2.2", ""), core=0, spread=2, alike=alike, surprise=-9.0)
    assert said[0] == (f"2 sources, each of them hardly used, {words} (chance 1 in 10^9 that all of them are harmless)")


def test_changed_locks_are_told_whatever_the_sources_stand_out_by() -> None:
    for core, alike in ((1, ""), (0, "refusals"), (0, "locks")):
        said = told(("192.0.2.1", ""), core=core, spread=1, alike=alike, surprise=-9.0, locked_out=2)
        assert [one for one in said if one.startswith("2 accounts fell there by a recovery or a help desk's reset")]


def test_one_source_agrees_with_nobody() -> None:
    assert told(("192.0.2.1", ""), core=1, surprise=-4.0, by_names=True) == [
        "1 source tried more names that do not exist than a harmless source does (chance 1 in 10,000 that it is"
        " harmless)",
        "2 acts name no account or do not fit the habits of the accounts aimed at",
    ]
