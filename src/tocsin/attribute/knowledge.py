"""Everything known of actors, put together and never merged: galaxies, published facts, private profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from tocsin.attribute.actor import Actor, Indicator, Refused
from tocsin.attribute.galaxies import galaxies_told, galaxy_actors
from tocsin.attribute.names import Names, folded
from tocsin.attribute.published import published_domains, published_names
from tocsin.errors import UsageError


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

    def meant(self, name: str, authority: str | None = None) -> Actor:
        """The one actor that a name means, by one authority or by whichever knows it. Raises `UsageError`."""
        bearers = [one for one in self.names.bearers(name) if one.replaced_by is None]
        fitting = [one for one in bearers if authority in (None, one.authority)]
        own = [one for one in fitting if folded(one.name) == folded(name)]
        chosen = own if len(own) == 1 and (authority is not None or len(fitting) == 1) else fitting
        if len(chosen) == 1:
            return chosen[0]
        shown = name[:80]
        if not chosen:
            by = f" by {authority}" if authority else ""
            raise UsageError(f"nobody{by} calls an actor {shown!r}", remedy="`tocsin actors` lists every actor")
        known = "; ".join(f"{one.name} (--authority {one.authority!r})" for one in chosen)
        raise UsageError(f"{shown!r} is contested", remedy=f"say whom you mean: {known}")

    def of(self, authority: str) -> Sequence[Actor]:
        """Actors of one authority that no other entry has replaced."""
        return [one for one in self.actors if one.authority == authority and one.replaced_by is None]


def actor_knowledge(profiles: Path | None = None) -> Knowledge:
    """What ships with the package, and the profiles of a folder. Raises `UsageError` when there is no such folder."""
    own, refused = _profiles(profiles) if profiles is not None else ([], [])
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


def _profiles(folder: Path) -> tuple[list[Actor], list[Refused]]:
    # Who brings none does not wait for the parser to be loaded.
    from tocsin.attribute.profiles import read_profiles

    return read_profiles(folder)
