"""Why a rule cannot run here."""

from __future__ import annotations


class Unconvertible(ValueError):
    """The rule says something that cannot be asked of the events; the message says what."""
