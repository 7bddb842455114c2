"""Which account restores which: what the roster, recovery messages and changes of recovery channels say.

An account access graph (Hammann et al., CCS 2019) of one kind of edge: whoever holds the mailbox can have a new
password for the account sent to it. Only mailboxes that are accounts in these logs are of use here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import ibis
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.events import Activity

TOLD = (
    Activity.RECOVERY_START.value,
    Activity.RECOVERY_MESSAGE.value,
    Activity.RECOVERY_COMPLETE.value,
    Activity.CHANNEL_CHANGE.value,
)
"""Activities whose channel is a mailbox or number that restores the account."""


class Link(NamedTuple):
    """The secondary restores the primary."""

    secondary: str
    primary: str
    known_from: str  # roster | message | change | name


@dataclass(frozen=True)
class Restoring:
    """The links, from either end."""

    links: Sequence[Link] = ()

    @cached_property
    def primaries(self) -> Mapping[str, Sequence[str]]:
        """By secondary what it restores."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.links:
            found[one.secondary].append(one.primary)
        return dict(found)

    def links_to(self, primary: str) -> Sequence[Link]:
        """What restores it."""
        return self._links_to.get(primary, ())

    @cached_property
    def _links_to(self) -> Mapping[str, Sequence[Link]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for one in self.links:
            found[one.primary].append(one)
        return dict(found)


def restores(engine: Engine, events: ibis.Table, days: ibis.Table, roster: pa.Table) -> Restoring:
    """Every link between accounts by name, each once: the roster's word first, then a message's, then a change's.

    `events` are enriched, `days` as from `enrich.owner_days`; a failed change links nothing.
    """
    value = events.channel_value
    told = events.filter(
        events.activity.isin(TOLD), events.outcome != "failure", value.contains("@"), value != events.account
    )
    changed = (told.activity == Activity.CHANNEL_CHANGE.value).ifelse("change", "message")
    rows = engine.rows(told.select(secondary="channel_value", primary="account", known_from=changed).distinct())
    listed = (
        Link(one, row["account"], "roster")
        for row in roster.select(["account", "recovery"]).to_pylist()
        for one in row["recovery"]
        if "@" in one and one != row["account"]
    )
    seen = (Link(**row) for row in rows.to_pylist())
    told_of = sorted(seen, key=lambda one: (one.known_from != "message", one))
    sure = _once([*sorted(listed), *told_of])
    known = {frozenset((one.secondary, one.primary)) for one in sure}
    # Which of one person's two restores the other is asked of a name only where nothing else says it.
    guessed = [one for one in _namesakes(engine, days) if frozenset((one.secondary, one.primary)) not in known]
    return Restoring((*sure, *guessed))


def _namesakes(engine: Engine, days: ibis.Table) -> list[Link]:
    """Links in both directions between accounts of two domains that alone have a name of two parts in common: one
    person's, as likely as not. It says nothing by itself and weighs only beside what was done in both."""
    accounts = days.select("account").distinct()
    local = accounts.account.re_extract("^([^@]+)@", 1).re_replace("[^a-z]+", ".")
    named = accounts.mutate(name=local).filter(local.re_search("^[a-z]{2,}[.][a-z]{3,}$"))
    pairs = named.group_by("name").aggregate(
        accounts=named.account.nunique(), one=named.account.min(), other=named.account.max()
    )
    found = engine.rows(pairs.filter(pairs.accounts == 2).select("one", "other")).to_pylist()
    apart = [(row["one"], row["other"]) for row in found if _domain(row["one"]) != _domain(row["other"])]
    return sorted(Link(*pair, "name") for one, other in apart for pair in ((one, other), (other, one)))


def _domain(account: str) -> str:
    return account.rpartition("@")[2]


def _once(links: Iterable[Link]) -> tuple[Link, ...]:
    held: dict[tuple[str, str], Link] = {}
    for one in links:
        held.setdefault((one.secondary, one.primary), one)
    return tuple(held.values())
