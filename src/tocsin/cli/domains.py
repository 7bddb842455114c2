"""`tocsin domains`: attackers' domains, found, blocked, documented, counted."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from tocsin.cli.console import OUTPUT
from tocsin.cli.outputs import writable
from tocsin.errors import NoLogsFound, SettingError

EXAMPLES = (
    "tocsin domains scan new-registrations.txt.gz",
    "tocsin domains scan ct.jsonl dns.log --protect organisations.csv --json hits.json",
)
SCAN_EXAMPLES = (*EXAMPLES, "zcat names.gz | tocsin domains scan - --above 0.9")

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="Attackers' domains: find, block, document, count."
)

Protect = Annotated[
    Path | None,
    typer.Option(
        help="Whom to protect besides the large providers: CSV with name,domains (and words, networks).",
        show_default=False,
    ),
]


def _epilog(examples: tuple[str, ...]) -> str:
    return "\n\n".join(["Examples:", *(f"  {example}" for example in examples)])


@contextmanager
def opened(paths: list[Path]) -> Iterator[list[tuple[Path, str]]]:
    """The files with their titles; `-` is what comes in at the standard input, kept in a file while it is needed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        found: list[tuple[Path, str]] = []
        for path in paths:
            if str(path) == "-":
                kept = Path(folder) / "stdin"
                with kept.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file)
                found.append((kept, "-"))
            elif path.is_dir():
                found += [(one, str(one)) for one in sorted(path.rglob("*")) if one.is_file()]
            else:
                found.append((path, str(path)))
        if not found:
            raise NoLogsFound("no file to read", remedy="Name a file with domains, or - for the standard input.")
        yield found


@app.command(epilog=_epilog(SCAN_EXAMPLES))
def scan(
    paths: Annotated[
        list[Path], typer.Argument(help="Files with domains (lists, CT, DNS or mail logs), folders, or -.")
    ],
    protect: Protect = None,
    above: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Probability from which a name is a hit.", show_default="the model's"),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(help="Write all hits with reasons (tocsin.domains/1) here, or to -.", show_default=False),
    ] = None,
) -> None:
    """Find names that were made to take passwords: look-alikes of brands and account-recovery themed names."""
    from tocsin.domains import Judge, read_organisations
    from tocsin.domains import scan as scan_files
    from tocsin.report import domains as words

    to_output = str(json) == "-"
    if json and not to_output:
        writable(json)
    judge = Judge(read_organisations(protect) if protect else ())
    limit = judge.model.above if above is None else above
    if limit <= 0:
        raise SettingError("--above 0 would make every name a hit", remedy="Give a probability above 0, say 0.5.")
    with opened(paths) as files:
        found = scan_files(files, judge, above=limit)
    if json:
        written = words.as_json(found, judge.model, above=limit)
        if to_output:
            sys.stdout.buffer.write(written)
            return
        json.write_bytes(written)
    for part in words.told(found, above=limit):
        OUTPUT.print(part, soft_wrap=isinstance(part, Text))
    if json:
        OUTPUT.print(f"hits: {json}", markup=False, soft_wrap=True)
