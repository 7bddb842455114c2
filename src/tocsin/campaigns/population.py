"""What is usual at this site: how common each source trait is, and how faithful accounts are to their own.

The two sides of a record-linkage weight (Fellegi & Sunter 1969): `m`, how often an owner is met again with a trait of
their own, and `u`, how often anybody at all shows that value. Both are measured on the site's own successes; nothing
is assumed about attackers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import pyarrow as pa

from tocsin.campaigns.faithfulness import FAITHFUL_DAYS, LEVELS, Faithfulness
from tocsin.campaigns.texts import texts
from tocsin.detect import Habits
from tocsin.engines import Engine
from tocsin.enrich import FEATURES, let_in

RELAY_ACCOUNTS = 5
"""A network of fewer accounts is not told to be a relay."""

RELAY_SHARE = 0.5
"""Where fewer of a network's accounts than this are in the country they mostly live in, it carries strangers' traffic:
mobile carriers and homes stand in their users' own country."""


@dataclass(frozen=True, kw_only=True)
class Population:
    """Measured on days on which owners were let in."""

    accounts: int
    shares: Mapping[str, Mapping[str, float]]  # feature -> value -> share of accounts that ever used it
    places: Faithfulness  # where owners are met
    relays: Mapping[str, float]  # network through which people come who live elsewhere -> share of days behind any
    client_kept: float  # share of owner days with a client that the account also used on another day

    def users(self, feature: str) -> dict[str, int]:
        """How many accounts ever used each value that more than one did."""
        return {value: round(share * self.accounts) for value, share in self.shares[feature].items()}


def population(engine: Engine, days: ibis.Table, known: Habits) -> Population:
    """Measure it. `days` as from `enrich.owner_days`; `known` are their `habits`."""
    accounts = int(engine.rows(days.aggregate(n=days.account.nunique()))["n"][0].as_py() or 0)
    shares: dict[str, dict[str, float]] = {}
    for feature in FEATURES:
        users = days.filter(days[feature].notnull()).select("account", feature).distinct()
        # A value that one account alone uses needs no row: its share is the smallest there is.
        counted = users.group_by(feature).aggregate(users=users.count())
        rows = engine.rows(counted.filter(counted.users > 1))
        shares[feature] = dict(
            zip(
                rows[feature].to_pylist(),
                (number / max(accounts, 1) for number in rows["users"].to_pylist()),
                strict=True,
            )
        )
    places, kept = _faithfulness(engine, days, known)
    return Population(accounts=accounts, shares=shares, places=places, relays=_relays(engine, days), client_kept=kept)


def _relays(engine: Engine, days: ibis.Table) -> dict[str, float]:
    lived = days.filter(days.country.notnull(), days.network.notnull())
    by_country = lived.select("account", "country", "day_number").distinct()
    by_country = by_country.group_by("account", "country").aggregate(lived=by_country.count())
    most = by_country.group_by("account").aggregate(most=by_country.lived.max())
    ranked = by_country.inner_join(most, "account")
    home = ranked.filter(ranked.lived == ranked.most).select("account", "country").mutate(at_home=1)
    used = lived.group_by("account", "network", "country").aggregate(days=lived.day_number.nunique())
    used = used.left_join(home, ["account", "country"])
    by_network = used.group_by("network").aggregate(
        accounts=used.account.nunique(),
        days=used.days.sum().cast("int64"),
        at_home=used.at_home.fill_null(0).cast("float64").mean(),
    )
    found = by_network.filter(by_network.accounts >= RELAY_ACCOUNTS, by_network.at_home < RELAY_SHARE)
    rows = engine.rows(found.select("network", "days"))
    spent = dict(zip(rows["network"].to_pylist(), rows["days"].to_pylist(), strict=True))
    return {network: number / sum(spent.values()) for network, number in spent.items()}


def _faithfulness(engine: Engine, days: ibis.Table, known: Habits) -> tuple[Faithfulness, float]:
    used = known.account.filter(known.account.all_days >= FAITHFUL_DAYS).select("account", "all_days")
    rows = days.inner_join(used, "account")
    for feature in FEATURES:
        met = known.traits[feature]
        met = met.select("account", feature, met.days.name(f"{feature}_days"))
        rows = rows.left_join(met, ["account", feature])
        rows = rows.drop(*[name for name in rows.columns if name.endswith("_right")])
    alike = {name: rows[name].fill_null(0) for name in ("all_days", *(f"{level}_days" for level in LEVELS))}
    named = rows.client.notnull()
    told = engine.rows(
        rows.group_by(**alike).aggregate(
            n=rows.count(),
            known=named.cast("int64").sum(),
            kept=(named & (rows.client_days > 1).fill_null(False)).cast("int64").sum(),
        )
    )
    counts = zip(*[told[name].to_pylist() for name in (*alike, "n")], strict=True)
    clients, kept = (sum(told[name].to_pylist()) for name in ("known", "kept"))
    return Faithfulness.measured(counts), (kept + 1) / (clients + 2)


def owners_with(engine: Engine, days: ibis.Table, feature: str, values: pa.ChunkedArray) -> dict[str, int]:
    """Accounts that were let in with each of these values: at these addresses, or from these networks."""
    wanted = engine.table(f"asked_{feature}", pa.table({feature: values.unique()}))
    here = days.semi_join(wanted, feature).group_by(feature)
    rows = engine.rows(here.aggregate(n=days.account.nunique()))
    return dict(zip(rows[feature].to_pylist(), rows["n"].to_pylist(), strict=True))


def visits(engine: Engine, days: ibis.Table, acts: ibis.Table) -> pa.Table:
    """`source_ip, client, account` of the owner days at addresses at which the same account has acts."""
    wanted = acts.select("source_ip", "account").distinct()
    here = days.select("source_ip", "client", "account").distinct()
    return engine.rows(here.semi_join(wanted, ["source_ip", "account"]))


def owners_by_source(engine: Engine, days: ibis.Table, acts: ibis.Table) -> pa.Table:
    """`source_ip, client, owners`: accounts living behind each address that acts came from, by client."""
    wanted = acts.select("source_ip").distinct()
    here = days.select("source_ip", "client", "account").distinct().semi_join(wanted, "source_ip")
    return engine.rows(here.group_by("source_ip", "client").aggregate(owners=here.account.nunique()))


def agents(engine: Engine, events: ibis.Table) -> dict[str, int]:
    """How many accounts were let in with each user agent."""
    inside = events.filter(let_in(events), events.user_agent.notnull()).select("user_agent", "account").distinct()
    rows = engine.rows(inside.group_by("user_agent").aggregate(accounts=inside.count()))
    return dict(zip(texts(rows["user_agent"]), rows["accounts"].to_pylist(), strict=True))


def agent_shares(users: Mapping[str, int]) -> dict[str, float]:
    """How usual each user agent is among owners: its share of all pairs of an account and one that let it in. `users`
    as from `agents`."""
    pairs = max(sum(users.values()), 1)
    return {agent: number / pairs for agent, number in users.items()}
