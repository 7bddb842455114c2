"""TLP 2.0 markings as STIX objects, which STIX 2.1 does not define itself: they have to travel in the bundle.

Ids, names and time are those of OASIS: oasis-open/cti-stix-common-objects,
extension-definition-specifications/tlp-2.0.
"""

from __future__ import annotations

from typing import Any

import stix2

from tocsin.indicators.stix_tlp import TLP_EXTENSION, TLP_IDS
from tocsin.indicators.tlp import Tlp

MADE = "2022-10-01T00:00:00.000Z"


def marking(level: Tlp) -> Any:
    """The marking definition of a level."""
    return stix2.MarkingDefinition(
        id=TLP_IDS[level],
        created=MADE,
        name=f"TLP:{level.value.upper()}",
        extensions={TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level.value}},
    )
