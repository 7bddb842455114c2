"""Tails in logarithms, against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, combine_pvalues

from tocsin.campaigns.chances import SMALLEST, fishers, log_at_least


@pytest.mark.parametrize("share", [1e-4, 0.2, 0.9])
def test_the_binomial_tail_is_scipys(share: float) -> None:
    number = np.arange(41)
    tail = np.maximum(binom.sf(number - 1, 40, share), SMALLEST)
    assert log_at_least(number, 40, share) == pytest.approx(np.log(tail))


def test_nothing_is_certain_and_more_than_there_are_impossible() -> None:
    assert log_at_least(np.array([0, 4]), 3, 0.5).tolist() == [0.0, np.log(SMALLEST)]
    assert log_at_least(np.array([1, 3]), 3, 1.0).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("chances", [[0.5], [0.3, 0.02], [1e-9, 0.9, 0.2]])
def test_fishers_method_is_scipys(chances: list[float]) -> None:
    assert np.exp(fishers(np.log(chances).tolist())) == pytest.approx(combine_pvalues(chances, method="fisher").pvalue)
