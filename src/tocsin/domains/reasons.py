"""Why a name is suspected, in sentences: what weighs most first, what speaks against it last."""

from __future__ import annotations

from tocsin.domains.confusables import scripts
from tocsin.domains.feature_table import FEATURES
from tocsin.domains.model import Model
from tocsin.domains.registered import Registered
from tocsin.domains.seen import Seen
from tocsin.domains.segment import Piece
from tocsin.domains.words import says

LEAST = 0.3
"""Share of the odds (natural logarithm) from which a feature is worth a sentence."""

LANGUAGES = {
    "ar": "Arabic", "az": "Azerbaijani", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ka": "Georgian", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sr": "Serbian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "uz": "Uzbek", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


def reasons(parts: Registered, values: dict[str, float], seen: Seen, model: Model) -> tuple[str, ...]:
    """The sentences; never empty."""
    said = _what_it_reads(parts, values, seen)
    shares = sorted(((model.weights[name] * value, name) for name, value in values.items()), reverse=True)
    strongest = [f"{FEATURES[name].meaning} ({share:+.1f})" for share, name in shares if share >= LEAST]
    against = [f"{FEATURES[name].meaning} ({share:+.1f})" for share, name in reversed(shares) if share <= -LEAST]
    if strongest:
        said.append("For it weigh: " + "; ".join(strongest) + ".")
    if against:
        said.append("Against it: " + "; ".join(against) + ".")
    return tuple(said) or ("Nothing in it speaks of accounts.",)


def _what_it_reads(parts: Registered, values: dict[str, float], seen: Seen) -> list[str]:
    said: list[str] = []
    if seen.unicode_label and seen.reads_as and values.get("confusable"):
        of = ", ".join(sorted(name.capitalize() for name in scripts(seen.unicode_label)))
        said.append(f"Shown as {seen.unicode_label!r} (letters: {of}), it reads {seen.reads_as!r}.")
    if seen.own_domain_below:
        said.append(f"It begins like the address {seen.own_domain_below}, but belongs to {parts.registrable}.")
    words = [_word(piece) for piece in seen.pieces if piece.word and not piece.word.filler and not piece.word.ordinary]
    if words:
        unknown = [piece.text for piece in seen.pieces if piece.word is None or piece.word.ordinary]
        rest = f", besides {', '.join(repr(text) for text in unknown[:3])}" if unknown else ""
        said.append(f"Reads as {' + '.join(words)}{rest}.")
    below = [
        _word(piece)
        for pieces in seen.below
        for piece in pieces
        if piece.word and not piece.word.filler and not piece.word.ordinary and not piece.word.short
    ]
    if below:
        said.append(f"Below it: {' + '.join(below[:6])}.")
    if parts.hosted:
        said.append(f"{parts.suffix} is a hoster: only {parts.label!r}, which its customer chose, is judged.")
    return said


def _word(piece: Piece) -> str:
    word = piece.word
    if word is None:
        return repr(piece.text)
    about = word.brand.title if word.brand else says(word.group)
    if word.spelling == "lookalike":
        return f"{piece.text!r} (looks like {word.right!r}: {about})"
    if word.spelling == "slip":
        return f"{piece.text!r} ({word.right!r} misspelt: {about})"
    language = LANGUAGES.get(word.language)
    return f"{piece.text!r} ({language}: {about})" if language else f"{piece.text!r} ({about})"
