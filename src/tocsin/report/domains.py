"""What `tocsin domains` says: hits with their reasons for people, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from tocsin.domains.model import Model
from tocsin.domains.scan import Hit, Scanned
from tocsin.report.phrases import counted
from tocsin.report.visible import visible

SHOWN = 50
REFUSALS_SHOWN = 5

SCHEMA = "tocsin.domains/1"


def told(found: Scanned, *, above: float) -> Iterator[RenderableType]:
    """Hits, likeliest first, then what could not be read."""
    hits = found.ranked()
    for hit in hits[:SHOWN]:
        verdict = hit.verdict
        head = Text(f"{verdict.probability:.3f}  ", style="bold")
        head.append(visible(verdict.name, limit=253), style="bold red")
        head.append(f"  {_where(hit)}", style="dim")
        yield head
        for reason in verdict.reasons:
            yield Padding(Text(visible(reason, limit=600)), (0, 0, 0, 7))
    if len(hits) > SHOWN:
        yield Text(f"and {counted(len(hits) - SHOWN, 'further name')} (--json lists all)")
    names = counted(found.names, "name")
    yield Text(f"{names} read, {counted(len(hits), 'hit')} at {above:.2f} and above.")
    if found.refused:
        yield Text(f"{counted(found.refused, 'line')} refused:")
        for refusal in found.refusals[:REFUSALS_SHOWN]:
            place = f"{refusal.file}:{refusal.line}" if refusal.line else refusal.file
            yield Text(f"  {visible(place, limit=200)}: {visible(refusal.reason, limit=160)}")


def _where(hit: Hit) -> str:
    first = visible(hit.places[0], limit=120) if hit.places else ""
    return first if hit.times == 1 else f"{first} and {counted(hit.times - 1, 'other place')}"


def as_json(found: Scanned, model: Model, *, above: float) -> bytes:
    """`tocsin.domains/1`: every hit with reasons and places, every refused line that was kept."""
    document = {
        "schema": SCHEMA,
        "model": {"made": model.made, "above": above},
        "counts": {"names": found.names, "hits": len(found.hits), "refused": found.refused},
        "hits": [
            {
                "domain": hit.verdict.name,
                "judged": hit.verdict.judged,
                "probability": round(hit.verdict.probability, 4),
                "looks_like": hit.verdict.looks_like,
                "themes": hit.verdict.themes,
                "reasons": hit.verdict.reasons,
                "places": hit.places,
                "times": hit.times,
            }
            for hit in found.ranked()
        ],
        "refused_for": dict(found.refused_for.most_common()),
        "refused": [
            {"file": one.file, "line": one.line, "reason": one.reason, "excerpt": one.excerpt} for one in found.refusals
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
