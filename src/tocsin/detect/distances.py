"""How far two countries are apart at the least, from the places of their time zones."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa

EARTH_KM = 6371.0

AROUND_KM = 400
"""People live this far from the nearest place of the table, on either side of a border; on the safe side for travel."""

DISTANCE = pa.schema([pa.field("country", pa.string()), pa.field("other", pa.string()), pa.field("km", pa.int64())])


def distances(countries: Sequence[str]) -> pa.Table:
    """DISTANCE for every ordered pair of these countries (ISO 3166-1 alpha-2); those of no known place are left out."""
    known = [code for code in countries if code in _places()]
    rows = [
        {"country": one, "other": two, "km": _least(_places()[one], _places()[two])}
        for one in known
        for two in known
        if one != two
    ]
    return pa.Table.from_pylist(rows, schema=DISTANCE)


def _least(one: np.ndarray, two: np.ndarray) -> int:
    """Kilometres between the nearest places of two countries, less what lies around them."""
    angle = np.arccos(np.clip(one @ two.T, -1.0, 1.0).max())
    return max(0, int(EARTH_KM * float(angle)) - 2 * AROUND_KM)


@cache
def _places() -> dict[str, np.ndarray]:
    """Points on the unit sphere, a row each."""
    text = files("tocsin.detect").joinpath("country_places.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    held: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in csv.DictReader(lines):
        held[row["code"]].append((float(row["latitude"]), float(row["longitude"])))
    return {code: _on_sphere(np.radians(np.array(places))) for code, places in held.items()}


def _on_sphere(places: np.ndarray) -> np.ndarray:
    latitude, longitude = places[:, 0], places[:, 1]
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)
