"""MISP events: PyMISP reads them back, every object fits its template, ids stay."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from pymisp import MISPEvent, MISPObject

from leaky_assessments import one_campaign
from share_samples import EVERYTHING, full
from tocsin.enrich import ROSTER
from tocsin.indicators import Tlp, read_bytes
from tocsin.share import Choices, redact
from tocsin.share.categories import MISP_SECTORS
from tocsin.share.misp import events


def written(choices: Choices) -> dict[str, Any]:
    case, _ = one_campaign(full())
    (held,) = json.loads(events(redact(case, case.campaigns, ROSTER.empty_table(), choices)))["response"]
    found: dict[str, Any] = held["Event"]
    return found


@pytest.mark.parametrize("choices", [Choices(), EVERYTHING], ids=["by rule", "everything"])
def test_pymisp_reads_an_event_as_it_was_written(choices: Choices) -> None:
    """Types and categories are MISP's, for PyMISP refuses others; objects fit their templates, strictly."""
    found = written(choices)
    event = MISPEvent()
    event.from_dict(**deepcopy(found))
    read = json.loads(event.to_json())
    assert read["Attribute"] == found["Attribute"]
    assert {one["uuid"] for one in read["Object"]} == {one["uuid"] for one in found["Object"]}
    for one in found["Object"]:
        again = MISPObject(one["name"], strict=True)
        again.from_dict(**deepcopy(one))
        assert (again.template_uuid, str(again.template_version)) == (
            one["template_uuid"],
            str(one["template_version"]),
        )
        relations = {attribute["object_relation"] for attribute in one["Attribute"]}
        assert relations <= set(again._definition["attributes"])
        assert relations & set(again._definition["requiredOneOf"])


def test_addresses_are_for_detection_with_times_and_counts() -> None:
    found = written(Choices())
    held = {one["value"]: one for one in found["Attribute"] if one["type"] == "ip-src"}
    assert set(held) == {"203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.3", "2001:db8::7"}
    tor = held["2001:db8::7"]
    assert (tor["to_ids"], tor["comment"], tor["first_seen"]) == (True, "3 events; tor", "2019-08-03T04:12:00+00:00")


def test_an_event_says_how_far_it_may_travel() -> None:
    strict, green = written(Choices()), written(Choices(tlp=Tlp.GREEN, reason="x"))
    assert ([one["name"] for one in strict["Tag"]], strict["distribution"]) == (["tlp:amber+strict"], "0")
    assert ([one["name"] for one in green["Tag"]], green["distribution"]) == (["tlp:green"], "3")
    # With a peer's amber indicator in it, it goes no further than that.
    everything = written(EVERYTHING)
    assert ([one["name"] for one in everything["Tag"]], everything["distribution"]) == (["tlp:amber"], "1")


def test_victims_are_classes_with_the_words_of_the_victim_object() -> None:
    victims = [one for one in written(Choices())["Object"] if one["name"] == "victim"]
    told = {}
    for victim in victims:
        values: dict[str, list[str]] = {}
        for attribute in victim["Attribute"]:
            values.setdefault(attribute["object_relation"], []).append(attribute["value"])
        assert values["classification"] == ["class"]
        told[values["name"][0]] = (values.get("sectors", []), values["description"])
    assert told["think tanks"] == (["think tank"], ["138 probed, 34 attacked"])
    assert told["media"] == (["information and cultural industries"], ["137 probed, 35 attacked"])
    assert "non-governmental organisations" not in told


def test_every_sector_is_one_of_the_victim_object() -> None:
    known = MISPObject("victim", strict=True)._definition["attributes"]["sectors"]["sane_default"]
    assert {sector for sectors in MISP_SECTORS.values() for sector in sectors} <= set(known)


def test_the_same_answer_gives_the_same_event_and_it_is_taken_as_a_feed() -> None:
    case, roster = one_campaign(full())
    sharing = redact(case, case.campaigns, roster, Choices(tlp=Tlp.AMBER))
    data = events(sharing)
    assert data == events(sharing)
    feed = read_bytes("event.json", data)
    assert [(one.value, one.tlp) for one in feed.indicators] == [
        (one.value, Tlp.AMBER) for one in sharing.campaigns[0].addresses
    ]
    assert feed.refused == []
