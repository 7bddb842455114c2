"""Files of configuration, read as what JSON or YAML says, or refused with a reason. Nothing in them is run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from tocsin.errors import UsageError
from tocsin.lint.kinds import Document, Unfit, documents
from tocsin.lint.yaml_documents import NotPlain, plain

ENDINGS = (".json", ".yaml", ".yml")
"""Files that are looked at in a folder. A file that is named is looked at whatever it is called."""

MOST_BYTES = 256 * 1024 * 1024


def lint_files(paths: Sequence[Path]) -> list[Path]:
    """The files that the paths mean, sorted, each once. Raises `UsageError` where there are none."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (one for one in sorted(path.rglob("*")) if one.suffix.lower() in ENDINGS and one.is_file())
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"there is no {path}", remedy="name exported configuration files, or folders of them")
    if paths and not found:
        names = ", ".join(str(path) for path in paths)
        raise UsageError(f"no .json, .yaml or .yml file in {names}", remedy="name an exported configuration file")
    return list(found)


def read(path: Path) -> tuple[list[Document], int]:
    """The documents of a file, and how many objects in it nobody knows. Raises `Unfit`."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unfit(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise Unfit(f"it cannot be read: {error.strerror or error}") from None
    try:
        return documents(decoded(data))
    except RecursionError:
        raise Unfit("it is nested too deep") from None


def decoded(data: bytes) -> object:
    """What the bytes say, as JSON or YAML. Raises `Unfit`."""
    text = data.removeprefix(b"\xef\xbb\xbf")
    if not text.strip():
        raise Unfit("it is empty")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):  # as PowerShell's redirection writes
        try:
            text = text.decode("utf-16").encode()
        except UnicodeError:
            raise Unfit("it is no text") from None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if text.lstrip()[:1] in (b"{", b"["):
            raise Unfit(f"it is no JSON: {error}") from None
    try:
        return plain(text)
    except NotPlain as reason:
        raise Unfit(str(reason)) from None


def readings(paths: Iterable[Path]) -> tuple[list[tuple[Path, list[Document], int]], list[tuple[Path, str]]]:
    """What was read, and what was refused with its reason."""
    good: list[tuple[Path, list[Document], int]] = []
    refused: list[tuple[Path, str]] = []
    for path in paths:
        try:
            found, unknown = read(path)
        except Unfit as reason:
            refused.append((path, str(reason)))
        else:
            good.append((path, found, unknown))
    return good, refused
