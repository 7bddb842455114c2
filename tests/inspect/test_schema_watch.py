"""A vendor that renames a field that detection rests on is noticed, whichever field and format it is.

Each field that a source reads is renamed in the format's sample, one after the other. If most of the events then lose
their time, activity, outcome, account or address, the look at the file has to name a missing field.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from looking import NOW, lines, look, sample
from tocsin.inspect.inspection import Change
from tocsin.inspect.known import known_fields, written
from tocsin.sources import SOURCES, Reader, Source

READER = Reader(SOURCES, ingested_at=NOW, workers=1)
TOLD = ("time", "activity", "outcome", "account", "source_ip")

every_source = pytest.mark.parametrize("source", SOURCES, ids=[source.format for source in SOURCES])

UNNOTICED = {
    # Another field of the record says the same, only in another way.
    ("duo_authentication", "isotimestamp"): "the record's other time has no fractions of a second",
    ("auth0_eventbridge", "email"): "the address that a person typed, in the details of some events",
    ("entra_audit_powershell", "DisplayName"): "of the application, in records that name no user",
    ("entra_audit_powershell", "IPAddress"): "one of the sample's two records has the other spelling",
    # Fields that a record of the format need not have.
    ("authentik_export", "Email"): "a site need not know its users' addresses",
    ("duo_authentication_csv", "Email"): "a site need not know its users' addresses",
    ("duo_authentication_v1", "email"): "a site need not know its users' addresses",
    ("risc_set", "email"): "a subject may be given by its issuer's own number alone",
    ("ocsf", "name"): "an account may be named by address or number alone",
}
"""(format, name) of fields that may go unnoticed, and why."""


def names(source: Source) -> list[str]:
    """The names of the fields that the source reads."""
    if source.recognises_line is not None:
        listed = known_fields(source).rests
        return sorted({path for rest in listed for path in rest.paths})
    return sorted({last(written(path)) for path in source.fields.values()})


def last(path: str) -> str:
    found = re.search(r'("(?:[^"\\]|\\.)*"|[^."\[\]]+)$', re.sub(r"(\[\])+$", "", path))
    assert found is not None
    return found[1].strip('"')


def renamed(source: Source, name: str) -> str:
    """The sample with the name changed wherever it stands, in escaped JSON and in the header of a CSV too."""
    path, new = sample(source.format), f"{name}Renamed"
    text = path.read_text(encoding="utf-8-sig")
    if source.recognises_line is not None:
        return re.sub(rf"\b{name}=", f"{new}=", text)
    text = re.sub(rf'(["\\]+){re.escape(name)}(["\\]+)(?=\s*:)', rf"\g<1>{new}\g<2>", text)
    if path.suffix == ".csv":
        header, line_end, rows = text.partition("\n")
        cells = [f'"{new}"' if cell.strip('"\r') == name else cell for cell in header.split(",")]
        text = ",".join(cells) + line_end + rows
    return text


def told(path: Path) -> dict[str, tuple[Any, ...]]:
    """Place of a record in its file -> what its events say."""
    found: dict[str, tuple[Any, ...]] = {}
    for block in READER.read(path):
        for row in block.events.to_pylist():
            place = re.split("[:#]", row["raw_ref"])[-1]
            found[place] = (*found.get(place, ()), *(row[name] for name in TOLD))
    return found


@cache
def before(source: Source) -> dict[str, tuple[Any, ...]]:
    return told(sample(source.format))


@every_source
def test_a_renamed_field_that_most_events_need_is_missed(source: Source, tmp_path: Path) -> None:
    whole = sample(source.format).read_text(encoding="utf-8-sig")
    path = tmp_path / f"log{sample(source.format).suffix}"
    unnoticed = []
    for name in names(source):
        text = renamed(source, name)
        if text == whole:
            continue
        path.write_text(text, encoding="utf-8")
        after = told(path)
        harmed = sum(after.get(place) != said for place, said in before(source).items())
        if harmed * 2 >= len(before(source)) and not look(path).changes and (source.format, name) not in UNNOTICED:
            unnoticed.append(name)
    assert unnoticed == []


@every_source
def test_a_sample_as_it_is_misses_nothing_and_has_no_new_field(source: Source) -> None:
    found = look(sample(source.format))
    assert found.changes == []
    assert [field for one in found.files[0].formats for field in one.new_fields] == []


OKTA = {
    "uuid": "okta-1",
    "published": "2026-03-02T08:00:01.000Z",
    "eventType": "user.session.start",
    "severity": "INFO",
    "actor": {"id": "00u1", "type": "User", "alternateId": "ada@example.org", "displayName": "Ada"},
    "client": {"ipAddress": "203.0.113.7", "device": "Computer"},
    "outcome": {"result": "SUCCESS"},
}


def okta(number: int, **other: Any) -> dict[str, Any]:
    return {**OKTA, "uuid": f"okta-{number}", **other}


def test_the_missing_field_is_named_with_its_place_and_the_new_name(tmp_path: Path) -> None:
    moved = [okta(number, client={"ip_address": "203.0.113.7", "device": "Computer"}) for number in range(4)]
    path = lines(tmp_path / "okta.jsonl", *moved)
    assert look(path).changes == [
        Change(
            file=str(path),
            format="okta_system_log",
            title="Okta System Log",
            field="client.ipAddress",
            means="address",
            expected=4,
            missing=4,
            first_record=1,
            renamed_to="client.ip_address",
        )
    ]


def test_a_field_renamed_in_the_middle_of_a_month_is_noticed_from_there(tmp_path: Path) -> None:
    """Most of the file is as ever."""
    good = [okta(number) for number in range(1500)]
    moved = [okta(number, client={"ip": "203.0.113.7"}) for number in range(1500, 2000)]
    (change,) = look(lines(tmp_path / "okta.jsonl", *good, *moved)).changes
    assert (change.field, change.expected, change.missing, change.renamed_to) == (
        "client.ipAddress", 2000, 500, "client.ip",
    )  # fmt: skip
    assert change.first_record is not None
    assert 1400 < change.first_record <= 1601


def test_some_records_without_a_field_are_no_change(tmp_path: Path) -> None:
    records = [okta(number, client={} if number % 3 == 0 else OKTA["client"]) for number in range(900)]
    assert look(lines(tmp_path / "okta.jsonl", *records)).changes == []


def test_a_field_that_is_null_is_there(tmp_path: Path) -> None:
    records = [okta(number, client=None) for number in range(5)]
    assert look(lines(tmp_path / "okta.jsonl", *records)).changes == []


def test_a_field_is_not_missed_in_records_that_need_not_have_it(tmp_path: Path) -> None:
    records = [okta(number, eventType="system.agent.ad.connect", client={}) for number in range(5)]
    assert look(lines(tmp_path / "okta.jsonl", *records)).changes == []


def test_records_that_are_no_longer_recognised_are_known_by_what_else_they_hold(tmp_path: Path) -> None:
    records = []
    for number in range(3):
        record = okta(number)
        record["event_type"] = record.pop("eventType")
        records.append(record)
    found = look(lines(tmp_path / "okta.jsonl", *records))
    assert [(one.field, one.missing, one.renamed_to) for one in found.changes] == [("eventType", 3, "event_type")]
    assert found.files[0].what == "unrecognised"
    likeness = found.files[0].unrecognised.likeness  # type: ignore[union-attr]
    assert (likeness.title, likeness.lacks) == ("Okta System Log", ["eventType"])  # type: ignore[union-attr]


def test_a_mapping_says_what_its_events_rest_on(tmp_path: Path) -> None:
    mapping = sample("club_portal").parent / "mapping.toml"
    text = sample("club_portal").read_text().replace('"ip"', '"address"')
    path = tmp_path / "club.jsonl"
    path.write_text(text)
    assert [(one.field, one.means, one.renamed_to) for one in look(path, mappings=(mapping,)).changes] == [
        ("request.ip", "address", "request.address")
    ]
    assert look(sample("club_portal"), mappings=(mapping,)).changes == []


def test_records_of_somebody_elses_shape_are_no_change(tmp_path: Path) -> None:
    records = [{"id": number, "time": "2026-03-02T08:00:00Z", "type": "sale", "amount": 5} for number in range(20)]
    assert look(lines(tmp_path / "shop.jsonl", *records)).changes == []
