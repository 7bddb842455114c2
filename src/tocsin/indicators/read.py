"""A file or an answer becomes a feed: STIX, MISP or CSV, told by what stands in it."""

from __future__ import annotations

import json
from pathlib import Path

from tocsin.errors import UsageError
from tocsin.indicators.csv_in import read_csv
from tocsin.indicators.indicator import Feed, Refused
from tocsin.indicators.misp_in import read_misp
from tocsin.indicators.stix_in import read_stix

MOST_BYTES = 512 * 1024 * 1024


def read_file(path: Path) -> Feed:
    """Raises `UsageError` when there is no such file."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", remedy="check the path") from error
    if size > MOST_BYTES:
        return _none(str(path), f"it has {size:,} bytes: at most {MOST_BYTES:,}")
    return read_bytes(str(path), data)


def read_bytes(file: str, data: bytes) -> Feed:
    """The feed that the bytes are. What is wrong with them is among the refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _none(file, f"not UTF-8 text at byte {error.start:,}")
    if text.lstrip()[:1] not in ("{", "["):
        return read_csv(file, text)
    if "\x00" in text:
        return _none(file, "it is no text")
    try:
        document = json.loads(text)
    except RecursionError:
        return _none(file, "it is nested too deeply")
    except ValueError as error:
        return _none(file, f"it is no JSON: {error}"[:200])
    return _document(file, document)


def _document(file: str, document: object) -> Feed:
    if isinstance(document, dict):
        if isinstance(document.get("objects"), list):
            return read_stix(file, document["objects"])
        if "Event" in document:
            return read_misp(file, [document])
        if isinstance(document.get("response"), list):
            return read_misp(file, document["response"])
        if document.get("type") == "indicator":
            return read_stix(file, [document])
        if "objects" not in document and set(document) <= {"more", "next", "type", "id", "spec_version"}:
            return read_stix(file, [])  # an empty envelope or bundle
    if isinstance(document, list):
        if any(isinstance(one, dict) and ("Event" in one or "Attribute" in one) for one in document):
            return read_misp(file, document)
        return read_stix(file, document)
    return _none(file, "it is neither STIX nor a MISP event")


def _none(file: str, reason: str) -> Feed:
    return Feed(
        format="none", indicators=[], refused=[Refused(file=file, object="the file", reason=reason)], revoked=[]
    )
