"""What of a name is weighed: numbers between 0 and about 3, each with a meaning that a sentence can say."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import chain

from tocsin.domains.access import LETTERS, access_features
from tocsin.domains.below import below_features
from tocsin.domains.brand_features import (
    POSING,
    SOME_LETTERS,
    brand_features,
    named,
    organisation_before,
    written_apart,
)
from tocsin.domains.confusables import capitals, skeleton
from tocsin.domains.kinds import (
    BUSINESS,
    CHANNEL,
    CODES,
    MOST_JOINING,
    POINTING,
    PRAISE,
    SAYING_WHY,
    STRONG,
    WRITTEN_SUFFIX,
)
from tocsin.domains.registered import CHEAP, FREE, HELPING, SPEAKING, Registered
from tocsin.domains.seen import Seen, telling
from tocsin.domains.segment import Piece, WordCosts, segment
from tocsin.domains.words import LOOKALIKE_FROM, Vocabulary, Word

DIGITS = re.compile(r"\d")

OFFICE_NUMBER = re.compile(r"(?<!\d)365(?!\d)")
"""The number that Microsoft's office services are called by."""


def observe(
    parts: Registered, vocabulary: Vocabulary, costs: WordCosts, found: list[tuple[int, int, Word]] | None = None
) -> tuple[dict[str, float], Seen]:
    """The features of a name that are not zero, and what they rest on; `found`: the words in its label, if known."""
    label, unicode_label, reads_as = _readable(parts.label)
    if found is None or label != parts.label:
        found = vocabulary.found(label)
    pieces = segment(label, found, costs)
    if unicode_label is not None and not any(map(telling, pieces)):
        other = capitals(unicode_label)
        if other.isascii():
            in_capitals = segment(other, vocabulary.found(other), costs)
            if any(map(telling, in_capitals)):
                label, reads_as, pieces = other, other, in_capitals
    seen = Seen(pieces, unicode_label=unicode_label, reads_as=reads_as)
    values: dict[str, float] = {}
    _label_features(values, label, pieces, costs, parts)
    _suffix_features(values, parts)
    if parts.below:
        below_features(values, seen, parts, vocabulary, costs)
    if reads_as is not None and any(map(telling, pieces)):
        values["confusable"] = 1.0
    for piece in chain(pieces, *seen.below):
        word = piece.word
        if word and word.brand and word.brand not in seen.brands and (piece in pieces or not word.common):
            seen.brands.append(word.brand)
    return values, seen


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
    last = parts.suffix.rsplit(".", 1)[-1]
    cheap = last in CHEAP
    codes = 0
    for number, piece in enumerate(pieces):
        word = piece.word
        if word is None or word.ordinary:
            codes += hyphened and _code_of_brand(pieces, number)
            continue
        if word.filler:
            codes += hyphened and word.text in CODES and _code_of_brand(pieces, number)
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
        unknown = access_features(values, pieces, lures, unknown, len(label), cheap and not parts.country)
    if hyphened and WRITTEN_SUFFIX.search(label):
        values["suffix_written"] = 1.0
    if codes:
        values["brand_with_code"] = 1.0
        unknown -= sum(len(piece.text) for piece in pieces if _is_code(piece) and piece.word and piece.word.place)
    before_provider = unknown > SOME_LETTERS and hyphened and organisation_before(pieces)
    if before_provider:
        values["organisation_before"] = 1.0
    com = hyphened and any(piece.text == "com" and piece.bounded for piece in pieces)
    if com and label.startswith("com-"):
        values["com_first"] = 1.0
    if com:
        values["com_token"] = 1.0
    if unknown:
        named_apart = hyphened and any(piece.bounded for piece in brands)
        least = (
            not {"access_first", "documents_apart", "mail_last", "suffix_written"}.isdisjoint(values)
            or before_provider
            or named_apart
        )
        most = 1.0 if least else 3.0
        values["unknown_letters"] = min(math.log1p(unknown), most)
    posing = hyphened and any(piece.text in POSING and piece.bounded for piece in pieces)
    # A name that others bear, too, says something only beside what accounts are spoken of with, or where it is written
    # as lures are; so do joining words like "info".
    spoken = bool(strong or channel)
    bearing = common if spoken else [piece for piece in common if groups and (hyphened or cheap) and named(piece)]
    saying = len(lures) + len(bearing) + com
    saying += len(pointing) if spoken else 0
    whole = not unknown and saying + len(brands) >= 2
    if not unknown and "365" in label and _beside_number(label, [*lures, *brands, *common]):
        values["office_number"] = 1.0
    if whole and parts.hosted:
        values["hosted_whole"] = 1.0 if parts.dynamic else 0.5
    if brands:
        # outlook-livecom, onedrv-live: two names of one provider look like an address of it.
        posing = posing or (hyphened and not unknown and len(brands) + len(common) >= 2)
        # ukr-net: an address of it with a hyphen for the dot.
        posing = posing or any(written_apart(piece) for piece in brands)
        trade = any(piece.word and piece.word.ordinary and not piece.word.place for piece in pieces)
        brand_features(values, brands, lures, unknown, hyphened, fillers, posing, bool(codes), trade, parts)
    elif common and whole:
        values["common_brand_with_word"] = 1.0
    if whole and not brands:
        way = "hyphened" if hyphened else "glued"
        kind = "strong" if strong else "channel" if channel else "loose"
        telling_kind = kind != "loose" or not hyphened or cheap or parts.hosted or _pointed(groups, lures)
        if telling_kind:
            values[f"{kind}_{way}"] = 1.0
        if hyphened and strong and channel:
            values["strong_with_channel"] = 1.0
        if hyphened and sum(piece.word.group == "mail" for piece in lures if piece.word) >= 2:
            values["mail_twice"] = 1.0
        if hyphened and (strong or channel) and groups - STRONG - CHANNEL:
            values["loose_beside"] = 1.0
        if not hyphened and spoken and pieces[-1].text == "com":
            values["com_glued"] = 1.0
        values["third_word"] = float(saying >= 3) * (1.0 if hyphened and spoken else 0.5)
        values["second_strong"] = float(len(strong) >= 2)
        rare = [costs.rarity(piece.word) for piece in chain(lures, pointing, bearing) if piece.word]
        if rare:
            if hyphened and cheap and (not parts.country or last in FREE) and (worth := _worth_cheap(groups)):
                values["hyphened_under_cheap"] = worth
            if hyphened and telling_kind:
                values["rarity"] = max(0.0, sum(rare) / len(rare) - 4.0) / 3.0
                values["commonest"] = max(0.0, min(rare) - 4.0) / 3.0
            elif not hyphened:
                values["rarity_glued"] = max(0.0, min(rare) - 4.0) / 3.0
                if cheap and (not parts.country or last in FREE) and last not in HELPING:
                    values["glued_under_cheap"] = 1.0
        if any(label[piece.end : piece.end + 2].isdigit() and piece.end + 1 < len(label) for piece in lures):
            values["digits_by_lure"] = 1.0
        if not hyphened and (
            len(strong) >= 2 or (strong and channel and len(lures) >= 3) or (strong and "mail" in groups and cheap)
        ):
            values["two_strong_glued"] = 1.0
    elif strong:
        alone = not unknown and not brands
        if (
            parts.dynamic
            and not brands
            and (all(piece.bounded for piece in lures) or (alone and len(label) - len(lures[0].text) <= MOST_JOINING))
        ):
            values["strong_dynamic"] = 1.0
            if unknown:
                values["unknown_letters"] = min(values["unknown_letters"], 1.0)
        elif alone and cheap and not parts.country and len(pieces[0].text) == len(label) and pieces[0].word:
            values["foreign_alone"] = float(pieces[0].word.language != "en" and pieces[0].word.spelling == "exact")
        values["strong_in_part"] = float(len(strong)) if saying >= 2 else 0.5
    if not whole and not brands and lures:
        _in_part(values, label, lures, unknown, fillers, costs, parts.dynamic or (cheap and not parts.country))
    if any(piece.word and piece.word.spelling != "exact" for piece in lures) and whole:
        values["misspelt"] = 1.0
        if not hyphened and spoken and not brands:
            values["misspelt_glued"] = 1.0
    if any(map(_mistaken, pieces)) and not (brands and unknown):
        values["lookalike_word"] = 1.0
        if unknown:
            values["unknown_letters"] = min(values["unknown_letters"], 1.0)
    if any(piece.word and piece.word.group in BUSINESS and piece.text != "web" for piece in lures):
        values["business_word"] = 0.7 if strong else 1.0


