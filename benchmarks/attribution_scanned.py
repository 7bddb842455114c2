"""Attribution on scanned worlds: each campaign against profiles made of the others, with signs planted.

    .venv/bin/python benchmarks/attribution_scanned.py STORE STORE ...

Of the largest campaign of each store a profile is made as an earlier investigation would have left it: a third of its
addresses, its hours as they looked, its techniques. Then every store's campaign is held against all the profiles: with
its own among them, without it, and without it but with an address or the hours of another one planted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from tocsin.attribute import Actor, Claim, Knowledge, Seen, actor_knowledge, seen, suggestion
from tocsin.attribute.actor import Hours, Indicator
from tocsin.attribute.icd203 import band
from tocsin.attribute.technique_rarity import EVERYWHERE
from tocsin.attribute.working_hours import Times
from tocsin.report.archive import kept, kept_roster

NOW = datetime(2026, 4, 1, tzinfo=UTC)
AUTHORITY = "earlier cases"


def largest(store: Path) -> Seen:
    """What the largest campaign of a store shows."""
    assessment, evidence = kept(store)
    campaign = max(assessment.campaigns, key=lambda one: one.counts.accounts_attacked)
    return seen(campaign, evidence, findings=assessment.findings, roster=kept_roster(store))


def profile(rng: Random, name: str, shown: Seen) -> Actor:
    """What an investigation of the campaign would leave."""
    rhythm = Times(shown.times).rhythm()
    hours = None
    if rhythm.cannot_say is None and rhythm.offsets is not None and rhythm.no_office < 0.5:
        middle = round(sum(rhythm.offsets) / 2)
        opens = (rhythm.mean_hour + middle - 4.5) % 24
        off = rhythm.days_off[0] if rhythm.days_off and rhythm.days_off[1] > 0.5 else (5, 6)
        # The signs of Etc/GMT are turned round: Etc/GMT-3 is UTC+3.
        hours = Hours(timezone=f"Etc/GMT{-middle:+d}", start=opens, end=opens + 9, days_off=off)
    known = rng.sample(shown.addresses, max(len(shown.addresses) // 3, 1))
    return Actor(
        authority=AUTHORITY,
        name=name,
        id=name,
        source=AUTHORITY,
        names=(Claim(actor=name, name=name, authority=AUTHORITY, source=AUTHORITY),),
        techniques=shown.techniques | EVERYWHERE,
        hours=hours,
        indicators=tuple(
            Indicator(kind="ip", value=one.value, actor=name, source=AUTHORITY, last_seen=shown.first) for one in known
        ),
    )


def cases(
    campaigns: dict[str, Seen], profiles: dict[str, Actor], rng: Random
) -> Iterator[tuple[str, str | None, Seen, list[Actor]]]:
    """Plot, whose hand it is if it is described, the campaign, and the profiles that are asked."""
    for name, shown in campaigns.items():
        others = [one for other, one in profiles.items() if other != name]
        played = rng.choice(others)
        least = min(shown.addresses, key=lambda one: one.events)
        planted = msgspec.structs.replace(least, value=rng.choice(played.indicators).value)
        addresses = tuple(planted if one is least else one for one in shown.addresses)
        weeks = timedelta(days=7 * ((shown.first - campaigns[played.name].first).days // 7))
        kept_hours = tuple(one + weeks for one in campaigns[played.name].times)
        yield "its own profile among them", name, shown, list(profiles.values())
        yield "no profile of it", None, shown, others
        yield "no profile; an address of another planted", None, replace(shown, addresses=addresses), others
        yield "no profile; another's hours kept", None, replace(shown, times=kept_hours), others
        yield (
            "no profile; an address planted and the hours kept",
            None,
            replace(shown, addresses=addresses, times=kept_hours),
            others,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stores", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5, help="profiles are drawn anew so many times")
    options = parser.parse_args()
    campaigns = {str(store): largest(store) for store in options.stores}
    public = actor_knowledge()
    said: dict[str, Counter[str]] = {}
    likeliest: dict[str, float] = {}
    for number in range(options.rounds):
        rng = Random(number)
        profiles = {name: profile(rng, name, shown) for name, shown in campaigns.items()}
        for plot, truth, shown, asked in cases(campaigns, profiles, rng):
            knowledge = Knowledge(actors=(*asked, *public.actors), facts=public.facts)
            views = suggestion(shown, knowledge, now=NOW).views
            named = [view.actor for view in views if view.actor is not None]
            answer = ("right" if named == [truth] else "wrong") if named else views[0].status.replace("_", " ")
            said.setdefault(plot, Counter())[answer] += 1
            wrong = [one.probability for one in views[0].hypotheses if one.kind == "actor" and one.actor != truth]
            likeliest[plot] = max([likeliest.get(plot, 0.0), *wrong])
    print(f"{len(campaigns)} scanned worlds, {options.rounds} rounds\n")
    print("| plot | right | wrong | contested | not known | likeliest wrong name |\n|---|---|---|---|---|---|")
    for plot, counts in said.items():
        cells = " | ".join(str(counts[one]) for one in ("right", "wrong", "contested", "not known"))
        print(f"| {plot} | {cells} | {band(likeliest[plot]).term} ({likeliest[plot]:.2f}) |")


if __name__ == "__main__":
    main()
