"""Was it the owner? The log-odds by hand, from the formula in `strangers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.campaigns.faithfulness import MOST_KNOWN, Faithfulness
from tocsin.campaigns.population import Population
from tocsin.campaigns.strangers import STAYING, owner_log_odds, weigh

SITE = Population(
    accounts=100,
    shares={
        "source_ip": {"192.0.2.1": 0.5},
        "network": {"AS1": 0.4, "AS2": 0.1},
        "country": {"DE": 0.8, "NL": 0.05},
        "client": {"Chrome/Windows": 0.6, "curl": 0.02},
    },
    places=Faithfulness(at=tuple((share,) * (MOST_KNOWN + 1) for share in (0.7, 0.15, 0.1)), elsewhere=0.05),
    relays={},
    client_kept=0.9,
)
TRAITS = ("source_ip", "network", "country", "client")
Seen = Mapping[str, int]
NEVER: Seen = {}


def odds(
    traits: Mapping[str, str | None],
    *,
    before: Seen = NEVER,
    after: Seen = NEVER,
    history: int = 0,
    later: int = 0,
    day: int = 100,
    last_day: int | None = None,
    stayed: int = 0,
) -> float:
    """Of one act: `before` counts earlier days by trait, `after` names the first later day, `stayed` counts the later
    days at the address."""
    columns = {name: pa.array([traits.get(name)], pa.string()) for name in TRAITS}
    columns |= {f"{name}_before": pa.array([before.get(name, 0)], pa.int64()) for name in TRAITS}
    columns |= {f"{name}_after": pa.array([after.get(name)], pa.int32()) for name in TRAITS}
    columns["history_before"] = pa.array([history], pa.int64())
    columns["history_after"] = pa.array([later], pa.int64())
    columns["day_number"] = pa.array([day], pa.int32())
    columns["source_ip_stayed"] = pa.array([stayed], pa.int64())
    (found,) = owner_log_odds(pa.table(columns), SITE, last_day=last_day).tolist()
    return float(found)


HOME = {"source_ip": "81.2.3.4", "network": "AS1", "country": "DE", "client": "Chrome/Windows"}
EXIT = {"source_ip": "45.9.1.7", "network": "AS900", "country": "NL", "client": "curl"}


def test_staying_after_getting_in_is_no_proof_of_being_at_home() -> None:
    """A stranger who got in may come back on other days: they add twenty to one at most."""
    here = {"source_ip": 101, "network": 101, "country": 101, "client": 101}
    gone_for = odds(EXIT, history=20, later=12)
    assert odds(EXIT, after=here, history=20, later=20, stayed=8) == pytest.approx(gone_for + STAYING)


def test_a_network_met_again_later_is_no_proof_of_being_at_home() -> None:
    """The address once; what is met in its network later is as well the attacker's, who got in from another."""
    later = {"network": 110, "country": 110}
    gone_for = odds(EXIT, history=20, later=20)
    assert odds(EXIT, after=later, history=20, later=20) == pytest.approx(gone_for + STAYING)


def test_who_lives_there_from_now_on_has_moved() -> None:
    """Twelve of twenty later days: an attacker's account would be used elsewhere, too."""
    here = {"source_ip": 101, "network": 101, "country": 101, "client": 101}
    lived = odds(EXIT, after=here, history=20, later=20, stayed=12)
    assert lived > odds(EXIT, after=here, history=20, later=20, stayed=10)
    assert lived == odds(EXIT, before=dict.fromkeys(TRAITS, 12), history=40)


def test_days_before_speak_for_the_owner_whatever_comes_later() -> None:
    home = {"source_ip": 9, "network": 9, "country": 9, "client": 9}
    assert odds(HOME, before=home, history=9, later=20) == odds(HOME, before=home, history=29)


def test_a_known_address_and_client_speak_for_the_owner() -> None:
    """log(0.7 / 0.01): nobody else uses the address, one account of a hundred. log(0.9 / 0.6): most use the client."""
    found = odds(HOME, before={"source_ip": 3, "network": 3, "country": 3, "client": 3}, history=3)
    assert found == pytest.approx(log(0.7 / 0.01) + log(0.9 / 0.6))


