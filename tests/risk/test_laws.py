"""What holds whatever the logs: nothing later is looked at, and day after day is the same as all at once."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from event_rows import Row
from small_site import act
from tocsin.risk import History, history_rows, read_history, risk_and_history, risk_of

DAYS = 5
PEOPLE = ("ada@example.org", "ben@example.org", "carl@example.org")
PLACES: list[Row] = [
    {"source_ip": "81.2.0.5", "network": "AS1", "country": "DE", "client": "Firefox/Windows"},
    {"source_ip": "81.2.0.9", "network": "AS1", "country": "DE", "client": "Chrome/Windows"},
    {"source_ip": "81.2.7.7", "network": "AS1", "country": "DE", "client": None},
    {"source_ip": "45.9.1.7", "network": "AS900", "country": None, "client": "curl"},
]
ACTS = ("sign_in", "sign_in", "recovery_complete", "factor_change")


@st.composite
def months(draw: st.DrawFn) -> list[Row]:
    """Rows of few people, places and days, so that much meets; some have a round-trip time."""
    one = st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(PLACES),
        st.integers(0, DAYS - 1),
        st.integers(0, 23),
        st.sampled_from(ACTS),
        st.sampled_from([None, 31, 38, 212]),
    )
    told = draw(st.lists(one, min_size=20, max_size=80))
    return [
        act(f"e{number}", who, place, activity=activity, day=day, hour=hour) | {"round_trip_ms": trip}
        for number, (who, place, day, hour, activity, trip) in enumerate(told)
    ]


LAW = settings(max_examples=3, deadline=None, phases=(Phase.reuse, Phase.generate))
"""Few examples, but large ones: compiling a question takes longer than answering it."""


def ordered(rows: pa.Table) -> list[Row]:
    return sorted(rounded(rows), key=lambda row: str(row["event_uid"]))


def rounded(rows: pa.Table) -> list[Row]:
    """Sums of floats differ in the last digit with the order in which they are added."""
    return [
        {name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows.to_pylist()
    ]


@LAW
@given(rows=months(), cuts=st.sets(st.integers(0, DAYS - 1), min_size=1, max_size=2))
def test_day_after_day_is_the_same_as_all_at_once(duck_risk: Any, rows: list[Row], cuts: set[int]) -> None:
    """The history is written and read again at every cut; the events of days that it holds are handed over, too."""
    engine, events = duck_risk.engine, duck_risk.table(rows)
    whole, at_once = risk_and_history(engine, events, until_day=first_day(rows) + DAYS, name="whole")
    history: History | None = None
    parts: list[Row] = []
    for number, cut in enumerate([*sorted(cuts), DAYS]):
        day = first_day(rows) + cut
        so_far = events.filter(events.day_number <= day)
        risk, grown = risk_and_history(engine, so_far, history, until_day=day, name=f"part{number}")
        parts += rounded(engine.rows(risk))
        history = read_history(engine, f"read{number}", history_rows(engine, grown), until_day=day)
    assert history is not None
    assert sorted(parts, key=lambda row: str(row["event_uid"])) == ordered(engine.rows(whole))
    expected, held = history_rows(engine, at_once), history_rows(engine, history)
    for name in expected:
        assert sorted(map(str, held[name].to_pylist())) == sorted(map(str, expected[name].to_pylist()))


@LAW
@given(rows=months(), hour=st.integers(0, 24 * DAYS))
def test_nothing_later_is_looked_at(duck_risk: Any, rows: list[Row], hour: int) -> None:
    """What is said of an act is the same when the log ends with it."""
    engine = duck_risk.engine
    ends = min(row["ts"] for row in rows) + hour * 3_600_000
    cut = [row for row in rows if row["ts"] <= ends]
    if not cut:
        return
    whole = {row["event_uid"]: row for row in rounded(engine.rows(risk_of(engine, duck_risk.table(rows))))}
    for row in rounded(engine.rows(risk_of(engine, duck_risk.table(cut, "cut_events"), name="cut"))):
        assert row == whole[row["event_uid"]]


def test_a_history_goes_on_on_every_engine(risk: Any) -> None:
    """Two days, then a third held against them: as all at once."""
    one, two, three, four = PLACES
    told = [(0, one, 0), (1, two, 0), (0, one, 1), (1, four, 1), (0, three, 2), (1, two, 2)]
    rows = [
        act(f"e{number}", PEOPLE[who], place, activity="sign_in", day=day, hour=9 + who)
        for number, (who, place, day) in enumerate(told)
    ]
    rows.append(act("no", PEOPLE[2], four, activity="sign_in", outcome="failure", day=1))
    engine, events, day = risk.engine, risk.table(rows), first_day(rows) + 1
    _, grown = risk_and_history(engine, events.filter(events.day_number <= day), until_day=day, name="on_two")
    whole = {row["event_uid"]: row for row in rounded(engine.rows(risk_of(engine, events, name="on_all")))}
    on_third = rounded(engine.rows(risk_of(engine, events, grown, name="on_third")))
    assert sorted(row["event_uid"] for row in on_third) == ["e4", "e5"]
    assert all(row == whole[row["event_uid"]] for row in on_third)


def test_a_history_is_handed_on_as_it_is(duck_risk: Any) -> None:
    """Day after day on one engine, without writing it and reading it again."""
    one, two, three, four = PLACES
    told = [(0, one, 0), (1, two, 0), (0, one, 1), (1, four, 1), (0, three, 2), (1, two, 2), (0, four, 2)]
    rows = [
        act(f"e{number}", PEOPLE[who], place, activity="sign_in", day=day, hour=9 + who)
        for number, (who, place, day) in enumerate(told)
    ]
    rows.append(act("recovered", PEOPLE[0], two, activity="recovery_complete", day=1, hour=8))
    engine, events, begin = duck_risk.engine, duck_risk.table(rows), first_day(rows)
    whole, at_once = risk_and_history(engine, events, until_day=begin + 2, name="at_once")
    history: History | None = None
    parts: list[Row] = []
    for day in range(3):
        so_far = events.filter(events.day_number <= begin + day)
        risk, history = risk_and_history(engine, so_far, history, until_day=begin + day, name=f"handed{day}")
        parts += rounded(engine.rows(risk))
    assert history is not None
    assert sorted(parts, key=lambda row: str(row["event_uid"])) == ordered(engine.rows(whole))
    expected, held = history_rows(engine, at_once), history_rows(engine, history)
    assert {name: sorted(map(str, held[name].to_pylist())) for name in held} == {
        name: sorted(map(str, expected[name].to_pylist())) for name in expected
    }


def first_day(rows: list[Row]) -> int:
    return int(min(row["day_number"] for row in rows))
