"""What the logs cover is said in words that are held by a file; nothing is said to be covered that is not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from assessments import assess, hostile_assessment, sources
from covered import MONTH, acts, sign_ins, source
from tocsin.assess.assessment import ClockSkew, Coverage
from tocsin.coverage import RosterSeen
from tocsin.report.coverage_words import overall, source_items, statement, with_words

SAMPLES = Path(__file__).parent / "samples"

WEEK = MONTH[:7]

STATEMENTS = {
    "coverage": assess([]).coverage,
    "coverage_entra_without_audit_log": Coverage(
        sources=[source("entra", "contoso", ("entra_signin_graph",), sign_in=sign_ins(WEEK), session_use=acts(WEEK))],
        roster=RosterSeen(accounts=12, seen=2, never_seen=[f"p{number}@example.org" for number in range(10)]),
    ),
    "coverage_unknown_provider": Coverage(sources=[source("walrus", "", sign_in=sign_ins())]),
}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_the_statement_reads_as_its_sample(name: str) -> None:
    said = "\n\n".join(statement(STATEMENTS[name])) + "\n"
    assert said == (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")


def test_records_that_name_no_tenant_are_no_tenant_of_their_own() -> None:
    """Nothing is said to be missing of them: their tenant's other log is given."""
    loose = source("entra", "", ("entra_audit_graph",), recovery_complete=acts(WEEK))
    whole = source("entra", "contoso", ("entra_signin_graph", "entra_audit_graph"), sign_in=sign_ins(WEEK))
    said = statement(Coverage(sources=[loose, whole]))
    assert said[0] == (
        "Microsoft Entra. No tenant: these records name none, and count for the tenant that holds their account."
        " Days: audit log on all 7 days from 2 to 8 February 2026. Delivery: some minutes (Microsoft gives no figure)."
    )
    alone = statement(Coverage(sources=[loose]))
    assert "the sign-in log, not given" in alone[0]


def test_the_assessment_carries_the_statement() -> None:
    assert with_words(assess([])).coverage.statement == statement(assess([]).coverage)


def test_files_without_an_event_have_nothing_to_say() -> None:
    empty = msgspec.structs.replace(sources()[0], events=0)
    assert source_items(empty) == []


def test_a_small_skew_is_not_worth_a_word() -> None:
    skews = [ClockSkew(provider="entra", other="m365", seconds=seconds, pairs=300) for seconds in (-1, 29, 30)]
    said = overall(Coverage(sources=sources(), skews=skews))
    assert said == [
        "The same sign-ins are 30 seconds later at Microsoft 365 than at Microsoft Entra (median of 300 pairs): their"
        " clocks differ, or one writes the time of arrival."
    ]


def test_hidden_characters_of_a_log_are_shown() -> None:
    said = " ".join(statement(hostile_assessment().coverage))
    assert not any(character in said for character in "\u202e\x1b\x07\u200b")
