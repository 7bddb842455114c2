"""Second factors refused again and again: hardly an owner's doing.

Who is asked for a second factor by mistake refuses it once or twice; whoever knows a password and wants in keeps on
asking (ATT&CK T1621). How often owners refuse in a row is measured at this site, at addresses that they used before.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import Acts

IMAGINED_SITTINGS = 10.0
"""Sittings of owners imagined beside those seen, in each of which another refusal follows a refusal half of the time:
keeps a site with hardly any second factors from holding two refusals for an attack."""

ANSWERED_MS = 120_000
"""A prompt of which nothing is told but that somebody was let in within this time was answered."""


def insisted(acts: Acts) -> np.ndarray:
    """float64 per act: what the refusals of its account at its address on its day speak against the owner (at most 0).

    An owner refuses so many or more as often as measured. A stranger's number has no scale, so that its chance of being
    so many or more is taken to be one over the number (Zipf).
    """
    found = np.zeros(len(acts), np.float64)
    refused = pc.and_(pc.equal(acts.table["activity"], "challenge"), pc.not_equal(acts.table["outcome"], "success"))
    answered = pc.less_equal(acts.table["followed_ms"], ANSWERED_MS).fill_null(False)
    answered = pc.and_(answered, pc.not_equal(acts.table["outcome"], "failure"))
    refused = pc.and_not(refused, answered)
    asked = np.flatnonzero(refused.fill_null(False).to_numpy(zero_copy_only=False))
    if not len(asked):
        return found
    sittings, _ = Acts(acts.table.take(pa.array(asked))).codes("provider", "account", "source_ip", "day_number")
    _, first, sitting, numbers = np.unique(sittings, return_index=True, return_inverse=True, return_counts=True)
    at_home = acts.table["source_ip_before"].to_numpy()[asked[first]] > 0
    usual = np.sort(numbers[at_home])
    as_many = len(usual) - np.searchsorted(usual, numbers, side="left")
    imagined = IMAGINED_SITTINGS * 0.5 ** (numbers - 1.0)
    by_owner = (as_many + imagined) / (len(usual) + IMAGINED_SITTINGS)
    found[asked] = np.minimum(np.log(by_owner * numbers), 0.0)[sitting]
    return found
