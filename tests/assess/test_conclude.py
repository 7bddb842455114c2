"""Ids of campaigns from scan to scan of one store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from event_rows import Row
from small_site import found_in, guess, person, roster, work
from tocsin.assess import concluded
from tocsin.assess.assessment import Assessment
from tocsin.engines import DuckEngine
from tocsin.recovery import sessions

NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)
PLACES = [{"source_ip": f"45.9.{n}.7", "network": "AS900", "country": "NL", "client": "curl"} for n in range(3)]
AT_RISK = roster(*range(12))
Conclude = Callable[..., tuple[Assessment, pa.Table]]


def guesses(targets: Sequence[int], *, first_day: int) -> list[Row]:
    return [
        guess(f"guess/{target}", person(target), PLACES[number % 3], day=first_day + number // 3, hour=3)
        for number, target in enumerate(targets)
    ]


@pytest.fixture
def conclude(tmp_path: Path) -> Conclude:
    """A scan of the thirty people's month and further rows."""

    def conclude(rows: Sequence[Row], before: pa.Table | None = None) -> tuple[Assessment, pa.Table]:
        engine = DuckEngine(scratch=tmp_path)
        found = found_in(engine, [*work(range(30)), *rows], AT_RISK)
        done = concluded(
            engine,
            pick=found.events.semi_join,
            gist=found.events,
            recovery=sessions(found.events, keep=lambda steps: engine.kept("steps", steps)),
            site=found.site,
            found=found.campaigns,
            roster=AT_RISK,
            covered=[],
            now=NOW,
            before=before,
        )
        engine.close()
        return done

    return conclude


def ids(assessment: Assessment) -> list[str]:
    return [one.id for one in assessment.campaigns]


def test_a_campaign_keeps_its_id_when_earlier_and_later_events_are_added(conclude: Conclude) -> None:
    """Late logs can bring a new first event; the evidence of the scan before says that it is the same campaign."""
    known, late = guesses(range(3, 12), first_day=6), guesses(range(3), first_day=4)
    later = guesses([18, 19], first_day=11)
    first, evidence = conclude(known)
    assert len(first.campaigns) == 1
    again, _ = conclude([*late, *known, *later], before=evidence)
    anew, _ = conclude([*late, *known, *later])
    assert ids(again) == ids(first)
    assert ids(anew) != ids(first)


def test_a_campaign_that_shares_little_with_one_known_gets_an_id_of_its_own(conclude: Conclude) -> None:
    _, evidence = conclude(guesses(range(6), first_day=6))
    other, _ = conclude(guesses(range(6, 12), first_day=6), before=evidence)
    assert len(other.campaigns) == 1
    assert ids(other) != evidence["campaign_id"].unique().to_pylist()


def test_a_month_without_campaign_is_an_assessment_all_the_same(conclude: Conclude) -> None:
    assessment, evidence = conclude([])
    assert (assessment.campaigns, len(evidence), assessment.generated_at) == ([], 0, "2026-04-01T00:00:00Z")
