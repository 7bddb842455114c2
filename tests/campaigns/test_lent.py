"""Applications that people at risk let in and that read them from hosts of their own, and those that everybody uses."""

from __future__ import annotations

import pytest

from event_rows import Row
from small_site import Found, act, found_in, home, person, roster, sign_in, work
from tocsin.campaigns.lent import LENT_TECHNIQUES
from tocsin.campaigns.linked import reasons
from tocsin.engines import Engine
from tocsin.report.phrases import TECHNIQUE_WORDS

PEOPLE = range(60)
AT_RISK = range(12)
VENDOR = {"network": "AS900", "country": "US", "client": None}
RENTED = {"network": "AS950", "country": "RO", "client": None}


@pytest.fixture(scope="module")
def usual() -> list[Row]:
    """Everybody's work, and two programs that some let in: both read from the cloud in which everything runs."""
    rows = list(work(PEOPLE))
    rows += reads("calendar", range(20, 32), VENDOR | {"source_ip": "52.1.1.1"})
    return rows + reads("notes", range(8, 55, 5), VENDOR | {"source_ip": "52.1.2.2"})


def reads(app: str, people: range, host: Row, *, days: range = range(6, 14)) -> list[Row]:
    """Consents at home, and what the application reads afterwards."""
    rows = []
    for number in people:
        rows.append(
            act(f"{app}/{number}", person(number), home(number), activity="consent", app_uid=app, day=5, hour=10.0)
        )
        rows += [
            act(f"{app}/{number}/{day}", person(number), host, activity="session_use", app_uid=app, day=day, hour=3.0)
            for day in days
        ]
    return rows


def read_by(rows: list[Row]) -> set[str]:
    return {row["event_uid"] for row in rows if row["activity"] == "session_use"}


def found(duck: Engine, rows: list[Row]) -> Found:
    return found_in(duck, rows, roster(*AT_RISK))


def test_an_application_that_reads_people_at_risk_from_where_no_other_does_is_a_campaign(
    duck: Engine, usual: list[Row]
) -> None:
    theirs = reads("viewer", range(10), RENTED | {"source_ip": "45.9.1.1"})
    told = found(duck, [*usual, *theirs])
    assert [told.uids(number) for number in range(len(told.campaigns))] == [read_by(theirs)]
    assert "ask who runs it" in " ".join(reasons(told.campaigns[0]))


def test_several_hosts_of_one_application_are_one_operators(duck: Engine, usual: list[Row]) -> None:
    theirs = reads("viewer", range(5), RENTED | {"source_ip": "45.9.1.1"})
    theirs += reads("viewer", range(5, 10), {"network": "AS970", "country": "NL", "source_ip": "5.2.3.4"})
    told = found(duck, [*usual, *theirs])
    assert [told.uids(number) for number in range(len(told.campaigns))] == [read_by(theirs)]


def test_one_that_reads_from_where_others_do_is_none(duck: Engine, usual: list[Row]) -> None:
    """One fact away: people at risk get a tool of their own, from a maker who rents where all do."""
    theirs = reads("viewer", range(10), VENDOR | {"source_ip": "52.1.3.3"})
    assert found(duck, [*usual, *theirs]).campaigns == ()


def test_one_that_an_administrator_let_in_for_all_is_none(duck: Engine, usual: list[Row]) -> None:
    theirs = reads("viewer", range(10), RENTED | {"source_ip": "45.9.1.1"})
    granted = {"activity": "consent", "reason": "by_admin", "app_uid": "viewer"}
    theirs.append(act("viewer/all", person(59), home(59), day=4, **granted))
    assert found(duck, [*usual, *theirs]).campaigns == ()


def test_one_that_a_department_begins_to_use_is_none(duck: Engine, usual: list[Row]) -> None:
    theirs = reads("viewer", range(6, 56, 5), RENTED | {"source_ip": "45.9.1.1"})
    assert found(duck, [*usual, *theirs]).campaigns == ()


def test_one_that_people_use_themselves_is_none(duck: Engine, usual: list[Row]) -> None:
    """A mail program names itself wherever its owner is."""
    theirs = [
        sign_in(f"mail/{number}/{day}", person(number), home(number), app_uid="mail", day=day, hour=20.0)
        for number in range(10)
        for day in range(6, 14)
    ]
    assert found(duck, [*usual, *theirs]).campaigns == ()


def test_of_hosts_in_one_network_where_no_other_application_has_any_nothing_is_known(duck: Engine) -> None:
    theirs = reads("viewer", range(10), RENTED | {"source_ip": "45.9.1.1"})
    assert found(duck, [*work(PEOPLE), *theirs]).campaigns == ()


def test_its_techniques_have_words() -> None:
    assert {*LENT_TECHNIQUES} <= set(TECHNIQUE_WORDS)
