"""The score of Freeman et al. (NDSS 2016, doi 10.14722/ndss.2016.23240), as log-odds with a part for each feature.

    odds = p(u | attack) / p(u | owner)  *  p(attack | x) / p(attack)  *  product over features x of  p(x) / p(x | u)

p(x | u) is interpolated over the levels of the feature, each with what the whole site shows of the narrower value
inside the wider one, and a part is reserved for what was never seen:

    p(x | u) = sum over levels h of  v_h * p(x | x_h) * p(x_h | u)  +  m * p(x)

All p(x) and p(x_h) are shares of the site's visits, p(x_h | u) of the account's. Values lie inside one another, so
that p(x | x_h) = p(x) / p(x_h), and p(x) cancels out of p(x) / p(x | u): a new address in the account's own network is
judged by the network.

The weights v_h say at which level visits are recognised, m how often at none. They begin as published (`features.py`),
are measured at the whole site, among accounts that had been there about as often, and from there with every visit of
the account (deleted interpolation, Jelinek and Mercer 1980): a new network is strange for one who has always come from
home, and little for one who travels or is hardly known yet.

Two things stand for what attackers are like. p(attack | x) is told from what is refused (`refused.py`). And some
attackers know where the account is used from: for them p(x) is that of the country.
"""

from __future__ import annotations

import ibis

from tocsin.risk.features import FEATURES, SOURCE, Feature, Weighing
from tocsin.risk.history import explained, known, on_site, own, site, told
from tocsin.risk.refused import LEVELS_REFUSED, turned_away

LEAST = 1e-12
"""Nothing is quite impossible."""


def part(feature: str) -> str:
    """The column of a feature's share of the log-odds."""
    return f"{feature}_log_odds"


def scored(before: ibis.Table, weighing: Weighing) -> ibis.Table:
    """Rows of `on_site.with_site` with `log_odds`, `prior_log_odds`, `attack_log_odds`, a `part` and `unseen` for each
    feature (natural logarithms, positive: somebody else). NULL for an account without an earlier visit: nothing can be
    said."""
    # In steps, for what several expressions have in common is else worked out for each of them.
    rows = before.mutate(**{name: value for one in FEATURES for name, value in _believed(before, one).items()})
    totals = {_total(one): ibis.greatest(_sum([rows[name] for name in _terms(one)]), LEAST) for one in FEATURES}
    rows = rows.mutate(**totals)
    rows = rows.mutate(**{name: rows[name] / rows[_total(one)] for one in FEATURES for name in _terms(one)})
    parts = {part(one.name): _feature(rows, one, weighing) for one in FEATURES}
    rows = rows.mutate(prior_log_odds=_prior(rows), attack_log_odds=_attack(rows, weighing), **parts)
    total = rows.prior_log_odds + rows.attack_log_odds
    for name in parts:
        total = total + rows[name]
    return rows.mutate(log_odds=(rows.visits > 0).ifelse(total, ibis.null("float64")))


def _prior(rows: ibis.Table) -> ibis.Value:
    """log p(u | attack) / p(u | owner): every account is attacked alike, and the busy ones sign in more."""
    accounts = ibis.greatest(rows.site_accounts, 1).cast("float64")
    visits = ibis.greatest(rows.site_visits, rows.visits).cast("float64")
    return ((visits + accounts) / accounts).ln() - (rows.visits.cast("float64") + 1.0).ln()


def _attack(rows: ibis.Table, weighing: Weighing) -> ibis.Value:
    """log p(attack | x) / p(attack), from what is refused; a network of which little is known is like its country."""
    visits = ibis.greatest(rows[on_site(known(SOURCE.name))], 1).cast("float64")
    usual = rows[turned_away("")].fill_null(0).cast("float64") / visits
    ratio = ibis.literal(1.0)
    for level in reversed(LEVELS_REFUSED):
        expected = rows[site(level)].fill_null(0).cast("float64") * usual
        met = rows[turned_away(level)].fill_null(0).cast("float64")
        ratio = (met + weighing.refusals * ratio) / (expected + weighing.refusals)
    return (1.0 - weighing.like_refused + weighing.like_refused * ratio).ln()


