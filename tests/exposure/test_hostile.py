"""Whatever stands in an export: it is read or rejected with its place, and everything that is shown of it holds."""

from __future__ import annotations

import copy
import io
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from exposed import NOW, SAMPLES, roster
from tocsin.exposure import Found, drawn, exposure, read_exports
from tocsin.report import exposure_tables
from tocsin.report.exposure_page import render_exposure
from tocsin.report.exposure_picture import picture
from tocsin.report.json import packed

DOCUMENTS = [json.loads(path.read_text()) for path in sorted(SAMPLES.glob("*.json"))]

STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.sampled_from(
        ["\x00", "\x1b[2J", "\u202e", "<b>&\"'", "x" * 3_000, "@", "a@", "+", "*@*", "XXXX", "'", "%40", " "]
    ),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inside for place in places(one, (*path, key)))]


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """A sample of which some values are others."""
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(document)))
        if not path:
            return draw(STRANGE)
        at = document
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = draw(STRANGE)
    return document


def shown(found: Found) -> str:
    """Everything that people and machines get to see, made; the terminal's text."""
    content = drawn(found)
    ElementTree.fromstring(picture(content))  # noqa: S314 - our own
    render_exposure(found.answer, content).encode()
    json.loads(packed(found.answer))
    console = Console(file=io.StringIO(), width=100)
    console.print(exposure_tables.summary(found.answer))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def read(*contents: bytes) -> Found:
    """Without a roster, so that every account is answered for."""
    with TemporaryDirectory() as folder:
        files = []
        for number, content in enumerate(contents):
            files.append(Path(folder) / f"export{number}.json")
            files[-1].write_bytes(content)
        return exposure(roster=roster(), reading=read_exports(files), now=NOW)


def test_a_file_whose_name_is_no_text_is_told_of(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/export\xff.json"))
    path.write_text("[7]")
    found = exposure(roster=roster("ada@a.example"), reading=read_exports([path]), now=NOW)
    assert shown(found)
    assert [one.file.rpartition("/")[2] for one in found.answer.rejected] == ["export?.json"]


@given(st.lists(documents(), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_anywhere_is_read_or_rejected(several: list[Any]) -> None:
    text = shown(read(*(json.dumps(one).encode() for one in several)))
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    "content",
    [
        b'{"users":[{"primaryEmail":"\\ud800@x.example"}]}',
        b'{"users":[{"primaryEmail":"a@x.example"}]}\n{"users":[{"primaryEmail":"\\ud800@x.example"}]}',
        b'{"users":[{"primaryEmail":"a@x.example","recoveryPhone":NaN}]} {"users":[]}',
        b'[{"primaryEmail":"a@x.example"},{"primaryEmail":1e999}]',
        b'[{"primaryEmail":"' + b"a" * 100_000 + b'@x.example"}]',
        b'{"users":[{"primaryEmail":"a@x.example","primaryEmail":"b@x.example"}]}',
        b'[{"primaryEmail":"a@x.example"},{"primaryEmail":"b@x.example"',
        b'{"primaryEmail":"a@x.example"}\n{"primaryEmail":"\xff\xfe@x.example"}\n',
        b"[" * 5_000 + b"]" * 5_000,
    ],
    ids=["surrogate", "surrogate later", "NaN", "infinite", "long", "twice", "cut", "not UTF-8", "deep"],
)
def test_odd_json_is_read_or_rejected(content: bytes) -> None:
    found = read(content)
    assert shown(found)
    assert found.answer.accounts or found.answer.rejected
