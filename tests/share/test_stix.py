"""The bundle: nothing for the validator to object to, read back as it was written, ids that stay."""

from __future__ import annotations

import json
import uuid
from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest
import stix2
import stix2validator
from hypothesis import HealthCheck, given, settings

from assessments import announced, spray
from leaky_assessments import Leaky, leaky, one_campaign
from share_samples import EVERYTHING, full
from tocsin.assess.assessment import (
    CATEGORIES,
    Assessment,
    Campaign,
    Change,
    Infrastructure,
)
from tocsin.enrich import ROSTER
from tocsin.indicators import Tlp
from tocsin.share import Choices, Part, redact
from tocsin.share.categories import MISP_SECTORS, STIX_SECTORS
from tocsin.share.stix import bundle
from tocsin.share.stix_writing import ACCOUNT_CAMPAIGN, VICTIM_CATEGORY


def written(campaigns: list[Campaign], choices: Choices, case: Assessment | None = None) -> dict[str, Any]:
    held = case or one_campaign(campaigns[0])[0]
    found: dict[str, Any] = json.loads(bundle(redact(held, campaigns, ROSTER.empty_table(), choices)))
    return found


def of(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in found["objects"] if one["type"] == kind]


def objections(found: dict[str, Any]) -> list[str]:
    options = stix2validator.ValidationOptions(version="2.1")
    result = stix2validator.validate_string(json.dumps(found), options)
    results = result.object_results if hasattr(result, "object_results") else [result]
    said = [str(each) for one in [result, *results] for each in [*(one.errors or []), *(one.warnings or [])]]
    return said + ([] if result.is_valid else ["not valid"])


@pytest.mark.parametrize("choices", [Choices(), EVERYTHING], ids=["by rule", "everything"])
def test_the_validator_of_oasis_finds_nothing_wrong(choices: Choices) -> None:
    """Neither errors nor warnings, its recommendations (SHOULD) among them."""
    assert objections(written([full(), spray()], choices)) == []


@given(case=leaky())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_logs_hold_the_bundle_is_valid(case: Leaky) -> None:
    choices = Choices(include=frozenset(Part), reason="an exercise")
    sharing = redact(case.assessment, case.assessment.campaigns, case.roster, choices)
    found = json.loads(bundle(sharing))
    assert [one for one in objections(found) if "not valid" in one] == []


def test_a_bundle_is_read_back_as_it_was_written() -> None:
    found = written([full()], EVERYTHING)
    read = stix2.parse(found, allow_custom=False)
    assert json.loads(read.serialize()) == found


def test_a_validator_that_finds_nothing_would_find_a_fault() -> None:
    """Guard for the tests above: one wrong word is objected to."""
    found = written([full()], Choices())
    of(found, "infrastructure")[0]["infrastructure_types"] = ["walrus"]
    of(found, "indicator")[0]["pattern"] = "[ipv4-addr:value = "
    assert len(objections(found)) >= 2


def test_a_campaign_carries_its_figures_and_one_sighting_stands_for_all_attempts() -> None:
    found = written([announced()], Choices())
    (campaign,) = of(found, "campaign")
    figures = campaign["extensions"][ACCOUNT_CAMPAIGN]
    assert figures["counts"] == {
        "identification_attempts": 2712,
        "identifiers_tried": 2604,
        "accounts_probed": 963,
        "accounts_attacked": 241,
        "accounts_compromised": 4,
    }
    assert figures["by_category"]["media"] == {"probed": 137, "attacked": 35}
    (sighting,) = [one for one in of(found, "sighting") if one["sighting_of_ref"] == campaign["id"]]
    assert (sighting["count"], sighting["summary"]) == (2712, True)
    assert (sighting["first_seen"], sighting["last_seen"]) == (campaign["first_seen"], campaign["last_seen"])


def test_an_address_is_an_observable_an_indicator_and_a_sighting() -> None:
    found = written([full()], Choices())
    (tor,) = [one for one in of(found, "indicator") if one["name"] == "2001:db8::7"]
    assert tor["pattern"] == "[ipv6-addr:value = '2001:db8::7']"
    assert (tor["valid_from"], tor["valid_until"]) == ("2019-08-03T04:12:00Z", "2019-09-03T04:12:00Z")
    (sighting,) = [one for one in of(found, "sighting") if one["sighting_of_ref"] == tor["id"]]
    assert sighting["count"] == 3
    (observable,) = of(found, "ipv6-addr")
    (host,) = [one for one in of(found, "infrastructure") if one["name"].startswith("Tor exits")]
    assert host["infrastructure_types"] == ["anonymization"]
    assert (host["id"], "consists-of", observable["id"]) in links(found)
    assert (tor["id"], "indicates", of(found, "campaign")[0]["id"]) in links(found)


def links(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["source_ref"], one["relationship_type"], one["target_ref"]) for one in of(found, "relationship")}


def test_every_object_is_marked_and_its_marking_travels_in_the_bundle() -> None:
    found = written([full()], Choices(tlp=Tlp.AMBER))
    definitions = {one["id"]: one["name"] for one in of(found, "marking-definition")}
    assert definitions == {
        "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "TLP:CLEAR",
        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "TLP:AMBER",
    }
    marked = {one["type"]: one["object_marking_refs"] for one in found["objects"] if one["type"] not in PUBLIC}
    assert {tuple(refs) for refs in marked.values()} == {("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",)}


PUBLIC = ("marking-definition", "extension-definition", "identity")
"""What an extension means, and that Tocsin wrote it, is known to everybody."""


