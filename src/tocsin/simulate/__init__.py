"""Synthetic worlds: a month of a federation's native logs, with the truth about what happened in it.

Comes in: a scenario's name, a seed and sizes. Goes out: `logs/*` in the providers' own shapes,
`roster.csv`, `truth/*`. The room imports no other room of Tocsin, and detection never imports from it.
"""

from __future__ import annotations

from .generate import MIN_ACCOUNTS, START, simulate
from .scenarios import SCENARIOS, Scenario
from .truth import Truth

__all__ = ["MIN_ACCOUNTS", "SCENARIOS", "START", "Scenario", "Truth", "simulate"]
