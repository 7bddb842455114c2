"""Second factors refused again and again, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import pyarrow as pa
import pytest

from small_site import DAY_MS, act, found_in, guess, person, work
from tocsin.campaigns.acts import Acts
from tocsin.campaigns.insistence import ANSWERED_MS, IMAGINED_SITTINGS, refusals
from tocsin.engines import Engine

Refusal = tuple[str, str, int]  # account, address, earlier days at the address


def weights(
    refused: Sequence[Refusal],
    *,
    activity: str = "challenge",
    outcome: str = "failure",
    followed_ms: int | None = None,
) -> list[float]:
    """Of refusals on one day, in order."""
    columns = {
        "ts": pa.array(range(len(refused)), pa.int64()),
        "event_uid": pa.array([f"{number:04d}" for number in range(len(refused))]),
        "provider": pa.array(["okta"] * len(refused)),
        "activity": pa.array([activity] * len(refused)),
        "outcome": pa.array([outcome] * len(refused)),
        "account": pa.array([account for account, _, _ in refused]),
        "source_ip": pa.array([address for _, address, _ in refused]),
        "day_number": pa.array([100] * len(refused), pa.int32()),
        "followed_ms": pa.array([followed_ms] * len(refused), pa.int64()),
        "source_ip_before": pa.array([before for _, _, before in refused], pa.int64()),
    }
    return [float(one) for one in refusals(Acts.of(pa.table(columns))).insisted.tolist()]


def test_refusing_once_says_nothing() -> None:
    assert weights([("ada", "203.0.113.7", 0)]) == [0.0]


def test_the_more_refusals_in_a_row_the_less_an_owner_made_them() -> None:
    """No owner was seen: of ten imagined ones, one in 2^7 refuses eight times; of strangers one in 8."""
    expected = log(IMAGINED_SITTINGS * 0.5**7 / IMAGINED_SITTINGS * 8)
    assert weights([("ada", "203.0.113.7", 0)] * 8) == pytest.approx([expected] * 8)


def test_a_prompt_that_lets_somebody_in_soon_was_answered_and_one_that_is_denied_was_not() -> None:
    pushed = [("ada", "203.0.113.7", 0)] * 8
    assert weights(pushed, outcome="unknown", followed_ms=ANSWERED_MS) == [0.0] * 8
    assert max(weights(pushed, outcome="unknown", followed_ms=ANSWERED_MS + 1)) < 0.0
    assert max(weights(pushed, outcome="failure", followed_ms=5_000)) < 0.0


def test_where_owners_refuse_as_often_it_is_nothing_unusual() -> None:
    """A site whose telephones lose every prompt: thirty people at home with eight refusals each."""
    usual = [(f"p{number}", f"81.2.{number}.5", 9) for number in range(30) for _ in range(8)]
    assert weights([*usual, *[("ada", "203.0.113.7", 0)] * 8])[-1] == 0.0


@pytest.mark.parametrize(("activity", "outcome"), [("sign_in", "failure"), ("challenge", "success")])
def test_only_second_factors_refused_count(activity: str, outcome: str) -> None:
    assert weights([("ada", "203.0.113.7", 0)] * 8, activity=activity, outcome=outcome) == [0.0] * 8


def test_who_pushed_is_known_by_account_address_and_day(duck: Engine) -> None:
    """Eight prompts refused away from home; one, which says nothing, of somebody else; and wrong passwords."""
    there = {"source_ip": "185.5.5.5", "network": "AS185", "country": "SE"}
    pushes = [
        act(
            f"push/{number}/{again}", person(number), there, day=10, hour=3.0 + again / 20,
            activity="challenge", outcome="failure", reason="mfa_denied",
        )
        for number, times in ((4, 8), (5, 1))
        for again in range(times)
    ]  # fmt: skip
    guesses = [guess(f"guess/{again}", person(6), there, day=10, hour=4.0 + again / 20) for again in range(8)]
    site = found_in(duck, [*work(range(30)), *pushes, *guesses]).site
    day = pushes[0]["ts"] // DAY_MS
    assert list(site.weighed.insisted_at) == [(person(4), "185.5.5.5", day)]
