"""OCSF findings: the schema of OCSF 1.8.0 finds nothing wrong with them."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from assessments import announced, spray
from leaky_assessments import one_campaign
from share_samples import EVERYTHING, full
from tocsin.assess.assessment import Campaign
from tocsin.enrich import ROSTER
from tocsin.share import Choices, redact
from tocsin.share.ocsf import OCSF, findings

CLASSES = {2004: "detection_finding", 2005: "incident_finding"}


@pytest.fixture(scope="module")
def schemas() -> dict[int, Any]:
    """JSON Schemas made of OCSF's own schema, each with the profiles that our findings name."""
    whole = OcsfJsonSchemaEmbedded(get_ocsf_schema(OCSF))
    profiles = {2004: ["osint"], 2005: ["incident", "osint"]}
    return {uid: whole.get_class_schema(name, profiles[uid]) for uid, name in CLASSES.items()}


def written(campaign: Campaign, choices: Choices) -> list[dict[str, Any]]:
    case, _ = one_campaign(campaign)
    data = findings(redact(case, case.campaigns, ROSTER.empty_table(), choices))
    return [json.loads(line) for line in data.splitlines()]


BARE = msgspec.structs.replace(spray(), techniques=[])


@pytest.mark.parametrize("choices", [Choices(), EVERYTHING], ids=["by rule", "everything"])
@pytest.mark.parametrize("campaign", [full(), announced(), BARE], ids=["full", "announced", "bare"])
def test_the_schema_finds_nothing_wrong(schemas: dict[int, Any], campaign: Campaign, choices: Choices) -> None:
    told = written(msgspec.structs.replace(campaign, attribution=full().attribution), choices)
    assert [one["class_uid"] for one in told] == [2004, 2005]
    for one in told:
        jsonschema.Draft202012Validator(schemas[one["class_uid"]]).validate(one)


def test_a_schema_that_finds_nothing_would_find_a_fault(schemas: dict[int, Any]) -> None:
    detection, incident = written(full(), Choices())
    for one, broken in (
        (detection, {"severity_id": 17}),
        (detection, {"walrus": 1}),
        (detection, {"finding_info": {"title": "without uid"}}),
        (incident, {"osint": [{"type_id": 1, "value": "203.0.113.7", "tlp": "AMBER+STRICT"}]}),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(one | broken, schemas[one["class_uid"]])


def test_an_incident_says_what_happened_and_whose_hand_when_released() -> None:
    _, incident = written(full(), EVERYTHING)
    assert incident["severity_id"] == 5
    assert incident["is_suspected_breach"] is True
    assert {"sub_technique": {"uid": "T1589.002", "name": "T1589.002"}} in incident["attacks"]
    first = incident["osint"][0]
    assert (first["value"], first["tlp"], first["campaign"]) == (
        "2001:db8::7",
        "GREEN",
        {"name": "Account campaign C-2019-08-1"},
    )
    assert first["intrusion_sets"] == ["Mint Sandstorm (Microsoft)"]
    assert first["threat_actor"] == {"name": "Somebody", "type_id": 0}
    assert "threat_actor" not in written(full(), Choices())[1]["osint"][0]


def test_what_ocsf_lacks_stands_under_the_published_extension() -> None:
    schema = json.loads(files("tocsin.share.extensions").joinpath("account-campaign.json").read_text())
    for one in written(announced(), Choices()):
        figures = one["unmapped"]["account-campaign"]
        jsonschema.validate(figures, schema)
        assert figures["counts"]["identification_attempts"] == one["count"] == 2712
