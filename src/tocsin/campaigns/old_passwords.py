"""Programs at home that go on asking with the password that their owner has replaced.

A mail program tries every half hour, day and night, from wherever its owner is, until somebody tells it the new one.
Who guesses has a list to go through, and no reason to do so from a network in which the account was let in before.
"""

from __future__ import annotations

import numpy as np

from tocsin.campaigns.acts import Acts
from tocsin.events import Activity, Reason

PROGRAM = float(np.log(20.0))
"""What it adds to the owner's log-odds: one such run in twenty is somebody's who guesses through the owner's own
provider, at one account for hours."""

PAUSE_MS = 2 * 3_600_000
"""A program that is online asks at least every hour or so; a longer pause ends the run."""

LEAST = 6
"""Refusals of a run: people give up before, or recover the account."""

LASTS_MS = 2 * 3_600_000
"""From the first refusal of a run to its last: who mistypes is done in minutes."""


HOUSEHOLD = 2
"""Accounts that are refused at an address and never let in there, at most: a list is gone through at a few places."""


def programs(acts: Acts) -> np.ndarray:
    """bool per act: a refused password of such a run, in a network where the account was let in on an earlier day."""
    wrong = acts.equal("activity", Activity.SIGN_IN.value) & acts.equal("reason", Reason.WRONG_PASSWORD.value)
    refused = np.flatnonzero(wrong)
    found = np.zeros(len(acts), np.bool_)
    if not len(refused):
        return found
    accounts = acts.codes("account")[0][refused]
    order = np.lexsort((acts.ts[refused], accounts))
    refused, accounts = refused[order], accounts[order]
    times = acts.ts[refused]
    new = (np.diff(accounts, prepend=-1) != 0) | (np.diff(times, prepend=times[0]) > PAUSE_MS)
    run, first = np.cumsum(new) - 1, np.flatnonzero(new)
    last = np.append(first[1:], len(times)) - 1
    number = np.bincount(run, ~acts.repeated[refused])
    dogged = (number >= LEAST) & (times[last] - times[first] >= LASTS_MS)
    at_home = acts.table["network_before"].to_numpy()[refused] > 0
    addresses = acts.codes("source_ip")[0][refused]
    strangers = ~_let_in_there(acts)[refused]
    met = np.unique(np.stack([addresses[strangers], accounts[strangers]]), axis=1)[0]
    few = np.bincount(met, minlength=addresses.max() + 1) <= HOUSEHOLD
    found[refused] = dogged[run] & at_home & few[addresses]
    return found


def _let_in_there(acts: Acts) -> np.ndarray:
    """bool per act: its account was let in at its address on another day, or within the hour."""
    after = acts.table["source_ip_after"].is_valid().to_numpy(zero_copy_only=False)
    followed = np.asarray(acts.text("followed"), np.bool_)
    return np.asarray((acts.table["source_ip_before"].to_numpy() > 0) | after | followed, np.bool_)


__all__ = ["PROGRAM", "programs"]
