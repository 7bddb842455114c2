"""The command line: parse, call a room's door, show. A file a command."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from types import FrameType

import typer

from tocsin import __version__
from tocsin.cli.process import imports

with imports():
    from tocsin.cli import (
        account,
        actors,
        attribute,
        campaign,
        campaigns,
        check,
        demo,
        domains,
        explain,
        exposure,
        findings,
        indicators,
        inspect,
        lint,
        risk,
        scan,
        share,
        sigma,
        simulate,
        sources,
        statistics,
    )
    from tocsin.cli.console import ERRORS
    from tocsin.cli.examples import as_epilog
    from tocsin.errors import TocsinError

COMMANDS = (
    *(scan, inspect, demo, campaigns, campaign, account, findings, risk, explain, check),
    *(attribute, actors, statistics, exposure, lint, sources, sigma, simulate),
)
"""Every command's file, in the order of `tocsin --help`."""

GROUPS = (domains, indicators, share)
"""Files of commands that have commands of their own."""

STOPPED = 130
"""What shells expect of a command that the keyboard stopped."""


app = typer.Typer(
    name="tocsin",
    help="An alarm bell for accounts: finds account-takeover campaigns in the logs identity providers write.",
    epilog=as_epilog(["tocsin demo", "tocsin scan exports/ --roster people.csv", "tocsin scan --help"]),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
for _one in COMMANDS:
    app.command(name=_one.__name__.rsplit(".", 1)[-1], epilog=as_epilog(_one.EXAMPLES))(_one.command)
for _group in GROUPS:
    app.add_typer(_group.app, name=_group.__name__.rsplit(".", 1)[-1], epilog=as_epilog(_group.EXAMPLES))


@app.callback(invoke_without_command=True)
def _main(version: bool = typer.Option(False, "--version", help="Show the version and leave.")) -> None:
    if version:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, or these arguments of one, and exit.

    Exit codes: 0 done, 1 error, 2 usage; 130 when the keyboard stopped it.
    """
    before = signal.signal(signal.SIGINT, _stop)
    try:
        app(arguments, prog_name="tocsin")
    except TocsinError as error:
        _say(f"tocsin: {error.message}", error.remedy)
        sys.exit(error.exit_code)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _say(f"tocsin: {place}{error.strerror or error}", "Check the path, its permissions and the room on its disk.")
        sys.exit(1)
    finally:
        signal.signal(signal.SIGINT, before)


def _say(what: str, remedy: str) -> None:
    ERRORS.print(what, style="bold red", markup=False, highlight=False, soft_wrap=True)
    ERRORS.print(f"  {remedy}", markup=False, highlight=False, soft_wrap=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    ERRORS.print("tocsin: stopped. What was committed is kept; the same command goes on from there.", soft_wrap=True)
    sys.exit(STOPPED)


if __name__ == "__main__":
    main()
