"""The events that are looked at one by one, few of all, chosen in memory and filled from the store in one reading.

Nearly every event of a site is somebody let into his own account from where he always is.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from tocsin.detect.habits import Habits, around_strange_days
from tocsin.detect.labels import label
from tocsin.detect.observed import COLUMNS, tells
from tocsin.engines import Engine
from tocsin.enrich import CODED, GIST, Fill, let_in
from tocsin.recovery import READ, concerns_recovery, owners_read_by_order


def looked_at(engine: Engine, fill: Fill, gist: ibis.Table, known: Habits, columns: Sequence[str]) -> ibis.Table:
    """Kept: all enriched events that a detection matches, that tell of something refused or changed, that stand around
    a day on which their account was let in from a strange place, or from which recovery sessions follow; with `columns`
    and those that recovery sessions, `detected` and `observed` read. `gist` are the columns of `enrich.GIST` of all."""
    strange = engine.kept("around_strange_days", around_strange_days(known))
    recovering = engine.kept("owners_read_by_order", owners_read_by_order(gist))
    rows = _marked(_marked(gist, strange, "around"), recovering, "recovering")
    wanted = (
        label(rows).notnull() | tells(rows) | (rows.around & let_in(rows)) | concerns_recovery(rows, rows.recovering)
    )
    asked = tuple(dict.fromkeys((*columns, *COLUMNS, *READ, "client_key")))
    chosen = engine.kept("chosen", rows.filter(wanted).select(*(name for name in asked if name in GIST)), coded=CODED)
    found = engine.kept("looked_at", fill(chosen, asked), coded=CODED)
    engine.forget(strange, recovering, chosen)
    return found


def _marked(rows: ibis.Table, keys: ibis.Table, name: str) -> ibis.Table:
    """The rows with a column that says whether they agree with one of the keys."""
    marked = rows.left_join(keys.mutate(**{name: True}), keys.columns)
    marked = marked.drop(*[f"{key}_right" for key in keys.columns])
    return marked.mutate(**{name: marked[name].notnull()})
