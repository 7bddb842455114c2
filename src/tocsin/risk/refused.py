"""What was refused, by network and country: the attack data that every log has.

Freeman et al. weigh how often a feature's value attacks, p(attack | x), where that is known from abuse reports. Here it
is told from attempts that failed: a network from which many were turned away and few were ever let in is an attacker's
more likely than a network from which as many are turned away as anywhere.
"""

from __future__ import annotations

import ibis

from tocsin.engines import Engine
from tocsin.events import Outcome

LEVELS_REFUSED = ("network", "country")

TRIED = ("sign_in", "challenge", "identify", "recovery_proof")


def turned_away(column: str) -> str:
    """The column of how many attempts were refused on earlier days at the level."""
    return f"refused_{column or 'in_all'}"


def refused(engine: Engine, name: str, events: ibis.Table) -> ibis.Table:
    """Kept: `level, value, day_number, n`: attempts that failed, by network, by country, and in all (level '')."""
    tries = events.filter(
        events.activity.isin(TRIED), events.outcome == Outcome.FAILURE.value, events.source_ip.notnull()
    )
    # Once over the events, for they are many.
    counts = engine.kept(f"{name}_tries", tries.group_by(*LEVELS_REFUSED, "day_number").aggregate(n=tries.count()))
    parts = []
    for level in (*LEVELS_REFUSED, ""):
        named = counts.filter(counts[level].notnull()) if level else counts
        value = named[level] if level else ibis.literal("")
        part = named.group_by(value=value, day_number=named.day_number).aggregate(n=named.n.sum().cast("int64"))
        parts.append(part.select("value", "day_number", "n", level=ibis.literal(level)))
    # DuckDB's sums are wider than what was summed.
    held = engine.kept(f"{name}_refused", ibis.union(*parts, distinct=False))
    return held.mutate(n=held.n.cast("int64"))
