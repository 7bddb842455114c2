"""Sources that go for more accounts than live there."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from tocsin.detect.pattern import Parameter

FOR_EACH_OWNER = Parameter(
    name="for each owner",
    value=2,
    unit="accounts gone for to each one that was let in there on the same days",
    why="At the shared exit of an office or a carrier a few of many mistype or forget; whoever goes for twice as many"
    " accounts as are at home at a source is no crowd of owners.",
)


def beyond_owners(rows: ibis.Table, days: ibis.Table, place: Sequence[str] = ("source_ip",)) -> ibis.Table:
    """Those of the rows whose `key` names at least `FOR_EACH_OWNER` times as many accounts as owners were let in at
    its places on its days. They need `key`, `account`, `day_number` and the columns of a place."""
    at = [*place, "day_number"]
    places = rows.select("key", *at).distinct()
    met = places.inner_join(days.select(*at, owner="account"), at)
    owners = met.group_by("key").aggregate(owners=met.owner.nunique())
    gone_for = rows.group_by("key").aggregate(gone_for=rows.account.nunique())
    both = gone_for.left_join(owners, "key").drop("key_right")
    kept = both.filter(both.gone_for >= FOR_EACH_OWNER.value * both.owners.fill_null(0))
    return rows.semi_join(kept, "key")
