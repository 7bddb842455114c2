"""A world is scanned as it stood at the end of each day, and the day of detection read off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
from curve_chart import curve_svg
from daily import holding, until
from detection_curve import Detection, summed
from scorer import Found

from okta_records import record
from stores import scan
from tocsin.lake import Lake

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
TIMES = [FIRST + timedelta(hours=8 * number) for number in range(12)]  # three a day, the last at midnight


def rows(store: Path) -> list[dict[str, object]]:
    held = [row for file in Lake(store).event_files() for row in pq.read_table(file).to_pylist()]
    return sorted(held, key=lambda row: str(row["event_uid"]))


def test_the_store_of_a_day_is_what_a_scan_of_the_logs_up_to_then_makes(tmp_path: Path) -> None:
    logs = tmp_path / "okta.jsonl"
    lines = [record(number, at=time) + "\n" for number, time in enumerate(TIMES)]
    logs.write_text("".join(lines))
    scan(tmp_path / "store", logs)
    for day in (2, 3, 4):
        cut = until(tmp_path / "store", date(2026, 3, day), tmp_path / "cut")
        logs.write_text("".join(line for line, time in zip(lines, TIMES, strict=True) if time.day <= day))
        scan(tmp_path / f"store-{day}", logs)
        assert rows(cut) == rows(tmp_path / f"store-{day}")
        assert 0 < len(rows(cut)) < len(TIMES)
    assert len(rows(tmp_path / "store")) == len(TIMES)  # the whole store is as it was


def test_a_scan_of_the_cut_store_does_not_read_the_later_days_again(tmp_path: Path) -> None:
    logs = tmp_path / "okta.jsonl"
    logs.write_text("".join(record(number, at=time) + "\n" for number, time in enumerate(TIMES)))
    scan(tmp_path / "store", logs)
    cut = until(tmp_path / "store", date(2026, 3, 3), tmp_path / "cut")
    before = rows(cut)
    scan(cut, logs)
    assert rows(cut) == before


FOUND = Found(
    id="a",
    verdict="targeted",
    events=frozenset({("okta", "1"), ("okta", "2")}),
    attacked=frozenset(),
    compromised=frozenset(),
    attempts=None,
    detected_at=None,
)


def test_a_campaign_is_held_by_what_is_mostly_it_and_has_most_of_it() -> None:
    campaign = frozenset(("okta", uid) for uid in "12345")
    half = replace(FOUND, id="half", events=frozenset(("okta", uid) for uid in ("1", "2", "x", "y")))
    more = replace(FOUND, id="more", events=frozenset(("okta", uid) for uid in ("3", "4", "5", "x")))
    assert holding([half], campaign, frozenset()) is None
    assert holding([half], campaign, frozenset({("okta", "x")})) is half
    assert holding([FOUND, more], campaign, frozenset()) is more
    assert holding([], campaign, frozenset()) is None


ONE = Detection(
    scenario="phosphorus",
    seed=1,
    campaign="phosphorus",
    tries=100,
    claimed_days=2.0,
    claimed_share=0.1,
    real_days=3.0,
    real_share=0.2,
    targeted_days=4.0,
    lost_after=(),
    share_by_day=(0.0, 0.5, 1.0),
)


def test_medians_count_what_is_never_found_as_never() -> None:
    never = replace(ONE, real_days=None, real_share=None, targeted_days=None)
    assert summed([ONE, never, replace(ONE, real_days=5.0, claimed_days=4.5)]) == {
        "campaigns": 3,
        "claimed_days_median": 2.0,
        "claimed_share_median": 0.1,
        "real_days_median": 5.0,
        "real_share_median": 0.2,
        "targeted_days_median": 4.0,
        "days_between_claim_and_reality": [1.0, None, 0.5],
    }
    assert summed([ONE, never, never])["real_days_median"] is None


def test_the_curve_is_drawn_with_its_detections() -> None:
    svg = curve_svg([(0.0, 0.5, 1.0), (0.0, 0.3, 1.0)], [(1.5, 0.2), (2.0, 0.3)])
    texts = "".join(ElementTree.fromstring(svg).itertext())  # noqa: S314 - drawn a line above
    assert "detected: after 1.8 days, with 25% of the attempts made (median of 2)" in texts
    assert "detected" not in "".join(ElementTree.fromstring(curve_svg([(0.0, 1.0)], [])).itertext())  # noqa: S314
