"""Visits at an operator's addresses where nobody else was ever let in: how many of them are owners'.

Somebody lives behind a residential address through which others' passwords are tried, and now and then it is a person
of the site. Who lives at an address comes back to it on other days; an operator seldom does. So the visits on several
days tell how often owners and the operator meet at an address by accident, and, with how many of the site's owners are
seen at an address of their own on one day only, how many visits on one day are such accidents. What is more is the
operator's, though every visit by itself looks like an owner's who came by a new line.
"""

from __future__ import annotations

from math import inf, log

import ibis

from tocsin.engines import Engine

UNSEEN = 0.5
"""Meetings on several days beside those counted: none seen is not none possible (Jeffreys' prior of a Poisson rate)."""


def once_alone(engine: Engine, days: ibis.Table) -> float:
    """Addresses where one account was let in on a single day, for each where one was on several. `days`: owner days."""
    pairs = days.filter(days.source_ip.notnull()).group_by("source_ip", "account").agg(days=ibis._.day_number.nunique())
    places = pairs.group_by("source_ip").agg(accounts=ibis._.count(), days=ibis._.days.max())
    alone = places.filter(places.accounts == 1)
    told = engine.rows(alone.agg(once=(alone.days == 1).sum().fill_null(0), more=(alone.days > 1).sum().fill_null(0)))
    once, more = (int(told[name][0].as_py()) for name in ("once", "more"))
    return (once + 1.0) / (more + 1.0)


def coincidence(once: int, more: int, usual: float) -> float:
    """Owner log-odds of a visit on one day at such an address, before the place is compared with the account's own:
    `once` and `more` are such visits on one day and on several, `usual` is as `once_alone` tells. Infinite where no
    more are seen than meet by accident."""
    by_accident = (more + UNSEEN) * usual
    return log(by_accident / (once - by_accident)) if once - by_accident > 1.0 else inf
