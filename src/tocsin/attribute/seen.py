"""What a campaign shows to whoever asks whose hand it is: read off the assessment and its evidence once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from tocsin.assess.assessment import Campaign, Infrastructure
from tocsin.detect import Finding

_LOCALE = re.compile(r"[;( ]([a-z]{2})-[A-Z]{2}[;) ]")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A campaign's side of every comparison."""

    id: str
    first: date
    last: date
    verdict: str
    addresses: tuple[Infrastructure, ...] = ()
    networks: tuple[Infrastructure, ...] = ()
    clients: tuple[Infrastructure, ...] = ()
    domains: tuple[str, ...] = ()  # given by the analyst
    languages: frozenset[str] = frozenset()
    techniques: frozenset[str] = frozenset()
    categories: Mapping[str, int] = field(default_factory=dict)  # accounts attacked, by category
    countries: Mapping[str, int] = field(default_factory=dict)  # the same, by country of the organisation
    roster_categories: Mapping[str, int] = field(default_factory=dict)  # whom it could have gone for
    roster_countries: Mapping[str, int] = field(default_factory=dict)
    times: tuple[datetime, ...] = ()  # of its acts, naive UTC


def seen(
    campaign: Campaign,
    evidence: pa.Table,
    *,
    findings: Iterable[Finding] = (),
    roster: pa.Table | None = None,
    domains: Sequence[str] = (),
    languages: Iterable[str] = (),
) -> Seen:
    """What the campaign shows. `evidence`: EVIDENCE rows, of other campaigns, too; `roster`: ROSTER of the scan."""
    rows = evidence.filter(pa.compute.equal(evidence["campaign_id"], campaign.id))
    acts: dict[object, datetime] = {}
    for attempt, time, activity in zip(
        rows["attempt_uid"].to_pylist(), rows["time"].to_pylist(), rows["activity"].to_pylist(), strict=True
    ):
        if activity != "recovery_message":  # the system's act, not the operator's
            key = attempt if attempt is not None else (time, activity)
            acts[key] = min(time, acts.get(key, time))
    own = set(campaign.findings)
    by_kind: dict[str, list[Infrastructure]] = {"ip": [], "network": [], "client": []}
    for one in campaign.infrastructure:
        by_kind.get("network" if one.kind == "asn" else one.kind, []).append(one)
    people = roster.to_pylist() if roster is not None else []
    country_of = {row["account"]: row.get("country") for row in people}
    attacked = [one for one in campaign.accounts if one.stage != "probed"] or campaign.accounts
    return Seen(
        id=campaign.id,
        first=date.fromisoformat(campaign.first_seen[:10]),
        last=date.fromisoformat(campaign.last_seen[:10]),
        verdict=campaign.verdict,
        addresses=tuple(by_kind["ip"]),
        networks=tuple(by_kind["network"]),
        clients=tuple(by_kind["client"]),
        domains=tuple(dict.fromkeys(domains)),
        languages=frozenset(languages)
        | {found for one in by_kind["client"] for found in _LOCALE.findall(one.value[:1000]) if found != "en"},
        techniques=frozenset(campaign.techniques)
        | {technique for one in findings if one.id in own for technique in one.techniques},
        categories=Counter(one.category for one in attacked if one.category),
        countries=Counter(country for one in attacked if (country := country_of.get(one.account))),
        roster_categories=Counter(row["category"] for row in people),
        roster_countries=Counter(row["country"] for row in people if row.get("country")),
        times=tuple(sorted(acts.values())),
    )
