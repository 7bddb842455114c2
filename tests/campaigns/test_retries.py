"""An operator that has one try for each account, and one that tries again."""

from __future__ import annotations

from math import log

import pyarrow as pa
import pytest

from tocsin.campaigns.acts import FOLLOW_MS, Acts
from tocsin.campaigns.refused_first import RefusedFirst
from tocsin.campaigns.retries import MOST, Retries

EXIT = "203.0.113.9"
OWNERS = 0.8
AT = 10_000_000

Try = tuple[str, str, int, str]  # provider, account, ts, event_uid


def table(tries: list[Try]) -> pa.Table:
    names = ("provider", "account", "ts", "event_uid")
    columns: dict[str, list[object]] = dict(zip(names, map(list, zip(*tries, strict=True)), strict=True))
    same = {"source_ip": EXIT, "activity": "sign_in", "outcome": "failure", "reason": "wrong_password"}
    return pa.table(columns | {name: [value] * len(tries) for name, value in same.items()})


def said(others: list[Try], at: int = AT + 9_000) -> float:
    """Of Ada, whose password was refused at `AT`."""
    own = table([("okta", "ada", AT, "ada"), *others])
    acts = Acts.of(own)
    return Retries(own, RefusedFirst(acts, pa.array([False] * len(own)).to_numpy(False)), OWNERS).odds("ada", EXIT, at)


def once(number: int, provider: str = "okta", later: int = 0) -> Try:
    return provider, f"p{number}", number * 1_000_000 + later, f"{provider}/{number}/{later}"


def test_where_the_operator_never_tries_again_an_owner_does() -> None:
    assert said([once(number) for number in range(8)]) == pytest.approx(log(OWNERS * 10.0))
    assert said([once(number) for number in range(1000)]) == pytest.approx(MOST)


def test_where_it_does_as_owners_do_nothing_is_said() -> None:
    tries = [once(number, later=later) for number in range(1000) for later in (0, 60_000)]
    assert said(tries) == 0.0


def test_one_try_that_two_logs_or_several_records_tell_of_is_one() -> None:
    tries = [one for number in range(8) for one in (once(number), once(number, "m365", 90), once(number, later=700))]
    assert said(tries) == pytest.approx(log(OWNERS * 10.0))


def test_a_success_that_no_refused_password_came_before_says_nothing() -> None:
    assert said([once(number) for number in range(8)], at=AT - 1) == 0.0
    assert said([once(number) for number in range(8)], at=AT + FOLLOW_MS + 1) == 0.0
