"""Everything known of actors, put together and never merged: galaxies, published facts, private profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from tocsin.attribute.actor import Actor, Indicator
from tocsin.attribute.galaxies import galaxies_told, galaxy_actors
from tocsin.attribute.names import Names
from tocsin.attribute.profiles import Refused, read_profiles
from tocsin.attribute.published import published_domains, published_names


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Actors by authority, facts that name an actor, and where it all comes from."""

    actors: tuple[Actor, ...]
    facts: tuple[Indicator, ...] = ()  # by the name that its source uses
    told: tuple[str, ...] = ()  # data and versions, for whoever repeats a judgement
    refused: tuple[Refused, ...] = field(default=())  # profiles that were not taken

    @cached_property
    def names(self) -> Names:
        return Names(self.actors)

    @property
    def authorities(self) -> tuple[str, ...]:
        """In order of the actors, the private ones first."""
        return tuple(dict.fromkeys(one.authority for one in self.actors))

    def of(self, authority: str) -> Sequence[Actor]:
        """Actors of one authority that no other entry has replaced."""
        return [one for one in self.actors if one.authority == authority and one.replaced_by is None]


def actor_knowledge(profiles: Path | None = None) -> Knowledge:
    """What ships with the package, and the profiles of a folder. Raises `UsageError` when there is no such folder."""
    own, refused = read_profiles(profiles) if profiles is not None else ([], [])
    further = published_names()
    shipped = [
        msgspec.structs.replace(one, names=(*one.names, *further[one.key])) if one.key in further else one
        for one in galaxy_actors()
    ]
    return Knowledge(
        actors=(*own, *shipped),
        facts=published_domains(),
        told=(galaxies_told(), *([f"{len(own)} of {len(own) + len(refused)} own profiles"] if own or refused else [])),
        refused=tuple(refused),
    )
