"""What accounts show beside rows of theirs: which of their days count."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tocsin.campaigns.lived import Lived
from tocsin.campaigns.shown import Beside, Shown
from tocsin.enrich import FEATURES

Place = dict[str, str | None]

ADA = "ada@example.org"
HOME: Place = {"source_ip": "192.0.2.1", "network": "home", "client": "Firefox", "country": "DE"}
THEIRS: Place = {"source_ip": "203.0.113.9", "network": "hosting", "client": "curl", "country": "NL"}
RELAY: Place = {"source_ip": "198.51.100.7", "network": "relay", "client": "Safari", "country": "DE"}


def on(day: int, place: Place) -> dict[str, object]:
    return {"account": ADA, "day_number": day, **place}


def beside(rows: list[dict[str, object]], lived: list[dict[str, object]]) -> Beside:
    texts = {name: pa.string() for name in ("account", *FEATURES)}
    schema = pa.schema({"day_number": pa.int64(), **texts})
    known = Lived(pa.Table.from_pylist(lived, schema))
    theirs = known.has("source_ip", {"203.0.113.9"})
    return Beside(pa.Table.from_pylist(rows, schema), known, theirs, {"relay"})


def since(*days: int) -> np.ndarray:
    return np.array(days, np.int64)


def seen(shown: Shown) -> dict[str, list[bool]]:
    return {name: shown.seen[name].tolist() for name in FEATURES}


def test_days_at_the_operators_address_count_until_it_came() -> None:
    lived = [on(1, THEIRS), on(2, HOME), on(2, RELAY), on(5, THEIRS), on(6, HOME)]
    rows = [on(9, THEIRS), on(9, THEIRS)]
    shown = beside(rows, lived).before(since(2, 1), None)
    assert shown.seen["source_ip"].tolist() == [True, False]
    assert shown.days.tolist() == [3.0, 2.0]
    assert shown.relaying.tolist() == [1 / 3, 1 / 2]
    assert not shown.thin.any()


def test_where_enough_days_are_known_before_it_came_they_alone_tell() -> None:
    lived = [on(1, HOME), on(2, HOME), on(7, RELAY)]
    rows = [on(7, RELAY), on(7, HOME)]
    shown = beside(rows, lived).before(since(5, 5), 2)
    assert shown.thin.tolist() == [False, False]
    assert shown.known.tolist() == [np.inf, np.inf]
    assert shown.seen["source_ip"].tolist() == [False, True]


def test_where_few_days_are_known_before_all_others_tell_but_the_rows_own() -> None:
    lived = [on(1, HOME), on(7, RELAY), on(8, RELAY)]
    shown = beside([on(7, RELAY), on(1, HOME)], lived).before(since(5, 5), 2)
    assert shown.thin.tolist() == [True, True]
    assert shown.seen["source_ip"].tolist() == [True, False]
    assert shown.days.tolist() == [3.0, 3.0]
    assert shown.known.tolist() == [2.0, 2.0]
    assert shown.visits.tolist() == [False, True]


def test_elsewhere_is_without_the_rows_address_and_the_operators() -> None:
    lived = [on(1, HOME), on(2, THEIRS), on(3, RELAY), on(4, {**HOME, "source_ip": "192.0.2.2"})]
    shown = beside([on(9, HOME)], lived).elsewhere()
    assert seen(shown) == {"source_ip": [False], "network": [True], "client": [True], "country": [True]}
    assert shown.days.tolist() == [2.0]


def test_what_is_not_named_is_nobodys_and_an_account_that_was_never_let_in_shows_nothing() -> None:
    nowhere: Place = dict.fromkeys(FEATURES)
    rows = [on(9, nowhere), {**on(9, HOME), "account": "eve@example.org"}]
    shown = beside(rows, [on(1, HOME), on(2, nowhere)]).before(since(9, 9), None)
    assert seen(shown) == {name: [False, False] for name in FEATURES}
    assert shown.days.tolist() == [2.0, 0.0]
    assert shown.relaying.tolist() == [0.0, 0.0]
