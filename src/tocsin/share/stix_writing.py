"""A STIX bundle in the making: who makes it, when, how far each object may travel, and what its extensions mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import stix2

from tocsin.indicators.stix_tlp import TLP_IDS
from tocsin.indicators.tlp import Tlp, strictest
from tocsin.share.shareable import Shareable
from tocsin.share.stix_ids import stable
from tocsin.share.stix_marking import marking

PUBLISHED = datetime(2026, 11, 27, tzinfo=UTC)
"""Of the extensions; a change of one is a new version of it."""

PROJECT = stable("identity", "Tocsin")
VERSION = "2026-11-27T00:00:00.000Z"
"""The same time as text. STIX 2.1 (7.3) only encourages MAJOR.MINOR.PATCH, and OASIS' medallion takes the property for
the version of the object, so that one `1.0.0` in a collection keeps everybody from reading it."""

VICTIM_CATEGORY = stable("extension-definition", "victim-category")
ACCOUNT_CAMPAIGN = stable("extension-definition", "account-campaign")


class Writing:
    """Objects as they are added, each id once."""

    def __init__(self, sharing: Shareable) -> None:
        self.sharing = sharing
        self.producer = PROJECT if sharing.producer is None else stable("identity", "producer", sharing.producer)
        self.markings: dict[Tlp, Any] = {}
        self.made: dict[str, Any] = {}
        self._definitions()

    def objects(self) -> Iterator[Any]:
        """Markings first, then who speaks and what the extensions mean, then what is told."""
        yield from (self.markings[level] for level in Tlp if level in self.markings)
        yield from self.made.values()

    def add(self, kind: Any, tlp: Tlp, **properties: Any) -> Any:
        """An object of ours with its marking, each id once."""
        made = kind(object_marking_refs=[self._marking(tlp)], **properties)
        held = self.made.setdefault(made.id, made)
        if held is not made and held.object_marking_refs != made.object_marking_refs:
            # An observable of two campaigns travels as far as the stricter one.
            both = strictest([tlp, *(level for level, name in TLP_IDS.items() if name in held.object_marking_refs)])
            self.made[made.id] = kind(object_marking_refs=[self._marking(both)], **properties)
        return self.made[made.id]

    def _marking(self, level: Tlp) -> str:
        if level not in self.markings:
            self.markings[level] = marking(level)
        return TLP_IDS[level]

    def own(self, kind: Any, tlp: Tlp, about: tuple[str, ...], found: datetime, **properties: Any) -> Any:
        """A domain or relationship object: it began when the campaign was found and is as this assessment has it."""
        return self.add(
            kind,
            tlp,
            id=stable(kind._type, self.sharing.producer, *about),
            created_by_ref=self.producer,
            created=min(found, self.sharing.generated_at),
            modified=self.sharing.generated_at,
            **properties,
        )

    def linked(self, tlp: Tlp, found: datetime, source: Any, how: str, target: Any, **properties: Any) -> Any:
        return self.own(
            stix2.Relationship,
            tlp,
            (source.id, how, target.id),
            found,
            relationship_type=how,
            source_ref=source.id,
            target_ref=target.id,
            **properties,
        )

    def _definitions(self) -> None:
        self.add(
            stix2.Identity,
            Tlp.CLEAR,
            id=PROJECT,
            created=PUBLISHED,
            modified=PUBLISHED,
            name="Tocsin",
            identity_class="system",
        )
        if self.sharing.producer is not None:
            self.add(
                stix2.Identity,
                self.sharing.tlp,
                id=self.producer,
                created_by_ref=self.producer,
                created=PUBLISHED,
                modified=PUBLISHED,
                name=self.sharing.producer,
                identity_class="organization",
            )
        for name, identifier in (("victim-category", VICTIM_CATEGORY), ("account-campaign", ACCOUNT_CAMPAIGN)):
            schema = json.loads(files("tocsin.share.extensions").joinpath(f"{name}.json").read_text("utf-8"))
            self.add(
                stix2.ExtensionDefinition,
                Tlp.CLEAR,
                id=identifier,
                created_by_ref=PROJECT,
                created=PUBLISHED,
                modified=PUBLISHED,
                name=schema["title"],
                description=schema["description"],
                schema=json.dumps(schema, sort_keys=True),
                version=VERSION,
                extension_types=["property-extension"],
            )
