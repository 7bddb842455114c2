"""What can be told of a name before it is cut into words: by the words that stand anywhere in it, and its suffix.

Signs err on the side of more: a sign that is missing says for sure that the cut name has no such word.
"""

from __future__ import annotations

from enum import IntFlag, auto


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
    ORGANISATION = auto()
    WRITTEN = auto()
    """An address of a provider without its dots: ukr-net, googlecom."""
    BRAND_WRONG = auto()
    """A brand spelled wrongly or with look-alike letters."""
    LURE_WRONG = auto()
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
