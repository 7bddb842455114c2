"""What is usual at a site, measured on days on which owners were let in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tocsin.campaigns.faithfulness import LEVELS
from tocsin.campaigns.population import Population, owners_by_source, population
from tocsin.detect import habits
from tocsin.engines import Engine

DAYS = pa.schema(
    [(name, pa.string()) for name in ("account", "source_ip", "network", "client", "country")]
    + [("day_number", pa.int32())]
)
HOME = ("81.2.3.4", "AS1", "Firefox", "DE")
MOBILE = ("90.1.1.1", "AS1", "Safari", "DE")
ABROAD = ("45.9.1.7", "AS900", "Chrome", "NL")


def lived(account: str, *places: Sequence[str]) -> list[dict[str, Any]]:
    """One day at each place."""
    columns = ("source_ip", "network", "client", "country")
    return [
        {"account": account, "day_number": day, **dict(zip(columns, place, strict=True))}
        for day, place in enumerate(places)
    ]


def table(duck: Engine, rows: list[dict[str, Any]]) -> Any:
    return duck.table("days", pa.Table.from_pylist(rows, schema=DAYS))


def measured(duck: Engine, rows: list[dict[str, Any]]) -> Population:
    days = table(duck, rows)
    return population(duck, days, habits(duck, days))


def met(found: Population) -> list[float]:
    """Shares of owner days at a known address, in a known network, in a known country and elsewhere, of accounts that
    are known for long."""
    return [*(float(found.places.share(level, np.array([np.inf]))[0]) for level in LEVELS), found.places.elsewhere]


def test_shares_are_of_accounts_however_often_they_come(duck: Engine) -> None:
    """Two of four use the address, three the country; what one account alone uses has no row."""
    rows = [*lived("a", *[HOME] * 9), *lived("b", HOME), *lived("c", MOBILE), *lived("d", ABROAD)]
    found = measured(duck, rows)
    assert found.accounts == 4
    assert found.shares == {
        "source_ip": {HOME[0]: 0.5},
        "network": {"AS1": 0.75},
        "client": {"Firefox": 0.5},
        "country": {"DE": 0.75},
    }


def test_faithfulness_is_where_owners_are_met_again(duck: Engine) -> None:
    """Of five days three at an address used on two days or more, one at another of the same network, one away.
    A day is imagined at each level."""
    found = measured(duck, lived("a", HOME, HOME, HOME, MOBILE, ABROAD))
    assert met(found) == pytest.approx([4 / 9, 2 / 9, 1 / 9, 2 / 9])
    assert found.client_kept == pytest.approx((3 + 1) / (5 + 2))


def test_accounts_seen_on_two_days_say_nothing_of_faithfulness(duck: Engine) -> None:
    settled = lived("a", HOME, HOME, HOME)
    passing = [row for number in range(5) for row in lived(f"new{number}", ABROAD, MOBILE)]
    alone, together = (measured(duck, rows) for rows in (settled, [*settled, *passing]))
    assert (met(together), together.client_kept) == (met(alone), alone.client_kept)


def test_an_empty_site_holds_every_level_possible(duck: Engine) -> None:
    found = measured(duck, [])
    assert found.accounts == 0
    assert met(found) == [0.25] * 4
    assert found.client_kept == 0.5


def test_owners_are_counted_by_client_where_acts_came_from(duck: Engine) -> None:
    rows = [*lived("a", HOME, HOME), *lived("b", HOME), *lived("c", (*HOME[:2], "Safari", "DE")), *lived("d", ABROAD)]
    days = table(duck, rows)
    acts = duck.table("acts", pa.table({"source_ip": [HOME[0], HOME[0], "192.0.2.1"]}))
    found = owners_by_source(duck, days, acts).to_pylist()
    assert sorted(found, key=lambda row: str(row["client"])) == [
        {"source_ip": HOME[0], "client": "Firefox", "owners": 2},
        {"source_ip": HOME[0], "client": "Safari", "owners": 1},
    ]
