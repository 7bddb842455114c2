"""Likelihood in the words of ICD 203, and analytic confidence, which is another thing.

Intelligence Community Directive 203, Analytic Standards (2 January 2015, D.6.e(2)(a)): seven bands with fixed words.
The same words are the taxonomy `estimative-language` of MISP. The bands leave out 0 and 100 per cent: no judgement here
is certain. On a bound between two bands the lower one is meant.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Confidence = Literal["low", "moderate", "high"]

CONFIDENCES: tuple[Confidence, ...] = ("low", "moderate", "high")
"""D.6.e(2)(a) asks that confidence and likelihood are not put into one sentence: the first is about the sources."""


class Band(NamedTuple):
    """``likely``, 55-80%."""

    term: str
    least: int  # per cent
    most: int

    @property
    def range(self) -> str:
        return f"{self.least}-{self.most}%"

    def verb(self, *, plural: bool = False, would: bool = False) -> str:
        """The term with its verb: ``is very likely``, ``have almost no chance``, ``would be likely``."""
        be, have = ("would be", "would have") if would else ("are", "have") if plural else ("is", "has")
        if self.term == "almost no chance":
            return f"{have} almost no chance"
        if self.term == "roughly even chance":
            return f"{have} a roughly even chance"
        return f"{be} {self.term}"


BANDS = (
    Band("almost no chance", 1, 5),
    Band("very unlikely", 5, 20),
    Band("unlikely", 20, 45),
    Band("roughly even chance", 45, 55),
    Band("likely", 55, 80),
    Band("very likely", 80, 95),
    Band("almost certainly", 95, 99),
)


def band(probability: float) -> Band:
    """The band in which a probability lies; what is beyond the outer ones is in the outer ones."""
    percent = round(probability * 100, 6)
    return next((one for one in BANDS if percent <= one.most), BANDS[-1])


def band_of(term: str) -> Band | None:
    """The band with this term, however it is written."""
    return next((one for one in BANDS if one.term == " ".join(term.lower().split())), None)
