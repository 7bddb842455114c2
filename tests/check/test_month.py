"""A simulated month without one of its days, providers or activities: the same laws, on event rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import ibis
import msgspec
import pytest

from tocsin.assess.assessment import SourceCoverage
from tocsin.assess.conclude import covered_source
from tocsin.check import Answer, Question, check, question
from tocsin.coverage import CLAIMED, days_in, knowledge
from tocsin.detect import FINDING_EVENT
from tocsin.engines import Engine, opened
from tocsin.enrich import read_roster
from tocsin.lake import Lake, coverage
from tocsin.pipeline import Case, run
from tocsin.settings import ScanSettings
from tocsin.simulate import simulate

NOW = datetime(2026, 4, 1)  # noqa: DTZ001 - naive UTC, as everywhere inside
START = datetime(2026, 2, 2)  # noqa: DTZ001

Without = Callable[[ibis.Table], ibis.Table]


class Month:
    """A month at rest, and what would be said of it if some of its events were not there."""

    def __init__(self, folder: Path) -> None:
        simulate("quiet", seed=4, out=folder / "world", accounts=300)
        settings = ScanSettings(
            paths=(folder / "world/logs",), store=folder / "store", roster=folder / "world/roster.csv"
        )
        self.case = run(Case(settings=settings, now=NOW))
        self.roster = read_roster(folder / "world/roster.csv")[0]
        self.lake = Lake(folder / "store")
        self.engine: Engine = opened("duckdb", scratch=folder / "scratch")
        self.events = self.engine.kept("month", self.engine.events(self.lake.event_files()))

    def sources(self, without: Without) -> list[SourceCoverage]:
        return [covered_source(one, knowledge()) for one in coverage(self.lake, self.engine, without(self.events))]

    def answer(self, asked: Question, without: Without, sources: list[SourceCoverage]) -> Answer:
        """No campaign is held against it: only the coverage decides."""
        said = msgspec.structs.replace(self.case.assessment.coverage, sources=sources)
        assessment = msgspec.structs.replace(self.case.assessment, campaigns=[], coverage=said)
        return check(
            asked,
            assessment,
            self.case.evidence.slice(0, 0),
            FINDING_EVENT.empty_table(),
            self.engine,
            without(self.events),
        )

    def questions(self) -> list[Question]:
        """Every organisation of the roster, and the domains of their accounts."""
        names = sorted({name for name in self.roster["organisation"].to_pylist() if name})
        domains = sorted({account.rpartition("@")[2] for account in self.roster["account"].to_pylist()})
        return [question(name, self.roster) for name in [*names, *domains]]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    made = Month(tmp_path_factory.mktemp("quiet"))
    yield made
    made.engine.close()


def everything(events: ibis.Table) -> ibis.Table:
    return events


def without_day(number: int) -> Without:
    day = START + timedelta(days=number)
    return lambda events: events.filter((events.time < day) | (events.time >= day + timedelta(days=1)))


def without(column: str, value: str) -> Without:
    return lambda events: events.filter(events[column] != value)


def held(month: Month, column: str) -> list[str]:
    return sorted(month.engine.rows(month.events.select(column).distinct())[column].to_pylist())


Claim = tuple[str, str, str, int]


def claimed(sources: list[SourceCoverage]) -> set[Claim]:
    return {
        (one.provider, one.tenant, kind.kind, day)
        for one in sources
        for kind in one.shows
        if kind.shown in CLAIMED
        for log in one.logs
        if log.given and log.log in kind.logs
        for day in days_in(log.days)
    }


def answered(answer: Answer) -> set[Claim]:
    return {
        (one.provider, one.tenant, kind, day)
        for one in answer.covers
        for kind in (*one.shows, *one.partly)
        for parts in one.days.values()
        for day in days_in(parts)
    }


def test_a_month_without_a_day_a_provider_or_an_activity_is_claimed_less(month: Month) -> None:
    """And no organisation, domain or account is answered more of it than of the whole month."""
    asked = month.questions()
    whole = month.sources(everything)
    before = [month.answer(one, everything, whole) for one in asked]
    assert {one.answer for one in before} == {"nothing_found", "cannot_say"}
    claim = claimed(whole)
    lesser = {f"day {number}": without_day(number) for number in range(0, 30, 3)}
    lesser |= {f"provider {name}": without("provider", name) for name in held(month, "provider")}
    lesser |= {f"activity {name}": without("activity", name) for name in held(month, "activity")}
    weaker = 0
    for name, taken in lesser.items():
        sources = month.sources(taken)
        assert claimed(sources) <= claim, name
        assert sources != whole, name
        assert claimed(sources) < claim or name.startswith("activity"), name
        for one, first in zip(asked, before, strict=True):
            after = month.answer(one, taken, sources)
            assert not (first.answer == "cannot_say" and after.answer == "nothing_found"), (name, one.asked)
            assert answered(after) <= answered(first), (name, one.asked)
            weaker += (first.answer, after.answer) == ("nothing_found", "cannot_say")
    assert weaker > 0
