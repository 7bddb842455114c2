"""The page is one well-formed file without script or outside reference, and a browser renders it."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from assessments import announced, assess, evidence_table, spray
from tocsin.assess.assessment import Assessment, CategoryCounts, Counts
from tocsin.report import charts, render_page
from tocsin.report.page import funnel

VOID = {"meta", "link", "br", "input", "hr", "img"}
SVG_LEAF = {"path", "line", "rect", "text"}


class _Tree(HTMLParser):
    """Fails on a tag that is closed out of turn; keeps tags, attributes, ids and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def _tree(page: str) -> _Tree:
    tree = _Tree()
    tree.feed(page)
    tree.close()
    assert tree.open == []
    return tree


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(assess([spray(), announced()]), evidence_table())


def test_the_page_is_well_formed_and_its_links_meet_their_places(page: str) -> None:
    tree = _tree(page)
    ids = [attributes["id"] for _, attributes in tree.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in tree.tags:
        if tag == "a":
            assert (attributes["href"] or "").removeprefix("#") in ids
        for label in (attributes.get("aria-labelledby") or "").split():
            assert label in ids


def test_the_page_holds_no_script_and_asks_nothing_of_a_network(page: str, hostile: Assessment) -> None:
    for text in (page, render_page(hostile, evidence_table())):
        tree = _tree(text)
        assert not {"script", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in tree.tags}
        for _, attributes in tree.tags:
            assert not any(name.startswith("on") for name in attributes)
            for name in ("src", "href", "xlink:href", "action", "srcset"):
                assert (attributes.get(name) or "#").startswith(("#", "data:"))
        assert "http" not in text.replace("http-equiv", "")
        assert not re.search(r"url\(|@import", text)


def test_the_page_forbids_everything_but_its_own_style(page: str) -> None:
    policy = [one for tag, one in _tree(page).tags if tag == "meta" and "http-equiv" in one]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in str(policy[0]["content"])


def test_the_page_shows_headline_figures_and_how_they_were_counted(page: str) -> None:
    text = " ".join(" ".join(_tree(page).text).split())
    assert "241 accounts attacked, 4 compromised" in text
    assert "2,712 attempts to identify accounts" in text
    assert "tocsin explain C-2019-08-1 accounts_compromised" in text
    assert "From 246 evidence rows" in text
    assert (
        "are of people on the roster (hypergeometric test). By the test, so many or more would come by chance" in text
    )
    assert "Silent on 19 August 2019 from 04:00 to 11:30 UTC." in text


def test_charts_say_in_words_what_they_draw(page: str) -> None:
    tree = _tree(page)
    drawn = [one for tag, one in tree.tags if tag == "svg"]
    assert len(drawn) == 4
    assert all(one["role"] == "img" and one["aria-labelledby"] for one in drawn)
    assert "Identification attempts: 2,712; Attacks: 241; Access gained: 4" in " ".join(tree.text)


def test_every_account_is_on_the_page_with_the_compromised_first(page: str) -> None:
    order = re.findall(r"<bdi>(person\d{4}@example\.org)</bdi>", page)
    assert len(set(order)) == 241 + 963
    assert order[:4] == [f"person000{number}@example.org" for number in range(4)]


def test_hostile_text_is_shown_and_does_nothing(hostile: Assessment) -> None:
    page = render_page(hostile, evidence_table())
    text = "".join(_tree(page).text)
    assert "<script>alert(1)</script>" in text
    assert "⟨U+202E⟩gpj.exe⟨U+001B⟩[2J" in text
    assert "{{7*7}}" in text
    assert not any(character in page for character in "\u202e\x1b\x07\u200b")
    assert "A" * 450 not in page


def test_a_figure_that_the_evidence_does_not_bear_out_is_marked(evidence: pa.Table) -> None:
    counts = msgspec.structs.replace(announced().counts, accounts_compromised=5)
    wrong = msgspec.structs.replace(announced(), counts=counts)
    assert "The evidence at hand gives 4." in render_page(assess([wrong]), evidence)


def test_a_scan_without_campaign_has_a_page_too(evidence: pa.Table) -> None:
    text = " ".join(_tree(render_page(assess([]), evidence.slice(0, 0))).text)
    assert "No campaign was found in what the logs cover" in text


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.parametrize(("accounts", "ticks"), [(1, ["0", "1"]), (2, ["0", "1", "2"]), (3, ["0", "1", "2", "3"])])
def test_an_axis_of_few_accounts_names_each_number_once(accounts: int, ticks: list[str]) -> None:
    drawn = charts.targets({"media": CategoryCounts(attacked=accounts)}, width=charts.WIDE, name="few")
    assert [text for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawn) if text.isdigit()] == ticks


def test_identifiers_are_said_to_be_no_accounts_only_where_some_are_none() -> None:
    counts = Counts(identification_attempts=0, identifiers_tried=9, accounts_probed=0, accounts_attacked=9,
                    accounts_compromised=0)  # fmt: skip
    assert funnel(counts)[0].note == "no attempts to identify"
    assert funnel(msgspec.structs.replace(counts, identifiers_tried=10))[0].note.endswith("; not all are accounts")


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize(("width", "height"), [(1280, 1600), (500, 1600)])
def test_a_browser_renders_the_page(page: str, width: int, height: int, tmp_path: Path) -> None:
    """Headline, bars and charts are on the screen: the picture has the page's colours in some amount."""
    source, picture = tmp_path / "page.html", tmp_path / "page.png"
    source.write_text(page)
    subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},{height}",
            f"--screenshot={picture}",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (width, height)
    assert len(data) > 40_000


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_runs_nothing_that_a_log_wrote(hostile: Assessment, tmp_path: Path) -> None:
    """The browser's own tree of the hostile page has no script element and no title that was overwritten."""
    source = tmp_path / "page.html"
    source.write_text(render_page(hostile, evidence_table()))
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert b"<script" not in done.stdout
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in done.stdout
