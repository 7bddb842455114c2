"""What is in a file is never trusted: it is a known document, or it is refused with a reason."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_samples import FOLDER, KIND_NAMES, content, kept
from tocsin.errors import UsageError
from tocsin.lint import KINDS, judged
from tocsin.lint.files import decoded, lint_files, readings
from tocsin.lint.kinds import Unfit, documents
from tocsin.lint.rules import RULES
from tocsin.report.json import packed

NOW = datetime(2026, 3, 2, 8, 0)  # noqa: DTZ001 - naive UTC, as everywhere
REALM = FOLDER / "keycloak_realm" / "kept.json"

NAMES = sorted({key for kind in KIND_NAMES for key in json.dumps(content(kept(kind))).split('"') if key.isidentifier()})
"""Every name that stands in a sample, so that what is made up looks like what is read."""

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(NAMES)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=8),
    max_leaves=40,
)


def _unanswered(raw: object) -> list[str]:
    """Rules that say nothing of a document of their kind in what a file holds; a refusal answers for all."""
    try:
        found, _ = documents(raw)
    except Unfit as refused:
        return [] if str(refused) else ["refused without a reason"]
    return [
        f"{rule.name} of {one.name}"
        for one in found
        for rule in RULES
        if rule.kind == one.kind.name and not list(rule.check(one.content))
    ]


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_arbitrary_content_is_judged_or_refused(raw: object) -> None:
    assert _unanswered(raw) == []


@settings(max_examples=400, deadline=None)
@given(data=st.data(), kind=st.sampled_from(KIND_NAMES))
def test_a_sample_with_anything_put_anywhere_is_judged_or_refused(data: st.DataObject, kind: str) -> None:
    raw = content(kept(kind))
    place: Any = raw
    for _ in range(data.draw(st.integers(1, 8))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or data.draw(st.booleans()):
            place[key] = data.draw(ANYTHING)
            break
        place = place[key]
    assert _unanswered(raw) == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_decoded_or_refused(data: bytes) -> None:
    raw, refusal = None, ""
    try:
        raw = decoded(data)
    except Unfit as error:
        refusal = str(error)
    assert refusal or _unanswered(raw) == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b'{"realm": ', "it is no JSON: Input data was truncated"),
        (b"[1, 2, 3]", "it is no configuration of a kind that is known here (`tocsin lint --rules` lists them)"),
        (b'{"users": []}', "it is no configuration of a kind that is known here (`tocsin lint --rules` lists them)"),
        (
            b'{"realm": "r", "verifyEmail": "yes", "eventsEnabled": true}',
            "Keycloak realm export: Expected `bool | null`, got `str` - at `$.verifyEmail`",
        ),
        (
            b'[{"realm": "r", "verifyEmail": true, "failureFactor": 5.5, "eventsEnabled": true}]',
            "Keycloak realm export at [0]: Expected `int | null`, got `float` - at `$.failureFactor`",
        ),
        (b"[" * 100_000, "it is nested too deep"),
        (b"just a note\n", "it is no configuration of a kind that is known here (`tocsin lint --rules` lists them)"),
        (b"a: [1\n", "it is no YAML: expected ',' or ']', but got '<stream end>' in line 2"),
        (b"a: &x [1]\nb: [*x, *x]\n", "it uses YAML aliases, which are not read"),
        (
            b"version: 1\nentries: [{model: 5}]\n",
            "authentik blueprint: Expected `str`, got `int` - at `$.entries[0].model`",
        ),
        (b"a: !!python/object/apply:os.system [ls]\n", "it is no YAML: could not determine a constructor"),
    ],
)
def test_a_file_that_cannot_be_judged_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    """And costs no other file."""
    bad = tmp_path / "bad.json"
    bad.write_bytes(data)
    good, refused = readings([bad, REALM])
    ((path, said),) = refused
    assert path == bad
    assert said.startswith(reason)
    assert [path for path, _, _ in good] == [REALM]


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    assert readings([tmp_path / "gone.json"]) == (
        [],
        [(tmp_path / "gone.json", "it cannot be read: No such file or directory")],
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_export_is_read_in_the_encodings_that_consoles_write(encoding: str) -> None:
    text = REALM.read_text(encoding="utf-8")
    assert decoded(text.encode(encoding)) == json.loads(text)


def test_several_realms_in_one_file_are_judged_each_by_itself(tmp_path: Path) -> None:
    realms = [content(REALM) | {"realm": "one"}, {"users": []}, content(REALM) | {"realm": "two"}]
    many = tmp_path / "all.json"
    many.write_text(json.dumps(realms))
    report = judged([many], now=NOW)
    assert [(one.document, one.at) for one in report.read] == [("realm one", "[0]"), ("realm two", "[2]")]
    assert [(one.file, one.objects) for one in report.passed_over] == [(str(many), 1)]


def test_a_document_under_a_name_of_its_own_is_found() -> None:
    found, unknown = documents({"saved": {"at": "2026-03-02", "realm export": content(REALM)}, "by": "script"})
    assert [(one.kind.name, one.at) for one in found] == [("keycloak_realm", "saved.realm export")]
    assert unknown == 0


def test_a_folder_stands_for_its_json_and_yaml_files(tmp_path: Path) -> None:
    for name in ("b.json", "a.yaml", "notes.txt", "deep/c.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    found = lint_files([tmp_path, tmp_path / "b.json"])
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a.yaml", "b.json", "deep/c.yml"]


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no"):
        lint_files([tmp_path / "gone"])
    with pytest.raises(UsageError, match=r"no \.json"):
        lint_files([tmp_path])


def test_a_sample_is_of_its_own_kind_and_of_no_other() -> None:
    for kind in KIND_NAMES:
        found, _ = documents(content(kept(kind)))
        assert {one.kind.name for one in found} == {kind}


def test_only_one_kind_recognises_a_document() -> None:
    """Otherwise the order of kinds would decide."""
    for name in KIND_NAMES:
        for document in _raw_documents(content(kept(name))):
            assert [kind.name for kind in KINDS if kind.recognises(document)] == [name]


def _raw_documents(raw: Any) -> list[dict[str, Any]]:
    if isinstance(raw, list):
        return [inner for one in raw for inner in _raw_documents(one)]
    if any(kind.recognises(raw) for kind in KINDS):
        return [raw]
    return [inner for one in raw.values() if isinstance(one, (dict, list)) for inner in _raw_documents(one)]


def test_everything_can_be_written_as_json(tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text(json.dumps(content(REALM) | {"realm": "\u202ereversed", "passwordPolicy": "\x1b[31mlength(x"}))
    report = judged([odd], now=NOW)
    assert json.loads(packed(report))["read"][0]["document"] == "realm \u202ereversed"


def test_half_a_character_in_yaml_can_be_written(tmp_path: Path) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_text('realm: "\\uD800"\nverifyEmail: false\neventsEnabled: true\n')
    report = judged([odd], now=NOW)
    assert json.loads(packed(report))["read"][0]["document"] == "realm ?"
