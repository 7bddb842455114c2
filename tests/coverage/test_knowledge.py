"""The table of what logs show: every format has its place in it, and what it does not know widens no claim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tocsin.coverage.kinds import KINDS
from tocsin.coverage.knowledge import TABLE, knowledge
from tocsin.sources import SOURCES

TABLE_OF_LOGS = knowledge()
TEXT = TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.format)
def test_a_format_has_an_entry_or_a_reason_why_not(source: object) -> None:
    """Put the name into `formats` of a log in what_logs_show.toml, or into [unknown] with the reason."""
    assert source.format in TABLE_OF_LOGS.formats()  # type: ignore[attr-defined]


def test_the_table_names_no_format_that_is_not_read() -> None:
    assert TABLE_OF_LOGS.formats() <= {source.format for source in SOURCES}


def test_a_format_stands_under_its_own_provider() -> None:
    providers = {source.format: source.provider for source in SOURCES}
    for log in TABLE_OF_LOGS.logs:
        assert {providers[name] for name in log.formats} == {log.provider}


def test_what_is_not_known_has_a_reason() -> None:
    assert all(reason.strip() for reason in TABLE_OF_LOGS.unknown.values())


def test_every_document_has_a_name_and_a_public_address() -> None:
    for document in TABLE_OF_LOGS.documents.values():
        assert document.name.strip()
        assert re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]+/\S*", document.url)


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in TEXT
    file = tmp_path / "table.toml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "mailbox_rule"', 'kind = "mailbox_rules"', "'mailbox_rules' is no kind of act"),
        ('source = "okta-log", kinds', 'source = "okta-book", kinds', "no document 'okta-book'"),
        ('log = "audit"', 'log = "sign_in"', "entra/sign_in stands twice"),
        ('"recovery_proof", "challenge"]', '"recovery_proof", "walrus"]', "'walrus' is no activity"),
        ('words = "Okta holds no mailboxes", ', "", "okta/system_log: mailbox_rule needs words"),
        ('kinds = ["source_address", "client"]', 'kinds = ["source_address", "mailbox_rule"]', "is said twice"),
    ],
)
def test_a_fault_in_the_table_is_named(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        knowledge(_changed(tmp_path, old, new))


def test_a_key_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown field `titel`"):
        knowledge(_changed(tmp_path, 'title = "System Log"', 'titel = "System Log"'))


def test_kinds_have_names_and_words_of_their_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) == len({kind.words for kind in KINDS})


@pytest.mark.parametrize(
    ("provider", "log", "kind", "shown"),
    [
        ("google", "login", "unknown_at_sign_in", "no"),
        ("google", "login", "recovery_started", "no"),
        ("google", "login", "client", "no"),
        ("keycloak", "user_events", "client", "no"),
        ("entra", "audit", "unknown_at_recovery", "no"),
        ("entra", "sign_in", "unknown_at_sign_in", "yes"),
        ("m365", "unified_audit", "recovery_started", "no"),
        ("m365", "unified_audit", "mailbox_rule", "yes"),
        ("okta", "system_log", "recovery_started", "yes"),
    ],
)
def test_what_the_documents_say_stands_in_the_table(provider: str, log: str, kind: str, shown: str) -> None:
    (found,) = [one for one in TABLE_OF_LOGS.of(provider) if one.log == log]
    fact = found.fact(kind)
    assert fact is not None
    assert fact.shown == shown


@pytest.mark.parametrize(
    ("provider", "log", "days"),
    [
        ("okta", "system_log", [90]),
        ("entra", "sign_in", [7, 30]),
        ("entra", "audit", [7, 30]),
        ("entra", "risk", [7, 30, 90]),
        ("m365", "unified_audit", [180, 365]),
        ("google", "login", [180]),
        ("auth0", "tenant_log", [1, 5, 10, 30]),
        ("authentik", "events", [365]),
    ],
)
def test_retention_by_licence_stands_in_the_table(provider: str, log: str, days: list[int]) -> None:
    (found,) = [one for one in TABLE_OF_LOGS.of(provider) if one.log == log]
    assert [one.days for one in found.retention] == days