def _pointed(groups: set[str], lures: Sequence[Piece]) -> bool:
    """Whether loose words are of those that messages say an account needs: security-settings, check-browser,
    support-servics. Two words of what sites are made of (mobile-portal) say nothing under a suffix where names cost
    something."""
    words = [piece.word for piece in lures if piece.word]
    if groups & {"security", "change"}:
        return True
    return any(
        (len(groups) >= 2 and word.group == "check" and word.right.startswith("check"))
        or (word.group == "service" and word.spelling != "exact")
        for word in words
    )


def _worth_cheap(groups: set[str]) -> float:
    """How much it says that nothing but these kinds of words stands under a suffix where names cost little. Those who
    run such a service own it under `com` or their country's suffix."""
    if groups & BUSINESS:
        return 0.0
    if groups & STRONG or "mail" in groups:
        return 1.0
    if groups & CHANNEL:
        return 0.8
    return 0.5 if groups & {"security", "check"} else 0.25


def _is_code(piece: Piece) -> bool:
    """A country's code by itself."""
    word = piece.word
    return word is not None and piece.bounded and len(piece.text) == 2 and (word.place or word.text in CODES)


def _code_of_brand(pieces: Sequence[Piece], number: int) -> bool:
    """seznam-cz, eu-office365: a country's code beside a brand that stands by itself."""
    if not _is_code(pieces[number]):
        return False
    beside = (*pieces[max(number - 1, 0) : number], *pieces[number + 1 : number + 2])
    return any(
        piece.bounded and piece.word is not None and piece.word.brand is not None and not piece.word.common
        for piece in beside
    )


