"""Scenarios by name. A scenario is a file: what it adds to benign life, with its ranges written down."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .insider_test import INSIDER_TEST
from .mfa_fatigue import MFA_FATIGUE
from .phosphorus import PHOSPHORUS
from .pivot import PIVOT
from .quiet import QUIET
from .residential import RESIDENTIAL
from .scenario import Scenario
from .spray import SPRAY
from .stuffing import STUFFING
from .two_actors import TWO_ACTORS

__all__ = ["SCENARIOS", "Scenario"]

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        scenario.name: scenario
        for scenario in (
            PHOSPHORUS,
            QUIET,
            RESIDENTIAL,
            TWO_ACTORS,
            SPRAY,
            STUFFING,
            MFA_FATIGUE,
            PIVOT,
            INSIDER_TEST,
        )
    }
)
