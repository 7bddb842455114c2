"""Writes docs/cli.md from the command line itself: `make docs`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from typer.main import get_command

from tocsin.cli.commands import application

TARGET = Path(__file__).parents[1] / "docs" / "cli.md"

HEAD = """# The command line

Written by `make docs` from `tocsin --help`. Exit codes: 0 done, 1 error, 2 usage.
"""


def rendered() -> str:
    """The page: a section for each command, a line for each argument and option."""
    commands: dict[str, Any] = getattr(get_command(application()), "commands", {})
    parts = [HEAD]
    for name, command in commands.items():
        inner: dict[str, Any] = getattr(command, "commands", {})
        if not inner:
            parts += _section(name, command)
            continue
        listed = ", ".join(f"`tocsin {name} {one}`" for one in inner)
        parts.append(f"## tocsin {name}\n\n{_plain(command.help)} Commands: {listed}.\n")
        for one, subcommand in inner.items():
            parts += _section(f"{name} {one}", subcommand)
    return "\n".join(parts)


def _section(name: str, command: Any) -> list[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join(_argument(one) for one in arguments)
    parts = [f"## tocsin {name}\n\n{_plain(command.help)}\n\n```\ntocsin {name} {usage}".rstrip() + "\n```\n"]
    rows = [f"- `{_argument(one)}`: {_plain(one.help)}" for one in arguments]
    rows += [
        f"- `{_option(one)}`{' (required)' if one.required else ''}: {_plain(one.help)}{_default(one)}"
        for one in options
    ]
    if rows:
        parts.append("\n".join(rows) + "\n")
    return parts


def _argument(one: Any) -> str:
    name = str(one.metavar or one.name).upper()
    return f"{name}..." if one.nargs == -1 or one.multiple else name


def _option(one: Any) -> str:
    names = ", ".join([*one.opts, *one.secondary_opts])
    return names if one.is_flag else f"{names} {one.metavar or one.name.upper()}"


def _default(one: Any) -> str:
    shown = one.default is not None and not one.is_flag and one.show_default
    return f" Default: `{one.default}`." if shown and str(one.default) else ""


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
