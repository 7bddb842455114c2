"""Where each address of a world is: coordinates as Okta and Entra record them, country as the store has it.

A search engine adds them to every login (GeoIP) before a tool such as BuffaLogs reads it; here one log's word for an
address serves for all of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from tocsin.lake import Lake

Places = dict[str, tuple[tuple[float, float], str]]

_SIGN_IN = {"ipAddress": "VARCHAR", "location": {"geoCoordinates": {"latitude": "DOUBLE", "longitude": "DOUBLE"}}}
_OKTA_CLIENT = "STRUCT(ipAddress VARCHAR, geographicalContext STRUCT(geolocation STRUCT(lat DOUBLE, lon DOUBLE)))"


def places(logs: Path, store: Path) -> Places:
    """Address -> ((latitude, longitude), country)."""
    found: Places = {}
    with duckdb.connect(config={"autoinstall_known_extensions": False, "threads": 2}) as engine:
        events = engine.execute(
            "SELECT source_ip, max(source_country) FROM read_parquet(?) WHERE source_country IS NOT NULL GROUP BY 1",
            [Lake(store).event_files()],
        )
        countries = dict(events.fetchall())
        for query in _queries(logs):
            for address, latitude, longitude in engine.execute(query).fetchall():
                if None not in (address, latitude, longitude):
                    found.setdefault(address, ((latitude, longitude), countries.get(address, "")))
    return found


def _queries(logs: Path) -> list[str]:
    queries = []
    for path in sorted(logs.glob("entra-signins.json*")):
        pages = f"from_json(json, '{json.dumps({'value': [_SIGN_IN]})}').value"
        queries.append(_distinct("s.location.geoCoordinates", "latitude", "longitude", "s", _unnested(pages, path)))
    for path in sorted(logs.glob("entra-signins-diagnostic.jsonl*")):
        batches = f"from_json(json, '{json.dumps({'records': [{'properties': _SIGN_IN}]})}').records"
        rows = f"(SELECT s.properties AS s FROM {_unnested(batches, path)})"
        queries.append(_distinct("s.location.geoCoordinates", "latitude", "longitude", "s", rows))
    for path in sorted(logs.glob("okta-system-log.jsonl*")):
        rows = f"read_json('{path}', columns={{client: '{_OKTA_CLIENT}'}}, format='nd')"
        queries.append(_distinct("client.geographicalContext.geolocation", "lat", "lon", "client", rows))
    return queries


def _unnested(pages: str, path: Path) -> str:
    return f"(SELECT unnest({pages}) AS s FROM read_ndjson_objects('{path}'))"


def _distinct(where: str, latitude: str, longitude: str, record: str, rows: str) -> str:
    return f"SELECT DISTINCT {record}.ipAddress, {where}.{latitude}, {where}.{longitude} FROM {rows}"
