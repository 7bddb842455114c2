"""Draws docs/exposure.svg from examples/exposure and writes the table of effects into docs/exposure.md: `make docs`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from tocsin.enrich import read_roster
from tocsin.exposure import drawn, exposure, read_exports
from tocsin.exposure.effects import EFFECTS
from tocsin.report.exposure_picture import picture

ROOT = Path(__file__).parents[1]
EXAMPLE, PICTURE, PAGE = ROOT / "examples" / "exposure", ROOT / "docs" / "exposure.svg", ROOT / "docs" / "exposure.md"
TABLE = re.compile(r"(?<=<!-- effects -->\n).*?(?=<!-- end of effects -->)", re.S)


def rendered() -> str:
    """The picture of the example."""
    people, _ = read_roster(EXAMPLE / "people.csv")
    found = exposure(
        roster=people,
        reading=read_exports(sorted((EXAMPLE / "exports").iterdir())),
        now=datetime(2026, 4, 1),  # noqa: DTZ001 - naive UTC; the picture shows no time
    )
    return picture(drawn(found)) + "\n"


def effects() -> str:
    """The table of published effects."""
    rows = ["| what is taken | targeted | phishing | bots | from |", "|---|---:|---:|---:|---|"]
    for one in EFFECTS.values():
        origin = f"as {EFFECTS[one.taken_from].words}: {one.source}" if one.taken_from else one.source
        rows.append(f"| {one.words} | {one.targeted:.0%} | {one.phishing:.0%} | {one.bots:.0%} | {origin} |")
    return "\n".join(rows) + "\n"


def page() -> str:
    """The page with the table as it stands in the code."""
    return TABLE.sub(lambda _: effects(), PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    PICTURE.write_text(rendered(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