def test_what_tells_of_a_peers_indicator_is_as_strict_as_that() -> None:
    choices = Choices(tlp=Tlp.GREEN, include=frozenset({Part.FEEDS}), reason="the peer agreed")
    found = written([full()], choices)
    amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
    strict = {one["type"] for one in found["objects"] if one.get("object_marking_refs") == [amber]}
    assert strict == {"note", "report"}
    (matches,) = [one for one in of(found, "note") if one["object_marking_refs"] == [amber]]
    assert "203.0.113.4 (peer, indicator--1, TLP:AMBER): 9 events" in matches["content"]


def test_an_intrusion_set_and_a_threat_actor_stand_apart_and_only_when_released() -> None:
    by_rule = written([full()], Choices())
    assert of(by_rule, "intrusion-set") + of(by_rule, "threat-actor") + of(by_rule, "opinion") == []
    found = written([full()], EVERYTHING)
    ((tracked,), (actor,), (campaign,)) = (of(found, kind) for kind in ("intrusion-set", "threat-actor", "campaign"))
    assert (tracked["name"], actor["name"]) == ("Mint Sandstorm", "Somebody")
    # What was released is whose the campaign is; that the behaviour is that actor's is another claim, and not made.
    assert {link for link in links(found) if link[1] == "attributed-to"} == {
        (campaign["id"], "attributed-to", tracked["id"]),
        (campaign["id"], "attributed-to", actor["id"]),
    }
    relationships = {one["id"]: one for one in of(found, "relationship")}
    judged = [(one["opinion"], relationships[one["object_refs"][0]]) for one in of(found, "opinion")]
    assert [(opinion, one["target_ref"], one["confidence"]) for opinion, one in judged] == [
        ("agree", tracked["id"], 50),
        ("agree", actor["id"], 50),
    ]


def test_victims_are_classes_with_a_category_and_hidden_ones_are_not_named() -> None:
    found = written([announced()], Choices())
    groups = [one for one in of(found, "identity") if one["identity_class"] == "class"]
    told = {one["extensions"][VICTIM_CATEGORY]["category"]: one.get("sectors") for one in groups}
    assert told == {
        "academia": ["education"],
        "campaign": None,
        "diaspora": None,
        "government": ["government"],
        "media": None,
        "think-tank": None,
    }
    assert {one["identity_class"] for one in of(found, "identity")} == {"class", "system"}


def test_what_the_extensions_hold_is_what_their_schemas_say() -> None:
    found = written([full()], EVERYTHING)
    for name, identifier in (("victim-category", VICTIM_CATEGORY), ("account-campaign", ACCOUNT_CAMPAIGN)):
        schema = json.loads(files("tocsin.share.extensions").joinpath(f"{name}.json").read_text())
        held = [one["extensions"][identifier] for one in found["objects"] if identifier in one.get("extensions", {})]
        assert held
        for one in held:
            jsonschema.validate(one, schema)
        (definition,) = [one for one in of(found, "extension-definition") if one["id"] == identifier]
        assert json.loads(definition["schema"]) == schema


def test_the_extension_has_a_word_for_every_category_and_others_words_where_they_have_one() -> None:
    schema = json.loads(files("tocsin.share.extensions").joinpath("victim-category.json").read_text())
    assert schema["properties"]["category"]["enum"] == list(CATEGORIES)
    assert MISP_SECTORS.keys() | STIX_SECTORS.keys() == set(CATEGORIES) - {"other"}


def test_a_campaign_keeps_its_id_and_its_beginning_when_it_grows() -> None:
    found_first = Change(at="2019-08-07T06:00:00Z", what="found", reason="", other=None, before=None, after=None)
    before = msgspec.structs.replace(announced(), history=[found_first])
    grown = msgspec.structs.replace(before, last_seen="2019-09-05T00:00:00Z")
    later = msgspec.structs.replace(one_campaign(grown)[0], generated_at="2019-11-04T09:00:00Z")
    (old,), (new,) = (of(one, "campaign") for one in (written([before], Choices()), written([grown], Choices(), later)))
    assert (old["id"], old["created"]) == (new["id"], new["created"])
    assert (old["modified"], new["modified"]) == ("2019-10-04T09:00:00.000Z", "2019-11-04T09:00:00.000Z")


def test_two_producers_make_two_objects_of_one_campaign() -> None:
    """An object's creator may not change, so that it is no version of somebody else's."""
    ids = {of(written([announced()], Choices(producer=name)), "campaign")[0]["id"] for name in (None, "One", "Two")}
    assert len(ids) == 3


def test_the_same_answer_gives_the_same_bundle_to_the_byte() -> None:
    case, roster = one_campaign(full())
    once, again = (bundle(redact(case, case.campaigns, roster, EVERYTHING)) for _ in range(2))
    assert once == again


def test_ids_of_observables_are_those_of_the_specification() -> None:
    """UUIDv5 of the value in OASIS' namespace, so that everybody's is the same (STIX 2.1, section 2.9)."""
    when = "2019-08-03T04:12:00Z"
    parts = [Infrastructure(kind="ip", value="198.51.100.3", first_seen=when, last_seen=when)]
    found = written([msgspec.structs.replace(announced(), infrastructure=parts)], Choices())
    namespace = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
    assert of(found, "ipv4-addr")[0]["id"] == "ipv4-addr--" + str(uuid.uuid5(namespace, '{"value":"198.51.100.3"}'))
