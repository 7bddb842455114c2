"""Every source, command and option stands in the docs, and what the docs name exists."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tocsin.assess.assessment import CATEGORIES
from tocsin.cli.commands import application
from tocsin.detect import DETECTIONS, PATTERNS
from tocsin.report.phrases import CATEGORY_WORDS, CHANNEL_WORDS, PROVIDER_WORDS, TECHNIQUE_WORDS
from tocsin.sources import SOURCES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
COMMANDS: dict[str, Any] = {
    name: command
    for top, one in getattr(get_command(application()), "commands", {}).items()
    for name, command in {
        top: one,
        **{f"{top} {own}": two for own, two in getattr(one, "commands", {}).items()},
    }.items()
}
"""By name, the commands of a group among them: `share`, `share stix`."""


@pytest.mark.parametrize("title", [source.title for source in SOURCES])
def test_a_source_stands_in_the_docs(title: str) -> None:
    """docs/sources.md says of each format how to get it."""
    assert f"**{title}**:" in (DOCS / "sources.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_and_its_options_stand_in_the_docs(name: str) -> None:
    """docs/cli.md has a section for each; `make docs` writes it."""
    sections = (DOCS / "cli.md").read_text(encoding="utf-8").split("\n## tocsin ")
    (section,) = [one for one in sections if one.startswith(f"{name}\n")]
    for parameter in COMMANDS[name].params:
        if parameter.param_type_name == "argument":
            continue
        for option in (*parameter.opts, *parameter.secondary_opts):
            assert re.search(rf"`[^`]*{re.escape(option)}\b[^`]*`", section), f"{option}: run `make docs`"


def test_a_command_that_the_readme_shows_exists() -> None:
    shown = set(re.findall(r"tocsin ([a-z]+)\b(?=[ `])", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert shown <= set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_a_file_that_the_map_names_exists() -> None:
    """docs/map.md stays true to the rooms: each `room/` and each `file.py` in its section is there."""
    text = (DOCS / "map.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        room = re.match(r"\d+\. ([a-z]+)/", section)
        folder = ROOT / "src" / "tocsin" / (room.group(1) if room else "")
        assert folder.is_dir()
        for name in re.findall(r"`([a-z_0-9]+\.py)`", section):
            assert (folder / name).is_file(), f"{folder.name}/{name}"


def test_reports_have_words_for_what_the_rooms_produce() -> None:
    """A category, channel, provider or technique without words would be shown by its code."""
    from tocsin.events import ChannelKind

    assert set(CATEGORIES) == set(CATEGORY_WORDS)
    assert {str(kind) for kind in ChannelKind} == set(CHANNEL_WORDS)
    assert {name for source in SOURCES for name in (source.provider, *source.other_providers)} <= set(PROVIDER_WORDS)
    assert {technique for one in DETECTIONS for technique in one.techniques} <= set(TECHNIQUE_WORDS)
    assert {technique for one in PATTERNS for technique in one.techniques} <= set(TECHNIQUE_WORDS)


@pytest.mark.parametrize(
    ("page", "tool"),
    [("what-logs-show.md", "coverage_docs"), ("detections.md", "detections_docs"), ("lint-rules.md", "lint_docs")],
    ids=["what logs show", "detections", "lint rules"],
)
def test_a_page_made_from_the_code_is_that_of_the_code(page: str, tool: str) -> None:
    """`make docs` writes it."""
    made = runpy.run_path(str(ROOT / "tools" / f"{tool}.py"))
    assert (DOCS / page).read_text(encoding="utf-8") == made["rendered"]()
