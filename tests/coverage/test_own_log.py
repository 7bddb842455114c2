"""The log of an own application shows what its mapping file reads, and nothing else for certain."""

from __future__ import annotations

from mapped_samples import SAMPLES
from tocsin.coverage import knowledge, with_own_logs
from tocsin.sources import SOURCES, read_mappings

CLUB = read_mappings([SAMPLES / "club_portal" / "mapping.toml"], SOURCES)


def test_a_mapping_file_is_a_log_of_the_table() -> None:
    table = with_own_logs(knowledge(), CLUB.mappings)
    (log,) = table.of("club")
    assert (log.title, log.formats) == ("Club member portal", ["club_portal"])
    kinds = {fact.kind for fact in log.facts}
    assert {"sign_in", "failed_sign_in", "recovery_started", "unknown_at_recovery", "source_address", "client"} <= kinds
    assert {fact.shown for fact in log.facts} == {"partly"}
    assert not {"mailbox_rule", "consent", "session_use"} & kinds


def test_the_table_that_ships_stays_as_it_is() -> None:
    before = knowledge().logs
    with_own_logs(knowledge(), CLUB.mappings)
    assert knowledge().logs == before
    assert with_own_logs(knowledge(), ()) is knowledge()
