"""The command line: parse, call a room's door, show. A file a command."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from tocsin.cli.process import imports, leave

with imports():
    from tocsin.cli.commands import application, asked_for
    from tocsin.cli.console import ERRORS
    from tocsin.errors import TocsinError

STOPPED = 130
"""What shells expect of a command that the keyboard stopped."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, or these arguments of one, and exit.

    Exit codes: 0 done, 1 error, 2 usage; 130 when the keyboard stopped it.
    """
    if arguments is not None:
        _run(list(arguments))
        return
    try:
        _run(sys.argv[1:])
    except SystemExit as end:
        if isinstance(end.code, int | None):
            leave(end.code or 0)
        raise
    leave(0)


def _run(given: list[str]) -> None:
    before = signal.signal(signal.SIGINT, _stop)
    try:
        with imports():
            app = application(asked_for(given))
        app(given, prog_name="tocsin")
    except TocsinError as error:
        _say(f"tocsin: {error.message}", error.remedy)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Who reads only the first lines (`| head`) has seen enough. What is left unsaid must not fail at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
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
