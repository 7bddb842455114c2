"""Two classes in what sources show, and none."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.campaigns.latent_classes import dealt_on, fits, gain

LEAST = 20.0
USUAL_CLIENTS = np.array([1.0, 1.0, 1.0, 1.0])
USUAL_HOURS = np.full(24, 1 / 6)

Team = tuple[int, tuple[int, ...], range]
MORNINGS: Team = (80, (0, 0, 0, 1), range(6, 12))
EVENINGS: Team = (80, (1, 2, 2, 2), range(9, 15))
BOTH_BROWSERS: Team = (160, (0, 1, 2), range(6, 15))


def shown(*teams: Team, seed: int = 1) -> list[tuple[np.ndarray, np.ndarray]]:
    """One client and four sittings of each source."""
    dice = np.random.default_rng(seed)
    sources = [team for team in teams for _ in range(team[0])]
    clients, hours = np.zeros((len(sources), 4)), np.zeros((len(sources), 24))
    for row, (_, own, at) in enumerate(sources):
        clients[row, dice.choice(own)] = 1.0
        for hour in dice.choice(at, 4):
            hours[row, hour] += 1.0
    return [(clients, USUAL_CLIENTS), (hours, USUAL_HOURS)]


def days(sources: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).integers(20_000, 20_028, sources)


@pytest.mark.parametrize("seed", range(4))
def test_two_teams_gain_far_more_than_chance(seed: int) -> None:
    """Though they share a browser and three hours, so that many a source could be either's."""
    gained, first = gain(shown(MORNINGS, EVENINGS, seed=seed), days(160), LEAST)
    assert gained > LEAST
    wrong = int(first[:80].sum() + (~first[80:]).sum())
    assert min(wrong, 160 - wrong) <= 16


@pytest.mark.parametrize("seed", range(4))
def test_one_team_with_all_of_it_gains_nothing(seed: int) -> None:
    """One fact away: whoever has whichever browser works at any of the hours."""
    assert gain(shown(BOTH_BROWSERS, seed=seed), days(160), LEAST)[0] < LEAST / 2


def test_browsers_and_hours_that_change_together_are_one_teams() -> None:
    """One fact away: the second browser came with the evenings, on one day in the middle of the month."""
    first_days = np.repeat([20_000, 20_014], 80)
    assert gain(shown(MORNINGS, EVENINGS), first_days, -100.0)[0] < 1.0


def test_a_hopeless_gain_is_not_worked_out() -> None:
    """Two classes that gain less than asked even before chance is taken off."""
    traits = shown(BOTH_BROWSERS)
    raw, _ = gain(traits, days(160), 1e6)
    held, _ = gain(traits, days(160), -1e6)
    assert held < raw < 1e6


def test_the_same_sources_are_dealt_alike_again() -> None:
    traits = shown(MORNINGS, EVENINGS)
    once, again = ([one.first.tolist() for one in fits(traits)] for _ in range(2))
    assert once == again
    assert once


def test_sources_are_dealt_on_to_the_nearest_likely_dealing() -> None:
    """A tenth of each team begins on the wrong side."""
    truth = np.arange(160) < 80
    beginning = truth ^ (np.arange(160) % 10 == 0)
    dealt = dealt_on(shown(MORNINGS, EVENINGS), beginning)
    assert (dealt != truth).sum() < (beginning != truth).sum()


def test_a_far_likelier_dealing_is_taken_wherever_the_fit_begins() -> None:
    """The beginning mixes both teams evenly, and a fit from there need not find them."""
    teams = shown((80, (0,), range(6, 12)), (80, (2,), range(12, 18)))
    dealt = dealt_on(teams, np.arange(160) % 2 == 0)
    assert dealt[:80].all() != dealt[80:].all()
    assert dealt[:80].all() or not dealt[:80].any()
