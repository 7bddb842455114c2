"""The truth of a world: which records are whose, counted by the rules of the design; see
docs/truth-format.md.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from .acts import Act, AnyAct
from .people import Account
from .world import Happening

SCHEMA = "tocsin.truth/1"
GENERATOR = 3  # rises when the same arguments give another world
STAGES = ("probed", "attacked", "compromised")
_STAGE_OF_ROLE = {"identification": 0, "attack": 1, "access": 2, "persistence": 2}
# Networks where an address says little about who used it are no infrastructure of the campaign by themselves.
_PROVIDERS_WITH_CLIENT = ("okta", "entra")


@dataclass(slots=True)
class _Reached:
    account: Account
    stage: int
    first: int
    last: int


@dataclass
class Campaign:
    """What one campaign left in the logs."""

    id: str
    verdict: str
    events: list[tuple[str, str, str]] = field(default_factory=list)  # (event_uid, provider, role)
    moments: list[tuple[int, str]] = field(default_factory=list)  # of each event: (time, identifier)
    companions: list[tuple[str, str, str]] = field(default_factory=list)  # (event_uid, provider, of)
    identifiers: set[str] = field(default_factory=set)
    reached: dict[str, _Reached] = field(default_factory=dict)
    attempts: int = 0
    first: int = 0
    last: int = 0
    addresses: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    clients: set[str] = field(default_factory=set)
    chains: list[tuple[str, str]] = field(default_factory=list)  # (account recovered, through)


class Truth:
    """Collects while the logs are written; `campaigns()` counts."""

    def __init__(self, scenario: str, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self.sizes: dict[str, Any] = {}
        self.by_id: dict[str, Campaign] = {}
        self.tests: dict[str, Campaign] = {}  # authorised ones: nobody's campaign
        self.happenings: list[Happening] = []

    def open_campaign(self, campaign_id: str, verdict: str) -> None:
        self.by_id[campaign_id] = Campaign(campaign_id, verdict)

    def open_test(self, test_id: str) -> None:
        """An authorised test: its records are written down, and count as benign."""
        self.tests[test_id] = Campaign(test_id, "authorised")

    def chain(self, campaign_id: str, account: str, through: str) -> None:
        """The campaign recovered the account through a mailbox that it held."""
        self.by_id[campaign_id].chains.append((account, through))

    def note(self, mark: str, act: AnyAct, time: int, uid: str, provider: str, role: str, of: str) -> None:
        """One record of a campaign's act has been written."""
        campaign = self.by_id.get(mark) or self.tests[mark]
        if not role:
            campaign.companions.append((uid, provider, of))
            return
        campaign.events.append((uid, provider, role))
        campaign.moments.append((time, act.identifier))
        campaign.attempts += role == "identification"
        campaign.first = min(campaign.first or time, time)
        campaign.last = max(campaign.last, time)
        campaign.identifiers.add(act.identifier)
        campaign.addresses.add(act.source.address.ip)
        campaign.networks.add(f"AS{act.source.address.network.asn}")
        if provider in _PROVIDERS_WITH_CLIENT and act.source.client.user_agent:
            campaign.clients.add(act.source.client.user_agent)
        if isinstance(act, Act):
            stage = _STAGE_OF_ROLE[role]
            known = campaign.reached.get(act.account.name)
            if known is None:
                campaign.reached[act.account.name] = _Reached(act.account, stage, time, time)
            else:
                known.stage = max(known.stage, stage)
                known.first, known.last = min(known.first, time), max(known.last, time)

    def campaigns(self) -> list[dict[str, Any]]:
        """Each campaign in the shape of a campaign of `tocsin.assessment/1`."""
        return [_assessed(campaign) for campaign in self.by_id.values()]

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        document = {
            "schema": SCHEMA,
            "generator": GENERATOR,
            "scenario": self.scenario,
            "seed": self.seed,
            **self.sizes,
            "campaigns": self.campaigns(),
            "authorised": [_assessed(test) for test in self.tests.values()],
        }
        (folder / "truth.json").write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
        _write_events(folder / "events.parquet", self.by_id.values())
        _write_table(
            folder / "companions.parquet",
            "of",
            [(c.id, *row) for c in self.by_id.values() for row in c.companions],
        )
        _write_table(
            folder / "authorised.parquet",
            "role",
            [(t.id, *row) for t in self.tests.values() for row in (*t.events, *t.companions)],
        )
        with (folder / "accounts.csv").open("w", encoding="utf-8", newline="") as out:
            columns = (
                "campaign_id",
                "account",
                "provider",
                "stage",
                "category",
                "organisation",
                "first_seen",
                "last_seen",
            )
            rows = csv.writer(out, lineterminator="\n")
            rows.writerow(columns)
            for campaign in self.campaigns():
                for account in campaign["accounts"]:
                    rows.writerow((campaign["id"], *(account[column] for column in columns[1:])))
        with (folder / "benign.csv").open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out, lineterminator="\n")
            rows.writerow(("kind", "account", "day"))
            rows.writerows(sorted((h.kind, h.account, h.day.isoformat()) for h in self.happenings))


