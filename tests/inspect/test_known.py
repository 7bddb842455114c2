"""The lists of known fields are whole and well written: one for every format that a vendor ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.inspect.known import FOLDER, known_fields, read_list, with_parents
from tocsin.inspect.paths import nodes, shape, step
from tocsin.sources import SOURCES, Source

LISTS = sorted(Path(one.name).stem for one in FOLDER.iterdir() if one.name.endswith(".txt"))

every_source = pytest.mark.parametrize("source", SOURCES, ids=[source.format for source in SOURCES])


@every_source
def test_every_format_has_a_list(source: Source) -> None:
    """`tools/known_fields.py` makes it from the samples; what detection rests on is added by hand."""
    assert source.format in LISTS
    if source.recognises_line is None:
        means = {rest.means for rest in known_fields(source).rests}
        assert "time" in means
        assert means & {"account", "actor", "entries", "message"}


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_of_a_format_and_can_be_read(name: str) -> None:
    assert name in {source.format for source in SOURCES}
    assert read_list(name).paths


@every_source
def test_what_a_source_reads_is_known(source: Source) -> None:
    known = known_fields(source)
    assert all(path in known.paths for rest in known.rests for path in rest.paths)


def test_paths_are_written_with_quotes_where_a_name_needs_them() -> None:
    record = {"a": {"b c": [{"d.e": 1}, [2]]}, "@type": "x", "": 3}
    assert [path for path, _ in nodes(record)] == [
        "a", 'a."b c"', 'a."b c"[]', 'a."b c"[]."d.e"', 'a."b c"[]', 'a."b c"[][]', "@type", '""',
    ]  # fmt: skip
    assert step("a", 'x"y') == 'a."x\\"y"'


def test_a_path_has_its_parents() -> None:
    assert with_parents('a[].b."c.d".e') == ['a[].b."c.d".e', "a", "a[]", "a[].b", 'a[].b."c.d"']


def test_what_stands_below_a_new_field_is_not_told_again() -> None:
    okta = next(source for source in SOURCES if source.format == "okta_system_log")
    known = known_fields(okta)
    record = {
        "uuid": "1",
        "client": {"ipAddress": "x", "tls": {"ja4": "y", "v": [1]}},
        "debugContext": {"debugData": {"z": 1}},
    }
    assert [path for path, _ in known.new(record)] == ["client.tls"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "null"), (True, "true or false"), (3, "number"), ([], "list"), ({}, "object"), ("", "empty text"),
        ("2026-03-02T08:00:00Z", "time"), ("203.0.113.7", "IP address"), ("2001:db8::7", "IP address"),
        ("a86dca6a-57dd-47e6-a365-f31133379387", "UUID"), ("ada@example.org", "mail address"),
        ("https://example.org/x", "URL"), ("Mozilla/5.0 (X11)", "user agent"), ("17", "number as text"),
        ("ada", "text"),
    ],
)  # fmt: skip
def test_a_value_is_told_by_its_shape(value: object, said: str) -> None:
    assert shape(value) == said
