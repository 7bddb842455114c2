"""`tocsin risk`: which sign-ins, recoveries and changes look least like the account's owner, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from math import log
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.console import OUTPUT
from tocsin.cli.held import not_held
from tocsin.cli.options import Store
from tocsin.cli.outputs import writable
from tocsin.cli.store import last_store
from tocsin.engines import opened
from tocsin.enrich import check_databases
from tocsin.errors import StoreNotFound, UsageError
from tocsin.lake import Lake
from tocsin.pipeline import surrounded
from tocsin.report import risk_table
from tocsin.report.archive import kept
from tocsin.report.json import packed, write_whole
from tocsin.risk import risk_of

EXAMPLES = (
    "tocsin risk",
    "tocsin risk --above 100 --rows 50",
    "tocsin risk --account anna@example.org --json risk.json",
)

ABOVE = 10.0


def command(
    account: Annotated[
        str | None, typer.Option(help="All visits of this account, risky or not.", show_default=False)
    ] = None,
    above: Annotated[
        float | None,
        typer.Option(
            help=f"Only where a stranger is so many times likelier than the owner; {ABOVE:.0f} without --account.",
            show_default=False,
        ),
    ] = None,
    rows: Annotated[int, typer.Option(help="How many visits to list.", min=0)] = 20,
    json: Annotated[
        Path | None, typer.Option(help="Write all of them (tocsin.risk/1) here.", show_default=False)
    ] = None,
    mmdb: Annotated[
        list[Path] | None,
        typer.Option(help="MMDB file with network owners or countries; may be repeated.", show_default=False),
    ] = None,
    store: Store = None,
) -> None:
    """List the sign-ins, recoveries and changes that look least like their account's owner, with the reasons."""
    writable(json)
    check_databases(mmdb or ())
    least = above if above is not None or account is not None else ABOVE
    if least is not None and least <= 0:
        raise UsageError("odds are above zero", remedy="--above 10 means: a stranger is ten times likelier")
    folder = last_store(store)
    if not (folder / "events").is_dir() or not (files := Lake(folder)).event_files():
        raise StoreNotFound(f"there is no finished scan in {folder}", remedy="run `tocsin scan LOGS` first")
    engine = opened("duckdb", scratch=folder / "scratch")
    try:
        events = surrounded(engine, files, mmdb or ()).events
        risk = risk_of(engine, events)
        if account is not None:
            name = account.strip().lower()
            if not len(engine.rows(events.filter(events.account == name).select("account").limit(1))):
                raise not_held(account)
            risk = risk.filter(risk.account == name)
        if least is not None:
            risk = risk.filter(risk.log_odds >= log(least))
        found = risk_table.visits(engine.rows(risk), _campaigns(folder))
    finally:
        engine.close()
    OUTPUT.print(risk_table.riskiest(found, limit=rows))
    if json:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        document = risk_table.RiskDocument(schema=risk_table.SCHEMA, generated_at=now, visits=found)
        write_whole(packed(document), json)
        OUTPUT.print(f"risk: {json}", markup=False, soft_wrap=True)


def _campaigns(folder: Path) -> dict[tuple[str, str], str]:
    """Event -> the campaign of the last answer that it is evidence of; empty where there is no answer yet."""
    try:
        _, rows = kept(folder)
    except StoreNotFound:
        return {}
    keys = zip(rows["provider"].to_pylist(), rows["event_uid"].to_pylist(), strict=True)
    return dict(zip(keys, rows["campaign_id"].to_pylist(), strict=True))