def test_an_address_of_many_says_less_than_ones_own() -> None:
    office = HOME | {"source_ip": "192.0.2.1", "client": None}
    assert odds(office, before={"source_ip": 3}, history=3) == pytest.approx(log(0.7 / 0.5))


@pytest.mark.parametrize(
    ("level", "expected"), [("network", log(0.15 / 0.4)), ("country", log(0.1 / 0.8))], ids=["network", "country"]
)
def test_the_narrowest_place_known_is_the_one_that_counts(level: str, expected: float) -> None:
    """Another address of one's network or country: less faithful than the address, against how common it is."""
    wider = TRAITS[TRAITS.index(level) : 3]
    assert odds(HOME | {"client": None}, before=dict.fromkeys(wider, 5), history=9) == pytest.approx(expected)


def test_a_place_and_client_never_seen_speak_against_the_owner() -> None:
    """Nine days of history: 9/10 that an owner would have been seen. 1 - 0.9 x 0.95; (1 - 0.9 x 0.9) / (1 - 0.02)."""
    expected = log(1 - 0.9 * (1 - 0.05)) + log(1 - 0.9 * 0.9) - log(1 - 0.02)
    assert odds(EXIT, history=9) == pytest.approx(expected)
    assert odds(EXIT, history=9) < -1.0


def test_an_account_without_history_is_neutral() -> None:
    """Nowhere has it been seen, so being seen nowhere says nothing; only the client's rarity is left."""
    assert odds({**EXIT, "client": None}) == 0.0
    assert odds(EXIT) == pytest.approx(-log(1 - 0.02))


def test_what_is_unknown_weighs_nothing() -> None:
    assert odds({}, history=30) == 0.0


def test_days_after_the_act_count_like_those_before() -> None:
    """A person who moved house is at home there the day after."""
    after = {"source_ip": 101, "network": 101, "country": 101, "client": 101}
    moved = odds(EXIT, after=after, history=9, later=9, stayed=9)
    assert moved == odds(EXIT, before=dict.fromkeys(TRAITS, 1), history=18)


def test_the_last_day_hides_the_future() -> None:
    """Seen again on day 105: on day 104 the act is as strange as if that never came, on day 105 it is the owner's."""
    after = dict.fromkeys(TRAITS, 105)
    unseen = odds(EXIT, history=9)
    assert odds(EXIT, after=after, history=9, later=30, last_day=100) == unseen
    assert odds(EXIT, after=after, history=9, later=30, last_day=104) == odds(EXIT, history=13)
    seen = odds(EXIT, after=after, history=9, later=5, stayed=5)
    assert odds(EXIT, after=after, history=9, later=30, stayed=5, last_day=105) == seen > unseen


@given(days=st.integers(0, 400), more=st.integers(1, 400))
def test_more_history_makes_an_unseen_place_stranger(days: int, more: int) -> None:
    assert odds(EXIT, history=days + more) < odds(EXIT, history=days)


@given(rows=st.lists(st.tuples(*[st.booleans()] * 4, st.integers(0, 60)), min_size=1, max_size=8))
def test_an_act_is_weighed_alone(rows: list[tuple[bool, ...]]) -> None:
    """Its log-odds do not depend on which other acts are weighed with it."""
    table = pa.Table.from_pylist([HOME if row[0] else EXIT for row in rows])
    seen = {name: np.array([row[number] for row in rows], np.bool_) for number, name in enumerate(TRAITS)}
    history = np.array([row[4] for row in rows], np.float64)
    together = weigh(table, seen, history, SITE)
    alone = [
        weigh(table.slice(n, 1), {name: held[n : n + 1] for name, held in seen.items()}, history[n : n + 1], SITE)[0]
        for n in range(len(rows))
    ]
    assert together.tolist() == alone
