"""The beta-binomial tail and the benign share that it rests on."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import beta as beta_function

from tocsin.campaigns.suspicion import FALSE_ALARM, PRIOR_SHARE, benign_share, surprise


def tail(strangers: int, owners: int, alpha: float, beta: float) -> float:
    """P(at least so many strangers), summed term by term from the definition."""
    total = strangers + owners
    terms = (
        comb(total, k) * beta_function(k + alpha, total - k + beta) / beta_function(alpha, beta)
        for k in range(strangers, total + 1)
    )
    return float(sum(terms))


@pytest.mark.parametrize(("strangers", "owners"), [(0, 7), (1, 0), (2, 3), (4, 0), (6, 40), (12, 1)])
def test_the_surprise_is_the_tail_of_the_beta_binomial(strangers: int, owners: int) -> None:
    found = surprise(np.array([strangers]), np.array([owners]), 1.0, 49.0)
    assert found.tolist() == pytest.approx([tail(strangers, owners, 1.0, 49.0)])


def test_no_stranger_is_no_surprise_and_one_alone_is_the_share_itself() -> None:
    found = surprise(np.array([0, 1]), np.array([20, 0]), 1.0, 49.0)
    assert found.tolist() == pytest.approx([1.0, 0.02])


@given(st.integers(1, 20), st.integers(0, 200), st.integers(1, 50))
def test_more_owners_behind_an_address_make_strangers_less_surprising(strangers: int, owners: int, more: int) -> None:
    few, many = surprise(np.array([strangers] * 2), np.array([owners, owners + more]), 1.0, 49.0).tolist()
    assert few <= many


def test_before_anything_is_seen_the_share_is_the_prior() -> None:
    alpha, beta = benign_share(np.array([], np.int64), np.array([], np.int64))
    assert alpha / (alpha + beta) == pytest.approx(PRIOR_SHARE)


def test_a_site_with_more_travellers_expects_more_strangers() -> None:
    """Forty addresses of fifty visits, five of them strange: the mean lies between the prior and the tenth seen."""
    alpha, beta = benign_share(np.full(40, 5), np.full(40, 45))
    assert alpha / (alpha + beta) == pytest.approx((40 * 5 + 200 * PRIOR_SHARE) / (40 * 50 + 200))


def test_an_attacked_minority_does_not_teach_that_attacks_are_usual() -> None:
    strangers, owners = np.full(40, 1), np.full(40, 49)
    attacked = np.concatenate([strangers, np.full(4, 20)]), np.concatenate([owners, np.zeros(4, np.int64)])
    assert benign_share(*attacked) == pytest.approx(benign_share(strangers, owners))


def test_four_strangers_alone_at_an_address_are_suspicious_and_four_among_a_hundred_owners_are_not() -> None:
    alpha, beta = benign_share(np.array([], np.int64), np.array([], np.int64))
    alone, crowd = surprise(np.array([4, 4]), np.array([0, 100]), alpha, beta).tolist()
    assert alone < FALSE_ALARM < crowd
