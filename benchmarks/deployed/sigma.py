"""Sigma correlations of the type `value_count`: different accounts of one address within a time span.

The public repository of rules takes no correlations yet (SigmaHQ/sigma pull request 5896, closed for that reason), so
these are what its users proposed and what the specification shows.
"""

from __future__ import annotations

from deployed.peer import Peer, Watch
from deployed.window import SlidingWindow, at_least_accounts

MINUTE = 60_000
DAY = 24 * 60 * MINUTE

FAILED_SIGN_INS = """provider <> 'm365' AND activity IN ('sign_in', 'challenge') AND outcome = 'failure'
    AND account IS NOT NULL"""

RECOVERIES = """provider <> 'm365' AND account IS NOT NULL AND (activity = 'recovery_start'
    OR provider_code LIKE 'RESET_PASSWORD_ERROR/%')"""


def _value_count(name: str, *, least: int, span_ms: int) -> SlidingWindow:
    return SlidingWindow(
        name=name,
        span_ms=span_ms,
        groupby=lambda act: act.address,
        group_word="address",
        judge=at_least_accounts(least),
        least=least,
    )


SIGMA_SPRAY = Peer(
    name="Sigma value_count: more than 3 accounts failed from one address in 10 min",
    source="https://github.com/SigmaHQ/sigma/pull/5896 (written for Entra; here every provider)",
    watches=(Watch(where=FAILED_SIGN_INS, rule=_value_count("spray", least=4, span_ms=10 * MINUTE)),),
)
SIGMA_SPRAY_SLOW = Peer(
    name="Sigma value_count: 100 accounts failed from one address in a day",
    source="https://github.com/SigmaHQ/sigma-specification, Sigma Correlation Rules, example of value_count",
    watches=(Watch(where=FAILED_SIGN_INS, rule=_value_count("failed logins", least=100, span_ms=DAY)),),
)
SIGMA_RECOVERIES = Peer(
    name="Sigma value_count: recovery of 3 accounts from one address in a day",
    source="no published rule: what the same mechanism does if somebody writes it for recovery",
    watches=(Watch(where=RECOVERIES, rule=_value_count("recoveries", least=3, span_ms=DAY)),),
)
