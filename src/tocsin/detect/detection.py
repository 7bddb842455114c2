"""The seam of a detection: which events show one pattern, said once for every engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis


@dataclass(frozen=True, kw_only=True, eq=False)
class Detection:
    """One suspicious pattern of single events.

    `matches` is an Ibis predicate over enriched events. Whether a match is somebody else's doing is weighed
    afterwards, the same way for every detection (`campaigns/strangers.py`): a forgotten password matches here, too.
    """

    name: str  # what happens: "password_guess"
    title: str  # for people
    role: str  # what it shows, in evidence: identification | attack | access | persistence
    techniques: tuple[str, ...]  # ATT&CK ids; MITRE F3 where ATT&CK has none
    matches: Callable[[ibis.Table], ibis.Value]
