"""What stands in the events of a tenant, act by act: how many, on which days, and with which of their traits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from tocsin.engines import Engine
from tocsin.events import Activity, Known, Outcome, Reason

Tenant = tuple[str, str]  # provider, tenant

DAY_MS = 86_400_000

FACTOR_REASONS = (Reason.MFA_REQUIRED.value, Reason.MFA_DENIED.value)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One activity in the log of one tenant. Days are numbered from 1970-01-01, UTC."""

    events: int
    failed: int = 0
    unknown: int = 0  # the account named does not exist
    factor: int = 0  # a second factor was asked for or refused
    addressed: int = 0  # with the address of the source
    client: int = 0  # with a user agent, or a client as the provider names it
    days: frozenset[int] = frozenset()

    def __add__(self, other: Seen) -> Seen:
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Seen(**sums, days=self.days | other.days)


COUNTS = ("events", "failed", "unknown", "factor", "addressed", "client")


def added(first: Mapping[str, Seen], second: Mapping[str, Seen]) -> dict[str, Seen]:
    """Both, activity by activity."""
    sums = dict(first)
    for activity, more in second.items():
        sums[activity] = sums[activity] + more if activity in sums else more
    return sums


def seen(engine: Engine, events: ibis.Table) -> dict[Tenant, Mapping[str, Seen]]:
    """By provider and tenant: activity -> what stands of it in the log."""

    def number(condition: Any) -> Any:
        return condition.ifelse(1, ibis.null("int8")).count()

    rows = engine.rows(
        events.group_by("provider", "tenant", "activity", day=events.ts // DAY_MS).aggregate(
            events=events.count(),
            failed=number(events.outcome == Outcome.FAILURE.value),
            unknown=number(events.account_known == Known.FALSE.value),
            factor=number((events.activity == Activity.CHALLENGE.value) | events.reason.isin(FACTOR_REASONS)),
            addressed=number(events.source_ip.notnull()),
            client=number(events.user_agent.notnull() | events.client_key.notnull()),
        )
    ).to_pylist()
    found: dict[Tenant, dict[str, Seen]] = defaultdict(dict)
    for row in rows:
        one = Seen(**{name: int(row[name]) for name in COUNTS}, days=frozenset([int(row["day"])]))
        key = row["provider"], row["tenant"]
        found[key] = added(found[key], {row["activity"]: one})
    return dict(found)


def seen_without_tenant(engine: Engine, events: ibis.Table) -> dict[Tenant, Mapping[str, Seen]]:
    """The same for records that name no tenant, by the tenant that holds their account.

    Entra's audit log from Graph names none, its sign-ins do: both are of the tenant whose account they are about.
    """
    tenants = engine.rows(events.select("provider", "tenant").distinct()).to_pylist()
    named = {row["provider"] for row in tenants if row["tenant"]}
    unnamed = sorted({row["provider"] for row in tenants if not row["tenant"]} & named)
    if not unnamed:
        return {}
    theirs = events.filter(events.provider.isin(unnamed) & events.account.notnull())
    exists = theirs.account_known == Known.TRUE.value
    without = theirs.filter(theirs.tenant == "")
    concerned = without.select("provider", "account").distinct()  # few: the named records are many
    holders = (
        theirs.filter(exists & (theirs.tenant != ""))
        .semi_join(concerned, ["provider", "account"])
        .select("provider", "account", held_by="tenant")
        .distinct()
    )
    loose = without.inner_join(holders, ["provider", "account"])
    return seen(engine, loose.drop("tenant").rename(tenant="held_by"))
