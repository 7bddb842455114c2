"""The categories of people at risk in the words of other vocabularies.

STIX 2.1 `industry-sector-ov` (section 10.8) and the attribute `sectors` of the MISP object `victim`
(MISP/misp-objects, objects/victim/definition.json, version 10). What neither has is left out, not bent.
"""

from __future__ import annotations

STIX_SECTORS = {"government": "government", "academia": "education", "ngo": "non-profit"}

MISP_SECTORS = {
    "campaign": ("political party",),
    "political-party": ("political party",),
    "government": ("government national", "government regional", "government local"),
    "media": ("information and cultural industries",),
    "diaspora": ("dissident",),
    "think-tank": ("think tank",),
    "ngo": ("non profit",),
    "academia": ("academia - university",),
}
