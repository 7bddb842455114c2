"""The table of published effects."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tocsin.exposure.effects import EFFECTS, NEVER, Kind, cost, success
from tocsin.exposure.exports import EXPORTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("kind", "shares"),
    [
        (Kind.PHONE, (0.76, 0.96, 1.0)),
        (Kind.PROMPT, (0.90, 0.99, 1.0)),
        (Kind.KEY, (1.0, 1.0, 1.0)),
    ],
)
def test_the_shares_are_those_of_the_google_security_blog_of_17_may_2019(
    kind: Kind, shares: tuple[float, float, float]
) -> None:
    """https://security.googleblog.com/2019/05/new-research-how-effective-is-basic.html"""
    one = EFFECTS[kind]
    assert (one.targeted, one.phishing, one.bots) == shares
    assert one.published


def test_knowledge_stops_as_little_as_the_abstract_says() -> None:
    """Of attempts rooted in phishing "as few as 10%", of automated ones 73% (the abstract)."""
    assert (EFFECTS[Kind.QUESTION].phishing, EFFECTS[Kind.QUESTION].bots) == (0.10, 0.73)


def test_every_kind_has_a_share_and_a_source_and_what_is_taken_says_from_where() -> None:
    assert set(EFFECTS) == set(Kind)
    for one in EFFECTS.values():
        assert one.source
        if one.taken_from is not None:
            origin = EFFECTS[one.taken_from]
            assert origin.published
            assert (one.targeted, one.phishing, one.bots) == (origin.targeted, origin.phishing, origin.bots)
        else:
            assert "http" in one.source


def test_costs_add_where_shares_multiply() -> None:
    assert cost(1.0) == 0.0
    assert cost(success(Kind.PHONE) * success(Kind.PROMPT)) == pytest.approx(
        cost(success(Kind.PHONE)) + cost(success(Kind.PROMPT))
    )
    assert cost(success(Kind.KEY)) == NEVER > 4 * cost(success(Kind.PROMPT))


def test_the_page_and_its_picture_are_those_of_the_code() -> None:
    """`make docs` writes them."""
    made = runpy.run_path(str(ROOT / "tools" / "exposure_docs.py"))
    assert (ROOT / "docs" / "exposure.svg").read_text(encoding="utf-8") == made["rendered"]()
    assert (ROOT / "docs" / "exposure.md").read_text(encoding="utf-8") == made["page"]()


@pytest.mark.parametrize("title", [one.title for one in EXPORTS])
def test_an_export_stands_in_the_docs(title: str) -> None:
    assert f"| {title} |" in (ROOT / "docs" / "exposure.md").read_text(encoding="utf-8")
