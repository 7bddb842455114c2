"""How a word is written so that an eye reads it as the right one: slips of the finger and look-alike letters."""

from __future__ import annotations

LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiou"

LOOKALIKES: dict[str, tuple[str, ...]] = {
    "a": ("4",),
    "b": ("8", "6"),
    "c": ("e",),
    "d": ("cl",),
    "e": ("3", "c"),
    "g": ("q", "9"),
    "i": ("1", "l", "j"),
    "l": ("1", "i"),
    "m": ("rn", "nn", "n"),
    "n": ("m",),
    "o": ("0",),
    "q": ("g",),
    "s": ("5",),
    "t": ("7",),
    "u": ("v",),
    "v": ("u",),
    "w": ("vv", "uu"),
    "z": ("2",),
}
"""ASCII letters that are taken for another in the sans-serif faces of address bars."""


PAIRS = (("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"))
"""Two letters that are taken for one."""


def lookalikes(word: str) -> set[str]:
    """The word with one letter, or all of a kind, replaced by what looks like it."""
    found: set[str] = set()
    for place, letter in enumerate(word):
        for other in LOOKALIKES.get(letter, ()):
            found.add(word[:place] + other + word[place + 1 :])
            found.add(word.replace(letter, other))
    for two, one in PAIRS:
        if two in word:
            found.add(word.replace(two, one))
    found.add(word.replace("o", "0").replace("l", "1"))
    found.add(word.replace("o", "0").replace("i", "1"))
    found.discard(word)
    return found


def slips(word: str) -> set[str]:
    """The word with one letter left out, doubled, swapped with its neighbour, or a vowel put in or replaced. The first
    letter stays: readers notice it, and so those who mislead them keep it."""
    found: set[str] = set()
    for place in range(1, len(word)):
        rest = word[place + 1 :]
        found.add(word[:place] + rest)
        found.add(word[: place + 1] + word[place] + rest)
        if rest:
            found.add(word[:place] + rest[0] + word[place] + rest[1:])
        for vowel in VOWELS:
            found.add(word[:place] + vowel + word[place:])
            if word[place] in VOWELS:
                found.add(word[:place] + vowel + rest)
    if word.endswith("s"):
        found.add(word[:-1] + "es")
    found.discard(word)
    return found


def edits(word: str) -> set[str]:
    """Every word at a Damerau-Levenshtein distance of one that keeps the first letter."""
    found = slips(word)
    for place in range(1, len(word)):
        for letter in LETTERS:
            found.add(word[:place] + letter + word[place + 1 :])
            found.add(word[:place] + letter + word[place:])
    found.update(word + letter for letter in LETTERS)
    found.discard(word)
    return found
