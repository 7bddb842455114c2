"""The words that names are searched for: lures, brands and organisations to protect, with their misspellings.

`Vocabulary.of` puts them into one automaton, so that a name is read once however many words there are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import ahocorasick_rs

from tocsin.domains.spellings import (
    doubled_lookalikes,
    dropped,
    edits,
    inflections,
    lookalikes,
    lookalikes_short,
    lookalikes_twice,
    plain,
    slips,
)

Spelling = Literal["exact", "slip", "lookalike"]

SHORT = 3
"""Letters up to which a word counts only beside a separator or another word: `id` stands in a third of all names."""

MISSPELT_FROM = 6
"""Letters from which a lure word's misspellings are looked for; shorter ones are other words one letter away."""

BRAND_MISSPELT_FROM = 5

LOOKALIKE_FROM = 8
"""Letters from which names of institutions are looked for with look-alike letters (`lnstitute`)."""

OTHER_WORDS = frozenset(
    """
    qmail proto strat poste poster postel never interim window windows thread threads wella libro libra libera liber
    centrum
    """.split()  # noqa: SIM905
)
"""Words and companies one letter away from a brand."""

INFLECTED_FROM = 5
"""Letters from which a lure word's other forms are made."""

UNINFLECTED = frozenset({"filler", "ordinary", "place", "state", "hosting", "money", "mailserver"})
"""Kinds of words that are taken as they stand."""

_FIRST, _LOOSE, _LAST = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Brand:
    """Whose accounts are to be protected."""

    key: str
    title: str
    why: str
    tokens: tuple[str, ...]
    common: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    mail: bool = False
    """Its accounts hold mail or documents, which is what states are after."""
    people: bool = False
    """Its accounts hold contacts, chats or the public voice of people, which is what states are after, too."""
    many: bool = False
    """Many providers in one: slips of their names are looked for, not every letter that may be wrong."""
    organisation: bool = False
    """An organisation of the protect file, not a provider of accounts."""


class Word(NamedTuple):
    """What a stretch of a name means."""

    text: str
    right: str
    """How the word is spelled rightly."""
    group: str
    """The kind of lure (`account`, `session`, ...) or `brand`."""
    spelling: Spelling = "exact"
    loose: bool = False
    language: str = "en"
    brand: Brand | None = None
    common: bool = False
    """A brand's name that others bear, too."""
    close: bool = False
    """Spelled with letters that hardly an eye tells from the right ones."""

    @property
    def short(self) -> bool:
        return len(self.text) <= SHORT

    @property
    def filler(self) -> bool:
        return self.group == "filler"

    @property
    def ordinary(self) -> bool:
        """No lure, but known: keeps lure words from being seen inside it."""
        return self.group == "ordinary" or self.group == "place"

    @property
    def place(self) -> bool:
        """A country or an institution: says whose access a name is about, and nothing elsewhere."""
        return self.group == "place"


class Vocabulary:
    """All words with the automaton that finds them."""

    def __init__(self, words: Mapping[str, Word], brands: tuple[Brand, ...]) -> None:
        self.words = tuple(words.values())
        self.brands = brands
        self.of_text = dict(words)
        self.own = {domain: brand for brand in brands for domain in brand.own}
        self.addresses = {
            domain: brand
            for domain, brand in self.own.items()
            if domain.split(".")[0] in words and words[domain.split(".")[0]].brand is brand
        }
        """Own domains that are recognised in front of somebody else's name: google.com, live.com, but not mail.ru."""
        self.own_suffixes = {suffix: brand for brand in brands for suffix in brand.suffixes if suffix != "country"}
        self.in_countries = {
            label: brand
            for brand in brands
            if "country" in brand.suffixes
            for label in {domain.split(".")[0] for domain in brand.own}.intersection((brand.key, *brand.tokens))
        }
        """Labels of own domains that are its name: google.co.ma, but not drive-google.com.co."""
        patterns = [word.text.encode() for word in self.words]
        self.automaton = ahocorasick_rs.BytesAhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.Standard)

    @classmethod
    def of(cls, brands: Iterable[Brand]) -> Vocabulary:
        """The lures and these brands."""
        brands = tuple(brands)
        words: dict[str, Word] = {}
        for brand in brands:
            for token in brand.tokens:
                words.setdefault(token, Word(token, token, "brand", brand=brand))
        for word in lures():
            words.setdefault(word.text, word)
        for word in list(words.values()):
            for text in _addresses(word):
                words.setdefault(text, Word(text, f"{word.text}-com", "brand", brand=word.brand))
        for brand in brands:
            for token in brand.common:
                # "live" is a lure of its own and a brand's name: as a brand it says more.
                words[token] = Word(token, token, "brand", brand=brand, common=True)
        listed = list(words.values())
        for word in listed:
            for text, spelling in _inflected(word):
                right = text if spelling == "exact" else word.right
                words.setdefault(text, Word(text, right, word.group, spelling, word.loose, word.language))
        for word in listed:
            for text, spelling in _misspelt(word):
                close = spelling == "lookalike" and plain(text) == plain(word.text)
                words.setdefault(
                    text,
                    Word(text, word.text, word.group, spelling, word.loose, word.language, word.brand, close=close),
                )
        return cls(words, brands)

    def found(self, text: str) -> list[tuple[int, int, Word]]:
        """Every occurrence of a word in the text: where from, where to, which; they may overlap."""
        words = self.words
        hits = self.automaton.find_matches_as_indexes(text.encode(), overlapping=True)
        return [(start, end, words[index]) for index, start, end in hits]


