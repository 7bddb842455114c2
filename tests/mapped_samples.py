"""Sources that mapping files describe, with samples like those of the shipped formats."""

from __future__ import annotations

from pathlib import Path

from tocsin.sources import SOURCES, read_mappings

SAMPLES = Path(__file__).parent / "sources" / "samples"
MAPPINGS = tuple(sorted(SAMPLES.glob("*/mapping.toml")))
MAPPED = read_mappings(MAPPINGS, SOURCES).sources
