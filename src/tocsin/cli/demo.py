"""`tocsin demo`: a synthetic month with the 2019 campaign inside, scanned, reported, opened."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import scan
from tocsin.cli.console import ERRORS, OUTPUT
from tocsin.simulate import simulate as world

EXAMPLES = (
    "tocsin demo",
    "tocsin demo --seed 7 --out demo-7/ --no-open",
)

ACCOUNTS = 6_000
"""Large enough for a believable crowd, small enough for two cores and a minute."""


def command(
    out: Annotated[Path, typer.Option(help="Folder for the logs, the store and the page.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Another seed is another month.")] = 2019,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser when there is one.")
    ] = True,
) -> None:
    """Simulate a month with a campaign like that of 2019 in it, scan it, write the page and open it."""
    month = out / f"month-{seed}"
    if not (month / "truth").is_dir():
        with ERRORS.status("Simulating a month of logs"):
            world("phosphorus", seed=seed, out=month, accounts=ACCOUNTS)
    page = out / "page.html"
    scan.command(
        paths=[month / "logs"],
        roster=month / "roster.csv",
        store=out / f"store-{seed}",
        json=out / "assessment.json",
        evidence=out / "evidence.parquet",
        report=page,
    )
    OUTPUT.print(f"Logs and truth: {month}", markup=False, soft_wrap=True)
    if open_page and _has_display():
        webbrowser.open(page.resolve().as_uri())


def _has_display() -> bool:
    import os
    import sys

    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
