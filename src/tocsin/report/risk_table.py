"""The riskiest visits on the terminal, and as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyarrow as pa
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tocsin.report.phrases import clock, counted, listed
from tocsin.report.risk_words import ACT_WORDS, odds_words, sentences
from tocsin.report.visible import visible
from tocsin.risk.reasons import reasons

SCHEMA = "tocsin.risk/1"

Act = tuple[str, str]  # provider, event_uid

STAYS = (
    "By campaign: not the owner, whatever the odds say. An attacker who stays becomes usual, for earlier visits of the"
    " campaign stand in the account's history."
)


class RiskAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act of a visit."""

    provider: str
    event_uid: str
    time: str
    activity: str
    raw_ref: str
    campaign: str | None = None  # the found campaign that this act is evidence of


class RiskVisit(msgspec.Struct, frozen=True, kw_only=True):
    """What an account did on one day from one address with one client."""

    account: str
    odds: float | None  # so many times likelier for somebody else than for the owner; null: nothing to judge by
    log_odds: float | None  # natural
    parts: dict[str, float]  # log-odds; they add up
    source_ip: str
    user_agent: str | None
    why: list[str]
    campaigns: list[str] = []  # found campaigns that acts of it are evidence of: not the owner's visit
    acts: list[RiskAct]


class RiskDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`tocsin risk --json`."""

    schema: str
    generated_at: str
    visits: list[RiskVisit]


PARTS = ("prior", "attack", "source", "client", "round_trip")


def visits(rows: pa.Table, campaigns: Mapping[Act, str]) -> list[RiskVisit]:
    """Visits of RISK rows, the riskiest first; those that nothing can be said of come last. `campaigns` says of which
    campaign an act is evidence."""
    held: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        key = (row["account"], row["ts"] // 86_400_000, row["source_ip"], row["agent"])
        held.setdefault(key, []).append(row)
    found = [_visit(sorted(acts, key=lambda row: (row["ts"], row["event_uid"])), campaigns) for acts in held.values()]
    return sorted(found, key=lambda one: (-(one.log_odds if one.log_odds is not None else -1e9), one.acts[0].time))


def _visit(acts: Sequence[dict[str, Any]], campaigns: Mapping[Act, str]) -> RiskVisit:
    row = acts[0]
    why = reasons(row)
    of = [campaigns.get((one["provider"], one["event_uid"])) for one in acts]
    return RiskVisit(
        account=row["account"],
        odds=why.odds,
        log_odds=row["log_odds"],
        parts={part: row[f"{part}_log_odds"] for part in PARTS},
        source_ip=row["source_ip"],
        user_agent=row["agent"],
        why=sentences(why),
        campaigns=sorted({one for one in of if one is not None}),
        acts=[
            RiskAct(
                provider=one["provider"],
                event_uid=one["event_uid"],
                time=datetime.fromtimestamp(one["ts"] / 1000, UTC).isoformat().replace("+00:00", "Z"),
                activity=one["activity"],
                raw_ref=one["raw_ref"],
                campaign=campaign,
            )
            for one, campaign in zip(acts, of, strict=True)
        ],
    )


def riskiest(found: Sequence[RiskVisit], *, limit: int) -> RenderableType:
    """One visit a row."""
    if not found:
        return Text("No visit of that kind.")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("a stranger", justify="right", no_wrap=True)
    table.add_column("visit", overflow="fold")
    for one in found[:limit]:
        words = list(dict.fromkeys(ACT_WORDS.get(act.activity, act.activity) for act in one.acts))
        head = f"{visible(one.account)} {listed(words)}, {clock(one.acts[0].time)} ({visible(one.acts[0].raw_ref)})"
        by = (
            [(f"\n  by campaign {listed([visible(each) for each in one.campaigns])}", "bold red")]
            if one.campaigns
            else []
        )
        table.add_row(odds_words(one.odds), Text.assemble(head, *by, *[(f"\n  {why}", "dim") for why in one.why]))
    more = len(found) - limit
    parts: list[RenderableType] = [table]
    if more > 0:
        parts.append(Text(f"… and {counted(more, 'more visit')} (--rows {len(found)} lists them).", "dim"))
    if any(one.campaigns for one in found[:limit]):
        parts.append(Text(STAYS, "dim"))
    return Group(*parts)
