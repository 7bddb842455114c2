"""What the brands in a label say: beside which words, how they are written, and what stands before them."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.domains.kinds import CHANNEL, STRONG
from tocsin.domains.registered import CHEAP, FREE, Registered
from tocsin.domains.segment import Piece
from tocsin.domains.words import BRAND_MISSPELT_FROM

POSING = frozenset({"id", "my", "your", "com", "www", "ww", "http", "https"})
"""Joining words with which a name looks like an address of the brand."""

COMPANY = frozenset({"corp", "inc", "llc", "ltd", "group", "company", "international", "global"})
"""Joining words with which a name looks like the company's own."""

WIDE = frozenset({"google", "microsoft", "files", "dropbox", "identity"})
"""Brands of which every hundredth name holds a product's name, and whose owners hold many such themselves."""

AT_HOME = frozenset({"microsoft", "identity", "doors", "meetings", "github", "files"})
"""Brands whose programs people run at home, below a dynamic DNS provider, and call the name by."""

LONG = 5
"""Letters from which a brand inside another word is meant."""

LONG_NAME = 8
"""Letters from which an organisation's name is hardly somebody else's, too."""

SOME_LETTERS = 1
"""Unknown letters that may stand in a name that is otherwise known words."""


def brand_features(
    values: dict[str, float],
    brands: Sequence[Piece],
    lures: Sequence[Piece],
    unknown: int,
    hyphened: bool,
    fillers: set[str],
    posing: bool,
    coded: bool,
    trade: bool,
    parts: Registered,
) -> None:
    """Their features, into `values`."""
    groups = {piece.word.group for piece in lures if piece.word}
    words = [piece.word for piece in brands if piece.word]
    bounded = any(piece.bounded for piece in brands)
    last = parts.suffix.rsplit(".", 1)[-1]
    cheap = last in CHEAP and (not parts.country or last in FREE)
    if parts.dynamic and (groups or bounded or any(map(_poses, brands))):
        values["brand_dynamic"] = 1.0
        if "unknown_letters" in values:
            values["unknown_letters"] = min(values["unknown_letters"], 1.0)
    if bounded or not unknown:
        if any(word.spelling == "lookalike" for word in words):
            values["brand_lookalike"] = 1.0
        elif any(word.spelling == "slip" for word in words) and (bounded or groups & STRONG or cheap or not lures):
            # intergame-online: one letter off and glued to what sites are called by, it is another word.
            values["brand_misspelt"] = 1.0
    if any(word.brand and word.brand.organisation for word in words):
        values["organisation"] = 1.0
        if not unknown and not lures and not fillers and len(brands) == 1 and len(brands[0].text) >= LONG_NAME:
            values["organisation_alone"] = 1.0
    if posing and bounded:
        values["brand_with_my"] = 1.0
    if unknown > SOME_LETTERS:
        if hyphened and bounded:
            values["brand_in_part"] = 1.0 + float(bool(fillers))
            if cheap and not trade and any(map(sought, brands)):
                values["brand_apart_cheap"] = 1.0
        if groups & STRONG:
            apart = hyphened and bounded
            values["brand_with_strong"] = 1.0 if apart else 0.5
            if apart:
                values["brand_hyphened"] = 1.0
        return
    company = hyphened and not COMPANY.isdisjoint(fillers)
    if (groups or company or coded or (posing and bounded)) and any(map(sought, brands)):
        values["brand_of_mail"] = 1.0 if hyphened else 0.5
    if company:
        values["brand_with_company"] = 1.0
    if groups & STRONG:
        values["brand_with_strong"] = 1.0 if hyphened else 0.85
    elif groups & CHANNEL:
        values["brand_with_channel"] = 1.0
    elif groups:
        values["brand_with_loose"] = 1.0
    elif fillers and not posing:
        values["brand_with_filler"] = 1.0
    elif len(brands) == 1 and not unknown:
        brand = words[0].brand
        if (
            brand
            and (words[0].spelling == "exact" or (words[0].spelling == "slip" and sought(brands[0])))
            and last in CHEAP
            and not parts.country
            and last not in brand.suffixes
        ):
            values["brand_alone_elsewhere"] = 1.0
            if provider(brands[0]):
                values["mail_alone"] = 1.0
    if hyphened:
        values["brand_hyphened"] = 1.0
    if cheap and hyphened and bounded and not groups and not posing and any(map(sought, brands)):
        values["brand_apart_cheap"] = 1.0
    if (groups or posing) and cheap:
        values["brand_hyphened_under_cheap" if hyphened else "brand_glued_under_cheap"] = 1.0


def organisation_before(pieces: Sequence[Piece]) -> bool:
    """lanternhill-my-sharepoint, lanternhill-login-live: an organisation's own place at a provider, or the provider's
    address for it. What stands before it may be called anything."""
    last = pieces[-1] if pieces else None
    if last is None or last.word is None or last.word.brand is None or not last.bounded:
        return False
    if "-" in last.text:
        return len(pieces) >= 2
    return len(pieces) >= 3 and pieces[-2].text in POSING and pieces[-2].bounded


def written_apart(piece: Piece) -> bool:
    """ukr-net, googlecom: an address of a provider without its dots."""
    word = piece.word
    return word is not None and word.brand is not None and not word.brand.organisation and "-" in word.right


def _poses(piece: Piece) -> bool:
    """A provider whose programs nobody runs at home: googlemaps.servehttp.com, but not mynextcloud.duckdns.org."""
    word = piece.word
    if word is None or word.brand is None or word.spelling != "exact" or len(word.text) < LONG:
        return False
    return sought(piece) and word.brand.key not in AT_HOME


def sought(piece: Piece) -> bool:
    """A brand whose accounts states are after."""
    brand = piece.word.brand if piece.word else None
    return brand is not None and (brand.mail or brand.people)


def provider(piece: Piece) -> bool:
    """A provider of mail that is nothing else, rightly spelled or not."""
    brand = piece.word.brand if piece.word else None
    return brand is not None and brand.mail and brand.key not in WIDE


def named(piece: Piece) -> bool:
    """A brand's name that others bear, too, but long enough to be more than an abbreviation (ms) or a prefix (mega)."""
    return sought(piece) and len(piece.text) >= BRAND_MISSPELT_FROM
