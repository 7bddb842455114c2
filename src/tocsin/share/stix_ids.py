"""Ids of STIX objects that stay the same from one sharing to the next.

Identifiers of cyber-observables follow section 2.9 of STIX 2.1 (the stix2 library makes them: UUIDv5 of their value).
All others are a digest of what the object is about and of the producer, for an object's creator may not change. They
are written in the form of a UUIDv4, which the same section asks for.
"""

from __future__ import annotations

import hashlib
import json
import uuid

NAMESPACE = "tocsin"


def stable(kind: str, *about: str | None) -> str:
    """The id of the `kind` about these."""
    written = json.dumps([NAMESPACE, kind, *about], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return f"{kind}--{uuid.UUID(bytes=hashlib.sha256(written).digest()[:16], version=4)}"
