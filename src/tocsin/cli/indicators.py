"""`tocsin indicators`: what other people say of attackers, kept in the store and compared at every scan."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import pyarrow.compute as pc
import typer

from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.cli.examples import of
from tocsin.cli.options import CredentialsFile, Insecure, Store
from tocsin.cli.store import last_store
from tocsin.errors import PeerError, UsageError
from tocsin.indicators import GOOD_FOR_DAYS, Feed, Refused, expired, kept_indicators, read_file
from tocsin.indicators import add as keep
from tocsin.indicators import drop as forget
from tocsin.indicators.stix_in import read_stix
from tocsin.report import indicator_tables
from tocsin.report.phrases import counted
from tocsin.report.visible import visible

EXAMPLES = (
    "tocsin indicators add peer.json blocklist.csv",
    "tocsin indicators add --taxii https://taxii.example/feeds/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/",
    "tocsin indicators list",
    "tocsin indicators list peer --rows 50",
    "tocsin indicators drop peer",
    "tocsin indicators drop --expired",
)

REFUSALS_SHOWN = 20

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Keep other people's indicators (STIX, MISP, CSV, TAXII) until they are dropped; every scan compares them.",
)


@app.command(epilog=of("indicators add", EXAMPLES))
def add(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="STIX bundles, MISP events, CSV tables or lists of values.", show_default=False),
    ] = None,
    taxii: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="A TAXII 2.1 collection; may be repeated.", show_default=False),
    ] = None,
    feed: Annotated[
        str | None,
        typer.Option(help="Name of the feed, if not the file's.", show_default=False),
    ] = None,
    expires: Annotated[
        int, typer.Option(min=1, max=3650, help="Days that an indicator is good whose feed does not say.")
    ] = GOOD_FOR_DAYS,
    credentials: CredentialsFile = None,
    insecure: Insecure = False,
    store: Store = None,
) -> None:
    """Read indicators and keep them. What cannot be taken is told with its reason; the rest is kept."""
    if not files and not taxii:
        raise UsageError("no file and no --taxii", remedy="name a file with indicators, or a collection with --taxii")
    folder = last_store(store)
    now = datetime.now(UTC).replace(tzinfo=None)
    refused: list[Refused] = []
    taken = 0
    for name, held in _feeds(files or [], taxii or [], credentials, insecure):
        new, changed, back = keep(folder, feed or name, held, now, good_for=expires)
        taken += new + changed
        refused += held.refused
        told = f"{visible(feed or name)} ({held.format}): {counted(new, 'new indicator')}, {changed:,} there before"
        told += f", {back:,} taken back" if back else ""
        OUTPUT.print(f"{told}, {len(held.refused):,} refused.", markup=False, soft_wrap=True)
        if over := _expired(folder, feed or name, now):
            OUTPUT.print(f"  {over}", markup=False, soft_wrap=True)
    for one in refused[:REFUSALS_SHOWN]:
        said = f"  {visible(one.file)}: {visible(one.object, limit=200)}: {visible(one.reason, limit=300)}"
        ERRORS.print(said, markup=False, soft_wrap=True)
    if len(refused) > REFUSALS_SHOWN:
        ERRORS.print(f"  … and {len(refused) - REFUSALS_SHOWN:,} more.", soft_wrap=True)
    if not taken and refused:
        raise typer.Exit(1)


@app.command("list", epilog=of("indicators list", EXAMPLES))
def list_(
    feed: Annotated[str | None, typer.Argument(help="A feed, to see its indicators.", show_default=False)] = None,
    rows: Annotated[int, typer.Option(min=0, help="How many indicators to list.")] = 20,
    store: Store = None,
) -> None:
    """List the feeds that the store keeps, or the indicators of one."""
    now = datetime.now(UTC).replace(tzinfo=None)
    held = kept_indicators(last_store(store)).to_pylist()
    if feed is None:
        OUTPUT.print(indicator_tables.feeds(held, now))
        return
    OUTPUT.print(indicator_tables.listed(_of_feed(held, feed), now, limit=rows))


@app.command(epilog=of("indicators drop", EXAMPLES))
def drop(
    feed: Annotated[str | None, typer.Argument(help="The feed to drop.", show_default=False)] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Drop what has expired, of all feeds.")] = False,
    store: Store = None,
) -> None:
    """Drop a feed, or what has expired."""
    if (feed is None) is not expired:
        raise UsageError("either a feed or --expired", remedy="`tocsin indicators list` names the feeds")
    folder = last_store(store)
    if feed is not None:
        _of_feed(kept_indicators(folder).to_pylist(), feed)
    now = datetime.now(UTC).replace(tzinfo=None)
    gone = forget(folder, expired_at=now) if expired else forget(folder, feed)
    OUTPUT.print(f"{counted(gone, 'indicator')} dropped.")


def _expired(store: Path, feed: str, now: datetime) -> str | None:
    """How many of a feed's indicators are good no more, and what they still do."""
    held = kept_indicators(store)
    own = held.filter(pc.equal(held["feed"], feed))
    if not (over := len(expired(own, now))):
        return None
    if len(own) == 1:
        return "Its 1 indicator has expired: it counts for events from before its end only."
    have, they, their = ("has", "it counts", "its") if over == 1 else ("have", "they count", "their")
    return f"{over:,} of its {len(own):,} indicators {have} expired: {they} for events from before {their} end only."


def _of_feed(held: list[dict[str, Any]], feed: str) -> list[dict[str, Any]]:
    own = [row for row in held if row["feed"] == feed]
    if not own:
        names = ", ".join(sorted({row["feed"] for row in held})) or "none"
        raise UsageError(f"there is no feed {feed!r}", remedy=f"the store keeps: {names}")
    return own


def _feeds(files: list[Path], urls: list[str], credentials: Path | None, insecure: bool) -> Iterator[tuple[str, Feed]]:
    for path in files:
        yield path.stem.encode("utf-8", "replace").decode(), read_file(path)
    if urls:
        from tocsin.indicators.credentials import credentials as found
        from tocsin.indicators.taxii import Collection

        known = found(credentials, os.environ)
        for url in urls:
            collection = Collection(url, known, insecure=insecure)
            try:
                yield f"{urlsplit(url).hostname}/{url.rstrip('/').rpartition('/')[2]}", _pulled(collection)
            finally:
                collection.close()


def _pulled(collection: Any) -> Feed:
    """All pages as one feed, for a marking may stand on another page than what it marks. A server that fails midway
    costs the rest."""
    objects: list[Any] = []
    failed: list[Refused] = []
    try:
        for page in collection.pages():
            held = json.loads(page).get("objects")
            objects += held if isinstance(held, list) else []
    except PeerError as error:
        if not objects:
            raise
        failed.append(Refused(file=collection.url, object="the pages that follow", reason=error.message))
    feed = read_stix(collection.url, objects)
    return Feed(format="taxii", indicators=feed.indicators, refused=[*feed.refused, *failed], revoked=feed.revoked)
