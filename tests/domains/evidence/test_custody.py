"""The chain shows every change but that of its own end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.domains.evidence.custody import FILE, NOTHING, Custody, problems, seal

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    custody = Custody(tmp_path)
    custody.add("attached", by="Ada", now=NOW, item="a.txt")
    custody.add("attached", by="Ada", now=NOW, item="b.txt", note="ä \u202e")
    custody.add("noted", by="Grace", now=NOW, note="handed over")
    return tmp_path


def lines(package: Path) -> list[str]:
    return (package / FILE).read_text(encoding="utf-8").splitlines()


def test_an_untouched_package_has_no_problems(package: Path) -> None:
    assert list(problems(package)) == []


def test_an_entry_says_who_did_what_when_with_which_bytes(package: Path) -> None:
    first = json.loads(lines(package)[0])
    assert first == {
        "number": 1,
        "time": "2026-11-27T12:00:00Z",
        "by": "Ada",
        "action": "attached",
        "item": "a.txt",
        "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "note": "",
        "previous": NOTHING,
        "hash": seal(first),
    }


def _edit(number: int, change: Callable[[dict[str, object]], None], resealed: bool = False) -> Callable[[Path], None]:
    def tamper(package: Path) -> None:
        entries = [json.loads(line) for line in lines(package)]
        change(entries[number])
        if resealed:
            entries[number]["hash"] = seal(entries[number])
        (package / FILE).write_text("".join(json.dumps(entry) + "\n" for entry in entries))

    return tamper


def _write(package: Path, kept: list[str]) -> None:
    (package / FILE).write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


TAMPERED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file": (lambda package: (package / "a.txt").write_text("A"), "a.txt was changed after it was entered"),
    "a file removed": (lambda package: (package / "b.txt").unlink(), "b.txt is missing"),
    "a file put in": (lambda package: (package / "c.txt").write_text("c"), "c.txt was never entered"),
    "an entry": (_edit(0, lambda entry: entry.update(by="Eve")), "entry 1 was changed"),
    "an entry, sealed anew": (
        _edit(0, lambda entry: entry.update(by="Eve"), resealed=True),
        "entry 2 does not follow the one before it",
    ),
    "an entry removed": (
        lambda package: _write(package, [lines(package)[0], lines(package)[2]]),
        "entry 2 has another number: entries were removed or put in",
    ),
    "order": (
        lambda package: _write(package, [lines(package)[1], lines(package)[0], lines(package)[2]]),
        "entry 1 has another number: entries were removed or put in",
    ),
    "no JSON": (lambda package: _write(package, ["{"]), f"{FILE} cannot be read"),
    "an item outside": (
        _edit(0, lambda entry: entry.update(item="../a.txt"), resealed=True),
        "../a.txt lies outside of the package",
    ),
}


@pytest.mark.parametrize(("tamper", "said"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_changed_is_found(package: Path, tamper: Callable[[Path], object], said: str) -> None:
    tamper(package)
    assert any(problem.startswith(said) for problem in problems(package)), list(problems(package))


def test_a_folder_without_a_chain_is_told_from_one_whose_chain_is_empty(tmp_path: Path) -> None:
    assert list(problems(tmp_path)) == [
        f"there is no {FILE} in {tmp_path}: it is no package, or its chain of custody was taken away"
    ]
    (tmp_path / FILE).write_text("")
    assert list(problems(tmp_path)) == [f"{FILE} holds no entry"]
