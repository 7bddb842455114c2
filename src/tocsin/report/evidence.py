"""The evidence package as PDF, set with Typst from `evidence.typ`.

The document goes in as data, not as markup, after what is hidden in it was made visible. Nothing is fetched: the
template uses no package and the fonts that Typst brings.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import msgspec
import typst

from tocsin.report.visible import visible

LONGEST_TEXT = 8000
"""Of a paragraph or a record on paper; `evidence.json` has all of it."""

PIECE = 24
"""Letters after which a long word may be broken."""

PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}


def pdf(document: dict[str, Any], folder: Path) -> bytes:
    """The document as PDF/A-2b; pictures among the attachments are shown."""
    shown = _shown(document)
    for attachment in shown["attachments"]:
        path = folder / attachment["file"]
        attachment["picture"] = f"/{attachment['file']}" if _is_picture(path) else ""
    try:
        return _set(shown, folder)
    except typst.TypstError:
        # A picture that cannot be decoded must not cost the document.
        for attachment in shown["attachments"]:
            attachment["picture"] = ""
        return _set(shown, folder)


def _set(shown: dict[str, Any], folder: Path) -> bytes:
    with as_file(files("tocsin.report").joinpath("evidence.typ")) as template:
        source = template.read_bytes()
    made: bytes = typst.compile(  # type: ignore[call-overload]  # its stubs want a root of the input's own type
        source,
        root=str(folder),
        sys_inputs={"data": msgspec.json.encode(shown).decode()},
        ignore_system_fonts=True,
        pdf_standards="a-2b",
    )
    return made


def _shown(document: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = _visible(document)
    shown["day"] = [int(part) for part in document["made"][:10].split("-")]
    for domain, was in zip(shown["domains"], document["domains"], strict=True):
        domain["defanged"] = _breakable(defanged(was["domain"]))
        domain["shown_differs"] = was["shown"] != was["domain"]
        domain["shown_text"] = _breakable(visible(was["shown"], limit=300))
    for seen, was in zip(shown["observations"], document["observations"], strict=True):
        seen["defanged"] = _breakable(defanged(was["domain"]))
    return shown


def defanged(name: str) -> str:
    """`confirm-session[.]info`: nothing makes a link of it."""
    head, dot, last = visible(name, limit=300).rpartition(".") if name else ("", "", "")
    return f"{head}[.]{last}" if dot else last


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return "\n".join(_breakable(visible(line, limit=LONGEST_TEXT)) if line else "" for line in value.split("\n"))
    if isinstance(value, dict):
        fixed = {"file", "sha256", "record_sha256", "hash", "previous"}
        return {name: one if name in fixed else _visible(one) for name, one in value.items()}
    return [_visible(one) for one in value] if isinstance(value, list) else value


def _breakable(text: str) -> str:
    """Long words with places where they may be broken."""
    if len(text) <= PIECE:
        return text
    words = text.split(" ")
    return " ".join(
        "\u200b".join(word[place : place + PIECE] for place in range(0, len(word), PIECE))
        if len(word) > PIECE
        else word
        for word in words
    )


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(8)
    return any(head.startswith(magic) for magic in PICTURES)
