"""Writes docs/statistics.schema.json from the types of the statistics: `make docs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from tocsin.assess.assessment import CATEGORIES
from tocsin.share.small_cells import SMALLEST
from tocsin.share.statistics import NOT_ON_ROSTER, SCHEMA, UNKNOWN_COUNTRY, Statistics

TARGET = Path(__file__).parents[1] / "docs" / "statistics.schema.json"

COUNTED = ("campaigns", "attempts", "accounts_probed", "accounts_attacked", "accounts_compromised")


def rendered() -> str:
    """JSON Schema (2020-12) of `tocsin statistics --json`. Members may be added within version 1, never taken away."""
    (about,), parts = msgspec.json.schema_components([Statistics], ref_template="#/$defs/{name}")
    whole = parts["Statistics"]["properties"]
    whole["schema"] = {"const": SCHEMA}
    whole["by_category"]["propertyNames"] = {"enum": [*CATEGORIES, NOT_ON_ROSTER]}
    whole["by_country"]["propertyNames"] = {"pattern": f"^([A-Z]{{2}}|{UNKNOWN_COUNTRY}|{NOT_ON_ROSTER})$"}
    whole["by_verdict"]["propertyNames"] = {"enum": ["targeted", "opportunistic", "undetermined"]}
    whole["hidden_below"] = {"const": SMALLEST}
    for name in ("Cell", "ActorCell"):
        for figure in COUNTED:
            # Hidden, zero where that may be told, or large enough.
            least = 0 if figure == "campaigns" else SMALLEST
            parts[name]["properties"][figure] = {
                "anyOf": [{"type": "null"}, {"const": 0}, {"type": "integer", "minimum": least}]
            }
    for figure in parts["Totals"]["properties"]:
        parts["Totals"]["properties"][figure]["minimum"] = 0
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA}
    return json.dumps(schema | about | {"$defs": parts}, indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
