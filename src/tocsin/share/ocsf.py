"""OCSF 1.8.0 findings of what may leave: a Detection Finding (2004) and an Incident Finding (2005) for each campaign.

ocsf/ocsf-schema, events/findings. OCSF's `campaign` has a name and nothing else, and no class counts attempts on
accounts, so the figures stand in `unmapped` under the published extension `account-campaign` (the JSON Schema is that
of STIX, `extensions/account-campaign.json`). Indicators stand in `osint` with their marking.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tocsin import __version__
from tocsin.indicators.tlp import Tlp
from tocsin.share.figures import account_campaign
from tocsin.share.shareable import Shareable, SharedCampaign
from tocsin.share.stix_ids import stable
from tocsin.share.words import campaign_words

OCSF = "1.8.0"
FINDINGS, DETECTION, INCIDENT = 2, 2004, 2005
CREATE, NEW = 1, 1
MEDIUM, HIGH, CRITICAL = 3, 4, 5  # severity_id
SUSPICIOUS = 4  # verdict_id
IP, DOMAIN = 1, 2  # osint.type_id
IP_OBSERVABLE = 2
HOSTNAME_OBSERVABLE = 1
BEHAVIOURAL = 2  # analytic.type_id
CONFIDENCE = {"low": 1, "moderate": 2, "medium": 2, "high": 3}
NATION_STATE_UNKNOWN = 0

TLP_WORDS = {Tlp.AMBER_STRICT: "AMBER STRICT"}
"""OCSF writes the plus as a blank; the others are the level in capitals."""


def findings(sharing: Shareable) -> bytes:
    """JSON lines: a Detection Finding and an Incident Finding for each campaign."""
    told = [event for one in sharing.campaigns for event in (_detection(sharing, one), _incident(sharing, one))]
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in told)


def _event(sharing: Shareable, one: SharedCampaign, class_uid: int, profiles: list[str]) -> dict[str, Any]:
    severity = CRITICAL if one.accounts_compromised else HIGH if one.accounts_attacked else MEDIUM
    return {
        "activity_id": CREATE,
        "category_uid": FINDINGS,
        "class_uid": class_uid,
        "type_uid": class_uid * 100 + CREATE,
        "time": _ms(sharing.generated_at),
        "start_time": _ms(one.first_seen),
        "end_time": _ms(one.last_seen),
        "count": max(1, one.identification_attempts),
        "severity_id": severity,
        "status_id": NEW,
        "message": campaign_words(one),
        "metadata": {
            "version": OCSF,
            "uid": _uid(sharing, one, str(class_uid)),
            "profiles": profiles,
            "labels": [f"tlp:{_tlp(one)}"],
            "product": {"name": "Tocsin", "vendor_name": sharing.producer or "Tocsin", "version": __version__},
        },
        "osint": _osint(one),
        "unmapped": {"account-campaign": account_campaign(one)},
    }


def _detection(sharing: Shareable, one: SharedCampaign) -> dict[str, Any]:
    evidences = [{"src_endpoint": {"ip": address.value}} for address in one.addresses]
    observables: list[dict[str, Any]] = [
        {"type_id": IP_OBSERVABLE, "name": "evidences[].src_endpoint.ip", "value": address.value}
        for address in one.addresses
    ]
    return {
        **_event(sharing, one, DETECTION, ["osint"]),
        "finding_info": _finding_info(sharing, one),
        "is_alert": True,
        **({"evidences": evidences, "observables": observables} if evidences else {}),
    }


def _incident(sharing: Shareable, one: SharedCampaign) -> dict[str, Any]:
    return {
        **_event(sharing, one, INCIDENT, ["incident", "osint"]),
        "desc": campaign_words(one),
        "finding_info_list": [_finding_info(sharing, one)],
        "is_suspected_breach": one.accounts_compromised > 0,
        "verdict_id": SUSPICIOUS,
        # The class wants an assignee or a group; nobody is assigned by sharing.
        "assignee_group": {"name": "unassigned"},
        **({"attacks": _attacks(one)} if one.techniques else {}),
    }


def _finding_info(sharing: Shareable, one: SharedCampaign) -> dict[str, Any]:
    return {
        "uid": _uid(sharing, one, "finding"),
        "uid_alt": one.id,
        "title": f"Account campaign {one.id}",
        "desc": campaign_words(one),
        "types": ["account campaign"],
        "created_time": _ms(min(one.found_at, sharing.generated_at)),
        "modified_time": _ms(sharing.generated_at),
        "first_seen_time": _ms(one.first_seen),
        "last_seen_time": _ms(one.last_seen),
        "analytic": {"name": "Tocsin campaign detection", "type_id": BEHAVIOURAL, "version": __version__},
        **({"attacks": _attacks(one)} if one.techniques else {}),
    }


def _attacks(one: SharedCampaign) -> list[dict[str, Any]]:
    found = []
    for technique in one.techniques:
        named = {"uid": technique.id, "name": technique.name}
        found.append({"sub_technique" if "." in technique.id else "technique": named})
    return found


def _osint(one: SharedCampaign) -> list[dict[str, Any]]:
    """What the operator worked from, each with how far it may travel and whose campaign it is."""
    named = _named(one)
    shared = {"tlp": _tlp(one), "campaign": {"name": f"Account campaign {one.id}"}, **named}
    found: list[dict[str, Any]] = [
        {"type_id": IP, "value": address.value, **shared, **({"desc": address.owner} if address.owner else {})}
        for address in one.addresses
    ]
    found += [{"type_id": DOMAIN, "value": domain, **shared} for domain in one.domains]
    return found


def _named(one: SharedCampaign) -> dict[str, Any]:
    sets = [f"{name.name} ({name.authority})" for name in one.names if name.kind == "intrusion-set"]
    actors = [name for name in one.names if name.kind == "threat-actor"]
    confidences = [CONFIDENCE[name.confidence] for name in one.names if name.confidence in CONFIDENCE]
    return {
        **({"intrusion_sets": sets} if sets else {}),
        **({"threat_actor": {"name": actors[0].name, "type_id": NATION_STATE_UNKNOWN}} if actors else {}),
        **({"confidence_id": min(confidences)} if confidences else {}),
    }


def _tlp(one: SharedCampaign) -> str:
    return TLP_WORDS.get(one.tlp, one.tlp.upper())


def _uid(sharing: Shareable, one: SharedCampaign, about: str) -> str:
    return stable("ocsf", sharing.producer, one.id, about).partition("--")[2]


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
