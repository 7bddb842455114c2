"""Hits on domains that were taken away come in (sinkhole reports, resolvers' logs), and out goes which protected
organisations still visit them, with the hits that show it."""

from tocsin.domains.sinkhole.hits import Hit, Refusal, read_hits
from tocsin.domains.sinkhole.visits import Visit, visits

__all__ = ["Hit", "Refusal", "Visit", "read_hits", "visits"]
