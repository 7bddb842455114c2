"""What services ask today: is something new, or did somebody travel too fast?

Each rule judges a visit by what the account had shown before, like the score, and asks for a further proof or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from tocsin.detect.distances import distances

TOO_FAST_KM_H = 900.0
"""As fast as an airliner. BuffaLogs' rule is 300 km/h, of which country-level places would make more false alarms."""

Rule = Callable[[pa.Table], np.ndarray]
"""bool a row of RISK, in order of account and time: does it ask?"""


def _new(*columns: str) -> Rule:
    def rule(visits: pa.Table) -> np.ndarray:
        asked = np.zeros(len(visits), np.bool_)
        for column in columns:
            asked |= visits[f"{column}_own"].fill_null(1).to_numpy() == 0
        return asked

    return rule


def too_fast(visits: pa.Table) -> np.ndarray:
    """Faster from the country of the account's last visit than an airliner. Logs name countries, not cities."""
    codes = visits["country"].to_pylist()
    far = {(row["country"], row["other"]): row["km"] for row in distances(sorted({*codes} - {None})).to_pylist()}
    accounts, ts = visits["account"].to_pylist(), visits["ts"].to_numpy()
    asked = np.zeros(len(visits), np.bool_)
    for row in range(1, len(visits)):
        if accounts[row] == accounts[row - 1] and codes[row] != codes[row - 1]:
            hours = max(float(ts[row] - ts[row - 1]) / 3_600_000, 1 / 60)
            asked[row] = far.get((codes[row - 1], codes[row]), 0) / hours > TOO_FAST_KM_H
    return asked


RULES: Mapping[str, Rule] = {
    "new country": _new("country"),
    "travel too fast": too_fast,
    "new device (client and system)": _new("client"),
    "new user agent": _new("agent"),
    "new network": _new("network"),
    "new address": _new("source_ip"),
    "new country or device": _new("country", "client"),
    "new network or device": _new("network", "client"),
}
