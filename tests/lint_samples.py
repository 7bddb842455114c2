"""Samples of configurations: for each kind of document one that keeps every clause, and changes of one fact each.

`kept.json` (or `.yaml`) is the benign sample. A line of `broken.jsonl` changes one fact of it (`set` to `to`; without
`to` the fact is taken out), and says which rule is broken then, where, and by what.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from tocsin.lint.files import decoded
from tocsin.lint.kinds import KINDS, documents
from tocsin.lint.rule import Result, Rule
from tocsin.lint.rules import RULES

FOLDER = Path(__file__).parent / "lint" / "samples"

KIND_NAMES = tuple(kind.name for kind in KINDS)


def kept(kind: str) -> Path:
    """The benign sample."""
    (path,) = (FOLDER / kind).glob("kept.*")
    return path


def changes(kind: str) -> list[dict[str, Any]]:
    """The lines of `broken.jsonl`."""
    text = (FOLDER / kind / "broken.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def changed(raw: Any, change: dict[str, Any]) -> Any:
    """The sample with one fact changed; `and` names what has to be changed first, so that the fact counts."""
    made = copy.deepcopy(raw)
    for way, to in change.get("and", ()):
        _put(made, way, to)
    if "to" in change:
        _put(made, change["set"], change["to"])
    else:
        *way, last = change["set"]
        del _at(made, way)[last]
    return made


def _at(place: Any, way: list[Any]) -> Any:
    for step in way:
        place = place[step]
    return place


def _put(made: Any, way: list[Any], to: Any) -> None:
    *before, last = way
    _at(made, before)[last] = to


def content(path: Path) -> Any:
    """What a file says."""
    return decoded(path.read_bytes())


def results(raw: Any) -> list[tuple[Rule[Any], Result]]:
    """What every rule says of every document in the content."""
    found, _ = documents(raw)
    return [
        (rule, result)
        for document in found
        for rule in RULES
        if rule.kind == document.kind.name
        for result in rule.check(document.content)
    ]


def broken(raw: Any) -> list[dict[str, str]]:
    """What is broken in the content, as lines of `broken.jsonl` say it."""
    return [
        {"rule": rule.name, "at": result.at, "value": result.value, "fact": result.fact}
        for rule, result in results(raw)
        if result.state == "broken"
    ]
