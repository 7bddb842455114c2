"""A name judged: how likely it was made to take passwords of a protected brand or organisation, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tocsin.domains.bound import Bound
from tocsin.domains.candidates import Candidates
from tocsin.domains.features import observe
from tocsin.domains.kinds import CHANNEL, STRONG
from tocsin.domains.model import Model, shipped
from tocsin.domains.ownership import owner
from tocsin.domains.protect import Organisation
from tocsin.domains.reasons import reasons
from tocsin.domains.registered import Registered, registered
from tocsin.domains.seen import Seen
from tocsin.domains.words import Vocabulary, Word, known_brands, says


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the model says of a name."""

    name: str
    judged: str
    """The part of it that somebody chose."""
    probability: float
    looks_like: tuple[str, ...]
    """Titles of the brands and organisations whose name it carries."""
    themes: tuple[str, ...]
    reasons: tuple[str, ...]


class Within(NamedTuple):
    """A name within reach of the threshold."""

    parts: Registered
    found: list[tuple[int, int, Word]]
    """The words in its label."""


class Judge:
    """Judges names against the lures, the large providers and these organisations."""

    def __init__(self, organisations: Iterable[Organisation] = (), model: Model | None = None) -> None:
        self.model = model or shipped()
        brands = (*known_brands(), *(organisation.brand() for organisation in organisations))
        self.vocabulary = Vocabulary.of(brands)
        self.candidates = Candidates(self.vocabulary)
        self.bound = Bound(self.vocabulary, self.model)
        self.costs = self.model.costs()

    def worth(self, name: str) -> bool:
        """Whether a clean name holds enough to be taken apart."""
        line = name.encode() + b"\n"
        return b"xn--" in line or len(self.candidates.of(line, np.array([len(line)]))) > 0

    def judge(self, name: str) -> Verdict | None:
        """The verdict on a clean name; None where there is nothing to judge: no words, the brand's own, a hoster."""
        return self.weigh(name) if self.worth(name) else None

    def within_reach(self, names: Sequence[str], above: float) -> list[Within | None]:
        """The parts of each clean name that could be as likely as that, with the words in it; None for the others."""
        parts = [registered(name) for name in names]
        rows = [row for row, one in enumerate(parts) if one.label]
        kept: list[Within | None] = [None] * len(names)
        if rows:
            least = math.log(above / (1 - above)) if 0 < above < 1 else -math.inf
            labelled = [parts[row] for row in rows]
            told = self.bound.signs(labelled)
            numbers = np.flatnonzero(self.bound.most(labelled, told) >= least)
            for number, found in zip(numbers.tolist(), told.hits.of(numbers, self.vocabulary.words), strict=True):
                kept[rows[number]] = Within(labelled[number], found)
        return kept

    def weigh(self, name: str, within: Within | None = None, *, above: float = 0.0) -> Verdict | None:
        """The verdict on a name that `candidates` let through, if it is as likely as that."""
        parts, found = within or (registered(name), None)
        if not parts.label or owner(name, parts, self.vocabulary) is not None:
            return None
        values, seen = observe(parts, self.vocabulary, self.costs, found)
        probability = self.model.probability(values)
        if probability < above:
            return None
        return Verdict(
            name=name,
            judged=parts.registrable,
            probability=probability,
            looks_like=tuple(brand.title for brand in seen.brands),
            themes=_themes(seen),
            reasons=reasons(parts, values, seen, self.model),
        )


def _themes(seen: Seen) -> tuple[str, ...]:
    groups = [piece.word.group for piece in seen.pieces if piece.word and not piece.word.filler]
    wanted = [group for group in dict.fromkeys(groups) if group in STRONG or group in CHANNEL]
    return tuple(says(group) for group in wanted)
