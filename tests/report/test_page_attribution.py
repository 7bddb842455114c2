"""What the page says of whose hand it is: nothing, what is open, what was released."""

from __future__ import annotations

import html
import re

import msgspec
import pyarrow as pa

from assessments import announced, assess
from tocsin.assess.assessment import Attribution, OpenAttribution
from tocsin.report import render_page

NOBODY = "Whose hand it is, is not known. Nothing on this page should be read as pointing to anyone."


def words(evidence: pa.Table, **facts: object) -> str:
    page = render_page(assess([msgspec.structs.replace(announced(), **facts)]), evidence)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_suggestion_stands_beside_not_known_and_says_that_it_is_not_released(evidence: pa.Table) -> None:
    open_ = OpenAttribution(
        state="suggested", actor="<b>OTTER\u202e", authority="ours", likelihood="55-80%", term="likely",
        confidence="low", by=None, at="2026-03-10T09:00:00Z",
    )  # fmt: skip
    said = words(evidence, attribution_open=[open_])
    assert NOBODY in said
    assert "Not released: a comparison suggests <b>OTTER⟨U+202E⟩ (ours), likely, 55-80%." in said


def test_what_two_people_released_is_told_with_confidence_apart(evidence: pa.Table) -> None:
    released = Attribution(actor="OTTER", authority="ours", likelihood="55-80%", term="likely", confidence="low")
    said = words(evidence, attribution=[released])
    assert NOBODY not in said
    assert (
        "Whose hand it may be, as two people released it: It is likely (55-80%) that OTTER, as named by ours, is behind"
        " it. Confidence in this judgement is low." in said
    )
