"""Visits of taken domains as findings, like those of any other detection, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from tocsin.detect.finding import Finding
from tocsin.domains.sinkhole import Visit
from tocsin.report.phrases import counted, listed
from tocsin.report.visible import visible

DETECTION = "sinkhole_visit"
TECHNIQUES = ("T1566.002", "T1598.003")
"""A link in a message, for access and for information (ATT&CK)."""

SHOWN = 40


def finding(visit: Visit) -> Finding:
    """One visit as a finding; hits stand for events, by file and line."""
    sent = visit.sent > 0
    return Finding(
        id=visit.id,
        detection=DETECTION,
        title="A taken domain is still visited",
        level="high" if sent else "medium",
        role="attack",
        techniques=list(TECHNIQUES),
        reason=sentence(visit),
        providers=["sinkhole"],
        tenants=[visit.organisation] if visit.organisation else [],
        account=next(iter(visit.mail)) if len(visit.mail) == 1 else None,
        source_ip=next(iter(visit.sources)) if len(visit.sources) == 1 else None,
        accounts=len(visit.mail),
        sources=len(visit.sources),
        first_seen=f"{visit.first:%Y-%m-%dT%H:%M:%SZ}",
        last_seen=f"{visit.last:%Y-%m-%dT%H:%M:%SZ}",
        events=visit.hits,
        event_uids=[("sinkhole", place) for place in visit.places],
    )


def sentence(visit: Visit) -> str:
    """What happened, in one line."""
    who = visible(visit.organisation, limit=120) if visit.organisation else "Nobody known"
    sent = f", {counted(visit.sent, 'time')} with a form or an address" if visit.sent else ""
    by = f" (known by {listed(sorted(visit.known_by))})" if visit.known_by else ""
    return (
        f"{who}{by} visited {visible(visit.domain, limit=253)} {counted(visit.hits, 'time')}{sent}, "
        f"from {counted(len(visit.sources), 'address', 'addresses')}, {visit.first:%Y-%m-%d} to {visit.last:%Y-%m-%d}"
    )


def told(visits: Sequence[Visit], *, hits: int) -> Iterator[Text]:
    """Protected organisations, each with what it visits; the others in one line."""
    known = [visit for visit in visits if visit.organisation is not None]
    for visit in known[:SHOWN]:
        yield Text(f"{'high  ' if visit.sent else 'medium'}  {sentence(visit)}.", style="bold" if visit.sent else "")
    if len(known) > SHOWN:
        yield Text(f"and {counted(len(known) - SHOWN, 'further finding')} (--json lists all)")
    others = sum(visit.hits for visit in visits if visit.organisation is None)
    organisations = len({visit.organisation for visit in known})
    yield Text(
        f"{counted(hits, 'hit')} read; {counted(organisations, 'protected organisation')} visited taken domains; "
        f"{counted(others, 'hit')} from visitors who are none of theirs."
    )
