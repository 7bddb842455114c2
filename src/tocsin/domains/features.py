"""What of a name is weighed: numbers between 0 and about 3, each with a meaning that a sentence can say."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from tocsin.domains.access import LETTERS, access_features
from tocsin.domains.confusables import skeleton
from tocsin.domains.kinds import BUSINESS, CHANNEL, POINTED, POINTING, STRONG
from tocsin.domains.registered import CHEAP, SPEAKING, Registered
from tocsin.domains.segment import Piece, WordCosts, segment
from tocsin.domains.words import BRAND_MISSPELT_FROM, Brand, Vocabulary

POSING = frozenset({"id", "my", "your", "com", "www", "ww", "http", "https"})
"""Joining words with which a name looks like an address of the brand."""

COMPANY = frozenset({"corp", "inc", "llc", "ltd", "group", "company", "international", "global"})
"""Joining words with which a name looks like the company's own."""

OFFICE_NUMBER = re.compile(r"(?<!\d)365(?!\d)")
"""The number that Microsoft's office services are called by."""

INSTALLED = frozenset({"microsoft", "identity", "meetings", "github"})
"""Brands whose software organisations run on servers of their own, which they call by its name."""

SOME_LETTERS = 1
"""Unknown letters that may stand in a name that is otherwise known words."""


@dataclass(slots=True)
class Seen:
    """What was seen in a name, kept for the reasons."""

    pieces: list[Piece]
    below: list[list[Piece]] = field(default_factory=list)
    own_domain_below: str | None = None
    unicode_label: str | None = None
    reads_as: str | None = None
    brands: list[Brand] = field(default_factory=list)


def observe(parts: Registered, vocabulary: Vocabulary, costs: WordCosts) -> tuple[dict[str, float], Seen]:
    """The features of a name that are not zero, and what they rest on."""
    label, unicode_label, reads_as = _readable(parts.label)
    pieces = segment(label, vocabulary.found(label), costs)
    seen = Seen(pieces, unicode_label=unicode_label, reads_as=reads_as)
    values: dict[str, float] = {}
    _label_features(values, label, pieces, costs, parts)
    _suffix_features(values, parts)
    if parts.below:
        _below_features(values, seen, parts, vocabulary, costs)
    if reads_as is not None and any(map(_telling, pieces)):
        values["confusable"] = 1.0
    for piece in chain(pieces, *seen.below):
        word = piece.word
        if word and word.brand and word.brand not in seen.brands and (piece in pieces or not word.common):
            seen.brands.append(word.brand)
    return values, seen


def _organisations(piece: Piece) -> bool:
    return piece.word is not None and piece.word.brand is not None and piece.word.brand.organisation


def _sought(piece: Piece) -> bool:
    """A brand whose accounts states are after."""
    brand = piece.word.brand if piece.word else None
    return brand is not None and (brand.mail or brand.people)


def _named(piece: Piece) -> bool:
    """A brand's name that others bear, too, but long enough to be more than an abbreviation (ms) or a prefix (mega)."""
    return _sought(piece) and len(piece.text) >= BRAND_MISSPELT_FROM


def _telling(piece: Piece) -> bool:
    word = piece.word
    return word is not None and not word.filler and not word.ordinary and not word.short


def _readable(label: str) -> tuple[str, str | None, str | None]:
    """The label as ASCII that an eye reads; with it the letters as shown, and the reading where they differ."""
    if not label.startswith("xn--"):
        return label, None, None
    try:
        shown = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label, None, None
    read = skeleton(shown)
    return (read, shown, read) if read.isascii() else (label, shown, None)


