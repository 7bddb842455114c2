"""Which events are acts."""

from __future__ import annotations

import pyarrow as pa

from small_site import guess, home, person, table
from tocsin.campaigns.acts import COLUMNS, NUMBER, Acts, among

ROWS = [guess(name, person(0), home(0), day=3, hour=hour) for name, hour in (("late", 9.0), ("early", 8.0))]


def events(*told: tuple[str, str]) -> pa.Table:
    return pa.table({"provider": [provider for provider, _ in told], "event_uid": [uid for _, uid in told]})


def test_an_event_is_the_act_of_its_provider_and_id() -> None:
    acts = Acts.of(table(ROWS).select([*COLUMNS]))
    own = ROWS[0]["provider"]
    rows = acts.numbered(events((own, "late"), (own, "other"), ("another", "late"), (own, "early")))
    assert rows[NUMBER].to_pylist() == [1, -1, -1, 0]


def test_events_of_two_logs_with_one_id_are_two() -> None:
    asked, held = events(("okta", "1"), ("entra", "1"), ("okta", "2")), events(("okta", "1"), ("okta", "3"))
    assert among(asked, held).tolist() == [True, False, False]