def _mistaken(piece: Piece) -> bool:
    """A word that is taken for another: long, or about accounts or mail and nothing but it."""
    word = piece.word
    if word is None or not word.close or word.brand is not None:
        return False
    return len(word.text) >= LOOKALIKE_FROM or (piece.bounded and (word.group in STRONG or word.group in CHANNEL))


def _beside_number(label: str, pieces: Sequence[Piece]) -> bool:
    """Whether one of the words stands next to the office services' number: online365, 365-drive."""
    number = OFFICE_NUMBER.search(label)
    if number is None:
        return False
    left, right = label[: number.start()].rstrip("-"), label[number.end() :]
    after = len(label) - len(right.lstrip("-"))
    return any(piece.end == len(left) or piece.start == after for piece in pieces)


def _in_part(
    values: dict[str, float],
    label: str,
    lures: Sequence[Piece],
    unknown: int,
    fillers: set[str],
    costs: WordCosts,
    cheap: bool,
) -> None:
    """One word about accounts or mail beside joining words (my-account), or several beside what may be somebody's name
    (lanternhill-account-verify)."""
    groups = {piece.word.group for piece in lures if piece.word}
    strong = groups & STRONG
    hyphened = "-" in label
    first = lures[0].word
    channel = groups & CHANNEL
    if not unknown and (strong or channel) and first and len(lures) == 1 and fillers.isdisjoint(PRAISE):
        if not 2 <= len(label) - len(lures[0].text) <= MOST_JOINING:
            return
        rare = max(0.0, costs.rarity(first) - 4.0) / 3.0
        if hyphened:
            values["strong_joined" if strong else "channel_joined"] = 1.0
            values["rarity"] = rare
        elif strong and cheap:
            values["strong_joined_cheap"] = 1.0
            values["rarity_glued"] = rare
        return
    apart = hyphened and all(piece.bounded for piece in lures)
    if (
        unknown >= LETTERS
        and apart
        and len(lures) >= 2
        and cheap
        and not groups & BUSINESS
        and not DIGITS.search(label)
    ):
        values["two_apart_cheap"] = 1.0
        values["unknown_letters"] = min(values.get("unknown_letters", 1.0), 1.0)
    several = len(strong) >= 2 or (strong and groups & (CHANNEL | SAYING_WHY))
    if unknown >= LETTERS and apart and several and not groups & BUSINESS:
        values["two_and_a_name"] = 1.0
        values["unknown_letters"] = min(values.get("unknown_letters", 1.0), 1.0)


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
