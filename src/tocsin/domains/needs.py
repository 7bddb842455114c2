"""Signs without which each feature is nothing, and how large it can be: what `bound.py` sums up."""

from __future__ import annotations

from typing import NamedTuple

from tocsin.domains.signs import Sign

S = Sign


class Need(NamedTuple):
    """Signs without which a feature is nothing, and how large it can be."""

    feature: str
    signs: Sign
    most: float = 1.0
    instead: str = ""
    """Of features with the same word here a name has one at most; of several lines of a feature the largest counts."""
    by_rarity: bool = False
    """It is as large as the rarest word of the name is rare, at most."""


_ALONE = S.WHOLE | S.LURE
_APART = _ALONE | S.HYPHEN
_GLUED = _ALONE | S.JOINED

WITHOUT_BRAND = (
    Need("strong_hyphened", _APART | S.STRONG, instead="kind"),
    Need("channel_hyphened", _APART | S.CHANNEL, instead="kind"),
    Need("loose_hyphened", _APART, instead="kind"),
    Need("strong_glued", _GLUED | S.STRONG, instead="kind"),
    Need("channel_glued", _GLUED | S.CHANNEL, instead="kind"),
    Need("loose_glued", _GLUED, instead="kind"),
    Need("strong_joined", _APART | S.STRONG, instead="kind"),
    Need("strong_joined_cheap", _GLUED | S.STRONG | S.CHEAP, instead="kind"),
    Need("channel_joined", _APART | S.CHANNEL, instead="kind"),
    Need("strong_with_channel", _APART | S.STRONG | S.CHANNEL),
    Need("mail_twice", _APART | S.CHANNEL),
    Need("loose_beside", _APART),
    Need("second_strong", _ALONE | S.TWO_STRONG),
    Need("third_word", _APART),
    Need("third_word", _GLUED, 0.5),
    Need("rarity", _APART, by_rarity=True),
    Need("commonest", _APART, by_rarity=True),
    Need("hyphened_under_cheap", _APART | S.CHEAP),
    Need("strong_dynamic", S.STRONG | S.HOSTED),
    Need("foreign_alone", _GLUED | S.STRONG | S.CHEAP),
    Need("mail_last", S.HYPHEN | S.LURE | S.CHEAP),
    Need("documents_apart", S.HYPHEN | S.EDGE),
    Need("com_glued", _GLUED | S.COM_LAST),
    Need("rarity_glued", _GLUED, by_rarity=True),
    Need("glued_under_cheap", _GLUED | S.CHEAP),
    Need("access_to_place", _APART),
    Need("access_first", S.HYPHEN | S.OPENS),
    Need("digits_by_lure", _ALONE | S.DIGIT),
    Need("two_strong_glued", _GLUED | S.SEVERAL),
    Need("two_and_a_name", S.HYPHEN | S.SEVERAL),
    Need("two_apart_cheap", S.HYPHEN | S.LURE | S.CHEAP),
    Need("misspelt_glued", _GLUED | S.LURE_WRONG),
    Need("common_brand_with_word", S.WHOLE | S.NAME),
)
"""Features of names in which no brand is read."""

_NEARLY = S.BRAND | S.NEARLY

WITH_BRAND = (
    Need("brand_with_strong", S.BRAND | S.STRONG | S.HYPHEN, instead="with"),
    Need("brand_with_strong", _NEARLY | S.STRONG, 0.85, instead="with"),
    Need("brand_with_strong", S.BRAND | S.STRONG, 0.5, instead="with"),
    Need("brand_with_channel", _NEARLY | S.CHANNEL, instead="with"),
    Need("brand_with_loose", _NEARLY | S.LURE, instead="with"),
    Need("brand_with_filler", _NEARLY, instead="with"),
    Need("brand_alone_elsewhere", _NEARLY | S.CHEAP, instead="with"),
    Need("mail_alone", _NEARLY | S.PROVIDER | S.CHEAP),
    Need("brand_dynamic", S.BRAND | S.HOSTED),
    Need("brand_of_mail", _NEARLY | S.SOUGHT | S.HYPHEN),
    Need("brand_of_mail", _NEARLY | S.SOUGHT, 0.5),
    Need("brand_glued_under_cheap", _NEARLY | S.JOINED | S.CHEAP),
    Need("brand_hyphened_under_cheap", _NEARLY | S.HYPHEN | S.CHEAP),
    Need("brand_apart_cheap", S.BRAND | S.SOUGHT | S.HYPHEN | S.CHEAP),
    Need("brand_with_company", _NEARLY | S.HYPHEN),
    Need("brand_with_my", S.BRAND | S.HYPHEN),
    Need("brand_with_my", S.BRAND | S.WRITTEN),
    Need("brand_with_code", S.BRAND | S.HYPHEN),
    Need("brand_hyphened", S.BRAND | S.HYPHEN),
    Need("brand_in_part", S.BRAND | S.HYPHEN, 2.0),
    Need("brand_misspelt", S.BRAND | S.BRAND_WRONG, instead="wrong"),
    Need("brand_lookalike", S.BRAND | S.BRAND_WRONG, instead="wrong"),
    Need("organisation", S.BRAND | S.ORGANISATION),
    Need("organisation_alone", S.BRAND | S.ORGANISATION),
)
"""Features of names in which a brand is read that others do not bear."""

ANYWAY = (
    Need("office_number", S.WHOLE | S.NUMBER),
    Need("suffix_written", S.SUFFIX),
    Need("com_first", S.HYPHEN | S.COM),
    Need("lookalike_word", S.CLOSE),
    Need("misspelt", _ALONE | S.LURE_WRONG),
    Need("business_word", S.LURE),
    Need("strong_in_part", S.STRONG, 6.0),
    Need("unknown_letters", S(0), 3.0),
    Need("com_token", S.HYPHEN | S.COM),
    Need("organisation_before", S.HYPHEN | S.NAME),
    Need("suffix_cheap", S.CHEAP),
    Need("suffix_country", S.COUNTRY),
    Need("suffix_restricted", S.RESTRICTED),
    Need("suffix_speaks", S.SPEAKING),
    Need("hosted", S.HOSTED),
    Need("hosted_whole", S.HOSTED | S.WHOLE),
    Need("below_own_domain", S.BELOW_NAME),
    Need("below_brand_with_lure", S.BELOW_BRAND | S.BELOW_HYPHEN),
    Need("below_brand", S.BELOW_BRAND),
    Need("below_brand_over_lure", S.BELOW_BRAND, 1.2),
    Need("below_webmail", S.BELOW_BRAND),
    Need("below_strong", S.BELOW_STRONG, 2.0),
)
"""The others. `confusable` is of names in another script, which are always cut."""
