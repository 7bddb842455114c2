"""What strangers show anyway, at a site where nothing but clients and ways is more usual than anything else."""

from __future__ import annotations

from collections.abc import Mapping

DAYS = 28
HOURS, WEEKDAYS, NETWORKS = 24, 7, 40


def even_rates(client: Mapping[str, float], way: Mapping[str, float]) -> dict[str, Mapping[str, float]]:
    """By trait: value -> share."""
    return {
        "client": client,
        "network": {f"AS{number}": 0.02 for number in range(NETWORKS)},
        "prefix": {},
        "address": {},
        "hour": {str(hour): 1 / HOURS for hour in range(HOURS)},
        "weekday": {str(day): 1 / WEEKDAYS for day in range(WEEKDAYS)},
        "way": way,
        "insistence": {"tries": 1.0},
        "doggedness": {},
        "day": {str(day): 1 / DAYS for day in range(DAYS)},
    }
