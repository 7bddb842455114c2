"""The event store. Parts of files come in and are kept once; event files, refusals and coverage go out."""

from tocsin.lake.store import Appended, Lake, Part, fingerprint

__all__ = ["Appended", "Lake", "Part", "fingerprint"]
