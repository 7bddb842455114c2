"""The terminal shows everything as text; no log line can move its cursor."""

from __future__ import annotations

import io

import msgspec
import pyarrow as pa
from rich.console import Console, RenderableType

from assessments import announced, assess
from covered import sign_ins, source
from tocsin.assess.assessment import Assessment
from tocsin.lake import REFUSALS
from tocsin.report import derive, terminal


def _shown(renderable: RenderableType, *, width: int = 120, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None)
    console.print(renderable)
    return out.getvalue()


def test_the_summary_holds_the_paragraph_the_campaigns_and_the_sources(assessment: Assessment) -> None:
    shown = _shown(terminal.summary(assessment))
    assert "2,712 attempts to identify accounts" in shown
    assert "C-2019-08-1" in shown
    assert "1,204,331" in shown
    assert "from 04:00 to 11:30 UTC" in _shown(terminal.sources(assessment), width=200)


def test_a_campaign_is_shown_with_its_figures_and_their_evidence(evidence: pa.Table) -> None:
    shown = _shown(terminal.campaign(announced(), evidence), width=160)
    assert "person0000@example.org" in shown
    assert "Whose hand it is, is not known." in shown
    assert "accounts it went for are of people on the roster (hypergeometric test). By the test" in shown
    assert "and 1,184 more accounts (--all lists them)" in shown


def test_records_that_name_no_tenant_are_told_from_a_tenant() -> None:
    sign_in, audit = (source("entra", tenant, sign_in=sign_ins()) for tenant in ("contoso", ""))
    word = "without a tenant: counted for that of their account"
    shown = _shown(terminal.sources(assess([], [sign_in, audit])), width=160)
    assert word in shown
    assert "U+000A" not in shown
    assert word not in _shown(terminal.sources(assess([], [audit])), width=160)


def test_a_campaign_is_listed_whole_where_that_is_asked(evidence: pa.Table) -> None:
    shown = _shown(terminal.campaign(announced(), evidence, every=True), width=160)
    assert all(one.account in shown for one in announced().accounts)
    assert all(one.value in shown for one in announced().infrastructure)
    assert "more accounts" not in shown
    assert "--all" not in shown


def test_an_explanation_gives_number_rule_and_rows(evidence: pa.Table) -> None:
    shown = _shown(terminal.explanation(derive(announced(), "accounts_compromised", evidence)), width=160)
    assert "Accounts compromised: 4" in shown
    assert "What the owner did is never counted" in " ".join(shown.split())
    assert "access-00000" in shown
    assert "okta/2019-08.jsonl:1" in shown


def test_an_explanation_fits_eighty_columns(evidence: pa.Table) -> None:
    """Every event takes three lines, none of which is broken."""
    lines = _shown(terminal.explanation(derive(announced(), "accounts_compromised", evidence)), width=80).splitlines()
    head = next(number for number, line in enumerate(lines) if "time (UTC)" in line)
    assert [" ".join(line.split()) for line in lines[head + 2 : head + 5]] == [
        "15 Aug 2019 04:12 person0000@example.org",
        "recovery_complete, success from 203.0.113.0",
        "okta/2019-08.jsonl:1 access-00000",
    ]


def test_an_explanation_of_many_rows_says_how_many_are_left_out(evidence: pa.Table) -> None:
    shown = _shown(terminal.explanation(derive(announced(), "identification_attempts", evidence), limit=10))
    assert "and 2,702 more" in shown


def test_a_figure_without_its_evidence_is_shown_as_such(evidence: pa.Table) -> None:
    counts = msgspec.structs.replace(announced().counts, accounts_compromised=5)
    wrong = msgspec.structs.replace(announced(), counts=counts)
    assert "5 stated, 4 in the evidence" in _shown(terminal.campaign(wrong, evidence), width=160)


def test_rejections_are_grouped_with_one_place_to_look() -> None:
    rows = [
        {"reason": "malformed JSON: \x1b[2J", "records": 1_234, "file": "logs/a.jsonl", "line": 7, "record": 7},
        {"reason": "other reasons (3)", "records": 4},
    ]
    shown = _shown(terminal.rejections(pa.Table.from_pylist(rows, REFUSALS)))
    assert "1,234" in shown
    assert "logs/a.jsonl, line 7" in shown
    assert "other reasons (3)" in shown
    assert "\x1b" not in shown


def test_hostile_text_neither_styles_nor_moves_the_terminal(hostile: Assessment, evidence: pa.Table) -> None:
    """Every escape sequence in the output is one that Rich wrote for colours."""
    for renderable in (
        terminal.summary(hostile),
        terminal.campaigns(hostile),
        terminal.campaign(hostile.campaigns[0], evidence),
        terminal.explanation(derive(hostile.campaigns[0], "accounts_attacked", evidence)),
    ):
        plain = _shown(renderable, width=200)
        assert not any(ord(character) < 32 and character != "\n" for character in plain)
        assert "\u202e" not in plain
        assert "[bold]x[/bold]" in "".join(plain.split())
        colours = _shown(renderable, width=200, colour=True)
        assert "\x1b[2J" not in colours
        assert "\x1b]0" not in colours


def test_no_campaign_is_said_soberly() -> None:
    shown = _shown(terminal.summary(assess([])))
    assert "No campaign was found in what the logs cover" in shown
