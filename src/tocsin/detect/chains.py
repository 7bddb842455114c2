"""One act after another on the same account."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from tocsin.detect.pattern import hits


def followed(
    first: ibis.Table,
    second: ibis.Table,
    *,
    within_ms: int,
    by: Sequence[str] = (),
    when: ibis.Value | None = None,
) -> ibis.Table:
    """HIT, under the account, of rows of `first` after which a row of `second` follows within that time, and of these.

    `when` says more of the pairs: `ibis._` has the columns of both that `by` names, those of `second` with the ending
    `_after`.
    """
    sides = [rows.select("provider", "event_uid", "account", "ts", *by) for rows in (first, second)]
    pairs = sides[0].inner_join(sides[1], "account", rname="{name}_after")
    between = pairs.ts_after - pairs.ts
    pairs = pairs.filter(between > 0, between <= within_ms)
    if when is not None:
        pairs = pairs.filter(when)
    before = pairs.select("provider", "event_uid").distinct()
    after = pairs.select(provider="provider_after", event_uid="event_uid_after").distinct()
    keys = ["provider", "event_uid"]
    told, then = hits(first, "account").semi_join(before, keys), hits(second, "account").semi_join(after, keys)
    return told.union(then, distinct=True)
