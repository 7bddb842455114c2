"""The help of every command reads well and shows examples that work."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from typer.main import get_command

from command_line import Tocsin
from tocsin import __version__
from tocsin.cli.commands import COMMANDS, GROUPS, application, file_of

NAMES = (*COMMANDS, *GROUPS)
FILES = [file_of(name) for name in NAMES]


def test_the_version_is_shown(tocsin: Tocsin) -> None:
    assert tocsin("--version").out == f"tocsin {__version__}\n"


def test_without_a_command_the_help_is_shown_and_it_is_a_usage_error(tocsin: Tocsin) -> None:
    said = tocsin()
    assert said.code == 2
    assert all(name in said.out + said.err for name in NAMES)


@pytest.mark.parametrize(("name", "command"), list(zip(NAMES, FILES, strict=True)), ids=NAMES)
def test_every_command_shows_its_examples_each_on_its_own_line(tocsin: Tocsin, name: str, command: object) -> None:
    said = tocsin(name, "--help")
    shown = [line.strip() for line in said.out.splitlines()]
    assert said.code == 0
    assert f"Usage: tocsin {name}" in said.out
    assert command.EXAMPLES  # type: ignore[attr-defined]
    assert [line for line in shown if line.startswith(f"tocsin {name}")] == list(command.EXAMPLES)  # type: ignore[attr-defined]


def test_the_help_of_all_names_the_program_and_its_examples(tocsin: Tocsin) -> None:
    said = tocsin("--help")
    assert "Usage: tocsin " in said.out
    assert "\n tocsin demo" in said.out.replace("  ", " ")


@pytest.mark.parametrize("example", [example for one in FILES for example in one.EXAMPLES])
def test_the_options_of_every_example_exist(tocsin: Tocsin, example: str) -> None:
    program, name, *arguments = shlex.split(example)
    assert program == "tocsin"
    options = {one for one in arguments if one.startswith("--")}
    group = arguments[:1] if name in NAMES[len(COMMANDS) :] else []
    said = tocsin(name, *group, "--help")
    assert said.code == 0
    assert all(option in said.out for option in options)


def every_command() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name, command in getattr(get_command(application()), "commands", {}).items():
        found += [(name,), *((name, one) for one in getattr(command, "commands", {}))]
    return found


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_on_a_usual_screen_no_help_is_cut(
    tocsin: Tocsin, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """A word that is wider than its column is cut by an ellipsis, which no help has of its own."""
    monkeypatch.setenv("COLUMNS", "80")
    said = tocsin(*command, "--help")
    assert (said.code, [line for line in said.out.splitlines() if "…" in line]) == (0, [])


def test_an_unknown_command_is_a_usage_error(tocsin: Tocsin) -> None:
    assert tocsin("walrus").code == 2


def test_who_reads_only_the_first_lines_has_seen_enough() -> None:
    command = f"{shlex.quote(sys.executable)} -m tocsin lint --rules | head -n 1; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_one_command_does_not_wait_for_what_another_needs() -> None:
    def held(asked: str) -> int:
        code = f"import sys; from tocsin.cli.commands import application; application({asked}); print(len(sys.modules))"
        return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    assert held("['campaigns']") < held("")
