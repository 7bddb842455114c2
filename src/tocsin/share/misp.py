"""A MISP event of what may leave, made with PyMISP, whose object templates it keeps to.

Attributes for addresses and domains, an object `victim` for each category that may be told, `attack-pattern` for
techniques; TLP as tags of the taxonomy `tlp`, released names as attributes `threat-actor` and objects `intrusion-set`.
Ids are the same from one sharing to the next.
"""

from __future__ import annotations

import json
from typing import Any

from pymisp import MISPAttribute, MISPEvent, MISPObject

from tocsin.indicators.tlp import Tlp
from tocsin.share.categories import MISP_SECTORS
from tocsin.share.shareable import STAGES, Shareable, SharedCampaign
from tocsin.share.stix_ids import stable
from tocsin.share.words import CATEGORY_NAMES, COUNTING_RULES, campaign_words, withheld_words

DISTRIBUTION = {Tlp.CLEAR: 3, Tlp.GREEN: 3, Tlp.AMBER: 1, Tlp.AMBER_STRICT: 0, Tlp.RED: 0}
"""MISP core format, 2.2.1.10: 0 your organisation only, 1 this community only, 3 all communities."""

HIGH, MEDIUM, LOW = 1, 2, 3  # threat_level_id
COMPLETED = 2  # analysis


def events(sharing: Shareable) -> bytes:
    """`{"response": [{"Event": …}, …]}`, one event a campaign."""
    held = [json.loads(_event(sharing, one).to_json()) for one in sharing.campaigns]
    return json.dumps({"response": [{"Event": one} for one in held]}, indent=2, sort_keys=True).encode() + b"\n"


def _event(sharing: Shareable, one: SharedCampaign) -> MISPEvent:
    event = MISPEvent()
    level = one.matches_tlp if one.matches else one.tlp
    event.from_dict(
        uuid=_uuid(sharing, one, "event"),
        info=f"Account campaign {one.id}",
        date=one.first_seen.date().isoformat(),
        timestamp=int(sharing.generated_at.timestamp()),
        published=False,
        analysis=COMPLETED,
        threat_level_id=HIGH if one.accounts_compromised else MEDIUM if one.accounts_attacked else LOW,
        distribution=DISTRIBUTION[level],
    )
    event.add_tag(f"tlp:{level.value}")
    for text, words in (
        (campaign_words(one), "What happened"),
        (COUNTING_RULES, "How the figures were counted"),
        (withheld_words(sharing), "What was left out"),
    ):
        if text:
            _attribute(event, sharing, one, "comment", text, category="Internal reference", comment=words)
    for address in one.addresses:
        told = f"{address.events:,} events; {address.network_kind}" + (f", {address.owner}" if address.owner else "")
        times = {"first_seen": address.first_seen, "last_seen": address.last_seen}
        _attribute(
            event,
            sharing,
            one,
            "ip-src",
            address.value,
            category="Network activity",
            to_ids=True,
            comment=told,
            **times,
        )
    for domain in one.domains:
        _attribute(event, sharing, one, "domain", domain, category="Network activity", to_ids=True)
    for number in one.networks:
        _attribute(event, sharing, one, "AS", f"AS{number}", category="Network activity")
    for match in one.matches:
        told = f"{match.feed}, {match.indicator}, TLP:{match.tlp.upper()}: {match.events:,} events"
        _attribute(event, sharing, one, "comment", match.value, category="Internal reference", comment=told)
    for victim in _victims(sharing, one):
        event.add_object(victim)
    for technique in one.techniques:
        pattern = _object(sharing, one, "attack-pattern", technique.id)
        _add(sharing, one, pattern, "id", technique.id)
        _add(sharing, one, pattern, "name", technique.name)
        event.add_object(pattern)
    for name in one.names:
        judged = "; ".join(filter(None, (f"named by {name.authority}", name.term, name.confidence)))
        if name.kind == "intrusion-set":
            tracked = _object(sharing, one, "intrusion-set", f"{name.authority} {name.name}")
            _add(sharing, one, tracked, "name", name.name)
            _add(sharing, one, tracked, "description", judged)
            event.add_object(tracked)
        else:
            _attribute(event, sharing, one, "threat-actor", name.name, category="Attribution", comment=judged)
    return event


def _victims(sharing: Shareable, one: SharedCampaign) -> list[MISPObject]:
    found = []
    for category, cell in one.by_category.items():
        told = {stage: count for stage in STAGES if (count := getattr(cell, stage))}
        if category not in CATEGORY_NAMES or not told:
            continue
        victim = _object(sharing, one, "victim", category)
        _add(sharing, one, victim, "classification", "class")
        _add(sharing, one, victim, "name", CATEGORY_NAMES[category])
        _add(sharing, one, victim, "description", ", ".join(f"{count:,} {stage}" for stage, count in told.items()))
        for sector in MISP_SECTORS.get(category, ()):
            _add(sharing, one, victim, "sectors", sector)
        found.append(victim)
    for organisation in one.organisations:
        victim = _object(sharing, one, "victim", f"organisation {organisation.name}")
        _add(sharing, one, victim, "classification", "organization")
        _add(sharing, one, victim, "name", organisation.name)
        found.append(victim)
    for account in one.victims:
        victim = _object(sharing, one, "victim", f"account {account.account}")
        _add(sharing, one, victim, "classification", "individual")
        _add(sharing, one, victim, "user", account.account)
        _add(sharing, one, victim, "name", account.organisation or account.provider)
        reached = f"; reach the owner at {account.contact}" if account.contact else ""
        _add(sharing, one, victim, "description", f"{account.stage}{reached}")
        found.append(victim)
    return found


def _attribute(event: MISPEvent, sharing: Shareable, one: SharedCampaign, kind: str, value: str, **facts: Any) -> None:
    attribute = MISPAttribute()
    attribute.from_dict(
        uuid=_uuid(sharing, one, kind, value),
        type=kind,
        value=value,
        timestamp=int(sharing.generated_at.timestamp()),
        **{"to_ids": False, **facts},
    )
    event.attributes.append(attribute)


def _object(sharing: Shareable, one: SharedCampaign, template: str, about: str) -> MISPObject:
    made = MISPObject(template, strict=True)
    made.uuid = _uuid(sharing, one, template, about)
    made.timestamp = int(sharing.generated_at.timestamp())
    return made


def _add(sharing: Shareable, one: SharedCampaign, made: MISPObject, relation: str, value: str) -> None:
    made.add_attribute(
        relation,
        value=value,
        uuid=_uuid(sharing, one, made.uuid, relation, value),
        timestamp=int(sharing.generated_at.timestamp()),
    )


def _uuid(sharing: Shareable, one: SharedCampaign, *about: str) -> str:
    return stable("misp", sharing.producer, one.id, *about).partition("--")[2]
