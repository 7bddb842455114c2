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
    keys = ("account", "day_number", *FEATURES)
    # Many acts share a source and a day; each such is held beside the days of its account, once for all features.
    wanted = acts.select(*keys).distinct()
    used = days.rename(used_day="day_number", **{f"used_{feature}": feature for feature in FEATURES})
    met = wanted.inner_join(used, "account")
    alike = {feature: (met[feature] == met[f"used_{feature}"]).fill_null(False).ifelse(1, 0) for feature in FEATURES}
    by_day = met.group_by(*keys, "used_day").aggregate(**{f"same_{name}": same.max() for name, same in alike.items()})
    counts = by_day.group_by(*keys).aggregate(**_told(by_day))
    counts = counts.rename({f"of_{key}": key for key in keys})
    agreed = [acts[key].identical_to(counts[f"of_{key}"]) for key in FEATURES]
    agreed += [acts[key] == counts[f"of_{key}"] for key in ("account", "day_number")]
    joined = acts.left_join(counts, agreed).drop(*[f"of_{key}" for key in keys])
    numbers = [*(f"{feature}_before" for feature in FEATURES), "source_ip_stayed", "history_before", "history_after"]
    return joined.mutate(**{name: joined[name].fill_null(0) for name in numbers})


def _told(by_day: ibis.Table) -> dict[str, ibis.Value]:
    """What `familiarity` says, of rows of one day each."""
    before, after = by_day.used_day < by_day.day_number, by_day.used_day > by_day.day_number
    told: dict[str, ibis.Value] = {}
    for feature in FEATURES:
        same = by_day[f"same_{feature}"] == 1
        told[f"{feature}_before"] = _days(same & before)
        told[f"{feature}_after"] = (same & after).ifelse(by_day.used_day, ibis.null("int32")).min()
        if feature == "source_ip":
            told["source_ip_stayed"] = _days(same & after)
    return told | {"history_before": _days(before), "history_after": _days(after)}


def _days(which: ibis.Value) -> ibis.Value:
    return which.ifelse(1, ibis.null("int8")).count()
