"""Evidence found, nothing found in what is covered, or cannot say: each with its reasons."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from covered import FIRST, MONTH, acts, sign_ins, source
from findings_by_hand import open_finding
from tocsin.assess.assessment import SourceCoverage
from tocsin.check import Answer, Evidence, Question, Sighting, decided
from tocsin.lake import Seen

ACCOUNTS = ("ada@example.org", "bob@example.org", "eve@example.org")
ASKED = Question(asked="The Daily Example", read_as="organisation", accounts=ACCOUNTS)

FULL: dict[str, Seen] = {
    "sign_in": sign_ins(),
    "recovery_start": acts(),
    "recovery_complete": acts(),
    "challenge": acts(),
}


def at(provider: str = "okta", tenant: str = "t1", accounts: tuple[str, ...] = ACCOUNTS) -> list[Sighting]:
    return [Sighting(account=one, provider=provider, tenant=tenant) for one in accounts]


def answer(
    sources: list[SourceCoverage], sightings: list[Sighting], asked: Question = ASKED, *evidence: Evidence
) -> Answer:
    return decided(asked, sightings, sources, evidence)


def reasons(found: Answer) -> list[tuple[str, str | None, list[str]]]:
    return [(one.lack, one.provider, one.logs) for one in found.because]


OPEN = open_finding(ACCOUNTS[0])

EVIDENCE = Evidence(
    campaign_id="C-1",
    verdict="targeted",
    first_seen="2026-02-03T10:00:00Z",
    last_seen="2026-02-20T10:00:00Z",
    events=3,
    identification_attempts=2,
    names_not_accounts=0,
    accounts_probed=1,
    accounts_attacked=1,
    accounts_compromised=0,
)


@pytest.mark.parametrize(("telling", "said"), [(True, "evidence_found"), (False, "nothing_found")])
def test_an_open_finding_is_evidence_only_where_it_is_said_to_be(telling: bool, said: str) -> None:
    loose = replace(OPEN, evidence=telling)
    found = decided(ASKED, at(), [source("okta", **FULL)], [], [loose])
    assert (found.answer, found.findings, found.evidence) == (said, [loose], [])
    unseen = decided(ASKED, [], [source("okta", **FULL)], [], [loose])
    assert unseen.answer == ("evidence_found" if telling else "cannot_say")


def test_a_full_log_of_all_accounts_allows_to_say_that_nothing_was_found() -> None:
    found = answer([source("okta", **FULL)], at())
    assert found.answer == "nothing_found"
    assert (found.accounts.on_roster, found.accounts.seen, found.accounts.covered) == (3, 3, 3)
    (cover,) = found.covers
    assert cover.days == {"system_log": [("2026-02-02", "2026-03-01")]}
    assert "recovery_started" in cover.shows
    assert {one.kind for one in found.could_not_show if one.why == "no"} == {"mailbox_rule"}
    assert found.because == []


def test_evidence_is_found_even_where_the_rest_cannot_be_said() -> None:
    assert answer([source("okta", **FULL)], at(), ASKED, EVIDENCE).answer == "evidence_found"
    assert answer([], [], ASKED, EVIDENCE).answer == "evidence_found"


def test_accounts_that_no_log_holds_cannot_be_spoken_of() -> None:
    found = answer([source("okta", **FULL)], [])
    assert found.answer == "cannot_say"
    assert reasons(found) == [("never_seen", None, [])]
    assert found.accounts.never_seen == list(ACCOUNTS)


def test_a_name_that_is_on_no_roster_cannot_be_spoken_of() -> None:
    found = answer([source("okta", **FULL)], [], Question(asked="Walrus", read_as="nothing", near=("Wallrus",)))
    assert (found.answer, reasons(found), found.near) == ("cannot_say", [("not_asked_of", None, [])], ["Wallrus"])


def test_an_entra_tenant_without_its_audit_log_cannot_be_spoken_of() -> None:
    """Recoveries stand in the audit log, and it could be had."""
    signs = source("entra", "t1", ("entra_signin_graph",), sign_in=sign_ins(), session_use=acts())
    found = answer([signs], at("entra"))
    assert found.answer == "cannot_say"
    assert reasons(found) == [("log_missing", "entra", ["audit log"])]
    both = source("entra", sign_in=sign_ins(), session_use=acts(), recovery_complete=acts())
    assert answer([both], at("entra")).answer == "nothing_found"


def test_an_entra_audit_log_without_recoveries_is_enough() -> None:
    """Where self-service reset is off there are none, and the answer says that none stands in it."""
    found = answer([source("entra", sign_in=sign_ins(), session_use=acts(), admin_act=acts())], at("entra"))
    assert found.answer == "nothing_found"
    assert {one.kind for one in found.could_not_show if one.why == "none_seen"} >= {
        "recovery_started",
        "recovery_completed",
    }


def test_an_okta_export_that_was_filtered_to_sign_ins_cannot_tell() -> None:
    found = answer([source("okta", sign_in=sign_ins(), challenge=acts(), session_use=acts())], at())
    assert (found.answer, reasons(found)) == ("cannot_say", [("only_sign_ins", "okta", ["System Log"])])


def test_sign_ins_of_which_none_failed_cannot_tell() -> None:
    found = answer([source("okta", **FULL | {"sign_in": acts()})], at())
    assert (found.answer, reasons(found)) == ("cannot_say", [("none_seen", "okta", ["System Log"])])


def test_google_could_not_have_shown_the_first_steps_and_says_so() -> None:
    found = answer([source("google", sign_in=sign_ins(), challenge=acts(), credential_change=acts())], at("google"))
    assert found.answer == "nothing_found"
    could_not = {one.kind for one in found.could_not_show if one.why == "no"}
    assert could_not >= {"unknown_at_sign_in", "recovery_started", "client"}


def test_a_provider_that_the_table_does_not_know_cannot_tell() -> None:
    found = answer([source("walrus", **FULL)], at("walrus"))
    assert (found.answer, reasons(found)) == ("cannot_say", [("provider_not_known", "walrus", [])])


@pytest.mark.parametrize(("days", "said"), [(9, "cannot_say"), (10, "nothing_found")])
def test_ten_days_within_four_weeks_are_the_least(days: int, said: str) -> None:
    some = MONTH[: days * 2 : 2]
    found = answer([source("okta", **FULL | {"sign_in": sign_ins(some), "recovery_start": acts(some)})], at())
    assert len(some) == days
    assert found.answer == "nothing_found" if days == 10 else "cannot_say"
    held = {name: Seen(events=9, failed=3, addressed=9, client=9, days=frozenset(some)) for name in FULL}
    assert answer([source("okta", **held)], at()).answer == said


def test_ten_days_that_are_spread_over_half_a_year_are_mostly_gap() -> None:
    some = [FIRST + 18 * step for step in range(10)]
    held = {name: Seen(events=9, failed=3, addressed=9, client=9, days=frozenset(some)) for name in FULL}
    found = answer([source("okta", **held)], at())
    assert found.answer == "cannot_say"
    assert [one.days for one in found.because] == [10, 10]


def test_a_week_of_audit_log_beside_a_month_of_sign_ins_cannot_tell() -> None:
    """Seven days are what Microsoft Entra keeps without a licence."""
    found = answer([source("entra", sign_in=sign_ins(), recovery_complete=acts(MONTH[-7:]))], at("entra"))
    assert (found.answer, reasons(found)) == ("cannot_say", [("few_days", "entra", ["audit log"])])


def test_half_of_the_accounts_on_the_roster_must_be_in_a_log_that_would_do() -> None:
    four = Question(asked="Four", read_as="organisation", accounts=("a", "b", "c", "d"))
    assert answer([source("okta", **FULL)], at(accounts=("a", "b")), four).answer == "nothing_found"
    found = answer([source("okta", **FULL)], at(accounts=("a",)), four)
    assert (found.answer, reasons(found)) == ("cannot_say", [("too_few_seen", None, [])])


def test_a_second_log_that_would_not_do_is_named_beside_the_answer() -> None:
    found = answer(
        [source("okta", **FULL), source("entra", "t1", ("entra_signin_graph",), sign_in=sign_ins())],
        [*at(), *at("entra")],
    )
    assert found.answer == "nothing_found"
    assert [one.provider for one in found.covers] == ["okta"]
    assert reasons(found) == [("log_missing", "entra", ["audit log"])]


def test_a_period_needs_half_of_its_days() -> None:
    def asked(first: date, last: date) -> Question:
        return Question(asked="x", read_as="organisation", accounts=ACCOUNTS, since=first, until=last)

    sources = [source("okta", **FULL)]
    inside = answer(sources, at(), asked(date(2026, 2, 9), date(2026, 2, 22)))
    assert inside.answer == "nothing_found"
    assert inside.covers[0].days == {"system_log": [("2026-02-09", "2026-02-22")]}
    assert answer(sources, at(), asked(date(2026, 2, 2), date(2026, 4, 30))).answer == "cannot_say"
    assert answer(sources, at(), asked(date(2025, 2, 2), date(2025, 2, 9))).answer == "cannot_say"


def test_records_that_name_no_tenant_are_no_second_reason() -> None:
    """Entra's audit log from Graph is a source of its own, and counts for the tenant of the account."""
    whole = source("entra", "t1", sign_in=sign_ins(), recovery_complete=acts())
    loose = source("entra", "", ("entra_audit_graph",), recovery_complete=acts())
    found = answer([loose, whole], [*at("entra", "t1"), *at("entra", "")])
    assert (found.answer, found.because) == ("nothing_found", [])


def test_a_log_of_which_it_is_not_known_whether_it_shows_recoveries_cannot_tell() -> None:
    """Not known is no "cannot show"."""
    full = source("okta", **FULL)
    kinds = [
        msgspec.structs.replace(one, shown="not_known", logs=[]) if one.kind.startswith("recovery") else one
        for one in full.shows
    ]
    found = answer([msgspec.structs.replace(full, shows=kinds)], at())
    assert (found.answer, reasons(found)) == ("cannot_say", [("provider_not_known", "okta", [])])
