"""Indicators out of STIX 2.x objects: a bundle's, a TAXII envelope's or a list's.

References are not followed, so that cycles cost nothing: of other objects only marking definitions are asked, and of
those only which TLP level they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tocsin.indicators.indicator import Feed, Indicator, Refused
from tocsin.indicators.pattern import compared
from tocsin.indicators.stix_tlp import LEVELS, TLP_EXTENSION
from tocsin.indicators.times import moment
from tocsin.indicators.tlp import UNMARKED, Tlp, strictest, tlp_named
from tocsin.indicators.values import NotComparable

LONGEST_ID = 200


def read_stix(file: str, objects: Sequence[object]) -> Feed:
    """The indicators among the objects, and what of them could not be taken."""
    levels = _levels(objects)
    feed = Feed(format="stix", indicators=[], refused=[], revoked=[])
    for place, one in enumerate(objects, start=1):
        if not isinstance(one, dict):
            feed.refused.append(Refused(file=file, object=f"object {place}", reason="it is no JSON object"))
            continue
        if one.get("type") != "indicator":
            continue
        named = one.get("id")
        fits = isinstance(named, str) and 0 < len(named) <= LONGEST_ID and named.isprintable()
        name = str(named) if fits else f"object {place}"
        try:
            if name != named:
                raise NotComparable("its id is no text that can be read, or too long a one")
            if one.get("revoked") is True:
                feed.revoked.append(name)
                continue
            feed.indicators.extend(_indicator(name, one, levels))
        except NotComparable as why:
            feed.refused.append(Refused(file=file, object=name, reason=str(why)))
    return feed


def _indicator(name: str, one: Mapping[str, Any], levels: Mapping[str, Tlp]) -> Iterator[Indicator]:
    pattern, language = one.get("pattern"), one.get("pattern_type", "stix")
    if language != "stix":
        raise NotComparable(f"its pattern is {str(language)[:40]}, not STIX")
    if not isinstance(pattern, str):
        raise NotComparable("it has no pattern")
    begins, ends = moment(one.get("valid_from")), moment(one.get("valid_until"))
    if one.get("valid_until") is not None and ends is None:
        raise NotComparable("its valid_until is no time")
    for kind, value in compared(pattern):
        yield Indicator(
            indicator=name,
            kind=kind,
            value=value,
            tlp=_level(one, levels),
            valid_from=begins,
            valid_until=ends,
            changed=moment(one.get("modified")) or begins,
        )


def _level(one: Mapping[str, Any], levels: Mapping[str, Tlp]) -> Tlp:
    """The strictest of its markings; a part that is marked makes the whole as strict."""
    refs = one.get("object_marking_refs")
    found = list(refs) if isinstance(refs, list) else []
    granular = one.get("granular_markings")
    for part in granular if isinstance(granular, list) else []:
        if isinstance(part, dict):
            found.append(part.get("marking_ref"))
    known = [levels[ref] for ref in found if isinstance(ref, str) and ref in levels]
    return strictest(known) if known else UNMARKED


def _levels(objects: Sequence[object]) -> dict[str, Tlp]:
    """By id: the published marking definitions, and those among the objects that say a level."""
    found = dict(LEVELS)
    for one in objects:
        if not isinstance(one, dict) or one.get("type") != "marking-definition" or not isinstance(one.get("id"), str):
            continue
        definition, extensions = one.get("definition"), one.get("extensions")
        told = definition.get("tlp") if isinstance(definition, dict) else None
        if isinstance(extensions, dict) and isinstance(extensions.get(TLP_EXTENSION), dict):
            told = extensions[TLP_EXTENSION].get("tlp_2_0")
        level = tlp_named(told) if isinstance(told, str) else None
        if level is not None:
            # Somebody else's object cannot make a published marking milder.
            found.setdefault(one["id"], level)
    return found
