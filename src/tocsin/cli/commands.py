"""Every command by name, imported when it is asked for: what one command needs, another does not wait for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import typer

from tocsin import __version__
from tocsin.cli.examples import as_epilog

COMMANDS = (
    *("scan", "inspect", "demo", "campaigns", "campaign", "account", "findings", "risk", "explain", "check"),
    *("attribute", "actors", "statistics", "exposure", "lint", "sources", "sigma", "simulate"),
)
"""Files of commands, in the order of `tocsin --help`."""

GROUPS = ("domains", "indicators", "share")
"""Files of commands that have commands of their own."""


def file_of(name: str) -> ModuleType:
    """The file of a command or of a group."""
    return import_module(f"tocsin.cli.{name}")


def application(names: Sequence[str] = (*COMMANDS, *GROUPS)) -> typer.Typer:
    """The command line with these commands and groups."""
    app = typer.Typer(
        name="tocsin",
        help="An alarm bell for accounts: finds account-takeover campaigns in the logs identity providers write.",
        epilog=as_epilog(["tocsin demo", "tocsin scan exports/ --roster people.csv", "tocsin scan --help"]),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_version)
    for name in names:
        file = file_of(name)
        if name in GROUPS:
            app.add_typer(file.app, name=name, epilog=as_epilog(file.EXAMPLES))
        else:
            app.command(name=name, epilog=as_epilog(file.EXAMPLES))(file.command)
    return app


def asked_for(arguments: Sequence[str]) -> Sequence[str]:
    """The command that the arguments begin with; all of them where they begin with something else."""
    first = next(iter(arguments), "")
    return [first] if first in (*COMMANDS, *GROUPS) else (*COMMANDS, *GROUPS)


def _version(version: bool = typer.Option(False, "--version", help="Show the version and leave.")) -> None:
    if version:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit
