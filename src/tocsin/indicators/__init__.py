"""Other people's indicators."""

from tocsin.indicators.tlp import Tlp, strictest, tlp_named

__all__ = ["Tlp", "strictest", "tlp_named"]
