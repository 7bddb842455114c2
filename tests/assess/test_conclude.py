"""Ids of campaigns from scan to scan of one store, and whose the ends of recoveries are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from event_rows import Row
from small_site import act, found_in, guess, person, roster, table, work
from tocsin.assess import Concluded, Earlier, concluded
from tocsin.assess.conclude import _companions, _joined, _Lacking
from tocsin.assess.history_rows import by_campaign
from tocsin.campaigns.acts import COLUMNS
from tocsin.engines import DuckEngine
from tocsin.enrich import digest, filling
from tocsin.recovery import sessions

NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)
PLACES = [{"source_ip": f"45.9.{n}.7", "network": "AS900", "country": "NL", "client": "curl"} for n in range(3)]
AT_RISK = roster(*range(12))
Conclude = Callable[..., Concluded]


def guesses(targets: Sequence[int], *, first_day: int) -> list[Row]:
    return [
        guess(f"guess/{target}", person(target), PLACES[number % 3], day=first_day + number // 3, hour=3)
        for number, target in enumerate(targets)
    ]


@pytest.fixture
def conclude(tmp_path: Path) -> Conclude:
    """A scan of the thirty people's month and further rows."""

    def conclude(rows: Sequence[Row], before: Concluded | None = None) -> Concluded:
        engine = DuckEngine(scratch=tmp_path)
        found = found_in(engine, [*work(range(30)), *rows], AT_RISK)
        done = concluded(
            engine,
            pick=found.events.semi_join,
            fill=filling(found.events, found.events),
            gist=found.events,
            recovery=sessions(found.events, keep=lambda steps: engine.kept("steps", steps)),
            site=found.site,
            found=found.campaigns,
            roster=AT_RISK,
            covered=[],
            now=NOW,
            before=left(before) if before else None,
        )
        engine.close()
        return done

    return conclude


def left(done: Concluded) -> Earlier:
    """What a first scan leaves for the next one."""
    return Earlier(
        assessment=done.assessment,
        evidence=done.evidence,
        gone=done.gone,
        history=by_campaign(done.changes),
        roster=digest(AT_RISK),
    )


def ids(done: Concluded) -> list[str]:
    return [one.id for one in done.assessment.campaigns]


def whats(done: Concluded) -> list[tuple[str, str]]:
    return [(campaign, change.what) for campaign, change in done.changes]


def test_a_campaign_keeps_its_id_when_earlier_and_later_events_are_added(conclude: Conclude) -> None:
    """Late logs can bring a new first event; the evidence of the scan before says that it is the same campaign. What
    one scan of everything would call it is its alias."""
    known, late = guesses(range(3, 12), first_day=6), guesses(range(3), first_day=4)
    later = guesses([18, 19], first_day=11)
    first = conclude(known)
    assert len(first.assessment.campaigns) == 1
    again = conclude([*late, *known, *later], before=first)
    anew = conclude([*late, *known, *later])
    assert ids(again) == ids(first)
    assert ids(anew) != ids(first)
    assert again.assessment.campaigns[0].aliases == ids(anew)


def test_a_campaign_that_shares_little_with_one_known_gets_an_id_of_its_own(conclude: Conclude) -> None:
    """And the one known is not forgotten."""
    first = conclude(guesses(range(6), first_day=6))
    other = conclude(guesses(range(6, 12), first_day=6), before=first)
    assert len(other.assessment.campaigns) == 1
    assert ids(other) != ids(first)
    assert whats(other) == [(ids(other)[0], "found"), (ids(first)[0], "no_longer_found")]
    (gone,) = other.assessment.no_longer_found
    assert [(gone.id, one.what) for one in gone.history] == [(*ids(first), "found"), (*ids(first), "no_longer_found")]
    assert sorted(other.gone["event_uid"].to_pylist()) == sorted(first.evidence["event_uid"].to_pylist())


def test_the_same_scan_again_adds_nothing_to_the_history(conclude: Conclude) -> None:
    first = conclude(guesses(range(6), first_day=6))
    again = conclude(guesses(range(6), first_day=6), before=first)
    assert (again.assessment, again.changes) == (first.assessment, [])


def test_a_month_without_campaign_is_an_assessment_all_the_same(conclude: Conclude) -> None:
    done = conclude([])
    assert (done.assessment.campaigns, len(done.evidence)) == ([], 0)
    assert done.assessment.generated_at == "2026-04-01T00:00:00Z"


@pytest.mark.parametrize("known", [True, False])
def test_a_recovery_seen_to_end_at_an_operators_address_and_not_its_own_is_the_owners(
    tmp_path: Path, known: bool
) -> None:
    """What else belongs to the recovery is the operator's. One fact away: the end names no account, so that nobody
    could hold it to be anybody's before."""
    start, sent, end, echo = (
        act(uid, person(1), PLACES[0], day=9, hour=3, activity=activity)
        for uid, activity in (
            ("start", "recovery_start"),
            ("sent", "recovery_message"),
            ("end", "credential_change"),
            ("echo", "recovery_complete"),
        )
    )
    echo |= {"source_ip": None, "account": None}
    end |= {} if known else {"account": None}
    engine = DuckEngine(scratch=tmp_path)
    logged = table([start, sent, end, echo])
    rows = engine.table("all_rows", logged)
    times = dict(zip(logged["event_uid"].to_pylist(), logged["ts"].to_pylist(), strict=True))
    lacking = _Lacking(
        accounts={("okta", uid): person(1) for uid in ("sent", "end", "echo")},
        times={("okta", uid): times[uid] for uid in ("sent", "end", "echo")},
        ended={("okta", uid): "recovery" for uid in ("end", "echo")},
    )
    own = table([start]).select(COLUMNS)
    found = _joined(own, lacking, _companions(engine, filling(rows, rows), rows, [lacking]))
    assert set(found["event_uid"].to_pylist()) == ({"start", "sent"} if known else {"start", "sent", "end", "echo"})
    assert set(found["account"].to_pylist()) == {person(1)}
    engine.close()
