"""Writes docs/what-logs-show.md from the table of what logs show: `make docs`."""

from __future__ import annotations

from pathlib import Path

from tocsin.coverage import KINDS, knowledge
from tocsin.coverage.knowledge import Kept, Knowledge, Log
from tocsin.report.phrases import PROVIDER_WORDS

TARGET = Path(__file__).parents[1] / "docs" / "what-logs-show.md"

HEAD = """# What each log can and cannot show

Written by `make docs` from `src/tocsin/coverage/what_logs_show.toml`. What is not listed is not known, and nothing is
concluded from it. How this is used: [coverage.md](coverage.md).
"""

WORDS = {"yes": "yes", "partly": "in part", "no": "no"}


def rendered() -> str:
    """The page: a section for each log, a row for each kind of act that something is known of."""
    table = knowledge()
    parts = [HEAD]
    parts += [_section(log, table) for log in table.logs]
    if table.unknown:
        rows = "\n".join(f"- `{name}`: {reason}" for name, reason in sorted(table.unknown.items()))
        parts.append(f"## Formats of which it is not known\n\n{rows}\n")
    return "\n".join(parts)


def _section(log: Log, table: Knowledge) -> str:
    formats = ", ".join(f"`{name}`" for name in log.formats)
    kept = " or ".join(f"{_kept(one)} ({_cited(one.source, table)})" for one in log.retention)
    rows = [
        f"| {kind.words} | {WORDS[fact.shown]} | {_words(fact.words, fact.licence)} | {_cited(fact.source, table)} |"
        for kind in KINDS
        if (fact := log.fact(kind.name)) is not None
    ]
    return "\n".join(
        [
            f"## {PROVIDER_WORDS.get(log.provider, log.provider)}: {log.title}",
            "",
            f"Formats: {formats}.",
            f"Kept: {kept or 'not known'}.",
            f"Delay: {f'{log.delay.words} ({_cited(log.delay.source, table)})' if log.delay else 'not known'}.",
            "",
            "| kind of act | shown | how, or why not | said in |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _kept(one: Kept) -> str:
    if one.words:
        return one.words
    return f"{one.days} days" + (f", {one.licence}" if one.licence else "")


def _words(words: str, licence: str | None) -> str:
    return f"{words} (licence: {licence})" if licence else words


def _cited(source: str, table: Knowledge) -> str:
    document = table.documents[source]
    return f"[{document.name}]({document.url})"


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
