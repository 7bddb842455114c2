"""Adds to the lists of known fields (src/tocsin/inspect/known_fields/) what the samples hold and they lack.

Run it after a change of samples: `.venv/bin/python tools/known_fields.py`. Paths from a vendor's documentation, and
what detection rests on (`!`), are written by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tocsin.inspect.known import FOLDER, known_fields
from tocsin.inspect.look import records_of
from tocsin.inspect.paths import nodes
from tocsin.sources import SOURCES
from tocsin.sources.engine import Engine

SAMPLES = Path(__file__).parents[1] / "tests" / "sources" / "samples"
WIDTH = 120
HEADING = "# Also in the samples:"


def main() -> None:
    engine = Engine(ingested_at=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    for source in SOURCES:
        file = Path(str(FOLDER)) / f"{source.format}.txt"
        if not file.exists():
            file.write_text(f"# {source.title}\n", encoding="utf-8")
        known = known_fields(source)
        records = [
            record
            for path in sorted((SAMPLES / source.format).glob("raw.*"))
            for record in records_of(path, source, engine)
        ]
        held = {path for record in records for path, value in nodes(record) if not _holds_more(value)}
        new = sorted(path for path in held if not known.has(path))
        if new:
            text = file.read_text(encoding="utf-8").rstrip() + "\n"
            text += "" if HEADING in text else f"{HEADING}\n"
            file.write_text(text + "".join(f"{line}\n" for line in _lines(new)), encoding="utf-8")
            print(f"{source.format}: {', '.join(new)}")


def _lines(paths: list[str]) -> list[str]:
    """As many paths a line as fit; a name may hold blanks, and several of them."""
    lines = [""]
    for path in paths:
        if lines[-1] and len(lines[-1]) + len(path) >= WIDTH:
            lines.append("")
        lines[-1] += f" {path}" if lines[-1] else path
    return lines


def _holds_more(value: object) -> bool:
    return isinstance(value, dict | list) and bool(value)


if __name__ == "__main__":
    main()
