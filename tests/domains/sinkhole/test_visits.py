"""Hits become visits of organisations."""

from __future__ import annotations

import ipaddress
from datetime import datetime

from tocsin.domains.protect import Organisation
from tocsin.domains.sinkhole import Hit, Visit, visits
from tocsin.report.sinkhole import finding, sentence

NAME = "confirm-session.info"
FIRST, LATER = datetime.fromisoformat("2026-11-03T09:00:00"), datetime.fromisoformat("2026-11-05T09:00:00")

NEWS = Organisation(
    name="Example News",
    domains=("news.example",),
    words=("examplenews",),
    networks=(ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_network("2001:db8::/32")),
)
DESK = Organisation(
    name="Desk", domains=("desk.example",), words=("desk",), networks=(ipaddress.ip_network("192.0.2.128/25"),)
)


def hit(place: str, **changes: object) -> Hit:
    made: dict[str, object] = {"time": FIRST, "source": "203.0.113.9", "name": NAME, "place": place, "kind": "http"}
    return Hit(**{**made, **changes})  # type: ignore[arg-type]


def test_hits_are_an_organisations_by_network_mail_address_or_reverse_name() -> None:
    found = visits(
        [
            hit("l:1", source="192.0.2.7", time=LATER, name=f"www.{NAME}"),
            hit("l:2", source="::ffff:192.0.2.8"),
            hit("l:3", mail=("ada@mail.news.example", "x@other.example"), sent=True),
            hit("l:4", hostname="gw.news.example."),
            hit("l:5", source="192.0.2.200"),  # the longer prefix counts
            hit("l:6", name="harmless.info", source="192.0.2.7"),
            hit("l:7"),
            hit("l:8", name=f"not{NAME}", source="192.0.2.7"),
        ],
        [NEWS, DESK],
        domains=[NAME],
    )
    assert found == [
        Visit(
            organisation="Example News",
            domain=NAME,
            hits=4,
            sent=1,
            sources={"192.0.2.7", "::ffff:192.0.2.8", "203.0.113.9"},
            mail={"ada@mail.news.example"},
            known_by={"network", "mail address", "reverse name"},
            first=FIRST,
            last=LATER,
            places=["l:1", "l:2", "l:3", "l:4"],
        ),
        Visit(
            organisation="Desk",
            domain=NAME,
            hits=1,
            sources={"192.0.2.200"},
            known_by={"network"},
            first=FIRST,
            last=FIRST,
            places=["l:5"],
        ),
        Visit(organisation=None, domain=NAME, hits=1, sources={"203.0.113.9"}, first=FIRST, last=FIRST, places=["l:7"]),
    ]


def test_without_a_list_every_name_is_a_taken_one() -> None:
    (visit,) = visits([hit("l:1", name=f"www.{NAME}", source="192.0.2.7")], [NEWS])
    assert visit.domain == f"www.{NAME}"


def test_a_visit_is_a_finding_that_points_at_its_hits() -> None:
    (visit,) = visits([hit("l:1", source="192.0.2.7", mail=("ada@news.example",), sent=True)], [NEWS])
    found = finding(visit)
    assert (found.detection, found.level, found.account, found.source_ip, found.events, found.event_uids) == (
        "sinkhole_visit",
        "high",
        "ada@news.example",
        "192.0.2.7",
        1,
        [("sinkhole", "l:1")],
    )
    assert sentence(visit) == (
        "Example News (known by mail address and network) visited confirm-session.info 1 time, "
        "1 time with a form or an address, from 1 address, 2026-11-03 to 2026-11-03"
    )
