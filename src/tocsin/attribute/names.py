"""Names as claims: who says that which actor is called so, and where the claims part.

Names are never merged. Two actors that bear one name stay two, and whoever asks is told that the name is contested.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tocsin.attribute.actor import Actor, authority_words

LONGEST_NAME = 200
"""Longer ones are nobody's name."""


def folded(name: str) -> str:
    """A name without case, spaces, punctuation and characters that nobody sees: ``mintsandstorm``."""
    text = unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold()
    return "".join(character for character in text if character.isalnum())


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A name with the actors that bear it, and why it is contested where it is."""

    name: str
    bearers: tuple[Actor, ...]
    contested: tuple[str, ...]  # reasons in words; none: every authority that knows the name means one actor by it


class Names:
    """The graph of claims: from names to the actors that bear them, and back."""

    def __init__(self, actors: Sequence[Actor]) -> None:
        self._by_key = {one.key: one for one in actors}
        self._bearers: dict[str, list[Actor]] = defaultdict(list)
        self._spelled: dict[str, str] = {}
        for one in actors:
            for name in {folded(claim.name): claim.name for claim in reversed(one.names)}.items():
                if name[0]:
                    self._bearers[name[0]].append(one)
                    self._spelled.setdefault(*name)

    @property
    def spellings(self) -> Mapping[str, str]:
        """Every folded name as somebody writes it."""
        return self._spelled

    def bearers(self, name: str) -> tuple[Actor, ...]:
        """Actors that bear the name by some authority's claim."""
        return tuple(self._bearers.get(folded(name), ()))

    def of(self, authority: str, name: str) -> tuple[Actor, ...]:
        """Actors of one authority that bear the name; those not replaced, where there are any."""
        found = [one for one in self.bearers(name) if one.authority == authority]
        return tuple([one for one in found if one.replaced_by is None] or found)

    def standing(self, name: str) -> Standing:
        """The name with its bearers and every reason to call it contested."""
        bearers = self.bearers(name)
        spelled = self._spelled.get(folded(name), name)
        return Standing(name=spelled, bearers=bearers, contested=tuple(self._contested(spelled, bearers)))

    def _contested(self, name: str, bearers: Sequence[Actor]) -> Iterable[str]:
        alive = [one for one in bearers if one.replaced_by is None]
        for authority in dict.fromkeys(one.authority for one in alive):
            mine = [one.name for one in alive if one.authority == authority]
            if len(mine) > 1:
                yield f"{authority_words(authority)} give the name {name} to {_listed(mine)}."
        for one in alive:
            for authority, others in self._split(one).items():
                yield (
                    f"{authority_words(one.authority)} hold one actor, {one.name}, where "
                    f"{authority_words(authority)} keep {_listed(others)}."
                )
            alike = [other.actor for other in one.similar if other.authority == one.authority]
            if alike:
                yield (
                    f"{authority_words(one.authority)} keep {one.name} apart from {_listed(alike)}, and call them"
                    f" alike ({one.similar[0].likelihood})."
                )

    def _split(self, one: Actor) -> dict[str, list[str]]:
        """By authority, its actors among which the names of this one are divided, where they are several."""
        held: dict[str, dict[str, None]] = defaultdict(dict)
        for claim in one.names:
            for other in self.bearers(claim.name):
                if other.authority != one.authority and other.replaced_by is None:
                    held[other.authority][other.name] = None
        return {authority: list(others) for authority, others in held.items() if len(others) > 1}


def _listed(items: Sequence[str]) -> str:
    first = list(items[:6])
    if len(items) > len(first):
        return f"{', '.join(first)} and {len(items) - len(first)} more"
    return f"{', '.join(first[:-1])} and {first[-1]}" if len(first) > 1 else "".join(first)
