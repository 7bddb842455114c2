"""What attribution says of campaigns whose hand is known: right, wrong, contested or not known, and how calibrated.

    .venv/bin/python benchmarks/attribution.py --campaigns 100 --seeds 1-3

Every seed has six actors with profiles and as many without. Each plot is played so many times; the answer by the
profiles' names is held against the truth, and a name that any other authority suggests counts as wrong.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from attribution_worlds import PLOTS, Plot, campaign, hand, profile

from tocsin.attribute import Knowledge, Suggestion, actor_knowledge, suggestion
from tocsin.attribute.icd203 import BANDS, band

NOW = datetime(2026, 3, 10, tzinfo=UTC)
PROFILES = 6
OWN: frozenset[Plot] = frozenset({"own hand", "own hand, new infrastructure"})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One campaign's answer beside the truth."""

    plot: Plot
    truth: str | None  # the profile whose hand it is; None: nobody's that is described
    said: str  # right | wrong | contested | not known
    chances: tuple[tuple[str, float], ...]  # of each profile
    suggestion: Suggestion


def answers(seed: int, campaigns: int, *, shipped: bool = True) -> Iterator[Answer]:
    """Every plot, `campaigns` times. `shipped`: the galaxies' actors are asked, too."""
    rng = Random(seed)
    hands = [hand(rng, f"ACTOR {number}", number) for number in range(2 * PROFILES)]
    described = hands[:PROFILES]
    profiles = {one.name: profile(rng, one) for one in described}
    public = actor_knowledge()
    knowledge = Knowledge(
        actors=(*profiles.values(), *(public.actors if shipped else ())), facts=public.facts, told=("benchmark",)
    )
    for plot in PLOTS:
        for number in range(campaigns):
            played = described[number % PROFILES]
            real = played if plot in OWN else rng.choice(hands[PROFILES:])
            if plot.startswith("flag") and rng.random() < 0.3:
                real = rng.choice([one for one in described if one is not played])
            truth = real.name if real in described else None
            done = suggestion(campaign(rng, number, plot, real, played, profiles[played.name]), knowledge, now=NOW)
            yield Answer(plot=plot, truth=truth, said=_said(done, truth), chances=_chances(done), suggestion=done)


def _said(done: Suggestion, truth: str | None) -> str:
    own, *others = done.views
    if any(view.status == "suggested" for view in others):
        return "wrong"
    if own.status == "suggested":
        return "right" if own.actor == truth else "wrong"
    return own.status.replace("_", " ")


def _chances(done: Suggestion) -> tuple[tuple[str, float], ...]:
    return tuple((one.actor, one.probability) for one in done.views[0].hypotheses if one.kind == "actor")


def table(found: list[Answer]) -> str:
    """Plots and what was said of them."""
    columns = ("right", "wrong", "contested", "not known")
    lines = [f"| plot | campaigns | {' | '.join(columns)} | likeliest wrong name |", "|---" * 7 + "|"]
    by_plot: dict[str, list[Answer]] = defaultdict(list)
    for one in found:
        by_plot[one.plot].append(one)
    for plot, held in by_plot.items():
        said = Counter(one.said for one in held)
        wrong = max((chance for one in held for name, chance in one.chances if name != one.truth), default=0.0)
        cells = " | ".join(str(said[column]) for column in columns)
        lines.append(f"| {plot} | {len(held)} | {cells} | {band(wrong).term} ({wrong:.2f}) |")
    return "\n".join(lines)


def calibration(found: list[Answer]) -> str:
    """By band: how often a name that was given it was the right one."""
    held: dict[str, list[bool]] = defaultdict(list)
    for one in found:
        for name, chance in one.chances:
            held[band(chance).term].append(name == one.truth)
    lines = ["| band | names | right |", "|---|---|---|"]
    for each in BANDS:
        names = held.get(each.term, [])
        share = f"{sum(names) / len(names):.0%}" if names else "–"
        lines.append(f"| {each.term} ({each.range}) | {len(names)} | {share} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--campaigns", type=int, default=60, help="of each plot and seed")
    parser.add_argument("--seeds", default="1-3", help="one, or from-to")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    found = [one for seed in range(int(first), int(last or first) + 1) for one in answers(seed, options.campaigns)]
    print(f"{len(found)} campaigns, seeds {options.seeds}\n\n{table(found)}\n\n{calibration(found)}")


if __name__ == "__main__":
    main()