def _addresses(word: Word) -> Iterable[str]:
    """googlecom, wwwgoogle: an address without its dots."""
    if word.brand and not word.brand.organisation and word.text.isalpha() and len(word.text) >= BRAND_MISSPELT_FROM:
        yield from (f"{word.text}com", f"www{word.text}")


def _inflected(word: Word) -> Iterable[tuple[str, Spelling]]:
    if word.language != "en" or word.brand is not None or word.group in UNINFLECTED:
        return
    if len(word.text) < INFLECTED_FROM or not word.text.isalpha():
        return
    proper, improper = inflections(word.text)
    yield from ((text, "exact") for text in proper)
    yield from ((text, "slip") for text in improper)


def _misspelt(word: Word) -> Iterable[tuple[str, Spelling]]:
    text = word.text
    if text.isalpha() and word.place and len(text) >= LOOKALIKE_FROM:
        yield from ((other, "lookalike") for other in lookalikes(text) if plain(other) == plain(text))
        return
    if text.isalpha() and SHORT < len(text) < MISSPELT_FROM and word.brand is None and word.language == "en":
        if not (word.filler or word.ordinary):
            yield from ((other, "lookalike") for other in lookalikes_short(text))
        return
    if word.brand and word.brand.organisation and "-" in text and len(text) >= LOOKALIKE_FROM:
        yield from ((other, "lookalike") for other in lookalikes(text) | lookalikes_twice(text))
        yield from ((other, "slip") for other in slips(text) if not {other[0], other[-1]} & {"-"} and "--" not in other)
        return
    if not text.isalpha() or word.filler or word.ordinary or (word.brand and "-" in word.right):
        return
    if word.common:
        if len(text) >= MISSPELT_FROM:
            # One letter away from "signal" and "office" are other words; with a digit in it, it is no other word, nor
            # with a letter left out or doubled.
            yield from ((other, "lookalike") for other in lookalikes(text) if not other.isalpha())
            if word.brand and (word.brand.mail or word.brand.people):
                found = slips(text) if len(text) >= LOOKALIKE_FROM else dropped(text)
                found -= OTHER_WORDS
                yield from ((other, "slip") for other in found if len(other) >= BRAND_MISSPELT_FROM)
        return
    if word.brand is not None:
        if len(text) < BRAND_MISSPELT_FROM:
            return
        for other in lookalikes(text):
            yield other, "lookalike"
        if len(text) >= MISSPELT_FROM:
            yield from ((other, "lookalike") for other in lookalikes_twice(text))
            if word.brand.mail or word.brand.people:
                yield from ((other, "lookalike") for other in doubled_lookalikes(text))
        wide = len(text) >= MISSPELT_FROM and not word.brand.many
        for other in edits(text) if wide else {*slips(text), f"{text}s"}:
            if len(other) >= BRAND_MISSPELT_FROM and other not in OTHER_WORDS:
                yield other, "slip"
    elif len(text) >= MISSPELT_FROM and word.language == "en":
        for other in lookalikes(text):
            yield other, "lookalike"
        if text.endswith("s"):
            for other in lookalikes(text[:-1] + "es"):
                yield other, "slip"
        for other in slips(text):
            if len(other) >= MISSPELT_FROM:
                yield other, "slip"


@cache
def lures() -> tuple[Word, ...]:
    """The lure words as `lures.toml` has them, those that say most first."""
    read = _listed()
    ranked: list[tuple[int, Word]] = []
    for group, entry in read.items():
        loose = bool(entry.get("loose"))
        rank = _LAST if group in ("filler", "ordinary", "place") else _LOOSE if loose else _FIRST
        for language, texts in entry.items():
            if isinstance(texts, list):
                # sign-in is signin in two words, and as rare.
                ranked += [
                    (rank, Word(text, text.replace("-", ""), group, loose=loose, language=language)) for text in texts
                ]
    ranked.sort(key=lambda entry: entry[0])
    return tuple(word for _, word in ranked)


def says(group: str) -> str:
    """What the words of a group speak of."""
    return str(_listed()[group]["says"])


@cache
def _listed() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tocsin.domains").joinpath("lures.toml").read_text(encoding="utf-8"))


@cache
def known_brands() -> tuple[Brand, ...]:
    """Providers of accounts, with the domains that are theirs."""
    read = tomllib.loads(files("tocsin.domains").joinpath("brands.toml").read_text(encoding="utf-8"))
    return tuple(
        Brand(
            key=key,
            title=entry["title"],
            why=entry["why"],
            tokens=tuple(entry["tokens"]),
            common=tuple(entry.get("common", ())),
            own=tuple(entry["own"]),
            suffixes=tuple(entry.get("suffixes", ())),
            mail=bool(entry.get("mail")),
            people=bool(entry.get("people")),
            many=bool(entry.get("many")),
        )
        for key, entry in read.items()
    )
