"""Letters of other scripts that look like Latin ones: the spelling that the eye reads.

The pairs are those of the Unicode Consortium's confusables (UTS #39, version 16) whose target is a Latin small letter,
for the scripts in which names can be registered; accents are taken off by canonical decomposition.
"""

from __future__ import annotations

import unicodedata

_PAIRS = {
    "a": "аɑαạàáâãäåāăąǎ⍺",
    "b": "ЬƅɓḃЪьв",
    "c": "сϲⅽᴄçćĉċčƈ",
    "d": "ԁɗⅾďđḍ",
    "e": "еҽɛєèéêëēĕėęěẹ℮",
    "f": "ƒẝſ",
    "g": "ɡցǵĝğġģǧ",
    "h": "һհḥħɦ",
    "i": "іıɩιíìîïīĭįɪⅰ¡",
    "j": "јϳʝĵ",
    "k": "кκḳķƙ",
    "l": "ӏⅼłĺļľŀ׀ǀ",
    "m": "мⅿṃ",
    "n": "ոռńņňñṇηп",
    "o": "оοօσόòôõöøōŏőơọ᧐๐໐০०о",
    "p": "рρṗ",
    "q": "ԛզ",
    "r": "гŕŗřṛᴦɼ",
    "s": "ѕśŝşšṣꜱ",
    "t": "тţťṭτŧ",
    "u": "υսùúûüũūŭůűųưụʋᴜ",
    "v": "νѵⅴᴠ",
    "w": "ԝѡաŵẁẃẅ",
    "x": "хχⅹ×",
    "y": "уγýÿŷүỵʏ",
    "z": "źżžẓᴢ",
    "ae": "æ",
    "oe": "œ",
    "ss": "ß",
}

_CAPITALS = {
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("АВЕКМНОРСТУХЅІЈ", "ABEKMHOPCTYXSIJ", strict=True)),
}
"""Greek and Cyrillic capitals that look like Latin ones, by the same table."""

_CAPITALS_TO_LATIN = {ord(letter): latin.lower() for letter, latin in _CAPITALS.items()}

_TO_LATIN = {ord(letter): latin for latin, letters in _PAIRS.items() for letter in letters}


def skeleton(text: str) -> str:
    """The text as Latin letters that look like it; what looks like none stays as it is."""
    translated = text.translate(_TO_LATIN)
    decomposed = unicodedata.normalize("NFKD", translated)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.translate(_TO_LATIN).lower()


def capitals(text: str) -> str:
    """The text as Latin letters that its capitals look like: people know a script's letters by them, so that Greek
    `υαηοο`, in capitals ΥΑΗΟΟ, reads `yahoo`."""
    translated = text.upper().translate(_CAPITALS_TO_LATIN).lower()
    return skeleton(translated)


def scripts(text: str) -> frozenset[str]:
    """Names of the scripts that the letters of the text are of, as far as Unicode's character names tell."""
    return frozenset(unicodedata.name(letter, "?").split(" ", 1)[0] for letter in text if letter.isalpha())
