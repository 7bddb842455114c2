"""Campaigns with their chains, and their compromised accounts with what became of them.

All that is asked of the store is the events of those accounts, and notices from elsewhere about what restores them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import msgspec
import pyarrow as pa

from tocsin.assess.assess import Assessed
from tocsin.assess.assessment import Campaign, CampaignAccount
from tocsin.assess.chain import POSSIBLE
from tocsin.assess.chains import Notice, Told, chains, moment
from tocsin.assess.notices import notices
from tocsin.assess.states import Record, aftermath
from tocsin.campaigns import Restoring, directory
from tocsin.engines import Engine
from tocsin.enrich import GIST, Fill
from tocsin.indicators import Hit

ASKED = (
    "provider",
    "event_uid",
    "ts",
    "activity",
    "outcome",
    "reason",
    "provider_code",
    "account",
    "actor",
    "channel_kind",
    "channel_value",
    "source_ip",
)


def followed(
    engine: Engine, fill: Fill, gist: ibis.Table, graph: Restoring, done: Sequence[Assessed], hits: Sequence[Hit] = ()
) -> list[Campaign]:
    """The campaigns in the same order. `hits` are other people's indicators with the events that they match."""
    compromised = {one.account for each in done for one in each.campaign.accounts if one.stage == "compromised"}
    attacked = {one.account for each in done for one in each.campaign.accounts if one.stage != "probed"}
    restoring = {link.secondary for account in attacked for link in graph.links_to(account)}
    if not compromised:
        return [_campaign(each, graph, {}, {}) for each in done]
    wanted = engine.table(
        "fallen_accounts", pa.table({"account": pa.array(sorted(compromised | restoring), pa.string())})
    )
    theirs = gist.semi_join(wanted, "account").select(*(name for name in ASKED if name in GIST))
    rows = engine.rows(fill(theirs, ASKED)).sort_by([("ts", "ascending"), ("event_uid", "ascending")]).to_pylist()
    by_account: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["account"] in compromised:
            by_account[row["account"]].append(row)
    told = notices(rows, hits)
    return [_campaign(each, graph, by_account, told) for each in done]


def _campaign(
    each: Assessed,
    graph: Restoring,
    by_account: Mapping[str, Sequence[Mapping[str, Any]]],
    told: Mapping[str, Sequence[Notice]],
) -> Campaign:
    channels = {
        (row["provider"], row["event_uid"]): (row["channel_kind"], row["channel_value"])
        for one in each.campaign.accounts
        for row in by_account.get(one.account, ())
        if row["channel_kind"] or row["channel_value"]
    }
    shown = {(row["provider"], row["event_uid"]): (row["role"], row["attempt_uid"]) for row in each.rows}
    homes: dict[str, set[str]] = defaultdict(set)
    for row in each.rows:
        homes[row["account"]].add(row["account_provider"])
    return msgspec.structs.replace(
        each.campaign,
        chains=chains(each.rows, Told(graph=graph, channels=channels, notices=told)),
        accounts=[
            _account(one, by_account.get(one.account, ()), shown, homes[one.account], graph)
            for one in each.campaign.accounts
        ],
    )


def _account(
    one: CampaignAccount,
    rows: Sequence[Mapping[str, Any]],
    shown: Mapping[tuple[str, str], tuple[str, str]],
    homes: set[str],
    graph: Restoring,
) -> CampaignAccount:
    """The account with its state, and what became of it if it was compromised."""
    if one.stage != "compromised":
        return msgspec.structs.replace(one, state=one.stage)
    mine = [row for row in rows if row["provider"] == one.provider or _home(row["provider"], homes) == one.provider]
    restored = [primary for primary in graph.primaries.get(one.account, ()) if _sure(graph, one.account, primary)]
    told = aftermath(one.provider, [_record(row, shown) for row in mine], restored)
    state = told.states[-1].state if told.states else one.stage
    return msgspec.structs.replace(one, state=state, aftermath=told)


def _sure(graph: Restoring, secondary: str, primary: str) -> bool:
    return any(link.secondary == secondary and link.known_from not in POSSIBLE for link in graph.links_to(primary))


def _home(provider: str, homes: set[str]) -> str:
    """Under which provider the account of a record lives; those that have none of their own follow the only one."""
    if provider in homes:
        return provider
    if directory(provider) in homes:
        return directory(provider)
    return next(iter(homes)) if len(homes) == 1 else provider


def _record(row: Mapping[str, Any], shown: Mapping[tuple[str, str], tuple[str, str]]) -> Record:
    key = (row["provider"], row["event_uid"])
    role, attempt = shown.get(key, (None, ""))
    return Record(
        provider=key[0],
        event_uid=key[1],
        time=moment(row["ts"]),
        activity=row["activity"],
        outcome=row["outcome"],
        reason=row["reason"],
        code=row["provider_code"] or "",
        channel_kind=row["channel_kind"],
        channel_value=row["channel_value"],
        source_ip=row["source_ip"],
        actor=row["actor"],
        role=role,
        attempt=attempt or "|".join(key),
    )
