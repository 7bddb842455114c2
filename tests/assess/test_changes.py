"""What became of a campaign, taken apart into steps that each say what they alone did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments import assess, sources, spray
from tocsin.assess.assessment import Campaign, Change
from tocsin.assess.changes import Compared, Row, arrivals, changes, standing
from tocsin.assess.lineage import Lineage
from tocsin.assess.succession import Key, succession

DAY = datetime(2026, 5, 3, 10, tzinfo=UTC).replace(tzinfo=None)
BEFORE = msgspec.structs.replace(
    assess([], [msgspec.structs.replace(sources()[0], first="2026-04-03T10:00:00Z", last="2026-05-07T10:00:00Z")]),
    generated_at="2026-05-07T22:00:00Z",
)
SCANNED = DAY + timedelta(days=4, hours=12)
DELIVERED = DAY + timedelta(days=6)
Rows = dict[Key, Row]


def row(
    number: int, *, day: int = 0, stage: str = "attacked", role: str = "attack", counts_as: str | None = None
) -> Row:
    return Row(
        time=DAY + timedelta(days=day),
        role=role,
        counts_as=counts_as,
        stage=stage,
        account=f"p{number}@example.org",
        home="okta",
        exists=True,
    )


def attacked(*ranges: tuple[int, int], day: int = 0) -> Rows:
    return {("okta", str(number)): row(number, day=day) for start, end in ranges for number in range(start, end)}


def told(
    old: Mapping[str, Rows],
    new: Mapping[str, Rows],
    *,
    verdicts: Mapping[str, str] | None = None,
    ingested: Mapping[Key, datetime] | None = None,
    roster: tuple[str, str] = ("", ""),
    brought: bool = True,
) -> list[tuple[str, Change]]:
    """What is said of campaigns that were so and are so. New ones bear the ids given here."""
    passed = succession({one: set(rows) for one, rows in old.items()}, [set(rows) for rows in new.values()])
    assert [passed.kept.get(place, name) for place, name in enumerate(new)] == list(new)
    line = Lineage(
        ids=list(new),
        aliases=[[] for _ in new],
        split_from=[passed.split.get(place) for place in range(len(new))],
        passed=passed,
    )
    came = {key: SCANNED - timedelta(hours=1) for rows in (*old.values(), *new.values()) for key in rows}
    return changes(
        Compared(
            line=line,
            campaigns=[campaign(one, (verdicts or {}).get(one, "undetermined")) for one in new],
            old=old,
            new=new,
            stood={one: standing(rows.values(), "undetermined") for one, rows in old.items()},
            arrivals=arrivals(BEFORE, came | dict(ingested or {}), [key for rows in old.values() for key in rows]),
            roster=roster,
            brought=brought,
            at="2026-05-09T10:00:00Z",
        )
    )


def campaign(id: str, verdict: str) -> Campaign:
    return msgspec.structs.replace(spray(), id=id, verdict=verdict)


def said(found: list[tuple[str, Change]]) -> list[tuple[str, str, str]]:
    return [(one, change.what, change.reason) for one, change in found]


def test_late_events_are_told_by_their_days_and_their_delivery() -> None:
    late = attacked((12, 14))
    found = told({"a": attacked((0, 12))}, {"a": attacked((0, 14))}, ingested=dict.fromkeys(late, DELIVERED))
    reason = "2 late events of 3 May 2026, delivered 9 May 2026: identifiers tried 12 → 14, accounts attacked 12 → 14"
    assert said(found) == [("a", "corrected", reason)]


def test_events_that_were_held_and_not_counted_are_no_late_ones() -> None:
    found = told({"a": attacked((0, 12))}, {"a": attacked((0, 13))})
    reason = "1 event held before is now found to be its own: identifiers tried 12 → 13, accounts attacked 12 → 13"
    assert said(found) == [("a", "corrected", reason)]


def test_where_the_logs_were_read_anew_nothing_is_called_late() -> None:
    """A store that mirrors its files starts anew when one of them is gone: everything came just now."""
    old, new = attacked((0, 12)), attacked((0, 13))
    found = told({"a": old}, {"a": new}, ingested=dict.fromkeys(new, DELIVERED))
    reason = "1 more event of 3 May 2026, covered before: identifiers tried 12 → 13, accounts attacked 12 → 13"
    assert said(found) == [("a", "corrected", reason)]


def test_growth_is_told_apart_from_correction() -> None:
    new = attacked((0, 11)) | attacked((20, 25), day=5)
    found = told({"a": attacked((0, 12))}, {"a": new})
    assert said(found) == [
        (
            "a",
            "corrected",
            "1 event is no longer found to be its own: identifiers tried 12 → 11, accounts attacked 12 → 11",
        ),
        ("a", "grew", "5 new events of 8 May 2026: identifiers tried 11 → 16, accounts attacked 11 → 16"),
    ]


def test_an_event_that_is_read_otherwise_is_a_correction() -> None:
    old = attacked((0, 6))
    new = old | {("okta", "0"): row(0, stage="compromised", role="access")}
    assert said(told({"a": old}, {"a": new})) == [
        ("a", "corrected", "1 event is read otherwise: accounts compromised 0 → 1")
    ]


def test_of_a_merger_both_sides_are_told() -> None:
    found = told({"a": attacked((0, 12)), "b": attacked((12, 17))}, {"a": attacked((0, 17))})
    assert said(found) == [
        (
            "a",
            "merged",
            "b is held to be the same operator's, 5 of its 5 events are in it:"
            " identifiers tried 12 → 17, accounts attacked 12 → 17",
        ),
        ("b", "merged", "held to be the same operator's as a: 5 of its 5 events are in it"),
    ]
    assert [(one, change.other) for one, change in found] == [("a", "b"), ("b", "a")]
    assert found[1][1].after is None


def test_of_a_split_both_sides_are_told() -> None:
    found = told({"a": attacked((0, 30))}, {"a": attacked((0, 20)), "new": attacked((20, 30))})
    assert said(found) == [
        (
            "a",
            "split",
            "10 of its 30 events are now held to be another operator's, new:"
            " identifiers tried 30 → 20, accounts attacked 30 → 20",
        ),
        ("new", "split", "10 of the 30 events of a are now held to be another operator's"),
    ]


def test_a_campaign_that_is_gone_says_where_its_events_are_now() -> None:
    old = {"a": attacked((0, 100)), "b": attacked((100, 400))}
    new = {"b": attacked((60, 400))}
    lost = {one: change for one, change in told(old, new) if one == "a"}
    assert lost["a"].what == "no_longer_found"
    assert lost["a"].reason == "of its 100 events 40 are now explained by campaign b, 60 no longer make a campaign"
    assert lost["a"].before == standing(old["a"].values(), "undetermined")


def test_a_verdict_is_told_with_what_changed_it() -> None:
    same = attacked((0, 12))
    for roster, cause in (
        (("", "x"), "roster given"),
        (("x", ""), "roster dropped"),
        (("x", "y"), "another roster given"),
        (("x", "x"), spray().targeting.statistic),
    ):
        found = told({"a": same}, {"a": same}, verdicts={"a": "targeted"}, roster=roster)
        assert said(found) == [("a", "verdict_changed", f"{cause}: verdict undetermined → targeted")]


def test_a_scan_that_brought_nothing_is_not_told_of() -> None:
    same = attacked((0, 12))
    assert said(told({"a": same}, {"a": same})) == [("a", "unchanged", "the same 12 events")]
    assert told({"a": same}, {"a": same}, brought=False) == []


EVENTS = st.dictionaries(
    st.integers(0, 25).map(lambda number: ("okta", str(number))),
    st.builds(
        row,
        st.integers(0, 8),
        day=st.integers(-2, 6),
        stage=st.sampled_from(["probed", "attacked", "compromised"]),
        counts_as=st.sampled_from([None, "identification_attempt"]),
    ),
    min_size=1,
)


@settings(deadline=None)
@given(EVENTS, EVENTS, st.sampled_from(["undetermined", "targeted"]), st.sets(st.integers(0, 25)))
def test_each_step_begins_where_the_one_before_ended_and_the_last_one_ends_with_what_is_so(
    old: Rows, new: Rows, verdict: str, late: set[int]
) -> None:
    """Every event and every figure is accounted for, whatever changed."""
    came = {("okta", str(number)): DELIVERED for number in late}
    found = told({"a": old}, {"a": new}, verdicts={"a": verdict}, ingested=came) if related(old, new) else []
    steps = [(change.before, change.after) for _, change in found]
    if steps:
        assert steps[0][0] == standing(old.values(), "undetermined")
        assert steps[-1][1] == standing(new.values(), verdict)
        assert [before for before, _ in steps[1:]] == [ended for _, ended in steps[:-1]]


def related(old: Rows, new: Rows) -> bool:
    return bool(succession({"a": set(old)}, [set(new)]).kept)
