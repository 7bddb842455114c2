"""Sources that go for more accounts than live there."""

from __future__ import annotations

import ibis

FOR_EACH_OWNER = 2
"""Accounts gone for to each one that was let in at the same source on the same days. At an office's or carrier's shared
exit a few of many mistype; whoever goes for twice as many accounts as are at home there is no crowd of owners."""


def beyond_owners(hits: ibis.Table, days: ibis.Table) -> ibis.Table:
    """Those of the rows whose `key` names at least `FOR_EACH_OWNER` times as many accounts as owners were let in at
    its addresses on its days. They need `key`, `account`, `source_ip`, `day_number`."""
    places = hits.select("key", "source_ip", "day_number").distinct()
    met = places.inner_join(days.select("source_ip", "day_number", owner="account"), ["source_ip", "day_number"])
    owners = met.group_by("key").aggregate(owners=met.owner.nunique())
    gone_for = hits.group_by("key").aggregate(gone_for=hits.account.nunique())
    both = gone_for.left_join(owners, "key").drop("key_right")
    kept = both.filter(both.gone_for >= FOR_EACH_OWNER * both.owners.fill_null(0))
    return hits.semi_join(kept, "key")
