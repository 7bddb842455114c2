"""What is weighed in a name: each feature with the bounds of its weight and the sentence that says what it is.

What speaks for a lure never counts against it, whatever the few names that the model was trained on have it beside; and
what is weak (a cheap suffix) stays weak.
"""

from __future__ import annotations

from typing import NamedTuple


class Feature(NamedTuple):
    """Bounds and prior mean of a weight."""

    low: float
    prior: float
    """What the feature says before any name was seen."""
    high: float
    meaning: str


FEATURES: dict[str, Feature] = {
    "strong_hyphened": Feature(
        0, 3, 5, "nothing but lure words, with hyphens; accounts, sign-in, recovery or identity among them"
    ),
    "channel_hyphened": Feature(
        0, 2, 4, "nothing but lure words, with hyphens, one of them about mail, messages or documents"
    ),
    "loose_hyphened": Feature(0, 1.5, 3, "nothing but lure words, with hyphens, of the kinds that many companies use"),
    "strong_with_channel": Feature(
        0, 1, 3, "words about accounts, sign-in, recovery or identity beside words about mail or documents"
    ),
    "mail_twice": Feature(0, 2, 3, "two words about mail, with hyphens, and nothing but lure words"),
    "loose_beside": Feature(-2, -0.5, 0, "words of the kinds that many companies use beside the others"),
    "strong_glued": Feature(
        0, 1, 3, "nothing but lure words, written as one; accounts, sign-in, recovery or identity among them"
    ),
    "channel_glued": Feature(
        0, 0.5, 3, "nothing but lure words, written as one, one of them about mail, messages or documents"
    ),
    "loose_glued": Feature(0, 0, 1, "nothing but lure words, written as one, of the kinds that many companies use"),
    "second_strong": Feature(0, 1.5, 3, "two kinds of words about accounts, sign-in, recovery or identity"),
    "third_word": Feature(0, 1.5, 3, "three or more lure words"),
    "rarity": Feature(0, 1, 4, "how rare its lure words are in harmless names, on average"),
    "commonest": Feature(0, 1, 4, "how rare the commonest of its lure words is in harmless names"),
    "glued_under_cheap": Feature(0, 2.5, 3.5, "lure words written as one under a suffix where names cost little"),
    "hyphened_under_cheap": Feature(
        0, 2, 3, "nothing but lure words, with hyphens, under a suffix where names cost little"
    ),
    "office_number": Feature(0, 2, 3, '"365", by which office services are called, beside known words'),
    "access_to_place": Feature(0, 6.5, 7, "mail or signing in, set apart by hyphens from a country or an institution"),
    "access_first": Feature(0, 6.5, 7, "it begins like a server of an organisation on which people sign in"),
    "documents_apart": Feature(0, 6, 7, "shared documents, set apart by a hyphen from what may be somebody's name"),
    "mail_last": Feature(
        0,
        5.5,
        6,
        "what may be somebody's name with a word about mail behind it, under a suffix where names cost little",
    ),
    "com_first": Feature(0, 5.8, 7, '"com" with a hyphen first, as if an address ran on into it'),
    "suffix_written": Feature(0, 5.8, 7, "the suffix of a country's authorities or companies with hyphens for dots"),
    "lookalike_word": Feature(0, 6, 7, "a word with look-alike letters"),
    "com_glued": Feature(0, 2, 4, '"com" at the end of words written as one'),
    "rarity_glued": Feature(0, 0.5, 2, "the same of words written as one"),
    "misspelt": Feature(0, 2, 4, "a lure word spelled wrongly"),
    "business_word": Feature(-4, -1.5, 0, "words of hosting and of shops"),
    "strong_in_part": Feature(0, 0.5, 2, "a word about accounts, sign-in, recovery or identity beside unknown letters"),
    "unknown_letters": Feature(-2, -1, 0, "letters that are of no known word"),
    "digits_by_lure": Feature(0, 0.3, 1, "a number of several digits behind a lure word"),
    "com_token": Feature(0, 2.5, 4, '"com" written as a word of its own'),
    "brand_with_strong": Feature(5, 5.3, 6, "a brand and a word about accounts, sign-in, recovery or identity"),
    "brand_with_channel": Feature(1.5, 3, 4, "a brand and a word about mail, messages or documents"),
    "brand_with_loose": Feature(1.5, 2.5, 4, "a brand and a word of the kinds that many companies use"),
    "brand_of_mail": Feature(3, 3.2, 4.5, "a provider of mail, documents, chats or contacts beside lure words"),
    "brand_glued_under_cheap": Feature(
        0, 2, 3, "a brand and lure words written as one under a suffix where names cost little"
    ),
    "brand_hyphened_under_cheap": Feature(
        0, 1.5, 3, "a brand and lure words set apart by hyphens under a suffix where names cost little"
    ),
    "brand_apart_cheap": Feature(
        0, 5, 6, "a provider set apart by a hyphen from what may be any word, under a suffix where names cost little"
    ),
    "organisation_before": Feature(
        0, 2, 3, "a name set before a provider's own address, as an organisation's place there"
    ),
    "strong_joined": Feature(
        0, 3.3, 5, "a word about accounts, sign-in, recovery or identity set apart from joining words only"
    ),
    "strong_joined_cheap": Feature(0, 3.5, 4, "the same written as one under a suffix where names cost little"),
    "channel_joined": Feature(0, 1, 4, "a word about mail, messages or documents set apart from joining words only"),
    "two_strong_glued": Feature(
        0, 3.5, 5, "several kinds of words about accounts, sign-in, recovery, identity or mail, written as one"
    ),
    "two_and_a_name": Feature(
        0, 6.3, 7, "words about accounts and mail, set apart by hyphens from what may be somebody's name"
    ),
    "two_apart_cheap": Feature(
        0,
        5,
        6,
        "two lure words set apart by hyphens from what may be somebody's name, under a suffix where names cost little",
    ),
    "misspelt_glued": Feature(0, 2, 4, "a lure word spelled wrongly in words written as one"),
    "brand_with_company": Feature(0, 2.5, 4, 'a brand and "corp" or another word of companies, with hyphens'),
    "brand_with_filler": Feature(0, 1.5, 4, "a brand and a joining word"),
    "brand_with_my": Feature(2, 4, 5, 'a brand and "my", "com" or "www", with hyphens'),
    "brand_with_code": Feature(0, 3, 4, "a brand and a country's code, with a hyphen for the dot"),
    "brand_hyphened": Feature(0.5, 1.5, 3, "a brand set apart by hyphens"),
    "brand_in_part": Feature(0, 0.5, 2, "a brand, with hyphens, beside unknown letters"),
    "brand_misspelt": Feature(0, 2, 4, "a brand spelled wrongly"),
    "brand_lookalike": Feature(0, 5, 6, "a brand with look-alike letters"),
    "brand_alone_elsewhere": Feature(0, 2, 4, "a brand's name under a suffix that its owner is not known to use"),
    "mail_alone": Feature(0, 3, 4, "nothing but a mail provider's name under a suffix where names cost little"),
    "brand_dynamic": Feature(0, 4.6, 5.5, "a brand below a dynamic DNS provider or a hoster that gives names away"),
    "strong_dynamic": Feature(
        0,
        5.5,
        6,
        "a word about accounts, sign-in, recovery or identity below a dynamic DNS provider or a hoster that gives "
        "names away",
    ),
    "foreign_alone": Feature(
        0,
        4.5,
        5.5,
        "nothing but a word about accounts, sign-in, recovery or identity in a language other than English, "
        "under a suffix where names cost little",
    ),
    "common_brand_with_word": Feature(0, 1, 3, "a brand's name that others bear, too, beside lure words"),
    "organisation": Feature(0, 2, 4, "an organisation to protect"),
    "organisation_alone": Feature(
        0, 3.6, 5, "nothing but the name of an organisation to protect, rightly spelled or not, below another suffix"
    ),
    "suffix_cheap": Feature(0, 0.4, 0.8, "a suffix where names cost little"),
    "suffix_country": Feature(-1, -0.5, 0, "a country's suffix"),
    "suffix_restricted": Feature(-6, -4, 0, "a suffix where registrants show who they are"),
    "suffix_speaks": Feature(0, 0.2, 0.8, "a suffix that is a lure word"),
    "hosted": Feature(0, 0.5, 1, "below a hoster"),
    "hosted_whole": Feature(0, 3.5, 5, "nothing but lure words and brands, below a hoster or a dynamic DNS provider"),
    "below_own_domain": Feature(0, 7, 8, "a brand's own domain written in front of somebody else's"),
    "below_brand_with_lure": Feature(0, 5, 5, "a brand and a lure word in one label below somebody else's name"),
    "below_brand": Feature(0, 0.5, 1, "a brand in a label below somebody else's name"),
    "below_brand_over_lure": Feature(0, 4, 4, "a brand below a name that is itself a lure"),
    "below_webmail": Feature(
        0, 5.5, 6, "a provider of mail and a word about accounts or mail in labels below somebody else's name"
    ),
    "below_strong": Feature(0, 0.3, 0.5, "lure words below the name"),
    "confusable": Feature(0, 6, 8, "letters of another script that read as a known word"),
}

NAMES = tuple(FEATURES)
