"""The package: a folder with `evidence.json`, `evidence.pdf`, `attachments/` and `custody.jsonl`.

Victims stand in it under pseudonyms: the beginning of an HMAC-SHA256 of the account under a key that stays with the
reporter, so that the same account has the same pseudonym in the next package, and nobody without the key can try
addresses. Their names are replaced wherever they occur in what people wrote and in records (`pseudonyms.py`).
Attachments are copied byte for byte, for their hashes to hold; one in which a victim's name stands is refused unless
that is asked for.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from tocsin.domains.evidence.case import Case, CaseError
from tocsin.domains.evidence.custody import Custody, sha256_of
from tocsin.domains.evidence.pseudonyms import Pseudonyms, pseudonym
from tocsin.domains.judge import Judge
from tocsin.domains.names import shown

SCHEMA = "tocsin.evidence/1"

KEY_BYTES = 32

STAGES = ("compromised", "attacked", "probed", "")
"""How far a campaign got with an account, the furthest first; empty where the case does not say."""

Render = Callable[[dict[str, Any], Path], bytes]
"""Makes the PDF of the document; the folder holds the attachments."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """What was made."""

    folder: Path
    document: dict[str, Any]
    seal: str
    """Hash of the last entry in the chain."""


def keyed(path: Path, package: Path) -> bytes:
    """The key of the file, made where there is none. It must not lie in the package."""
    if path.resolve().is_relative_to(package.resolve()):
        raise CaseError(
            f"{path} would lie in the package", remedy="Keep the key elsewhere: with it, names can be tried."
        )
    if path.exists():
        key = path.read_bytes()
        if len(key) < KEY_BYTES:
            raise CaseError(f"{path} holds {len(key)} bytes: too few for a key", remedy="Remove it, and one is made.")
        return key
    key = secrets.token_bytes(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key


def build(
    case: Case,
    folder: Path,
    *,
    key: bytes,
    now: datetime,
    render: Render,
    judge: Judge,
    beside: Path,
    attach: Sequence[Path] = (),
    names_in_attachments: bool = False,
) -> Package:
    """Make the package in a folder that is empty or not there yet. Attachments of the case lie beside its file."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaseError(f"{folder} is not empty", remedy="Name a new folder: packages are not written over.")
    files = [*(beside / name for name in case.attachments), *attach]
    names = Pseudonyms(case.victims, key, case.domains)
    for file in files:
        if not file.is_file():
            raise CaseError(f"{file} is not there", remedy="Mend `attachments`, or put the file there.")
        if not names_in_attachments and (found := names.found_in(file)):
            raise CaseError(
                f"{file} holds {found[0]}, whom the package calls {found[1]}",
                remedy="Attach a copy without the name, or say --names-in-attachments.",
            )
    _opened(folder)
    custody = Custody(folder)
    by = f"{case.reporter.name} ({case.reporter.organisation})" if case.reporter.organisation else case.reporter.name
    attached = [_attach(file, number, folder, names) for number, file in enumerate(files, start=1)]
    for one in attached:
        custody.add("attached", by=by, now=now, item=one["file"], note=f"copy of {one['name']}, {one['bytes']} bytes")
    if names_in_attachments and attached:
        custody.add("decided", by=by, now=now, note="attachments may hold names of victims")
    document = _document(case, now=now, attached=attached, names=names, judge=judge)
    (folder / "evidence.json").write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
    custody.add("written", by=by, now=now, item="evidence.json")
    (folder / "evidence.pdf").write_bytes(render({**document, "custody": custody.entries()}, folder))
    last = custody.add("written", by=by, now=now, item="evidence.pdf")
    return Package(folder=folder, document=document, seal=last["hash"])


def _opened(folder: Path) -> None:
    (folder / "attachments").mkdir(parents=True, exist_ok=True)


def _attach(file: Path, number: int, folder: Path, names: Pseudonyms) -> dict[str, Any]:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", names.text(file.name)).lstrip(".")[-80:] or "file"
    target = folder / "attachments" / f"{number:03d}-{safe}"
    shutil.copyfile(file, target)
    return {
        "name": names.text(file.name),
        "file": target.relative_to(folder).as_posix(),
        "bytes": target.stat().st_size,
        "sha256": sha256_of(target),
        "modified": _utc(datetime.fromtimestamp(file.stat().st_mtime, UTC)),
    }


def _document(
    case: Case, *, now: datetime, attached: list[dict[str, Any]], names: Pseudonyms, judge: Judge
) -> dict[str, Any]:
    by_name = {one["name"]: one["file"] for one in attached}
    observations = []
    for number, seen in enumerate(sorted(case.observations, key=lambda one: one.time), start=1):
        record = names.text(seen.record)
        observations.append(
            {
                "number": number,
                "time": seen.time,
                "domain": seen.domain,
                "what": names.text(seen.what),
                "source": names.text(seen.source),
                "record": record,
                # Of the record as it was, so that the reporter can show later that this is the one.
                "record_sha256": hashlib.sha256(seen.record.encode()).hexdigest() if seen.record else "",
                "redacted": record != seen.record,
                "attachment": by_name.get(names.text(Path(seen.attachment).name), "") if seen.attachment else "",
            }
        )
    victims = [
        {
            "pseudonym": names.accounts[victim.account.lower()],
            "organisation": pseudonym("organisation", victim.organisation, names.key) if victim.organisation else "",
            "category": victim.category,
            "stage": victim.stage,
            "first_seen": victim.first_seen,
            "last_seen": victim.last_seen,
        }
        for victim in {one.account.lower(): one for one in case.victims}.values()
    ]
    stages = Counter(one["stage"] if one["stage"] in STAGES else "" for one in victims)
    return {
        "schema": SCHEMA,
        "made": _utc(now),
        "tlp": case.tlp,
        "title": names.text(case.title),
        "reporter": msgspec.to_builtins(case.reporter),
        "recipient": msgspec.to_builtins(case.recipient),
        "summary": names.text(case.summary),
        "request": names.text(case.request),
        "domains": [_domain(name, judge, observations) for name in case.domains],
        "observations": observations,
        "victims": sorted(victims, key=lambda one: one["pseudonym"]),
        "victims_by_stage": {stage: count for stage in STAGES if (count := stages[stage])},
        "victims_by_category": dict(sorted(Counter(one["category"] for one in victims).items())),
        "attachments": attached,
    }


def _domain(name: str, judge: Judge, observations: list[dict[str, Any]]) -> dict[str, Any]:
    times = sorted(one["time"] for one in observations if one["domain"] == name)
    verdict = judge.weigh(name)
    return {
        "domain": name,
        "shown": ".".join(shown(label) for label in name.split(".")),
        "first_observed": times[0] if times else "",
        "last_observed": times[-1] if times else "",
        "observations": len(times),
        "looks_like": list(verdict.looks_like) if verdict else [],
        "reasons": list(verdict.reasons) if verdict else [],
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
