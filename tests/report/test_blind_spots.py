"""What the logs cannot show is said beside every answer, in few sentences."""

from __future__ import annotations

from covered import acts, sign_ins, source
from tocsin.assess.assessment import Coverage, SourceCoverage
from tocsin.report.blind_spots import blind_spots


def said(*sources: SourceCoverage) -> list[str]:
    return blind_spots(Coverage(sources=list(sources)))


def test_logs_that_show_both_doors_and_the_first_steps_leave_nothing_to_say() -> None:
    assert said(source("okta", sign_in=sign_ins(), recovery_start=acts(), recovery_complete=acts())) == []


def test_a_missing_audit_log_and_what_is_never_written_are_said() -> None:
    assert said(source("entra", "contoso", ("entra_signin_graph",), sign_in=sign_ins())) == [
        "Of the audit log of Microsoft Entra (contoso) nothing was given, so that recoveries there cannot be seen.",
        "Microsoft Entra writes nothing of unknown names at the recovery form.",
    ]


def test_missing_sign_ins_are_said() -> None:
    assert said(source("entra", "contoso", ("entra_audit_graph",), recovery_complete=acts()))[0] == (
        "Of the sign-in log of Microsoft Entra (contoso) nothing was given, so that sign-ins there cannot be seen."
    )


def test_records_without_tenant_are_a_part_of_what_was_given() -> None:
    whole = source("entra", "contoso", sign_in=sign_ins(), recovery_complete=acts())
    loose = source("entra", "", ("entra_audit_graph",), recovery_complete=acts())
    assert said(loose, whole) == ["Microsoft Entra writes nothing of unknown names at the recovery form."]


def test_a_provider_is_said_once_however_many_tenants_it_has() -> None:
    tenants = [source("google", name, sign_in=sign_ins(), credential_change=acts()) for name in ("C1", "C2")]
    assert said(*tenants) == [
        "Google Workspace writes nothing of unknown names at the sign-in, unknown names at the recovery form and"
        " started recoveries."
    ]


def test_a_log_that_the_table_does_not_know_is_said() -> None:
    assert said(source("walrus", "", sign_in=sign_ins())) == ["What the logs of walrus can show is not known."]
