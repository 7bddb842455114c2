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


TWICE: dict[str, tuple[str, ...]] = {
    "i": ("1", "l"),
    "l": ("1", "i"),
    "o": ("0",),
    "m": ("rn",),
    "w": ("vv",),
    "e": ("3",),
}
"""The closest of them, of which two may stand in one word."""


def lookalikes_twice(word: str) -> set[str]:
    """The word with two letters, neither its first, replaced by what looks most like them (`protonrnai1`)."""
    found: set[str] = set()
    for first in range(1, len(word)):
        for one in TWICE.get(word[first], ()):
            for second in range(first + 1, len(word)):
                for other in TWICE.get(word[second], ()):
                    found.add(word[:first] + one + word[first + 1 : second] + other + word[second + 1 :])
    found.discard(word)
    return found


def doubled_lookalikes(word: str) -> set[str]:
    """The word with a letter doubled and another replaced by a digit that looks like it (`gooog1e`)."""
    digits = (("l", "1"), ("i", "1"), ("o", "0"), ("e", "3"))
    doubled = {word[:place] + word[place] + word[place:] for place in range(1, len(word))}
    return {other.replace(letter, digit, 1) for other in doubled for letter, digit in digits if letter in other[1:]}


_PLAIN = str.maketrans("0135iq", "oleslg")


def plain(text: str) -> str:
    """The text with one letter for all that hardly an eye tells apart: the same for `lnstitute` and `institute`."""
    return text.replace("rn", "m").replace("vv", "w").translate(_PLAIN)


def lookalikes_short(word: str) -> set[str]:
    """The word with what no other word has in its place: digits for letters, `rn` for m, `vv` for w, one of them or two
    (`rnai1`)."""
    found = lookalikes(word) | lookalikes_twice(word)
    return {
        other
        for other in found
        if plain(other) == plain(word) and (not other.isalpha() or "rn" in other or "vv" in other)
    }


def dropped(word: str) -> set[str]:
    """The word with one letter, not its first, left out or doubled."""
    places = range(1, len(word))
    return {word[:place] + letters + word[place + 1 :] for place in places for letters in ("", word[place] * 2)}


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


def inflections(word: str) -> tuple[set[str], set[str]]:
    """An English word's other forms: those that grammar allows (`shares`, `sharing`, `shared`), and those that only who
    does not know it writes (`shareing`, `verifys`, `viewering`)."""
    if word.endswith(("s", "ed", "ing")):
        return set(), set()
    if word.endswith("y") and word[-2] not in VOWELS:
        return {f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"}, {f"{word}s", f"{word}ed", f"{word[:-1]}ing"}
    if word.endswith("e"):
        return {f"{word}s", f"{word}d", f"{word[:-1]}ing"}, {f"{word}ing", f"{word}ed"}
    if word.endswith(("tion", "ity", "ment", "er", "or")):
        return {f"{word}s"}, {f"{word}ing", f"{word}es"}
    return {f"{word}s", f"{word}ed", f"{word}ing"}, {f"{word}es"}
