"""What Python prints of texts, numbers, lists and dicts, as JSON."""

from __future__ import annotations

from tocsin.sources.code_table import quoted

PRINTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
"""A text as Python prints it."""

_WORDS = {"True": "true", "False": "false", "None": "null"}


def as_json(column: str) -> str:
    """SQL for the JSON of what stands in the column, or for something that is no JSON.

    Python prints a text in double quotes where it holds a single one. Where there are neither double quotes nor
    escapes, every quote is thus the border of a text, and a word behind a border and a colon stands outside of all.
    Everything else is taken apart text by text. Escapes that JSON does not know (`\\x1b`), and whatever is no text,
    number, list or dict (`UUID('...')`), come out as no JSON.
    """
    return (
        f"CASE WHEN contains({column}, '\"') OR contains({column}, '\\') THEN {_apart(column)} ELSE {_bare(column)} END"
    )


def _bare(column: str) -> str:
    text = f"replace({column}, '''', '\"')"
    worded = text
    for word, written in _WORDS.items():
        worded = f"replace({worded}, '\": {word}', '\": {written}')"
    # To look for a word costs a fraction of replacing it.
    words = " OR ".join(f"contains({column}, ' {word}')" for word in _WORDS)
    return f"CASE WHEN {words} THEN {worded} ELSE {text} END"


def _apart(column: str) -> str:
    outside = "t"
    for word, written in _WORDS.items():
        outside = f"replace({outside}, '{word}', '{written}')"
    inner = "replace(replace(t[2:-2], '\\''', ''''), '\"', '\\\"')"
    text = f"""CASE WHEN t = '''' THEN t WHEN prefix(t, '''') THEN '"' || {inner} || '"'
        WHEN prefix(t, '"') THEN t ELSE {outside} END"""
    pieces = f"regexp_extract_all({column}, {quoted(f'(?s:{PRINTED})' + '|' + _OUTSIDE)})"
    return f"array_to_string(list_transform({pieces}, lambda t: {text}), '')"


_OUTSIDE = """[^'"]+|['"]"""
