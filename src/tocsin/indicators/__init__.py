"""What other people say of attackers. Files and answers of TAXII servers (STIX, MISP, CSV) come in; INDICATOR rows
that a store keeps until they are dropped go out, and `hits`: which events they match.

TAXII's client is here, too, for what we add to a collection goes through the same door.
"""

from tocsin.indicators.indicator import GOOD_FOR_DAYS, INDICATOR, KINDS, LEAD_DAYS, Feed, Indicator, Refused
from tocsin.indicators.kept import add, drop, kept_indicators
from tocsin.indicators.match import Hit, expired, good_within, hits
from tocsin.indicators.read import read_bytes, read_file
from tocsin.indicators.tlp import Tlp, strictest, tlp_named

__all__ = [
    "GOOD_FOR_DAYS",
    "INDICATOR",
    "KINDS",
    "LEAD_DAYS",
    "Feed",
    "Hit",
    "Indicator",
    "Refused",
    "Tlp",
    "add",
    "drop",
    "expired",
    "good_within",
    "hits",
    "kept_indicators",
    "read_bytes",
    "read_file",
    "strictest",
    "tlp_named",
]
