"""The shipped model on the public lists: recall and false alarms, as the documents state them."""

from __future__ import annotations

import pytest

from shared_data import SHARED, needs_shared_data
from tocsin.domains import Judge, scan

LISTS = SHARED / "domains"


@needs_shared_data
def test_most_names_of_published_lists_are_hits_and_few_harmless_ones(judge: Judge) -> None:
    found = {
        path.name: scan([(path, path.name)], judge, above=judge.model.above) for path in sorted(LISTS.glob("*.txt"))
    }
    hits = {name: len(one.hits) for name, one in found.items()}
    assert hits["phosphorus_2019_court.txt"] >= 75
    assert hits["amnesty_2018_account_phishing.txt"] >= 185
    assert found["benign_public.txt"].names == 9164
    assert hits["benign_public.txt"] <= 20


@needs_shared_data
@pytest.mark.parametrize("split", ["court lists -> Amnesty", "Amnesty -> court lists", "random fifth of the families"])
def test_the_model_says_what_it_reached_on_names_held_back(judge: Judge, split: str) -> None:
    measured = judge.model.metrics[split]
    assert measured["false_alarms_with_words"] <= 0.005
    assert measured["false_alarms_without_words"] <= 0.0005