def _label_features(
    values: dict[str, float], label: str, pieces: Sequence[Piece], costs: WordCosts, parts: Registered
) -> None:
    unknown = sum(len(piece.text) for piece in pieces if piece.word is None or piece.word.ordinary)
    lures: list[Piece] = []
    brands: list[Piece] = []
    common: list[Piece] = []
    pointing: list[Piece] = []
    fillers: set[str] = set()
    hyphened = "-" in label
    for piece in pieces:
        word = piece.word
        if word is None or word.ordinary:
            continue
        if word.filler:
            fillers.add(word.text)
            if hyphened and piece.bounded and word.text in POINTING:
                pointing.append(piece)
        elif word.brand is None:
            lures.append(piece)
        elif not word.common:
            brands.append(piece)
        elif piece.bounded or not unknown:
            common.append(piece)
    groups = {piece.word.group for piece in lures if piece.word}
    strong, channel = groups & STRONG, groups & CHANNEL
    if hyphened and lures and not brands:
        unknown = access_features(values, pieces, lures, unknown)
    if unknown:
        most = 1.0 if "access_first" in values or _organisation_before(pieces) else 3.0
        values["unknown_letters"] = min(math.log1p(unknown), most)
    posing = hyphened and any(piece.text in POSING and piece.bounded for piece in pieces)
    com = hyphened and any(piece.text == "com" and piece.bounded for piece in pieces)
    if com:
        values["com_token"] = 1.0
    # A name that others bear, too, says something only beside what accounts are spoken of with, or where it is written
    # as lures are; so do joining words like "info".
    cheap = parts.suffix.rsplit(".", 1)[-1] in CHEAP
    spoken = bool(strong or channel)
    named = common if spoken else [piece for piece in common if groups and (hyphened or cheap) and _named(piece)]
    saying = len(lures) + len(named) + com
    saying += len(pointing) if spoken else 0
    whole = not unknown and saying + len(brands) >= 2
    if not unknown and "365" in label and (lures or brands or common) and OFFICE_NUMBER.search(label):
        values["office_number"] = 1.0
    if whole and parts.hosted:
        values["hosted_whole"] = 1.0 if parts.dynamic else 0.5
    if brands:
        # outlook-livecom, onedrv-live: two names of one provider look like an address of it.
        posing = posing or (hyphened and not unknown and len(brands) + len(common) >= 2)
        # ukr-net: an address of it with a hyphen for the dot.
        posing = posing or any("-" in piece.text for piece in brands if not _organisations(piece))
        _brand_features(values, brands, lures, unknown, hyphened, fillers, posing, parts)
    elif common and whole:
        values["common_brand_with_word"] = 1.0
    if whole and not brands:
        way = "hyphened" if hyphened else "glued"
        kind = "strong" if strong else "channel" if channel else "loose"
        values[f"{kind}_{way}"] = 1.0
        if hyphened and strong and channel:
            values["strong_with_channel"] = 1.0
        if hyphened and (strong or channel) and groups - STRONG - CHANNEL:
            values["loose_beside"] = 1.0
        values["third_word"] = float(saying >= 3) * (1.0 if hyphened and spoken else 0.5)
        values["second_strong"] = float(len(strong) >= 2)
        rare = [costs.of(piece.word.right) for piece in chain(lures, pointing, named) if piece.word]
        if rare:
            if hyphened:
                values["rarity"] = max(0.0, sum(rare) / len(rare) - 4.0) / 3.0
                values["commonest"] = max(0.0, min(rare) - 4.0) / 3.0
            else:
                values["rarity_glued"] = max(0.0, min(rare) - 4.0) / 3.0
                if cheap and not parts.country:
                    values["glued_under_cheap"] = 1.0
        if any(label[piece.end : piece.end + 1].isdigit() for piece in lures):
            values["digits_by_lure"] = 1.0
    elif strong:
        values["strong_in_part"] = float(len(strong)) if saying >= 2 else 0.5
    if any(piece.word and piece.word.spelling != "exact" for piece in lures) and whole:
        values["misspelt"] = 1.0
    if any(piece.word and piece.word.group in BUSINESS and piece.text != "web" for piece in lures):
        values["business_word"] = 0.7 if strong else 1.0


def _brand_features(
    values: dict[str, float],
    brands: Sequence[Piece],
    lures: Sequence[Piece],
    unknown: int,
    hyphened: bool,
    fillers: set[str],
    posing: bool,
    parts: Registered,
) -> None:
    groups = {piece.word.group for piece in lures if piece.word}
    words = [piece.word for piece in brands if piece.word]
    bounded = any(piece.bounded for piece in brands)
    if bounded or not unknown:
        if any(word.spelling == "lookalike" for word in words):
            values["brand_lookalike"] = 1.0
        elif any(word.spelling == "slip" for word in words):
            values["brand_misspelt"] = 1.0
    if any(word.brand and word.brand.organisation for word in words):
        values["organisation"] = 1.0
    if posing and bounded:
        values["brand_with_my"] = 1.0
    if unknown > SOME_LETTERS:
        if hyphened and bounded:
            values["brand_in_part"] = 1.0 + float(bool(fillers))
        if groups & STRONG:
            values["brand_with_strong"] = 0.5
        return
    company = hyphened and not COMPANY.isdisjoint(fillers)
    if (groups or company) and any(map(_sought, brands)):
        values["brand_of_mail"] = 1.0 if hyphened else 0.5
    if company:
        values["brand_with_company"] = 1.0
    if groups & STRONG:
        values["brand_with_strong"] = 1.0
    elif groups & CHANNEL:
        values["brand_with_channel"] = 1.0
    elif groups:
        values["brand_with_loose"] = 1.0
    elif fillers and not posing:
        values["brand_with_filler"] = 1.0
    elif len(brands) == 1 and not unknown:
        brand = words[0].brand
        last = parts.suffix.rsplit(".", 1)[-1]
        if (
            brand
            and words[0].spelling == "exact"
            and last in CHEAP
            and not parts.country
            and last not in brand.suffixes
        ):
            values["brand_alone_elsewhere"] = 1.0
    if hyphened:
        values["brand_hyphened"] = 1.0


