"""The model on the public lists: what it reaches on names held back, measured here, and as the documents state it."""

from __future__ import annotations

from typing import Any

import pytest
from domain_fit import Prepared
from train_domains import Material, gather, make, measure

from shared_data import SHARED, needs_shared_data
from tocsin.domains import Judge, scan

LISTS = SHARED / "domains"

pytestmark = needs_shared_data


@pytest.fixture(scope="module")
def material() -> Material:
    return gather(LISTS)


@pytest.fixture(scope="module")
def parts(material: Material) -> list[Prepared]:
    return material.parts()


@pytest.fixture(scope="module")
def measured(material: Material, parts: list[Prepared]) -> dict[str, Any]:
    return measure(material, parts)


def test_most_names_of_published_lists_are_hits_and_few_harmless_ones(judge: Judge) -> None:
    found = {
        path.name: scan([(path, path.name)], judge, above=judge.model.above) for path in sorted(LISTS.glob("*.txt"))
    }
    hits = {name: len(one.hits) for name, one in found.items()}
    assert hits["phosphorus_2019_court.txt"] >= 85
    assert hits["strontium_2019_07.txt"] >= 13
    assert hits["amnesty_2018_account_phishing.txt"] >= 195
    assert found["benign_public.txt"].names == 9164
    assert hits["benign_public.txt"] <= 19


@pytest.mark.parametrize(
    ("held_back", "least"),
    [
        ("Amnesty held back", 0.93),
        ("Phosphorus held back", 0.90),
        ("Strontium held back", 0.85),
        ("both court lists held back", 0.89),
        ("random fifths of the families held back", 0.92),
    ],
)
def test_names_of_an_actor_held_back_are_found_at_half_a_percent_of_false_alarms(
    measured: dict[str, Any], held_back: str, least: float
) -> None:
    """Trained here without the actor, and without each fifth of the harmless names."""
    figures = measured[held_back]
    assert figures["recall"] >= least
    assert figures["false_alarms_with_words"] <= 0.005
    assert figures["false_alarms_without_words"] <= 0.0005


def test_the_model_states_what_is_measured(judge: Judge, measured: dict[str, Any]) -> None:
    assert {title: judge.model.metrics[title] for title in measured} == measured


def test_the_shipped_model_is_what_its_recipe_makes(judge: Judge, material: Material, parts: list[Prepared]) -> None:
    made = make(material, parts, {})
    shipped = judge.model
    assert made.recipe == shipped.recipe
    assert made.word_costs == shipped.word_costs
    assert made.weights == pytest.approx(shipped.weights, abs=2e-3)
    assert made.intercept == pytest.approx(shipped.intercept, abs=2e-3)
    assert made.above == pytest.approx(shipped.above, abs=2e-3)
