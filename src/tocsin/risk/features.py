"""What is compared of a visit: features, each with the levels that it belongs to, from narrow to wide.

An address lies in a prefix, that in a network, that in a country; a user agent names a client, that runs on a system.
The hierarchy and its use are those of Freeman et al. (NDSS 2016, doi 10.14722/ndss.2016.23240: address, organisation,
autonomous system, country; user agent, browser, operating system). The weights are those that Wiefling et al. published
with the code of "Pump Up Password Security!" (ACM TOPS 2022, doi 10.1145/3546069; github.com/das-group/rba-algorithm):
0.6, 0.3 and 0.1 for address, ASN and country; 0.539, 0.268, 0.188 and 0.005 for user agent, browser, operating system
and device type. Where our levels differ (the prefix; no device type), a weight is split or added to its neighbour's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Level:
    """A column of visits, its published weight, and what people call it."""

    column: str
    weight: float
    word: str
    shared_by_few: bool = False  # has nearly as many values as there are visits
    told_by_few: bool = False  # most visits tell nothing of it


@dataclass(frozen=True, kw_only=True)
class Feature:
    """What is weighed as one; its levels go from the narrowest to the widest, and their weights add up to one."""

    name: str
    levels: tuple[Level, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(level.column for level in self.levels)


SOURCE = Feature(
    name="source",
    levels=(
        Level(column="source_ip", weight=0.45, word="address", shared_by_few=True),
        Level(column="prefix", weight=0.15, word="address range", shared_by_few=True),
        Level(column="network", weight=0.3, word="network"),
        Level(column="country", weight=0.1, word="country"),
    ),
)

CLIENT = Feature(
    name="client",
    levels=(
        Level(column="agent", weight=0.539, word="user agent"),
        Level(column="client", weight=0.268, word="client"),
        Level(column="system", weight=0.193, word="operating system"),
    ),
)

ROUND_TRIP = Feature(
    name="round_trip",
    levels=(
        Level(column="round_trip_10", weight=0.5, word="round-trip time (to 10 ms)", told_by_few=True),
        Level(column="round_trip_50", weight=0.5, word="round-trip time (to 50 ms)", told_by_few=True),
    ),
)
"""Weighed where events have the column `round_trip_ms`. Wiefling et al. measured what it tells when it is rounded to 10
and to 50 ms (RESULTS.md of github.com/das-group/rba-dataset); halving the weight between them is our choice."""

FEATURES = (SOURCE, CLIENT, ROUND_TRIP)

LEVELS = tuple(level for feature in FEATURES for level in feature.levels)


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """How far the published weights are believed before the site and the account have shown their own."""

    site_visits: float = 100.0
    """The published weights count like so many visits at which the site was seen to recognise its accounts."""

    visits: float = 4.0
    """And the site's like so many of the account."""

    unseen: float = 0.05
    """Share of the published weights that is reserved for visits that nothing recognises."""

    knowing: float = 0.3
    """Share of attackers who come from a country that the account is used from, because they know it."""

    refusals: float = 5.0
    """Attempts refused and expected to be refused that are thought of beside those that there were."""

    like_refused: float = 0.8
    """Share of attackers who come from where attempts are refused; the others come from anywhere."""


PUBLISHED = Weighing()
