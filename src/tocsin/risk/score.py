"""The score of Freeman et al. (NDSS 2016, doi 10.14722/ndss.2016.23240), as log-odds with a part for each feature.

    odds = p(u | attack) / p(u | owner)  *  product over features x of  p(x) / p(x | u)

p(x | u) is interpolated over the levels of the feature, each with what the whole site shows of the narrower value
inside the wider one, and a part is reserved for what was never seen:

    p(x | u) = (1 - m) * sum over levels h of  v_h * p(x | x_h) * p(x_h | u)  +  m * p(x)

All p(x) and p(x_h) are shares of the site's visits, p(x_h | u) of the account's. Values lie inside one another, so that
p(x | x_h) = p(x) / p(x_h), and p(x) cancels out of p(x) / p(x | u): a new address in the account's own network is
judged by the network. `m` = M / (N + M) with N visits of the account and M unseen values, of which one is always
thought of and another for each visit that brought something unknown at every level. `v_h` are the published weights
(`features.py`), moved with every visit towards the level at which this account is mostly recognised.
"""

from __future__ import annotations

import math

import ibis

from tocsin.risk.before import site
from tocsin.risk.features import FEATURES, Feature, Weighing
from tocsin.risk.history import explained, known, own


def part(feature: str) -> str:
    """The column of a feature's share of the log-odds."""
    return f"{feature}_log_odds"


def scored(before: ibis.Table, weighing: Weighing) -> ibis.Table:
    """Rows of `before.counted_before` with `log_odds`, `prior_log_odds` and a `part` for each feature (natural
    logarithms, positive: somebody else). NULL for an account without an earlier visit: nothing can be said."""
    parts = {part(one.name): _feature(before, one, weighing) for one in FEATURES}
    rows = before.mutate(prior_log_odds=_prior(before), **parts)
    total = rows.prior_log_odds
    for name in parts:
        total = total + rows[name]
    return rows.mutate(log_odds=(rows.visits > 0).ifelse(total, ibis.null("float64")))


def _prior(rows: ibis.Table) -> ibis.Value:
    """log p(u | attack) / p(u | owner): every account is attacked alike, and the busy ones sign in more."""
    accounts = ibis.greatest(rows.site_accounts, 1).cast("float64")
    visits = ibis.greatest(rows.site_visits, rows.visits).cast("float64")
    return ((visits + accounts) / accounts).ln() - (rows.visits.cast("float64") + 1.0).ln()


def reserve(rows: ibis.Table, feature: Feature, weighing: Weighing) -> ibis.Value:
    """m: the chance of something that the account has never shown at any level."""
    visits = rows[known(feature.name)].cast("float64")
    recognised = _sum([rows[explained(column)].cast("float64") for column in feature.columns])
    # Nothing can be known on the first visit.
    strange = ibis.greatest(visits - 1.0 - recognised, ibis.literal(0.0))
    unseen = strange + weighing.unseen
    return unseen / (visits + unseen)


def _feature(rows: ibis.Table, feature: Feature, weighing: Weighing) -> ibis.Value:
    """log p(x) / p(x | u). What is not told weighs nothing."""
    visits = rows[known(feature.name)].cast("float64")
    site_visits = ibis.greatest(rows[f"site_{known(feature.name)}"], rows[known(feature.name)]).cast("float64")
    weights, terms = [], []
    for level in feature.levels:
        if math.isinf(weighing.visits):
            weight = ibis.literal(level.weight)
        else:
            weight = rows[explained(level.column)].cast("float64") + weighing.visits * level.weight
        seen = rows[own(level.column)]
        weight = seen.notnull().ifelse(weight, ibis.literal(0.0))
        everywhere = ibis.greatest(rows[site(level.column)].fill_null(0), seen).cast("float64")
        share = everywhere / (site_visits + weighing.unseen)
        used = (seen > 0).fill_null(False)
        weights.append(weight)
        terms.append(used.ifelse(weight * seen.cast("float64") / (visits * share), ibis.literal(0.0)))
    total = _sum(weights)
    unseen = reserve(rows, feature, weighing)
    ratio = (1.0 - unseen) * _sum(terms) / total + unseen
    return ((visits > 0) & (total > 0)).ifelse(-ratio.ln(), ibis.literal(0.0))


def _sum(values: list[ibis.Value]) -> ibis.Value:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total
