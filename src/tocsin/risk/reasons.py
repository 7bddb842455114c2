"""Why an act is as risky as it is: each feature's odds with the numbers that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any

from tocsin.risk.features import FEATURES, Feature, Level
from tocsin.risk.history import known, on_site, own, site
from tocsin.risk.refused import LEVELS_REFUSED, turned_away
from tocsin.risk.score import part

ENOUGH = 5
"""Of a network with fewer attempts its country says more."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One level of a feature, as account and site had shown it."""

    level: Level
    value: str
    own: int  # earlier visits of the account with this value
    site: int  # of all accounts


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What one feature says."""

    feature: Feature
    odds: float  # so many times likelier for somebody else than for the owner; below one it speaks for the owner
    new: Seen | None  # the widest level at which the account had not used the value before
    used: Seen | None  # the narrowest at which it had
    visits: int  # earlier visits of the account that tell of the feature
    account_chance: float  # that the account brings the value of `new`, else of `used`
    site_chance: float  # that a visit of the site does


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What the attempts that were refused there say."""

    level: str
    value: str
    odds: float
    refused: int
    let_in: int


@dataclass(frozen=True, kw_only=True)
class Reasons:
    """One act's odds, and what they are the product of."""

    odds: float | None  # None: nothing earlier to judge by
    prior: float
    visits: int
    usual_visits: float  # of an account of the site, on average
    refused: Refused | None
    features: tuple[Reason, ...]  # the weightiest first


def reasons(row: Mapping[str, Any]) -> Reasons:
    """Why a row of RISK came out as it did."""
    told = [reason for feature in FEATURES if (reason := _reason(row, feature)) is not None]
    told.sort(key=lambda reason: -reason.odds)
    log_odds = row["log_odds"]
    return Reasons(
        odds=None if log_odds is None else exp(log_odds),
        prior=exp(row["prior_log_odds"]),
        visits=row["visits"],
        usual_visits=row["site_visits"] / max(row["site_accounts"], 1),
        refused=_refused(row),
        features=tuple(told) if log_odds is not None else (),
    )


def _reason(row: Mapping[str, Any], feature: Feature) -> Reason | None:
    seen = [
        Seen(level=level, value=row[level.column], own=row[own(level.column)], site=row[site(level.column)] or 0)
        for level in feature.levels
        if row[level.column] is not None
    ]
    if not seen or not row[known(feature.name)]:
        return None
    used = next((one for one in seen if one.own), None)
    new = next((one for one in reversed(seen) if not one.own), None)
    odds = exp(row[part(feature.name)])
    shown = new or used
    assert shown is not None  # noqa: S101 - every level is one or the other
    everywhere = max(row[on_site(known(feature.name))], row[known(feature.name)])
    # At a level that is new to the account, and below it, all is told by the wider ones.
    chance = max(shown.site, shown.own, 1) / (everywhere + 1)
    return Reason(
        feature=feature,
        odds=odds,
        new=new,
        used=used,
        visits=row[known(feature.name)],
        account_chance=min(chance / odds, 1.0),
        site_chance=chance,
    )


def _refused(row: Mapping[str, Any]) -> Refused | None:
    told = [
        Refused(
            level=level,
            value=row[level],
            odds=exp(row["attack_log_odds"]),
            refused=row[turned_away(level)] or 0,
            let_in=row[site(level)] or 0,
        )
        for level in LEVELS_REFUSED
        if row[level] is not None
    ]
    # The network, unless too little is known of it.
    enough = [one for one in told if one.refused + one.let_in >= ENOUGH]
    return next(iter(enough or told), None)
