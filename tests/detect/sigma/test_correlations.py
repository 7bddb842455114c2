"""Correlations by hand: who is found, from which moment, by which events. On every engine.

The cases in which other backends lose the window, take first and last of all history, or never look at the order
stand here with the numbers worked out on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sigma_site import Site, asked, okta
from tocsin.engines import Engine, opened

BASE = """
title: refused
name: refused
logsource: {product: okta, service: okta}
detection:
  it: {outcome.result: FAILURE}
  condition: it
---
title: reset
name: reset
logsource: {product: okta, service: okta}
detection:
  it: {eventType: user.account.reset_password}
  condition: it
---
title: let in
name: let_in
logsource: {product: okta, service: okta}
detection:
  it: {eventType: user.session.start, outcome.result: SUCCESS}
  condition: it
---
"""


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    found = opened(request.param, scratch=tmp_path_factory.mktemp("scratch"))
    yield found
    found.close()


def refused(
    uid: str, seconds: float, *, ip: str = "203.0.113.5", account: str = "ada@example.org"
) -> dict[str, object]:
    return okta(uid, seconds, client={"ipAddress": ip}, actor={"alternateId": account})


def reset(uid: str, seconds: float, *, account: str = "ada@example.org") -> dict[str, object]:
    return okta(
        uid, seconds, eventType="user.account.reset_password", outcome={"result": "SUCCESS"},
        actor={"alternateId": account}, client={"ipAddress": "198.51.100.7"},
    )  # fmt: skip


def let_in(uid: str, seconds: float, *, account: str = "ada@example.org") -> dict[str, object]:
    return okta(uid, seconds, outcome={"result": "SUCCESS"}, actor={"alternateId": account})


def findings(site: Site, title: str) -> list[tuple[str, list[str]]]:
    """Reason and event ids of each finding, the earliest first."""
    return [
        (one.reason, [uid for _, uid in one.event_uids])
        for one in sorted(site.told(title), key=lambda one: one.first_seen)
    ]


def correlation(title: str, kind: str, rules: str, **more: str) -> str:
    lines = [f"title: {title}", "correlation:", f"  type: {kind}", f"  rules: {rules}"]
    return "\n".join([*lines, *(f"  {name.replace('_', '-')}: {value}" for name, value in more.items())]) + "\n---\n"


def test_events_are_counted_in_a_window_that_moves(engine: Engine, tmp_path: Path) -> None:
    """Three within an hour; both ends of the hour are inside; a fourth over a day away is no part of it."""
    rules = BASE + correlation(
        "three an hour", "event_count", "refused", group_by="client.ipAddress", timespan="1h", condition="{gte: 3}"
    )
    records = [
        # 59:59 apart from first to last, over the turn of an hour: found
        *(
            refused("a1", 1800, ip="192.0.2.1"),
            refused("a2", 3700, ip="192.0.2.1"),
            refused("a3", 5399, ip="192.0.2.1"),
        ),
        # an hour to the millisecond: found; what came a day before is not of it
        *(refused("b0", -90_000, ip="192.0.2.2"), refused("b1", 0, ip="192.0.2.2")),
        *(refused("b2", 10, ip="192.0.2.2"), refused("b3", 3600, ip="192.0.2.2")),
        # a millisecond more: not found, though there are three in all
        *(refused("c1", 0, ip="192.0.2.3"), refused("c2", 10, ip="192.0.2.3"), refused("c3", 3600.001, ip="192.0.2.3")),
    ]
    site = asked(engine, tmp_path, rules, records)
    assert findings(site, "three an hour") == [
        ("3 events within 1 hour for 192.0.2.2", ["b1", "b2", "b3"]),
        ("3 events within 1 hour for 192.0.2.1", ["a1", "a2", "a3"]),
    ]
    assert [one.title for one in site.found.findings] == ["three an hour"] * 2  # what it rests on does not speak


def test_different_values_are_counted_in_a_window_that_moves(engine: Engine, tmp_path: Path) -> None:
    """A backend that drops the window finds the slow address, too; one alert an event would be four."""
    rules = BASE + correlation(
        "spray", "value_count", "refused",
        group_by="[client.ipAddress]", timespan="10m", condition="{gte: 3, field: actor.alternateId}",
    )  # fmt: skip
    fast = [refused(f"f{n}", n * 60, ip="192.0.2.1", account=f"{n}@example.org") for n in range(6)]
    again = [refused("g1", 20_000, ip="192.0.2.1", account="0@example.org")]
    slow = [refused(f"s{n}", n * 301, ip="192.0.2.2", account=f"{n}@example.org") for n in range(6)]
    same = [refused(f"t{n}", n, ip="192.0.2.3", account=f"{n % 2}@example.org") for n in range(20)]
    nobody = [okta(f"n{n}", n, client={"ipAddress": "192.0.2.4"}, actor={"id": str(n)}) for n in range(5)]
    site = asked(engine, tmp_path, rules, [*fast, *again, *slow, *same, *nobody])
    assert findings(site, "spray") == [
        ("3 different values of actor.alternateId within 10 minutes for 192.0.2.1", [f"f{n}" for n in range(6)])
    ]


def test_a_value_that_comes_again_counts_once_and_lasts_longer(engine: Engine, tmp_path: Path) -> None:
    """0 at 0 s and again at 500 s, 1 at 600 s, 2 at 1,090 s: within 600 s of the last stand 0 (again), 1 and 2."""
    rules = BASE + correlation(
        "spray", "value_count", "refused",
        group_by="[client.ipAddress]", timespan="10m", condition="{gt: 2, field: actor.alternateId}",
    )  # fmt: skip
    times = ((0, 0), (500, 0), (600, 1), (1090, 2))
    records = [refused(f"u{second}", second, account=f"{who}@example.org") for second, who in times]
    site = asked(engine, tmp_path, rules, records)
    assert findings(site, "spray") == [
        (
            "more than 2 different values of actor.alternateId within 10 minutes for 203.0.113.5",
            ["u500", "u600", "u1090"],
        )
    ]


def test_all_within_the_time_span_in_any_order_and_in_the_rules_order(engine: Engine, tmp_path: Path) -> None:
    """First and last of all history say nothing: bea has days of events and a close pair."""
    rules = BASE + "".join(
        correlation(kind, kind, "[reset, let_in]", group_by="[actor.alternateId]", timespan="1h")
        for kind in ("temporal", "temporal_ordered")
    )
    bea, cleo, dan, eve = (f"{name}@example.org" for name in ("bea", "cleo", "dan", "eve"))
    records = [
        *(let_in("b0", -400_000, account=bea), reset("b1", 0, account=bea), let_in("b2", 3600, account=bea)),
        let_in("b3", 400_000, account=bea),
        *(reset("c1", 0, account=cleo), let_in("c2", 3601, account=cleo)),  # a second too late
        *(let_in("d1", 100, account=dan), reset("d2", 200, account=dan)),  # in before the reset
        *(reset("e1", 300, account=eve), let_in("e2", 300, account=eve)),  # in the same moment
    ]
    site = asked(engine, tmp_path, rules, records)
    any_order = [(bea, ["b1", "b2"]), (dan, ["d1", "d2"]), (eve, ["e1", "e2"])]
    ordered = [(bea, ["b1", "b2"]), (eve, ["e1", "e2"])]
    assert findings(site, "temporal") == [
        (f"reset and let in within 1 hour for {who}", uids) for who, uids in any_order
    ]
    assert findings(site, "temporal_ordered") == [
        (f"reset, then let in within 1 hour for {who}", uids) for who, uids in ordered
    ]


def test_some_of_the_rules_may_be_enough_and_some_may_have_to_be_missing(engine: Engine, tmp_path: Path) -> None:
    rules = (
        BASE
        + correlation("two of three", "temporal", "[refused, reset, let_in]", group_by="[actor.alternateId]",
                      timespan="1h", condition="{gte: 2}")
        + correlation("in without reset", "temporal", "[refused, reset, let_in]", group_by="[actor.alternateId]",
                      timespan="1h", condition="refused and let_in and not reset")
    )  # fmt: skip
    bea, cleo, dan = (f"{name}@example.org" for name in ("bea", "cleo", "dan"))
    records = [
        *(refused("b1", 0, account=bea), reset("b2", 10, account=bea), let_in("b3", 20, account=bea)),
        *(refused("c1", 0, account=cleo), let_in("c2", 20, account=cleo)),
        refused("d1", 0, account=dan),
    ]
    site = asked(engine, tmp_path, rules, records)
    assert [uids for _, uids in findings(site, "two of three")] == [["b1", "b2", "b3"], ["c1", "c2"]]
    assert [uids for _, uids in findings(site, "in without reset")] == [["c1", "c2"]]


def test_a_correlation_rests_on_another_and_shows_all_events_behind_it(engine: Engine, tmp_path: Path) -> None:
    """Many refused, then let in: the refused ones stand in the finding, too. Groups differ: address, then account."""
    inner = correlation(
        "many refused", "event_count", "refused",
        group_by="[client.ipAddress]", timespan="10m", condition="{gte: 3}",
    ).replace("correlation:", "name: many\ncorrelation:")  # fmt: skip
    outer = correlation(
        "guessed", "temporal_ordered", "[many, let_in]", group_by="[who]", timespan="1h",
        aliases="{who: {many: actor.alternateId, let_in: actor.alternateId}}",
    )  # fmt: skip
    records = [
        *(refused(f"a{n}", n) for n in range(4)),
        let_in("in", 600),
        *(refused(f"b{n}", n, ip="192.0.2.9", account="bea@example.org") for n in range(2)),
        let_in("bea-in", 600, account="bea@example.org"),
    ]
    site = asked(engine, tmp_path, BASE + outer + inner, records)  # what is referred to may come later in the file
    assert findings(site, "guessed") == [
        ("many refused, then let in within 1 hour for ada@example.org", ["a0", "a1", "a2", "a3", "in"])
    ]
    assert findings(site, "many refused") == []


def test_sums_and_means_of_a_field(engine: Engine, tmp_path: Path) -> None:
    """Of numbers only; 4 + 7 within the window is more than 10, and their mean more than 5."""
    rules = BASE + "".join(
        correlation(kind, kind, "refused", group_by="[client.ipAddress]", timespan="1m", condition=condition)
        for kind, condition in (
            ("value_sum", "{gt: 10, field: debugContext.debugData.risk}"),
            ("value_avg", "{gte: 5.5, field: debugContext.debugData.risk}"),
        )
    )
    scores = ((0, "4"), (30, "7"), (31, "high"), (100, "9.5"), (300, "1"))
    records = [okta(f"u{second}", second, debugContext={"debugData": {"risk": score}}) for second, score in scores]
    site = asked(engine, tmp_path, rules, records)
    assert [uids for _, uids in findings(site, "value_sum")] == [["u0", "u30"]]
    assert [uids for _, uids in findings(site, "value_avg")] == [["u0", "u30"], ["u100"]]


def test_a_group_is_split_by_silence_and_matches_of_one_stretch_are_one_finding(engine: Engine, tmp_path: Path) -> None:
    """Thirty refused in a row are one finding, not twenty-eight; an hour later it is another."""
    rules = BASE + correlation(
        "three a minute", "event_count", "refused", group_by="[client.ipAddress]", timespan="1m", condition="{gte: 3}"
    )
    records = [refused(f"{begin + n:05}", begin + n * 5) for begin in (0, 3600) for n in range(30)]
    site = asked(engine, tmp_path, rules, records)
    assert [len(uids) for _, uids in findings(site, "three a minute")] == [30, 30]


def test_every_value_of_a_list_is_a_group(engine: Engine, tmp_path: Path) -> None:
    rules = BASE + correlation(
        "one target", "event_count", "reset", group_by="[target.alternateId]", timespan="1h", condition="{gte: 2}"
    )
    targets: Sequence[Sequence[str]] = (("x", "y"), ("y", "z"), ("z2",))
    records = [
        reset(f"u{n}", n) | {"target": [{"alternateId": name, "type": "User"} for name in names]}
        for n, names in enumerate(targets)
    ]
    site = asked(engine, tmp_path, rules, records)
    assert findings(site, "one target") == [("2 events within 1 hour for y", ["u0", "u1"])]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"type": "value_median", "condition": "{gte: 2, field: a}"}, "medians of a moving window are not the same"),
        ({"type": "event_count", "condition": "{lt: 2}"}, "fewer than a number holds at every first event"),
        ({"type": "temporal_ordered", "condition": "{gte: 1}"}, "an order in which some of the rules may be missing"),
        ({"type": "event_count", "condition": "{gte: 2}", "rules": "nobody"}, "it refers to nobody, which none of the"),
        ({"type": "event_count", "condition": "{gte: 2}", "rules": "bad"}, "it refers to bad, which does not run here"),
        ({"type": "event_count", "condition": "{gte: 2}", "rules": "win"}, "it refers to win, which does not run here: "
         "Tocsin reads no log of windows"),
        ({"type": "event_count", "condition": "{gte: 2}", "rules": "itself"}, "it refers to itself"),
        ({"type": "event_count", "condition": "{gte: 2}", "timespan": "2y"}, "its time span is longer than 366 days"),
        ({"type": "near", "condition": "{gte: 2}"}, "no Sigma rule ('near' is no valid Sigma correlation type)"),
    ],
)  # fmt: skip
def test_a_correlation_that_cannot_be_converted_is_left_with_its_reason(
    more: dict[str, str], reason: str, tmp_path: Path
) -> None:
    from tocsin.detect.sigma import read_rules
    from tocsin.sources import SOURCES

    parts = {"rules": "[reset, let_in]", "timespan": "1h", "group-by": "[a]"} | more
    body = "".join(f"  {name}: {value}\n" for name, value in parts.items())
    others = (
        "title: bad\nname: bad\nlogsource: {product: okta}\ndetection: {it: {a|re: '(?=x)'}, condition: it}\n---\n"
        "title: win\nname: win\nlogsource: {product: windows}\ndetection: {it: {a: b}, condition: it}\n---\n"
    )
    file = tmp_path / "rules.yml"
    file.write_text(f"{BASE}{others}title: asked\nname: itself\ncorrelation:\n{body}", encoding="utf-8")
    found = read_rules([file], SOURCES)
    assert [one.reason[: len(reason)] for one in found.left if one.title == "asked"] == [reason]
    assert [one.about.title for one in found.rules] == ["refused", "reset", "let in"]
    assert found.correlations == ()


def test_one_big_group_costs_a_sort_and_not_a_square(tmp_path: Path) -> None:
    """Sixty thousand events of one address within an hour, each of another account: a join of events with events would
    look at thousands of millions of pairs."""
    import time

    import pyarrow as pa

    from tocsin.detect.sigma import read_rules
    from tocsin.detect.sigma.correlations import episodes, hits
    from tocsin.sources import SOURCES

    number = 60_000
    rows = pa.table(
        {
            "part": pa.array([0] * number, pa.int64()),
            "key": pa.array(["192.0.2.1"] * number),
            "ts": pa.array([n * 60 for n in range(number)], pa.int64()),
            "provider": pa.array(["okta"] * number),
            "event_uid": pa.array([str(n) for n in range(number)]),
            "value": pa.array([f"{n}@example.org" for n in range(number)]),
        }
    )
    text = BASE + "".join(
        correlation(kind, kind, "refused", group_by="[a]", timespan="10m", condition=condition)
        for kind, condition in (("event_count", "{gte: 20}"), ("value_count", "{gte: 20, field: b}"))
    )
    (tmp_path / "rules.yml").write_text(text, encoding="utf-8")
    engine = opened("duckdb", scratch=tmp_path / "scratch")
    table = engine.table("rows", rows)
    began = time.monotonic()
    for one in read_rules([tmp_path], SOURCES).correlations:
        moments = engine.kept("moments", hits(one, table))
        found = engine.rows(episodes(one, table, moments).evidence)
        assert (len(found), found["episode"].unique().to_pylist()) == (number, [19 * 60])
    assert time.monotonic() - began < 30
    engine.close()
