"""Where text goes, and how a long scan shows that it lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from tocsin.lake import Intake

OUTPUT = Console(highlight=False)
ERRORS = Console(stderr=True, highlight=False)

STAGE_WORDS = {
    "read": "Reading the logs",
    "wait": "Waiting for another scan of this store",
    "enrich": "Looking up networks, clients and habits",
    "recover": "Putting recoveries together",
    "detect": "Looking for acts that owners do not do",
    "link": "Linking what one operator is behind",
    "assess": "Counting",
    "report": "Writing the report",
}


@contextmanager
def progress() -> Iterator[Callable[[str, Intake | None], None]]:
    """A bar on the error stream: bytes, events a second and time left while reading, then the stage at work."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=ERRORS,
        transient=True,
        disable=not ERRORS.is_terminal,
    )
    with bar:
        task = bar.add_task(STAGE_WORDS["read"], total=None, rate="")

        def show(stage: str, intake: Intake | None) -> None:
            if intake is None or stage != "read":
                bar.update(task, description=STAGE_WORDS.get(stage, stage), total=None, rate="")
                return
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f"{intake.records / elapsed:,.0f} events/s" if intake.records and elapsed > 0 else ""
            bar.update(
                task,
                description=STAGE_WORDS["read"],
                total=intake.bytes_total,
                completed=intake.bytes_done,
                rate=rate,
            )

        yield show
