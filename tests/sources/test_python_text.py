"""What Python prints becomes the same values in JSON, or no JSON: never other values."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.sources.python_text import as_json

TEXTS = st.text(st.sampled_from("ab '\"\\:,{}[]Truefalsn\nXé\x1b"), max_size=12) | st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda held: st.lists(held, max_size=3) | st.dictionaries(TEXTS, held, max_size=3),
    max_leaves=8,
)


def rewritten(text: str) -> Any:
    """The value; `...` where it is no JSON."""
    query = f"SELECT CASE WHEN json_valid(j) THEN j END FROM (SELECT {as_json('t')} AS j FROM (SELECT ? AS t))"
    found = duckdb.execute(query, [text]).fetchone()
    assert found is not None
    return ... if found[0] is None else json.loads(found[0])


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
@example({"a": "x', 'b': 'y"})
@example({"a": "x\": True, 'b", "c": True})
@example({"a": ": True, ': None", "b": None})
def test_whatever_python_prints_keeps_its_value_or_is_no_json(value: dict[str, Any]) -> None:
    assert rewritten(repr(value)) in (value, ...)


@pytest.mark.parametrize(
    "value",
    [
        {"a": {"b": [1, 2.5, -3, "x"], "c": {}}, "d": True, "e": False, "f": None},
        {"a": "it's", "b": 'a "quoted" text', "c": "both ' and \"", "d": "back\\slash", "e": "line\nend\ttab"},
        {"a": "True", "b": "say: False, ok", "c": ["None"], "d": False},
    ],
    ids=["nested", "quotes", "words"],
)
def test_texts_numbers_lists_and_dicts_are_rewritten(value: dict[str, Any]) -> None:
    assert rewritten(repr(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        *(repr({"a": UUID(int=1)}), repr({"a": "\x1b[0m"}), repr({1: "a"}), repr({"a": [True]})),
        *("{'a': 'b", "{'a': 'b, 'c': 'd'}", ""),
    ],
    ids=["object", "escape_of_python", "number_as_key", "word_in_a_list", "cut_off", "stray_quote", "empty"],
)
def test_what_is_none_of_these_is_no_json(text: str) -> None:
    assert rewritten(text) is ...
