"""The command line: parse, call a room's door, show. A file a command."""

from __future__ import annotations

import sys

import typer

from tocsin import __version__
from tocsin.cli import campaign, campaigns, demo, explain, scan, simulate, sources
from tocsin.cli.console import ERRORS
from tocsin.errors import TocsinError

COMMANDS = (scan, demo, campaigns, campaign, explain, sources, simulate)
"""Every command's file, in the order of `tocsin --help`."""

app = typer.Typer(
    name="tocsin",
    help="An alarm bell for accounts: finds account-takeover campaigns in the logs identity providers already write.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for _one in COMMANDS:
    app.command(name=_one.__name__.rsplit(".", 1)[-1], epilog=_one.EXAMPLES)(_one.command)


@app.callback(invoke_without_command=True)
def _main(version: bool = typer.Option(False, "--version", help="Show the version and leave.")) -> None:
    if version:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 error, 2 usage."""
    try:
        app()
    except TocsinError as error:
        ERRORS.print(f"tocsin: {error.message}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        ERRORS.print(f"  {error.remedy}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        ERRORS.print("tocsin: stopped. What was committed is kept; the same command goes on from there.")
        sys.exit(130)


if __name__ == "__main__":
    main()
