"""What can be told of a name before it is cut into words: by the words that stand anywhere in it, and its suffix.

Signs err on the side of more: a sign that is missing says for sure that the cut name has no such word.
"""

from __future__ import annotations

from enum import IntFlag, auto

from tocsin.domains.brand_features import WIDE
from tocsin.domains.kinds import CHANNEL, DOCUMENTS, SAYING_WHY
from tocsin.domains.registered import CHEAP, SPEAKING, Registered
from tocsin.domains.words import Word


class Sign(IntFlag):
    """Bits of a 64-bit number; features name those without which they are nothing."""

    ACCOUNT = auto()
    CREDENTIAL = auto()
    VERIFY = auto()
    SESSION = auto()
    RECOVERY = auto()
    IDENTITY = auto()
    """One for each kind of words about accounts (`kinds.STRONG`)."""
    STRONG = auto()
    """Any of them."""
    TWO_STRONG = auto()
    SEVERAL = auto()
    """Beside one of them another, or a word about mail or documents, or one of `kinds.SAYING_WHY`."""
    CHANNEL = auto()
    WHY = auto()
    LURE = auto()
    NAME = auto()
    """A brand's or an organisation's name."""
    BRAND = auto()
    """One that others do not bear."""
    SOUGHT = auto()
    """One whose accounts hold mail, documents, chats or contacts."""
    PROVIDER = auto()
    """A provider of mail that is nothing else."""
    ORGANISATION = auto()
    WRITTEN = auto()
    """An address of a provider without its dots: ukr-net, googlecom."""
    BRAND_WRONG = auto()
    """A brand spelled wrongly or with look-alike letters."""
    LURE_WRONG = auto()
    CLOSE = auto()
    """A word with look-alike letters that hardly an eye tells from the right ones."""
    EDGE = auto()
    """A word about documents at its beginning or end, set apart by a hyphen."""
    SUFFIX = auto()
    """It, or what stands below it, ends in a suffix with hyphens for dots."""
    OPENS = auto()
    """A lure word stands first, with no letter behind it."""
    WHOLE = auto()
    """Every letter is in some word that is known."""
    NEARLY = auto()
    """All letters but one are."""
    HYPHEN = auto()
    JOINED = auto()
    DIGIT = auto()
    COM = auto()
    """It holds "com"."""
    COM_LAST = auto()
    """It ends in "com"."""
    NUMBER = auto()
    """It holds "365"."""
    CHEAP = auto()
    COUNTRY = auto()
    RESTRICTED = auto()
    SPEAKING = auto()
    HOSTED = auto()
    BELOW = auto()
    """Something stands below it."""
    BELOW_STRONG = auto()
    BELOW_NAME = auto()
    BELOW_BRAND = auto()
    BELOW_HYPHEN = auto()


STRONG_KINDS = {
    "account": Sign.ACCOUNT,
    "credential": Sign.CREDENTIAL,
    "verify": Sign.VERIFY,
    "session": Sign.SESSION,
    "recovery": Sign.RECOVERY,
    "identity": Sign.IDENTITY,
}


def word_signs(word: Word) -> Sign:
    """What a word says wherever it stands."""
    brand = word.brand
    if brand is not None:
        signs = Sign.NAME
        if not word.common:
            signs |= Sign.BRAND
        if brand.mail or brand.people:
            signs |= Sign.SOUGHT
        if brand.mail and brand.key not in WIDE:
            signs |= Sign.PROVIDER
        if brand.organisation:
            signs |= Sign.ORGANISATION
        elif "-" in word.right:
            signs |= Sign.WRITTEN
        return signs if word.spelling == "exact" else signs | Sign.BRAND_WRONG
    if word.text == "com":
        return Sign.COM | Sign.COM_LAST
    if word.filler or word.ordinary:
        return Sign.CLOSE if word.close else Sign(0)
    signs = Sign.LURE
    if word.close:
        signs |= Sign.CLOSE
    if word.text in DOCUMENTS:
        signs |= Sign.EDGE
    if word.group in STRONG_KINDS:
        signs |= Sign.STRONG | STRONG_KINDS[word.group]
    if word.group in CHANNEL:
        signs |= Sign.CHANNEL
    if word.group in SAYING_WHY:
        signs |= Sign.WHY
    return signs if word.spelling == "exact" else signs | Sign.LURE_WRONG


def suffix_signs(parts: Registered) -> Sign:
    """What the suffix says."""
    last = parts.suffix.rsplit(".", 1)[-1]
    signs = Sign(0)
    if parts.hosted:
        signs |= Sign.HOSTED
    elif parts.restricted:
        signs |= Sign.RESTRICTED
    elif parts.country and last not in CHEAP:
        signs |= Sign.COUNTRY
    if last in CHEAP or parts.dynamic:
        signs |= Sign.CHEAP
    return signs | Sign.SPEAKING if last in SPEAKING else signs