def _assessed(campaign: Campaign) -> dict[str, Any]:
    reached = sorted(campaign.reached.values(), key=lambda r: r.account.name)
    by_category: dict[str, dict[str, int]] = defaultdict(lambda: {"probed": 0, "attacked": 0, "compromised": 0})
    totals = {"probed": 0, "attacked": 0, "compromised": 0}
    for one in reached:
        counted = (totals, by_category[one.account.category]) if one.account.category else (totals,)
        for counts in counted:
            counts["probed"] += one.stage == 0
            counts["attacked"] += one.stage >= 1
            counts["compromised"] += one.stage == 2
    return {
        "id": campaign.id,
        "first_seen": _utc(campaign.first),
        "last_seen": _utc(campaign.last),
        "verdict": campaign.verdict,
        "counts": {
            "identification_attempts": campaign.attempts,
            "identifiers_tried": len(campaign.identifiers),
            "accounts_probed": totals["probed"],
            "accounts_attacked": totals["attacked"],
            "accounts_compromised": totals["compromised"],
        },
        "by_category": dict(sorted(by_category.items())),
        "accounts": [
            {
                "account": one.account.name,
                "provider": one.account.tenant.provider,
                "stage": STAGES[one.stage],
                "category": one.account.category,
                "organisation": one.account.organisation.name,
                "first_seen": _utc(one.first),
                "last_seen": _utc(one.last),
            }
            for one in reached
        ],
        "infrastructure": [
            {"kind": kind, "value": value}
            for kind, values in (
                ("ip", campaign.addresses),
                ("network", campaign.networks),
                ("client", campaign.clients),
            )
            for value in sorted(values)
        ],
        "chains": [{"account": account, "through": through} for account, through in sorted(campaign.chains)],
    }


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write_events(path: Path, campaigns: Iterable[Campaign]) -> None:
    rows = [
        (campaign.id, *event, *moment)
        for campaign in campaigns
        for event, moment in zip(campaign.events, campaign.moments, strict=True)
    ]
    kinds = {
        "campaign_id": pa.string(),
        "event_uid": pa.string(),
        "provider": pa.string(),
        "role": pa.string(),
        "time": pa.timestamp("ms", "UTC"),
        "identifier": pa.string(),
    }
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    table = pa.table({name: pa.array(column, kinds[name]) for name, column in zip(kinds, columns, strict=True)})
    pq.write_table(table.sort_by([("campaign_id", "ascending"), ("event_uid", "ascending")]), path, compression="zstd")


def _write_table(path: Path, last: str, rows: list[tuple[str, str, str, str]]) -> None:
    names = ("campaign_id", "event_uid", "provider", last)
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    table = pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})
    pq.write_table(table.sort_by([("campaign_id", "ascending"), ("event_uid", "ascending")]), path, compression="zstd")
