"""`tocsin share`: what other people get of the last scan, redacted and noted."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tocsin.assess.assessment import CATEGORIES
from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.cli.examples import as_epilog, of
from tocsin.cli.options import CredentialsFile, Insecure, Store
from tocsin.cli.outputs import writable
from tocsin.cli.store import existing_store, last_store
from tocsin.errors import UsageError
from tocsin.indicators import Tlp
from tocsin.report.archive import kept, kept_roster
from tocsin.report.json import write_whole
from tocsin.report.known_as import found_campaign
from tocsin.report.phrases import TECHNIQUE_WORDS
from tocsin.report.visible import visible
from tocsin.share import Choices, Claim, ClaimKind, Part, Shareable, entries, noted, redact, unclaimed

EXAMPLES = (
    "tocsin share stix --out campaigns.json",
    "tocsin share stix 2026-02-337376 --tlp green --reason 'agreed with the sector CERT' --out campaign.json",
    "tocsin share stix --include accounts --reason 'case 12, for the police' --tlp red --out case.json",
    "tocsin share taxii --collection https://taxii.example/feeds/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/",
    "tocsin share misp --out events.json",
    "tocsin share ocsf --out findings.jsonl",
    "tocsin share csv --out indicators.csv",
    "tocsin share csv --figures --out figures.csv",
    "tocsin share log",
)

REFUSALS_SHOWN = 10

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Give campaigns of the last scan to others: redacted, marked, and noted in the store's ledger.",
)

Campaigns = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Ids of campaigns, or beginnings of them. Without any: all.", show_default=False),
]
Out = Annotated[Path, typer.Option(help="Write it here; - is the terminal.")]
Level = Annotated[Tlp, typer.Option(help="How far it may travel (TLP 2.0). What is wider than amber needs a reason.")]
Include = Annotated[
    list[Part] | None,
    typer.Option(
        help="What leaves beyond the rule: names of accounts or organisations, safe contacts, matches with feeds.",
        show_default=False,
    ),
]
Zero = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CATEGORY",
        help="Let it be said that none of the compromised is of this category, for example campaign or government.",
        show_default=False,
    ),
]
IntrusionSet = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME@AUTHORITY",
        help="Name of the tracked behaviour, released by two people (tocsin attribute).",
        show_default=False,
    ),
]
ThreatActor = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME@AUTHORITY", help="Name of who is held to act, released by two people.", show_default=False
    ),
]
Domain = Annotated[
    list[str] | None, typer.Option(help="A domain of the operator; may be repeated.", show_default=False)
]
Producer = Annotated[
    str | None, typer.Option(help="The name under which you share. Without it: none.", show_default=False)
]
Reason = Annotated[
    str | None, typer.Option(help="Why more leaves than by rule; kept in the ledger.", show_default=False)
]


def _writes(what: str, about: str, written: Callable[[Shareable], bytes]) -> None:
    """Adds the command that writes this format."""

    @app.command(what, help=about, epilog=of(f"share {what}", EXAMPLES))
    def command(
        campaigns: Campaigns = None,
        out: Out = Path("-"),
        tlp: Level = Tlp.AMBER_STRICT,
        include: Include = None,
        approve_zero: Zero = None,
        intrusion_set: IntrusionSet = None,
        threat_actor: ThreatActor = None,
        domain: Domain = None,
        producer: Producer = None,
        reason: Reason = None,
        store: Store = None,
    ) -> None:
        choices = _choices(tlp, include, approve_zero, intrusion_set, threat_actor, domain, producer, reason)
        _shared(what, written, campaigns, choices, out, store)


def _stix(sharing: Shareable) -> bytes:
    from tocsin.share.stix import bundle

    return bundle(sharing)


def _misp(sharing: Shareable) -> bytes:
    from tocsin.share.misp import events

    return events(sharing)


def _ocsf(sharing: Shareable) -> bytes:
    from tocsin.share.ocsf import findings

    return findings(sharing)


_writes(
    "stix",
    "Write a STIX 2.1 bundle: campaign, infrastructure, indicators, sightings, victims by category, report.",
    _stix,
)
_writes("misp", "Write MISP events: attributes for indicators, victims by category, techniques.", _misp)
_writes("ocsf", "Write OCSF Detection Findings (2004) and Incident Findings (2005) as JSON lines.", _ocsf)


@app.command(epilog=of("share csv", EXAMPLES))
def csv(
    campaigns: Campaigns = None,
    out: Out = Path("-"),
    figures: Annotated[bool, typer.Option("--figures", help="The figures, not the indicators.")] = False,
    tlp: Level = Tlp.AMBER_STRICT,
    include: Include = None,
    approve_zero: Zero = None,
    intrusion_set: IntrusionSet = None,
    threat_actor: ThreatActor = None,
    domain: Domain = None,
    producer: Producer = None,
    reason: Reason = None,
    store: Store = None,
) -> None:
    """Write a table of indicators, which `tocsin indicators add` reads, or of figures."""
    from tocsin.share.csv import figures as table_of_figures
    from tocsin.share.csv import indicators

    choices = _choices(tlp, include, approve_zero, intrusion_set, threat_actor, domain, producer, reason)
    _shared("csv", table_of_figures if figures else indicators, campaigns, choices, out, store)


@app.command(epilog=of("share taxii", EXAMPLES))
def taxii(
    collection: Annotated[
        str,
        typer.Option(
            metavar="URL", help="URL of the collection: that of its API root, then collections/ID/.", show_default=False
        ),
    ],
    campaigns: Campaigns = None,
    tlp: Level = Tlp.AMBER_STRICT,
    include: Include = None,
    approve_zero: Zero = None,
    intrusion_set: IntrusionSet = None,
    threat_actor: ThreatActor = None,
    domain: Domain = None,
    producer: Producer = None,
    reason: Reason = None,
    credentials: CredentialsFile = None,
    insecure: Insecure = False,
    store: Store = None,
) -> None:
    """Add the STIX objects to a collection of a TAXII 2.1 server. What it holds already is not sent again."""
    from tocsin.indicators.credentials import credentials as found
    from tocsin.indicators.taxii import Collection
    from tocsin.share.stix import bundle

    peer = Collection(collection, found(credentials, os.environ), insecure=insecure)
    choices = _choices(tlp, include, approve_zero, intrusion_set, threat_actor, domain, producer, reason)
    folder = last_store(store)
    sharing = _redacted(campaigns, choices, folder)
    data = bundle(sharing)
    noted(folder, sharing, choices, what="taxii", to=peer.url, data=data, now=datetime.now(UTC))
    added = peer.add(json.loads(data)["objects"])
    peer.close()
    say(sharing, choices, f" with {peer.url}")
    ERRORS.print(
        f"{added.taken:,} objects taken, {added.there:,} there before, {added.pending:,} pending,"
        f" {len(added.refused):,} refused.",
        soft_wrap=True,
    )
    for name, why in added.refused[:REFUSALS_SHOWN]:
        ERRORS.print(f"  {visible(name)}: {visible(why, limit=200)}", markup=False, soft_wrap=True)
    if added.refused:
        raise typer.Exit(1)


@app.command(epilog=as_epilog(["tocsin share log"]))
def log(store: Store = None) -> None:
    """List what was shared from the store: when, by whom, to where, with which marking and why."""
    folder = existing_store(store)
    found, broken = entries(folder)
    if not found and not broken:
        kept(folder)  # a folder that no scan filled is no store from which nothing was shared
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("time", "who", "what", "to", "TLP", "campaigns", "beyond the rule", "reason"):
        table.add_column(name, overflow="fold")
    for one in found:
        row = (one.at, one.who, one.what, one.to, one.tlp, ", ".join(one.campaigns))
        beyond = ", ".join(one.beyond_the_rule)
        table.add_row(*map(visible, row), visible(beyond, limit=400) if beyond else "–", visible(one.reason, limit=400))
    OUTPUT.print(table if found else "Nothing was shared from this store.")
    for number in broken:
        ERRORS.print(
            f"line {number} of the ledger was changed, or a line before it is missing", style="bold red", soft_wrap=True
        )
    if broken:
        raise typer.Exit(1)


def _choices(
    tlp: Tlp,
    include: list[Part] | None,
    approve_zero: list[str] | None,
    intrusion_set: list[str] | None,
    threat_actor: list[str] | None,
    domain: list[str] | None,
    producer: str | None,
    reason: str | None,
) -> Choices:
    for category in approve_zero or ():
        if category not in CATEGORIES:
            raise UsageError(f"{category!r} is no category", remedy=f"categories are {', '.join(CATEGORIES)}")
    return Choices(
        tlp=tlp,
        include=frozenset(include or ()),
        approve_zero=frozenset(approve_zero or ()),
        claims=(
            *(_claim(text, ClaimKind.INTRUSION_SET) for text in intrusion_set or ()),
            *(_claim(text, ClaimKind.THREAT_ACTOR) for text in threat_actor or ()),
        ),
        domains=tuple(domain or ()),
        producer=producer,
        reason=reason,
    )


def _claim(text: str, kind: ClaimKind) -> Claim:
    name, at, authority = text.rpartition("@")
    if not at or not name.strip() or not authority.strip():
        raise UsageError(
            f"{text!r} names no authority", remedy="a name is somebody's: write it like 'Mint Sandstorm@Microsoft'"
        )
    return Claim(name=name.strip(), authority=authority.strip(), kind=kind)


def _redacted(campaigns: list[str] | None, choices: Choices, folder: Path) -> Shareable:
    assessment, _ = kept(folder)
    named = [found_campaign(assessment, name).campaign for name in campaigns or ()]
    held = {one.id: one for one in named or assessment.campaigns}
    roster = kept_roster(folder)
    return redact(assessment, list(held.values()), roster, choices, technique_names=TECHNIQUE_WORDS)


def _shared(
    what: str,
    written: Callable[[Shareable], bytes],
    campaigns: list[str] | None,
    choices: Choices,
    out: Path,
    store: Path | None,
) -> None:
    """Redact, write, note, let go: in this order."""
    to_terminal = str(out) == "-"
    writable(None if to_terminal else out)
    folder = last_store(store)
    sharing = _redacted(campaigns, choices, folder)
    data = written(sharing)
    to = "-" if to_terminal else str(out.absolute())
    noted(folder, sharing, choices, what=what, to=to, data=data, now=datetime.now(UTC))
    if to_terminal:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_whole(data, out)
    say(sharing, choices, "" if to_terminal else f" in {out}")


def say(sharing: Shareable, choices: Choices, where: str) -> None:
    """What went out, and what stayed; on the error stream, for the output may be the document itself."""
    count = len(sharing.campaigns)
    told = f"{count} campaign{'' if count == 1 else 's'} shared{where}, TLP:{sharing.report_tlp.value.upper()}."
    if sharing.withheld:
        told += f" Left out: {'; '.join(sharing.withheld)}."
    if missing := unclaimed(sharing, choices):
        told += (
            f" Not claimed of {', '.join(missing)}: that none of the compromised belongs to it is not so, or would tell"
            " another count."
        )
    ERRORS.print(told, markup=False, soft_wrap=True)
