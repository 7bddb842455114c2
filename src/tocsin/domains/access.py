"""Names made as an organisation's own mail or sign-in server: `webmail-moldova`, `owa-` and anything."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.domains.kinds import BEGINNING, BUSINESS, CODES, DOCUMENTS, DOORS, SERVERS, STRONG
from tocsin.domains.segment import Piece

MAILED = frozenset({"email", "emails", "exchange", "bounce", "bounces", "daemon", "sender"})
"""What companies call the names that they send advertisements from (email-lanternhill, bounce-lanternhill), or shops
where things are exchanged: of a million harmless names 87 begin so."""

FILES = frozenset({"share", "shares", "file", "files", "pdf"})
"""Words about documents that sites which keep or turn files, and those of shareholders, are called by under `com`."""

LETTERS = 3
"""Unknown letters that an organisation's name has at least."""


def access_features(
    values: dict[str, float], pieces: Sequence[Piece], lures: Sequence[Piece], unknown: int, size: int, cheap: bool
) -> int:
    """What a hyphened name without brands says of whose access it is; how many letters are unknown besides."""
    if _documents_apart(pieces, lures, size, cheap):
        values["documents_apart"] = 1.0
        return unknown
    if cheap and _mail_last(pieces, lures, size):
        values["mail_last"] = 1.0
        return unknown
    doors = [(piece, _speaks(piece)) for piece in lures if piece.bounded]
    doors = [(piece, speaks) for piece, speaks in doors if speaks]
    if not doors or any(piece.word and piece.word.group in BUSINESS for piece in lures):
        return unknown
    places = [piece for piece in pieces if piece.bounded and piece.word is not None and piece.word.place]
    if places and unknown == sum(len(piece.text) for piece in places):
        # "mail-moldova" is somebody's mail; "moldova-mail" may be a newspaper.
        last = max(place.start for place in places)
        values["access_to_place"] = max(speaks * (1.0 if door.start < last else 0.6) for door, speaks in doors)
        return 0
    first = doors[0][0]
    # What follows is somebody's name, not a trade: account-brokers.
    name = sum(len(piece.text) for piece in pieces if piece.word is None or piece.word.place)
    if first.start == 0 and len(lures) == 1 and name >= LETTERS and (begins := _begins(first, cheap)):
        values["access_first"] = begins
    return unknown


def _documents_apart(pieces: Sequence[Piece], lures: Sequence[Piece], size: int, cheap: bool) -> bool:
    """docs-lanternhill, lanternhill-drive, lanternhill-docs-share, drive-us: at an end of what is no trade."""
    if not all(piece.bounded for piece in lures):
        return False
    words = DOCUMENTS if cheap else DOCUMENTS - FILES
    first = lures[0].start == 0 and lures[0].text in words
    if not first and not (lures[-1].end == size and lures[-1].text in words):
        return False
    if len(lures) >= 2 and all(piece.word and piece.word.group == "document" for piece in lures):
        return True  # hd-docs-share: two such words need no long name beside them
    return _names(pieces)


def _names(pieces: Sequence[Piece]) -> bool:
    """Whether the rest is somebody's name, a country or its code."""
    if any(piece.word and piece.word.ordinary and not piece.word.place for piece in pieces):
        return False
    names = [piece for piece in pieces if piece.word is None or piece.word.place]
    coded = any(piece.bounded and piece.text in CODES for piece in pieces)
    return coded or sum(len(piece.text) for piece in names) >= LETTERS


def _mail_last(pieces: Sequence[Piece], lures: Sequence[Piece], size: int) -> bool:
    """lanternhill-webmail, under a suffix where companies seldom have their mail."""
    last = lures[-1]
    if len(lures) != 1 or last.word is None or not last.bounded or last.end != size:
        return False
    speaks = last.text in SERVERS or (last.word.group == "mail" and last.word.spelling == "exact")
    return speaks and _names(pieces)


def _begins(piece: Piece, cheap: bool) -> float:
    """How much it says that a name begins with this word and somebody's name follows: mail-lanternhill,
    verify-lanternhill. Companies put such words last, if at all, but for keepers of passwords."""
    word = piece.word
    if word is None or word.text in MAILED:
        return 0.0
    if word.text in SERVERS or word.group == "mail":
        return 1.0
    if word.group in BEGINNING and not word.text.startswith("pass"):
        # Sites of members and games are called login-lanternhill.com, too.
        return 1.0 if cheap else 0.75
    return 0.0 if word.group == "recovery" else 0.6 * _speaks(piece)


def _speaks(piece: Piece) -> float:
    """How much a word speaks of a server on which people of an organisation sign in."""
    word = piece.word
    if word is None or word.spelling != "exact":
        return 0.0
    if word.text in SERVERS or word.group == "mail":
        return 1.0
    if word.group in STRONG:
        return 0.8
    return 0.5 if word.text in DOORS else 0.0
