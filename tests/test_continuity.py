"""Scan after scan of one store: campaigns keep their ids, late events correct and say so, and neither the order nor
the portions in which the same events come change what is found in the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from keycloak_site import Record, day_of, export, guesses, roster, work
from scans import plain, scan_and_keep
from tocsin.pipeline import Case, read
from tocsin.report.archive import earlier, kept, kept_history
from tocsin.settings import ScanSettings

NOW = datetime(2026, 2, 22, 1, tzinfo=UTC).replace(tzinfo=None)
MONTH = [*work(), *guesses(range(3, 15), first_day=6), *guesses([18, 19], first_day=11)]
SINCE = ("id", "aliases", "split_from", "history", "no_longer_found")
"""Members that tell of earlier scans."""
DELIVERY = ("files", "late", "statement", "campaign", "raw_ref", "duplicates")
"""Members that tell how the records came, and findings' pointer to an id."""


def after(day: int) -> datetime:
    """When the scan of a day's log is made."""
    return datetime(2026, 2, 3, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(days=day)


def scanned(store: Path, name: str, records: Sequence[Record], now: datetime, people: Path | None = None) -> Case:
    return scan_and_keep(store, [export(store.parent / name, records)], now, people)


def whats(store: Path) -> list[tuple[str, str]]:
    return [(one, change.what) for one, change in kept_history(store)]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The whole month in one scan."""
    return scanned(tmp_path_factory.mktemp("at-once") / "store", "month.jsonl", MONTH, NOW)


def test_the_order_of_the_files_changes_not_a_byte(tmp_path: Path, at_once: Case) -> None:
    files = [
        export(tmp_path / f"{number}.jsonl", [one for one in MONTH if day_of(one) % 3 == number]) for number in range(3)
    ]
    answers = [
        plain(scan_and_keep(tmp_path / f"store-{number}", order, NOW))
        for number, order in enumerate((files, files[::-1]))
    ]
    assert answers[0]["campaigns"]
    assert answers[0] == answers[1]
    assert answers[0]["campaigns"] == plain(at_once)["campaigns"]


@settings(max_examples=2, deadline=None, phases=[Phase.generate])  # a scan takes seconds: none for shrinking
@given(st.lists(st.integers(0, 2), min_size=len(MONTH), max_size=len(MONTH)), st.permutations(range(3)))
def test_portions_in_any_order_end_with_the_figures_accounts_and_evidence_of_one_scan(
    tmp_path_factory: pytest.TempPathFactory, at_once: Case, portion: list[int], order: list[int]
) -> None:
    """What one scan would call the campaign is its id or an alias of it."""
    store = tmp_path_factory.mktemp("portions") / "store"
    for place, number in enumerate(order):
        mine = [one for one, where in zip(MONTH, portion, strict=True) if where == number]
        if mine:
            last = scanned(store, f"{number}.jsonl", mine, NOW + timedelta(hours=place))
    assert plain(last, *SINCE, *DELIVERY) == plain(at_once, *SINCE, *DELIVERY)
    assert proof(last) == proof(at_once)
    for one, once in zip(last.assessment.campaigns, at_once.assessment.campaigns, strict=True):
        assert once.id in (one.id, *one.aliases)


def proof(case: Case) -> list[dict[str, Any]]:
    """The evidence, but for ids of campaigns and places in files."""
    rows = case.evidence.drop_columns(["campaign_id", "raw_ref"]).to_pylist()
    return sorted(rows, key=lambda row: (row["provider"], row["event_uid"]))


def test_a_day_at_a_time_a_campaign_keeps_the_id_it_was_found_with(tmp_path: Path, at_once: Case) -> None:
    store = tmp_path / "store"
    ids = set()
    for first, last in ((0, 7), (8, 9), (10, 12), (13, 19)):
        mine = [one for one in MONTH if first <= day_of(one) <= last]
        case = scanned(store, f"{first:02}.jsonl", mine, after(last))
        ids |= {one.id for one in case.assessment.campaigns}
    assert len(ids) == 1
    assert plain(case, *SINCE, *DELIVERY) == plain(at_once, *SINCE, *DELIVERY)
    (campaign,) = case.assessment.campaigns
    told = [change.what for change in campaign.history]
    assert told[0] == "found"
    assert "grew" in told
    assert [(one.before, two.after) for one, two in zip(campaign.history[1:], campaign.history, strict=False)] == [
        (one.before, one.before) for one in campaign.history[1:]
    ]
    assert campaign.history[-1].after is not None
    assert campaign.history[-1].after.accounts_attacked == campaign.counts.accounts_attacked


def test_scanning_the_same_files_again_adds_no_history(tmp_path: Path) -> None:
    first = scanned(tmp_path / "store", "month.jsonl", MONTH, NOW)
    history = whats(tmp_path / "store")
    again = scan_and_keep(tmp_path / "store", [tmp_path / "month.jsonl"], NOW + timedelta(days=1))
    assert again.changes == []
    assert whats(tmp_path / "store") == history == [(first.assessment.campaigns[0].id, "found")]
    assert [one.history for one in again.assessment.campaigns] == [one.history for one in first.assessment.campaigns]


def test_a_scan_that_brings_something_else_is_remembered_to_have_changed_nothing(tmp_path: Path) -> None:
    """The store remembers it; the answer tells of changes only."""
    store = tmp_path / "store"
    scanned(store, "a.jsonl", [one for one in MONTH if day_of(one) < 19], after(18))
    last = scanned(store, "b.jsonl", [one for one in MONTH if day_of(one) == 19], after(19))
    assert [what for _, what in whats(store)] == ["found", "unchanged"]
    assert [change.what for change in last.assessment.campaigns[0].history] == ["found"]


def test_late_events_correct_the_counts_and_say_so(tmp_path: Path) -> None:
    """Two guesses of 8 February come twelve days late; the log had covered that day."""
    store = tmp_path / "store"
    late = [one for one in MONTH if one["id"] in ("guess-3", "guess-4")]
    first = scanned(store, "month.jsonl", [one for one in MONTH if one not in late], NOW)
    last = scanned(store, "late.jsonl", late, NOW + timedelta(days=3))
    (before,), (now,) = first.assessment.campaigns, last.assessment.campaigns
    assert (now.id, now.counts.accounts_attacked) == (before.id, before.counts.accounts_attacked + 2)
    change = now.history[-1]
    assert (change.what, change.at) == ("corrected", "2026-02-25T01:00:00Z")
    assert change.reason == (
        "2 late events of 8 February 2026, delivered 25 February 2026:"
        " identifiers tried 12 → 14, accounts attacked 12 → 14"
    )
    assert change.before is not None
    assert change.after is not None
    assert (change.before.accounts_attacked, change.after.accounts_attacked) == (12, 14)


def test_a_log_that_was_not_given_before_is_no_late_delivery(tmp_path: Path) -> None:
    store = tmp_path / "store"
    scanned(store, "recent.jsonl", [one for one in MONTH if day_of(one) >= 7], NOW)
    last = scanned(store, "older.jsonl", [one for one in MONTH if day_of(one) < 7], NOW + timedelta(days=1))
    change = last.assessment.campaigns[0].history[-1]
    assert change.what == "corrected"
    assert "from logs of keycloak that were not given before" in change.reason
    assert "late" not in change.reason


def test_a_roster_changes_the_verdict_and_is_named_as_the_cause(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = scanned(store, "month.jsonl", MONTH, NOW)
    people = roster(tmp_path / "people.csv", range(3, 12))
    last = scan_and_keep(store, [tmp_path / "month.jsonl"], NOW + timedelta(days=1), people)
    assert [one.verdict for one in first.assessment.campaigns] == ["undetermined"]
    change = last.assessment.campaigns[0].history[-1]
    assert (change.what, change.reason) == ("verdict_changed", "roster given: verdict undetermined → targeted")


def test_a_campaign_that_is_found_no_longer_is_listed_with_the_reason_and_known_again_when_it_is_back(
    tmp_path: Path,
) -> None:
    """A store that shows what its paths hold now, and a file that is away for a while."""
    store = tmp_path / "store"
    home, away = export(tmp_path / "home.jsonl", work()), export(tmp_path / "guesses.jsonl", MONTH[len(work()) :])

    def scan(paths: list[Path], day: int) -> Case:
        from tocsin.pipeline import run
        from tocsin.report.archive import keep

        settings = ScanSettings(paths=tuple(paths), store=store, mirror=True)
        case = run(Case(settings=settings, now=NOW + timedelta(days=day), before=earlier(store)))
        keep(store, case.assessment, case.evidence, changes=case.changes, gone=case.gone)
        return case

    first, without, again = scan([home, away], 0), scan([home], 1), scan([home, away], 2)
    (campaign,) = first.assessment.campaigns
    assert without.assessment.campaigns == []
    (ended,) = without.assessment.no_longer_found
    assert (ended.id, [one.what for one in ended.history]) == (campaign.id, ["found", "no_longer_found"])
    assert ended.history[-1].reason == "of its 14 events 14 are in no log any more"
    assert scan([home], 3).assessment.no_longer_found[0].id == campaign.id
    assert [one.id for one in again.assessment.campaigns] == [campaign.id]
    assert [one.what for one in again.assessment.campaigns[0].history] == ["found", "no_longer_found", "found"]
    assert again.assessment.no_longer_found == []


@pytest.mark.parametrize("stage", ["assessment.json", "current"])
def test_a_scan_killed_between_its_events_and_its_answer_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """What was appended to the history and never counted is not told."""
    store = tmp_path / "store"
    earlier_days = [one for one in MONTH if day_of(one) <= 9]
    first = scanned(store, "first.jsonl", earlier_days, after(9))
    answer, history = kept(store)[0], whats(store)

    def killed(data: bytes, path: Path, *, mode: int | None = None) -> None:
        if path.name == stage:
            raise KeyboardInterrupt
        path.write_bytes(data)

    with monkeypatch.context() as patched:
        patched.setattr("tocsin.report.archive.write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            scanned(store, "second.jsonl", [one for one in MONTH if day_of(one) > 9], after(19))
    assert (kept(store)[0], whats(store)) == (answer, history)
    last = scan_and_keep(store, [tmp_path / "second.jsonl"], after(20))
    (campaign,) = last.assessment.campaigns
    assert campaign.id == first.assessment.campaigns[0].id
    assert [one.what for one in campaign.history].count("grew") == 1
    assert [what for _, what in whats(store)].count("grew") == 1


def test_a_scan_killed_before_it_judged_loses_nothing_of_the_history(tmp_path: Path) -> None:
    store = tmp_path / "store"
    scanned(store, "first.jsonl", [one for one in MONTH if day_of(one) <= 9], after(9))
    rest = export(tmp_path / "rest.jsonl", [one for one in MONTH if day_of(one) > 9])
    read(Case(settings=ScanSettings(paths=(rest,), store=store), now=after(19)))
    last = scan_and_keep(store, [rest], after(20))
    (campaign,) = last.assessment.campaigns
    assert [one.what for one in campaign.history][-1] == "grew"


def test_a_lost_answer_leaves_the_history_and_the_campaign_is_known_by_its_first_event(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = scanned(store, "month.jsonl", MONTH, NOW)
    for file in (store / "answer").rglob("*.parquet"):
        file.write_bytes(b"")
    last = scan_and_keep_without_roster(store, [tmp_path / "month.jsonl"], NOW + timedelta(days=1))
    (campaign,) = last.assessment.campaigns
    assert campaign.id == first.assessment.campaigns[0].id
    assert [one.what for one in campaign.history] == ["found", "found"]
    assert campaign.history[-1].reason.startswith("found again: ")


def scan_and_keep_without_roster(store: Path, paths: list[Path], now: datetime) -> Case:
    from tocsin.pipeline import run

    return run(Case(settings=ScanSettings(paths=tuple(paths), store=store), now=now, before=earlier(store)))
