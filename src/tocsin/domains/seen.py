"""What was seen in a name, kept for the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field

from tocsin.domains.segment import Piece
from tocsin.domains.words import Brand


@dataclass(slots=True)
class Seen:
    """What was seen in a name, kept for the reasons."""

    pieces: list[Piece]
    below: list[list[Piece]] = field(default_factory=list)
    own_domain_below: str | None = None
    unicode_label: str | None = None
    reads_as: str | None = None
    brands: list[Brand] = field(default_factory=list)


def telling(piece: Piece) -> bool:
    """A lure or a brand that says something by itself."""
    word = piece.word
    return word is not None and not word.filler and not word.ordinary and not word.short