def _organisation_before(pieces: Sequence[Piece]) -> bool:
    """soros-my-sharepoint: the organisation's own place at a provider, which may be called anything."""
    return (
        len(pieces) >= 3
        and pieces[-2].text in POSING
        and pieces[-2].bounded
        and pieces[-1].word is not None
        and pieces[-1].word.brand is not None
    )


def _suffix_features(values: dict[str, float], parts: Registered) -> None:
    if parts.hosted:
        values["hosted"] = 1.0
        return
    last = parts.suffix.rsplit(".", 1)[-1]
    if parts.restricted:
        values["suffix_restricted"] = 1.0
    elif last in CHEAP:
        values["suffix_cheap"] = 1.0
    elif parts.country and not ("access_to_place" in values or "access_first" in values):
        # Of mail-moldova.md the suffix says nothing: so its own mail server would be called.
        values["suffix_country"] = 1.0
    if last in SPEAKING:
        values["suffix_speaks"] = 1.0


def _below_features(
    values: dict[str, float], seen: Seen, parts: Registered, vocabulary: Vocabulary, costs: WordCosts
) -> None:
    below = [label for label in parts.below if label not in ("www", "*")]
    if not below:
        return
    whole = ".".join([*below, parts.label])
    for end in range(2, len(below) + 1):
        for start in (end - 2, end - 3):
            # login-tutanota.de.example.org, too: what stands before the last hyphen may be anything.
            address = ".".join([below[start].rsplit("-", 1)[-1], *below[start + 1 : end]])
            if start >= 0 and address in vocabulary.addresses:
                seen.own_domain_below = address
    if seen.own_domain_below is None:
        # accounts.google.com-session.info: the name of the brand's domain runs on into the chosen label.
        for start in range(len(below)):
            rest = whole.split(".", start)[-1]
            first, dot, last = rest.partition(".")
            if dot and (head := f"{first.rsplit('-', 1)[-1]}.{last.split('-', 1)[0]}") in vocabulary.addresses:
                seen.own_domain_below = head
    if seen.own_domain_below is not None:
        values["below_own_domain"] = 1.0
    strong: set[str] = set()
    branded: set[str] = set()
    together = 0.0
    for label in below:
        pieces = segment(label, vocabulary.found(label), costs)
        seen.below.append(pieces)
        words = [piece.word for piece in pieces if piece.word]
        here = {word.brand.key for word in words if word.brand and not word.common}
        groups = {word.group for word in words if not word.brand and not word.filler}
        strong |= groups & STRONG
        if here and "-" in label:
            # office365-backup.example.org is somebody's own server; office365-login.example.org is less so.
            together = max(together, 1.0 if groups & STRONG else 0.5 if groups & POINTED else 0.0)
        branded |= here
    if together:
        values["below_brand_with_lure"] = together
    elif branded and "below_own_domain" not in values:
        values["below_brand"] = 1.0
    if branded and any(map(_telling, seen.pieces)):
        values["below_brand_over_lure"] = _over_lure(values, seen, bool(strong), branded <= INSTALLED)
    if "below_own_domain" in values or together == 1.0:
        values.pop("unknown_letters", None)  # the name below is the lure; what was registered may be anything
    elif "below_brand_over_lure" in values and "unknown_letters" in values:
        values["unknown_letters"] = min(values["unknown_letters"], 1.0)
    if strong:
        values["below_strong"] = float(min(len(strong), 2))


def _over_lure(values: dict[str, float], seen: Seen, strong_below: bool, installed: bool) -> float:
    """How much it says that a brand stands below a name with lure words. Many companies call a server `outlook` or
    `sharepoint`, and many have `service` in their name; few have `nid.naver` in front of `midsecurity`. A longer word
    that is unknown is somebody's name."""
    groups = {piece.word.group for piece in seen.pieces if piece.word}
    pointed = bool(groups & (STRONG | {"security"}))
    unknown = sum(len(piece.text) for piece in seen.pieces if piece.word is None or piece.word.ordinary)
    if strong_below and pointed and unknown <= LETTERS:
        return 1.2
    if pointed and "unknown_letters" not in values:
        return 0.5 if installed else 0.8
    return 0.5 if strong_below or pointed else 0.25
