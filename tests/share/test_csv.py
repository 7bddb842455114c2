"""Tables: the indicators are read back as a feed, the figures hide what is small, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import msgspec

from assessments import announced
from leaky_assessments import one_campaign
from share_samples import full
from tocsin.assess.assessment import Infrastructure
from tocsin.indicators import Tlp, read_bytes
from tocsin.share import Choices, redact
from tocsin.share.csv import FIGURES, INDICATORS, figures, indicators


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_an_indicator_is_a_row() -> None:
    case, roster = one_campaign(full())
    sharing = redact(case, case.campaigns, roster, Choices(domains=("evil.example",)))
    held = rows(indicators(sharing))
    assert tuple(held[0]) == INDICATORS
    assert held[1] == {
        "type": "ipv4-addr",
        "value": "203.0.113.0",
        "id": "C-2019-08-1 203.0.113.0",
        "tlp": "amber+strict",
        "valid_from": "2019-08-03T04:12:00Z",
        "valid_until": "2019-09-11T04:12:00Z",
        "campaign": "C-2019-08-1",
        "events": "68",
        "first_seen": "2019-08-03T04:12:00Z",
        "last_seen": "2019-08-12T04:12:00Z",
        "network_kind": "hosting",
        "owner": "Example Hosting Ltd",
        "country": "NL",
    }
    assert (held[-1]["type"], held[-1]["value"]) == ("domain-name", "evil.example")


def test_the_table_is_read_back_as_a_feed() -> None:
    case, roster = one_campaign(full())
    sharing = redact(case, case.campaigns, roster, Choices(tlp=Tlp.AMBER))
    feed = read_bytes("indicators.csv", indicators(sharing))
    assert feed.refused == []
    assert [(one.value, one.tlp) for one in feed.indicators] == [
        (one.value, Tlp.AMBER) for one in sharing.campaigns[0].addresses
    ]


def test_a_figure_is_a_row_and_a_hidden_one_is_empty() -> None:
    case, roster = one_campaign(announced())
    held = rows(figures(redact(case, case.campaigns, roster, Choices())))
    assert tuple(held[0]) == FIGURES
    told = {(row["figure"], row["category"]): row["count"] for row in held}
    assert told["identification_attempts", ""] == "2712"
    assert told["accounts_attacked", "media"] == "35"
    assert told["accounts_compromised", "media"] == ""
    assert told["accounts_compromised", ""] == "4"


def test_no_cell_begins_as_a_formula_does() -> None:
    when = "2019-08-03T04:12:00Z"
    part = Infrastructure(
        kind="ip", value="203.0.113.7", owner="=cmd|' /C calc'!A0", first_seen=when, last_seen=when, events=1
    )
    case, roster = one_campaign(msgspec.structs.replace(announced(), infrastructure=[part]))
    (row,) = rows(indicators(redact(case, case.campaigns, roster, Choices())))
    assert row["owner"] == "'=cmd|' /C calc'!A0"
