"""What a tenant's log shows is the table against what stands in the log."""

from __future__ import annotations

import pytest

from covered import FIRST, MONTH, acts, log, sign_ins
from tocsin.coverage import KindShown, knowledge, shown
from tocsin.coverage.shown import days_in, stretches
from tocsin.lake import Covered, Seen


def kinds(covered: Covered) -> dict[str, KindShown]:
    return {one.kind: one for one in shown(covered, knowledge())[1]}


def test_a_kind_is_shown_where_the_provider_writes_it_and_the_log_holds_some() -> None:
    found = kinds(log("okta", sign_in=sign_ins(), recovery_start=acts(events=5)))
    assert found["recovery_started"] == KindShown(
        kind="recovery_started",
        shown="yes",
        events=5,
        logs=["system_log"],
        words="",
        document="Okta: Event types",
        url="https://developer.okta.com/docs/reference/api/event-types/",
    )


def test_a_kind_that_never_occurs_is_not_claimed_though_the_provider_would_write_it() -> None:
    """An Okta export that was filtered to sign-ins."""
    found = kinds(log("okta", sign_in=sign_ins()))
    assert (found["recovery_started"].shown, found["recovery_completed"].shown) == ("none_seen", "none_seen")


def test_sign_ins_without_a_failed_one_show_no_failed_sign_ins() -> None:
    found = kinds(log("okta", sign_in=acts(), recovery_start=acts()))
    assert (found["sign_in"].shown, found["failed_sign_in"].shown) == ("yes", "none_seen")


def test_an_entra_tenant_without_audit_log_lacks_its_recoveries_and_the_log_is_named() -> None:
    found = kinds(log("entra", "t1", ("entra_signin_graph",), sign_in=sign_ins(), session_use=acts()))
    assert found["recovery_completed"].shown == "log_missing"
    assert found["recovery_completed"].logs == ["audit"]
    assert found["session_use"].shown == "partly"


def test_what_a_provider_never_writes_is_said_with_its_reason() -> None:
    found = kinds(log("google", sign_in=sign_ins(), challenge=acts(), credential_change=acts()))
    assert found["recovery_started"].shown == "no"
    assert found["recovery_started"].words == "Google writes nothing when somebody starts a recovery"
    assert found["client"].shown == "no"


def test_a_recovery_that_shows_under_another_word_is_shown_in_part() -> None:
    found = kinds(log("google", sign_in=sign_ins(), challenge=acts(events=7), credential_change=acts(events=2)))
    assert (found["recovery_completed"].shown, found["recovery_completed"].events) == ("partly", 2)


def test_a_provider_that_the_table_does_not_know_shows_nothing_for_certain() -> None:
    logs, found = shown(log("walrus", sign_in=sign_ins(), recovery_start=acts()), knowledge())
    assert logs == []
    assert {one.shown for one in found} == {"not_known"}
    assert {one.kind: one.events for one in found}["sign_in"] == 28


def test_an_activity_beyond_the_table_is_counted_and_not_claimed() -> None:
    found = kinds(log("okta", sign_in=sign_ins(), recovery_start=acts(unknown=3)))
    assert (found["unknown_at_recovery"].shown, found["unknown_at_recovery"].events) == ("not_known", 3)


def test_days_of_a_log_are_those_of_its_own_acts() -> None:
    """Sign-ins for four weeks and an audit log of a week: the week is the audit log's."""
    week = MONTH[-7:]
    logs, _ = shown(log("entra", sign_in=sign_ins(), recovery_proof=acts(week)), knowledge())
    assert {one.log: one.days for one in logs} == {
        "sign_in": [("2026-02-02", "2026-03-01")],
        "audit": [("2026-02-23", "2026-03-01")],
        "risk": [],
        "security_alerts": [],
    }


def test_a_day_without_records_parts_the_days() -> None:
    days = [FIRST, FIRST + 1, FIRST + 3]
    assert stretches(days) == [("2026-02-02", "2026-02-03"), ("2026-02-05", "2026-02-05")]
    assert days_in(stretches(days)) == frozenset(days)


@pytest.mark.parametrize(
    ("held", "only"),
    [
        ({"sign_in": sign_ins(), "challenge": acts(), "session_use": acts()}, True),
        ({"sign_in": sign_ins(), "profile_change": acts()}, False),
    ],
)
def test_a_log_that_holds_sign_ins_only_is_known(held: dict[str, Seen], only: bool) -> None:
    (log_,) = shown(log("okta", **held), knowledge())[0]
    assert log_.only_sign_ins is only


def test_no_log_is_held_to_be_missing_where_it_is_not_known_what_was_given() -> None:
    """Okta's records from an OCSF lake: the System Log may well be in it."""
    found = kinds(log("okta", "t1", ("ocsf",), sign_in=sign_ins(), recovery_start=acts(events=3)))
    assert {found[name].shown for name in ("sign_in", "recovery_started")} == {"not_known"}
    assert found["mailbox_rule"].shown == "no"