def _knowing(rows: ibis.Table, weighing: Weighing) -> ibis.Value:
    """p(x | attack, u) / p(x), where some attackers know the country and are otherwise like anybody there."""
    visits = ibis.greatest(rows[known(SOURCE.name)], 1).cast("float64")
    seen = rows[own("country")]
    everywhere = ibis.greatest(rows[site("country")].fill_null(0), seen).cast("float64")
    total = ibis.greatest(rows[on_site(known(SOURCE.name))], rows[known(SOURCE.name)]).cast("float64")
    there = seen.cast("float64") / visits / (everywhere / (total + 1.0))
    known_there = (seen > 0).fill_null(False).ifelse(there, ibis.literal(0.0))
    return seen.notnull().ifelse(1.0 - weighing.knowing + weighing.knowing * known_there, ibis.literal(1.0))


def unseen(feature: str) -> str:
    """The column of the chance of something entirely new."""
    return f"{feature}_unseen"


def measured(recognised: ibis.Table, weighing: Weighing) -> ibis.Table:
    """Rows with `on_site` of RECOGNISED with how far the site is believed, instead: `on_site` of `explained` of each
    level, and of `unseen` of each feature."""
    believed = {}
    for feature in FEATURES:
        site_told = recognised[on_site(told(feature.name))].cast("float64")
        recognised_at_site = ibis.literal(0.0)
        for level in feature.levels:
            name = on_site(explained(level.column))
            at_site = recognised[name].cast("float64")
            published = weighing.site_visits * (1.0 - weighing.unseen) * level.weight
            believed[name] = weighing.visits * ((at_site + published) / (site_told + weighing.site_visits))
            recognised_at_site = recognised_at_site + at_site
        published = weighing.site_visits * weighing.unseen
        at_none = (site_told - recognised_at_site + published) / (site_told + weighing.site_visits)
        believed[on_site(unseen(feature.name))] = weighing.visits * at_none
    return recognised.select("day_number", "age", **believed)


def _believed(rows: ibis.Table, feature: Feature) -> dict[str, ibis.Value]:
    """How far each level is believed, and that nothing is recognised: the site's word and the account's own."""
    account_told = ibis.greatest(rows[known(feature.name)] - 1, 0).cast("float64")
    recognised, terms = ibis.literal(0.0), {}
    for level in feature.levels:
        name = explained(level.column)
        at_account = rows[name].cast("float64")
        there = rows[own(level.column)].notnull()
        terms[weight(level.column)] = there.ifelse(at_account + rows[on_site(name)], ibis.literal(0.0))
        recognised = recognised + at_account
    terms[unseen(feature.name)] = account_told - recognised + rows[on_site(unseen(feature.name))]
    return terms


def weight(column: str) -> str:
    """The column of the weight of a level."""
    return f"{column}_weight"


def _terms(feature: Feature) -> list[str]:
    return [*(weight(column) for column in feature.columns), unseen(feature.name)]


def _total(feature: Feature) -> str:
    return f"{feature.name}_total"


def _feature(rows: ibis.Table, feature: Feature, weighing: Weighing) -> ibis.Value:
    """log p(x) / p(x | u). What is not told weighs nothing."""
    visits = rows[known(feature.name)].cast("float64")
    site_visits = ibis.greatest(rows[on_site(known(feature.name))], rows[known(feature.name)]).cast("float64")
    likelier = rows[unseen(feature.name)]
    for level in feature.levels:
        seen = rows[own(level.column)]
        everywhere = ibis.greatest(rows[site(level.column)].fill_null(0), seen).cast("float64")
        share = everywhere / (site_visits + 1.0)  # one more, that nobody has seen
        used = (seen > 0).fill_null(False)
        told = rows[weight(level.column)] * seen.cast("float64") / (visits * share)
        likelier = likelier + used.ifelse(told, ibis.literal(0.0))
    named = ibis.or_(*(rows[own(one.column)].notnull() for one in feature.levels))
    attack = _knowing(rows, weighing).ln() if feature == SOURCE else ibis.literal(0.0)
    return ((visits > 0) & named).ifelse(attack - ibis.greatest(likelier, LEAST).ln(), ibis.literal(0.0))


def _sum(values: list[ibis.Value]) -> ibis.Value:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total
