"""A source's statement is divided by what its names rest on."""

from __future__ import annotations

from dataclasses import replace

from tocsin.sources.division import Division, Kind, divided
from tocsin.sources.source import Source

SOURCE = Source(
    format="made_up",
    provider="made_up",
    title="Made up",
    recognises=lambda record: "kind" in record,
    fields={"kind": "$.kind", "user": "$.user", "ip": "$.ip", "stamp": "$.time", "uid": "$.id"},
    derived={
        "meant": "CASE kind WHEN 'in' THEN 'sign_in' ELSE 'other' END",
        "nobody": "meant = 'sign_in' AND user IS NULL",
        "own_door": "user LIKE '%@example.org'",
    },
    columns={
        "event_uid": "uid",
        "time": "event_time(stamp)",
        "activity": "meant",
        "account": "CASE WHEN meant = 'sign_in' THEN user END",
        "account_known": "CASE WHEN nobody THEN 'false' ELSE 'user IS NULL' END",
        "source_ip": "ip_address(ip)",
        "source_kind": "CASE WHEN own_door THEN kind END",
    },
)
TEXT = {name: Kind(type="VARCHAR", distinct=1000) for name in (*SOURCE.fields, *SOURCE.derived)}
KINDS = TEXT | {
    "kind": Kind(type="VARCHAR", distinct=2),
    "ip": Kind(type="VARCHAR", distinct=200),
    "meant": Kind(type="VARCHAR", distinct=2),
    "nobody": Kind(type="BOOLEAN", distinct=2),
    "own_door": Kind(type="BOOLEAN", distinct=2),
}


def of_made_up(kinds: dict[str, Kind] = KINDS, source: Source = SOURCE) -> Division:
    return divided(source, kinds, few=10, own=500, of_cells=False)


def test_what_rests_on_few_values_is_worked_out_for_their_combinations() -> None:
    combined = of_made_up().groups[0]
    assert combined.columns == ("activity", "account_known", "source_kind")
    assert combined.names == ("meant",)  # for the part that makes accounts


def test_whether_something_is_there_is_one_of_two_values() -> None:
    combined = of_made_up().groups[0]
    assert combined.asked == ("user",)
    assert "has_user" in combined.statement
    assert "'user IS NULL'" in combined.statement  # a text says nothing of a name


def test_a_name_of_few_values_is_combined_though_its_field_has_many() -> None:
    assert of_made_up().groups[0].keys == ("kind", "own_door")


def test_what_rests_on_one_field_that_comes_again_is_worked_out_for_its_values() -> None:
    (_, own) = of_made_up().groups
    assert (own.keys, own.columns) == (("ip",), ("source_ip",))


def test_what_rests_on_both_is_worked_out_last() -> None:
    division = of_made_up()
    assert (division.last_columns, division.last_names) == (("account",), ("meant", "user"))


def test_ids_and_times_are_of_each_record() -> None:
    few = {name: Kind(type="VARCHAR", distinct=1) for name in TEXT}
    assert of_made_up(few).first_columns == ("event_uid", "time")


def test_nothing_is_combined_where_nothing_comes_again() -> None:
    division = of_made_up(TEXT)
    assert (division.groups, division.last) == ((), None)


def test_what_is_no_plain_value_is_not_handed_on() -> None:
    listed = replace(SOURCE, derived={**SOURCE.derived, "parts": "string_split(user, '@')"})
    listed = replace(listed, columns={**SOURCE.columns, "actor": "CASE WHEN meant = 'other' THEN parts[1] END"})
    division = of_made_up({**KINDS, "parts": Kind(type="VARCHAR[]", distinct=float("inf"))}, listed)
    assert division.last_columns == ("account", "actor")
    assert division.last_names == ("meant", "user")  # and the list is made of it there
