"""A STIX 2.1 bundle of what may leave.

An intrusion set (behaviour tracked under a name) and a threat actor (somebody) stand apart, and only where a name was
released. Victims are identities of class `class` with a category; no person or organisation is one unless it was asked
for. Sightings carry the counts: `summary` says that one stands for many acts.
"""

from __future__ import annotations

import json
from typing import Any

import stix2

from tocsin.share.categories import MISP_SECTORS, STIX_SECTORS
from tocsin.share.figures import account_campaign
from tocsin.share.shareable import Shareable, SharedCampaign
from tocsin.share.stix_ids import stable
from tocsin.share.stix_infrastructure import MOST_SIGHTINGS, infrastructure
from tocsin.share.stix_names import confidence_of, opinion_of
from tocsin.share.stix_writing import ACCOUNT_CAMPAIGN, PUBLISHED, VICTIM_CATEGORY, Writing
from tocsin.share.words import CATEGORY_NAMES, COUNTING_RULES, campaign_words, withheld_words


def bundle(sharing: Shareable) -> bytes:
    """The bundle as JSON. The same sharing gives the same bytes."""
    to = Writing(sharing)
    for one in sharing.campaigns:
        _campaign(to, one)
    _report(to)
    objects = [json.loads(one.serialize()) for one in to.objects()]
    versions = (f"{each['id']} {each.get('modified', '')}" for each in objects)
    # Put together here: stix2 sorts the properties of a bundle in a time that grows with the square of its objects.
    whole = {"type": "bundle", "id": stable("bundle", *versions), "objects": objects}
    return json.dumps(whole, indent=2, ensure_ascii=False).encode("utf-8") + b"\n"


def _campaign(to: Writing, one: SharedCampaign) -> None:
    campaign = to.own(
        stix2.Campaign,
        one.tlp,
        (one.id,),
        one.found_at,
        name=f"Account campaign {one.id}",
        description=campaign_words(one),
        first_seen=one.first_seen,
        last_seen=one.last_seen,
        extensions={ACCOUNT_CAMPAIGN: account_campaign(one)},
    )
    if one.identification_attempts:
        to.own(
            stix2.Sighting,
            one.tlp,
            (one.id,),
            one.found_at,
            sighting_of_ref=campaign.id,
            where_sighted_refs=[to.producer],
            first_seen=one.first_seen,
            last_seen=one.last_seen,
            count=min(one.identification_attempts, MOST_SIGHTINGS),
            summary=True,
            description="Identification attempts of the campaign.",
        )
    _victims(to, one, campaign)
    infrastructure(to, one, campaign)
    for technique in one.techniques:
        pattern = to.own(
            stix2.AttackPattern,
            one.tlp,
            (technique.id,),
            PUBLISHED,
            name=technique.name,
            external_references=[{"source_name": technique.source, "external_id": technique.id}],
        )
        to.linked(one.tlp, one.found_at, campaign, "uses", pattern)
    _names(to, one, campaign)
    _notes(to, one, campaign)


def _victims(to: Writing, one: SharedCampaign, campaign: Any) -> None:
    for category, cell in one.by_category.items():
        if category not in CATEGORY_NAMES or not any((cell.probed, cell.attacked, cell.compromised)):
            continue  # hidden or none: nothing is said of it
        sector = STIX_SECTORS.get(category)
        group = to.own(
            stix2.Identity,
            one.tlp,
            ("category", category),
            PUBLISHED,
            name=CATEGORY_NAMES[category],
            identity_class="class",
            extensions={VICTIM_CATEGORY: _category(category)},
            **({"sectors": [sector]} if sector else {}),
        )
        to.linked(one.tlp, one.found_at, campaign, "targets", group)
    for organisation in one.organisations:
        named = to.own(
            stix2.Identity,
            one.tlp,
            ("organisation", organisation.name),
            PUBLISHED,
            name=organisation.name,
            identity_class="organization",
            extensions={VICTIM_CATEGORY: _category(organisation.category)},
        )
        to.linked(one.tlp, one.found_at, campaign, "targets", named)
    for victim in one.victims:
        account = to.add(stix2.UserAccount, one.tlp, account_login=victim.account)
        owner = to.own(
            stix2.Identity,
            one.tlp,
            ("account", victim.account),
            PUBLISHED,
            name=f"Owner of {victim.account}",
            description=f"Stage: {victim.stage}.",
            identity_class="individual",
            **({"contact_information": victim.contact} if victim.contact else {}),
        )
        to.linked(one.tlp, one.found_at, campaign, "targets", owner, description=f"Stage: {victim.stage}.")
        to.linked(one.tlp, one.found_at, owner, "related-to", account)


def _names(to: Writing, one: SharedCampaign, campaign: Any) -> None:
    for name in one.names:
        kind = stix2.IntrusionSet if name.kind == "intrusion-set" else stix2.ThreatActor
        tracked = to.own(
            kind,
            one.tlp,
            (name.authority, name.name),
            PUBLISHED,
            name=name.name,
            description=f"A name given by {name.authority}.",
            external_references=[{"source_name": name.authority, "description": f"Named {name.name} there."}],
        )
        confidence = confidence_of(name.confidence)
        judged = to.linked(
            one.tlp,
            one.found_at,
            campaign,
            "attributed-to",
            tracked,
            **({"confidence": confidence} if confidence is not None else {}),
        )
        if (opinion := opinion_of(name)) is not None:
            to.own(
                stix2.Opinion,
                one.tlp,
                (one.id, name.authority, name.name),
                one.found_at,
                opinion=opinion,
                explanation=f"Attribution is {name.term or name.likelihood}; confidence {name.confidence}.",
                object_refs=[judged.id],
            )


def _notes(to: Writing, one: SharedCampaign, campaign: Any) -> None:
    to.own(
        stix2.Note,
        one.tlp,
        (one.id, "counting rules"),
        one.found_at,
        abstract="How the figures were counted",
        content=COUNTING_RULES,
        object_refs=[campaign.id],
    )
    if one.matches:
        told = "; ".join(
            f"{match.value} ({match.feed}, {match.indicator}, TLP:{match.tlp.upper()}): {match.events:,} events"
            for match in one.matches
        )
        to.own(
            stix2.Note,
            one.matches_tlp,
            (one.id, "matches"),
            one.found_at,
            abstract="Indicators of feeds that matched",
            content=told,
            object_refs=[campaign.id],
        )


def _report(to: Writing) -> None:
    sharing = to.sharing
    told = [one.id for one in to.made.values() if one.type not in ("extension-definition",)]
    ids = [one.id for one in sharing.campaigns]
    words = [*(campaign_words(one) for one in sharing.campaigns), withheld_words(sharing)]
    to.own(
        stix2.Report,
        sharing.report_tlp,
        ("report", *ids),
        min((one.found_at for one in sharing.campaigns), default=sharing.generated_at),
        name="Campaigns against accounts" if len(ids) != 1 else f"Account campaign {ids[0]}",
        description="\n\n".join(filter(None, words)) or "No campaign was found in what the logs cover.",
        report_types=["campaign"],
        published=sharing.generated_at,
        object_refs=told,
    )


def _category(category: str) -> dict[str, Any]:
    sectors = MISP_SECTORS.get(category)
    return {
        "extension_type": "property-extension",
        "category": category,
        **({"misp_sectors": list(sectors)} if sectors else {}),
    }
