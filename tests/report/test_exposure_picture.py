"""The picture and the page: well formed whatever is in the names, nothing asked of a network, every way drawn once."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from exposed import NOW, method, roster
from tocsin.enrich import read_roster
from tocsin.exposure import Found, Reading, Registered, drawn, exposure, read_exports
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Use
from tocsin.report.exposure_page import render_exposure
from tocsin.report.exposure_picture import picture

EXAMPLE = Path(__file__).parents[2] / "examples" / "exposure"
SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = '"><script>alert(1)</script>&amp;\u202e@evil.example'


def found(*lines: str, registered: tuple[Registered, ...] = ()) -> Found:
    return exposure(roster=roster(*lines), reading=Reading(registered=list(registered)), now=NOW)


def example() -> Found:
    people, _ = read_roster(EXAMPLE / "people.csv")
    return exposure(roster=people, reading=read_exports(sorted((EXAMPLE / "exports").iterdir())), now=NOW)


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


def boxes(svg: str) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right, bottom of each mailbox, number and account, by its title."""
    held = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):  # noqa: S314
        rect, title = group.find(f"{SVG}rect"), group.find(f"{SVG}title")
        assert rect is not None
        assert title is not None
        if rect.get("class") in ("box", "account"):
            x, y, width, height = (float(rect.get(name) or 0) for name in ("x", "y", "width", "height"))
            held[title.text or ""] = (x, y, x + width, y + height)
    return held


def test_the_example_is_drawn_with_all_of_its_accounts_and_channels() -> None:
    shown = {title.partition(":")[0] for title in boxes(picture(drawn(example())))}
    assert shown == {
        *("dana@rowan.example", "eli@rowan.example", "finn@rowan.example", "gwen@lantern.example"),
        *("hugo@lantern.example", "iris@lantern.example", "jo@shores.example", "kai@shores.example"),
        *("lena@paper.example", "desk@mail.example", "+12025550142", "+12025550153", "hugo.home@mail.example"),
        *("jo.home@mail.example", "lena.private@mail.example"),
    }


def test_what_is_only_possible_is_dashed_and_nothing_else_is() -> None:
    """One fact apart: Iris's number is masked, Gwen's is whole."""
    svg = picture(drawn(example()))
    dashed = [one for one in drawn(example()).legs if one.possible]
    assert len(re.findall(r'class="line \w+ possible"', svg)) >= len(dashed) > 0
    certain = found("gwen@lantern.example;+12025550153")
    legs = drawn(certain).legs
    assert [one.possible for one in legs] == [False, True]  # the number; the password, of which nobody tells more


def test_the_page_holds_everything_and_runs_nothing() -> None:
    result = example()
    page = render_exposure(result.answer, drawn(result))
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page)
    assert "default-src 'none'" in page
    assert "6 of 9 accounts at risk fall to one mailbox or number each; the worst opens 3" in page
    assert "(possible)" in page


def test_hostile_names_stay_text() -> None:
    """In the picture and in the page, invisible characters are named."""
    result = found(
        f"ada@a.example;{HOSTILE}",
        f"{HOSTILE};ada@a.example",
        registered=(
            Registered(
                provider="google",
                names=(HOSTILE,),
                methods=(method(Kind.MAILBOX, Use.RESTORE, value="<b>@x.example"), method(Kind.STEP, Use.SECOND)),
                password=True,
                factors_told=True,
            ),
        ),
    )
    svg = picture(drawn(result))
    page = render_exposure(result.answer, drawn(result))
    for text in (svg, page):
        assert "<script" not in text
        assert "<b>@x" not in text
        assert "\u202e" not in text
        assert "⟨U+202E⟩" in text
    ElementTree.fromstring(svg)  # noqa: S314


def test_long_names_are_cut_in_the_box_and_whole_in_its_title() -> None:
    name = f"{'a' * 60}@a.example"
    svg = picture(drawn(found(f"{name};b@mail.example")))
    assert any(title.startswith(f"{name}:") for title in boxes(svg))
    assert all(len(text) < 60 for text in texts(svg) if text.startswith("aaa"))


def test_with_nobody_there_is_a_picture_that_says_so() -> None:
    assert texts(picture(drawn(found()))) == ["No account at risk is known."]


def test_a_large_roster_shows_what_opens_most_and_counts_the_rest() -> None:
    lines = [f"person{number}@a.example;desk{number // 50}@mail.example" for number in range(400)]
    result = found(*lines, "boss@a.example;person0@a.example")
    content = drawn(result)
    assert len(content.accounts) + len(content.between) <= 14
    svg = picture(content)
    assert "desk0@mail.example: mailbox, opens 51 accounts" in boxes(svg)
    assert any("389 further accounts at risk not drawn" in text for text in texts(svg))


NAMES = [f"{letter}@x.example" for letter in "abcdefgh"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*NAMES, "m@mail.example", "+12025550101"]))))
@settings(max_examples=60, deadline=None)
def test_no_box_covers_another_and_all_lie_inside(pairs: list[tuple[str, str]]) -> None:
    """Chains, rings and stars of accounts."""
    lines = [";".join([name, *sorted({to for one, to in pairs if one == name})]) for name in NAMES]
    svg = picture(drawn(found(*lines)))
    root = ElementTree.fromstring(svg)  # noqa: S314
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    held = list(boxes(svg).values())
    for number, (left, top, right, bottom) in enumerate(held):
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
        for other in held[number + 1 :]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
