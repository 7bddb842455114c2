"""How usual a source is for an account: on which other days the account lived there.

Freeman et al. (NDSS 2016, doi 10.14722/ndss.2016.23240) compare how common a feature is in this account's history
with how common it is everywhere. Here the history side is taken by days, before and after the act: a person who
travels or buys a telephone is strange on the first day only, an attacker who is turned away is strange for ever.
"""

from __future__ import annotations

import ibis

from tocsin.events import Outcome, Reason

FEATURES = ("source_ip", "network", "client", "country")
"""From the narrowest to the widest trait of a source."""

OWNER_ACTIVITIES = ("sign_in", "session_use", "challenge")


ENTERED = "entered"
"""A column that holds `let_in`, where it was worked out already: to ask three others takes ten times as long."""


def let_in(events: ibis.Table) -> ibis.Value:
    """Did this event let somebody into the account? A right password that a second factor follows does not yet."""
    if ENTERED in events.columns:
        return events[ENTERED]
    halfway = (events.reason == Reason.FIRST_FACTOR.value).fill_null(False)
    return events.activity.isin(OWNER_ACTIVITIES) & (events.outcome == Outcome.SUCCESS.value) & ~halfway


def owner_days(events: ibis.Table) -> ibis.Table:
    """Days on which somebody was let into an account: `account, source_ip, network, client, country, day_number`."""
    entered = events.filter(let_in(events), events.account.notnull(), events.source_ip.notnull())
    return entered.select("account", *FEATURES, "day_number").distinct()


def familiarity(acts: ibis.Table, days: ibis.Table) -> ibis.Table:
    """`acts` plus, for every feature, `<feature>_before` (days before the act's day on which the account was used
    with the same value, int64) and `<feature>_after` (first such day after it, NULL if none); `source_ip_stayed`, how
    many such days after it there are for the address; and `history_before`, `history_after`: days of use of any kind.
    The act's own day never speaks for it.
    """
    keyed = acts.select("provider", "event_uid", "account", "day_number", *FEATURES)
    result = acts
    for feature in FEATURES:
        result = _joined(result, _days_with(keyed, days, feature), feature)
    result = result.mutate(source_ip_stayed=result.source_ip_stayed.fill_null(0))
    return _joined_history(result, keyed, days)


def _days_with(keyed: ibis.Table, days: ibis.Table, feature: str) -> ibis.Table:
    # Distinct (account, value, day) on both sides keeps the join small: many acts share them.
    wanted = keyed.filter(keyed[feature].notnull()).select("account", feature, "day_number").distinct()
    used = days.select("account", feature, "day_number").distinct().rename(used_day="day_number")
    met = wanted.inner_join(used, ["account", feature])
    before = (met.used_day < met.day_number).ifelse(1, 0)
    after = (met.used_day > met.day_number).ifelse(met.used_day, ibis.null("int32"))
    told = {f"{feature}_before": before.sum().cast("int64"), f"{feature}_after": after.min()}
    if feature == "source_ip":
        told["source_ip_stayed"] = (met.used_day > met.day_number).ifelse(1, 0).sum().cast("int64")
    return met.group_by("account", feature, "day_number").aggregate(**told)


def _joined(acts: ibis.Table, counts: ibis.Table, feature: str) -> ibis.Table:
    keys = ["account", feature, "day_number"]
    joined = acts.left_join(counts, keys).drop(*[f"{key}_right" for key in keys])
    return joined.mutate(**{f"{feature}_before": joined[f"{feature}_before"].fill_null(0)})


def _joined_history(acts: ibis.Table, keyed: ibis.Table, days: ibis.Table) -> ibis.Table:
    wanted = keyed.select("account", "day_number").distinct()
    used = days.select("account", "day_number").distinct().rename(used_day="day_number")
    met = wanted.inner_join(used, "account")
    history = met.group_by("account", "day_number").aggregate(
        history_before=(met.used_day < met.day_number).ifelse(1, 0).sum().cast("int64"),
        history_after=(met.used_day > met.day_number).ifelse(1, 0).sum().cast("int64"),
    )
    joined = acts.left_join(history, ["account", "day_number"]).drop("account_right", "day_number_right")
    return joined.mutate(
        history_before=joined.history_before.fill_null(0), history_after=joined.history_after.fill_null(0)
    )
