"""Writes docs/assessment.schema.json from the types of the assessment: `make docs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from tocsin.assess.assessment import CATEGORIES, EVIDENCE_ROLES, SCHEMA, Assessment
from tocsin.attribute.icd203 import BANDS, CONFIDENCES
from tocsin.detect import LEVELS

TARGET = Path(__file__).parents[1] / "docs" / "assessment.schema.json"

ENUMS = {
    ("CampaignAccount", "stage"): ["probed", "attacked", "compromised"],
    ("Attribution", "term"): [one.term for one in BANDS],
    ("Attribution", "likelihood"): [one.range for one in BANDS],
    ("Attribution", "confidence"): list(CONFIDENCES),
    ("OpenAttribution", "state"): ["suggested", "proposed"],
    ("Campaign", "verdict"): ["targeted", "opportunistic", "undetermined"],
    ("Finding", "level"): list(LEVELS),
    ("Finding", "role"): list(EVIDENCE_ROLES),
}
"""Words that the types hold as text."""


def rendered() -> str:
    """JSON Schema (2020-12) of `tocsin scan --json`. Members may be added within version 1, never taken away."""
    (about,), parts = msgspec.json.schema_components([Assessment], ref_template="#/$defs/{name}")
    for (name, field), words in ENUMS.items():
        parts[name]["properties"][field] = {"enum": words}
    parts["Assessment"]["properties"]["schema"] = {"const": SCHEMA}
    by_category = parts["Campaign"]["properties"]["by_category"]
    by_category["propertyNames"] = {"enum": list(CATEGORIES)}
    for part in parts.values():
        for field, kind in part["properties"].items():
            if field in ("first_seen", "last_seen", "detected_at", "generated_at", "start", "end", "first", "last"):
                part["properties"][field] = _moment(kind)
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA}
    return json.dumps(schema | about | {"$defs": parts}, indent=2) + "\n"


def _moment(kind: dict[str, Any]) -> dict[str, Any]:
    """A moment in UTC, or null where the type allows it."""
    moment = {"type": "string", "format": "date-time", "pattern": r"Z$|\+00:00$"}
    optional = {"type": "null"} in kind.get("anyOf", [])
    return (
        {"anyOf": [moment, {"type": "null"}]} | ({"default": None} if "default" in kind else {}) if optional else moment
    )


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
