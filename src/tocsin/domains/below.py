"""What the labels below somebody's name say of it: a brand's address in front of it, a brand over a lure."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.domains.access import LETTERS
from tocsin.domains.kinds import POINTED, STRONG, WRITTEN_SUFFIX
from tocsin.domains.registered import Registered
from tocsin.domains.seen import Seen, telling
from tocsin.domains.segment import Piece, WordCosts, segment
from tocsin.domains.words import Vocabulary, Word

INSTALLED = frozenset({"microsoft", "identity", "doors", "meetings", "github"})
"""Brands whose software organisations run on servers of their own, which they call by its name."""

NAMED_FOR = INSTALLED | {"files", "dropbox", "google"}
"""Brands that hosts of organisations are called by for other reasons, too: what they have there, or come from."""

INSTALLED_OVER_LURE = 0.25
"""Attackers' names of words about accounts have such a host a few times as often as companies' of such words, by our
guess: no list of names says it."""


def below_features(
    values: dict[str, float], seen: Seen, parts: Registered, vocabulary: Vocabulary, costs: WordCosts
) -> None:
    """Their features, into `values`."""
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
    webmail = mailing = False
    for label in below:
        found = vocabulary.found(label)
        if not found:
            continue
        pieces = segment(label, found, costs)
        seen.below.append(pieces)
        words = [piece.word for piece in pieces if piece.word]
        here = {word.brand.key for word in words if word.brand and not word.common}
        groups = {word.group for word in words if not word.brand and not word.filler}
        strong |= groups & STRONG
        webmail = webmail or any(map(_webmail, pieces))
        mailing = mailing or bool(groups & (STRONG | {"mail"}))
        if "-" in label and WRITTEN_SUFFIX.search(label):
            values["suffix_written"] = 1.0
        if here and "-" in label:
            # office365-backup.example.org is somebody's own server; office365-login.example.org is less so.
            together = max(together, 1.0 if groups & STRONG or _address(words) else 0.5 if groups & POINTED else 0.0)
        branded |= here
    if webmail and mailing and "below_own_domain" not in values:
        values["below_webmail"] = 1.0
    if together:
        values["below_brand_with_lure"] = together
    elif branded - INSTALLED and "below_own_domain" not in values:
        values["below_brand"] = 1.0
    if branded and any(map(telling, seen.pieces)):
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
    if installed:
        # The host is called so by companies and by attackers alike: the name itself decides.
        return INSTALLED_OVER_LURE if groups & STRONG and "unknown_letters" not in values else 0.0
    pointed = bool(groups & (STRONG | {"security"}))
    unknown = sum(len(piece.text) for piece in seen.pieces if piece.word is None or piece.word.ordinary)
    if strong_below and pointed and unknown <= LETTERS:
        # midsecurity, account-check: two words; 51verify is a company's name.
        return 1.2 if not unknown and sum(map(telling, seen.pieces)) >= 2 else 0.9
    if pointed and "unknown_letters" not in values:
        return 0.8
    return 0.5 if strong_below or pointed else 0.25


def _webmail(piece: Piece) -> bool:
    """naver, ukrnet, yahoo by themselves: whoever runs a server of their own calls it otherwise."""
    brand = piece.word.brand if piece.word and piece.word.spelling == "exact" and not piece.word.common else None
    return brand is not None and brand.mail and piece.bounded and brand.key not in NAMED_FOR


def _address(words: Sequence[Word]) -> bool:
    """login-microsoftonline: the host of a provider's sign-in page, with hyphens for dots."""
    return any(word.brand and "-" in word.text and not word.brand.organisation for word in words)
