"""Second factors refused again and again: hardly an owner's doing.

Who is asked for a second factor by mistake refuses it once or twice; whoever knows a password and wants in keeps on
asking (ATT&CK T1621). How often owners refuse in a row is measured at this site, at addresses that they used before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.campaigns.acts import Acts

IMAGINED_SITTINGS = 10.0
"""Sittings of owners imagined beside those seen, in each of which another refusal follows a refusal half of the time:
keeps a site with hardly any second factors from holding two refusals for an attack."""

ANSWERED_MS = 120_000
"""A prompt of which nothing is told but that somebody was let in within this time was answered."""


@dataclass(frozen=True)
class Refusals:
    """How often each act's account refused at its address on its day. Arrays are parallel to the acts."""

    number: np.ndarray  # float64; 0 where the act is no refusal
    by_owners: np.ndarray  # float64: how likely it is that an owner, in a usual place, refuses so often or more; else 1

    @cached_property
    def insisted(self) -> np.ndarray:
        """float64 per act: what the refusals speak against the owner (natural log, at most 0). A stranger's number has
        no scale, so that its chance of being so many or more is taken to be one over the number (Zipf)."""
        return np.asarray(np.minimum(np.log(self.by_owners * np.maximum(self.number, 1.0)), 0.0), np.float64)


def refusals(acts: Acts) -> Refusals:
    """Of all acts; owners are measured at addresses that they used before."""
    number, by_owners = np.zeros(len(acts), np.float64), np.ones(len(acts), np.float64)
    refused = pc.and_(pc.equal(acts.table["activity"], "challenge"), pc.not_equal(acts.table["outcome"], "success"))
    answered = pc.less_equal(acts.table["followed_ms"], ANSWERED_MS).fill_null(False)
    answered = pc.and_(answered, pc.not_equal(acts.table["outcome"], "failure"))
    refused = pc.and_not(refused, answered)
    asked = np.flatnonzero(refused.fill_null(False).to_numpy(zero_copy_only=False))
    if not len(asked):
        return Refusals(number, by_owners)
    sittings, _ = Acts(acts.table.take(pa.array(asked))).codes("provider", "account", "source_ip", "day_number")
    _, first, sitting, numbers = np.unique(sittings, return_index=True, return_inverse=True, return_counts=True)
    at_home = acts.table["source_ip_before"].to_numpy()[asked[first]] > 0
    usual = np.sort(numbers[at_home])
    as_many = len(usual) - np.searchsorted(usual, numbers, side="left")
    imagined = IMAGINED_SITTINGS * 0.5 ** (numbers - 1.0)
    number[asked] = numbers[sitting]
    by_owners[asked] = ((as_many + imagined) / (len(usual) + IMAGINED_SITTINGS))[sitting]
    return Refusals(number, by_owners)
