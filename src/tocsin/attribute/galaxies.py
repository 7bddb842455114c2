"""Actors as the MISP galaxies hold them: MISP's own, Microsoft's activity groups, ATT&CK's groups.

The files ship inside the package `pymispgalaxies` (https://github.com/MISP/PyMISPGalaxies; the galaxies themselves are
https://github.com/MISP/misp-galaxy, CC0). They are read where they lie: nothing is asked over a network.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from tocsin.attribute.actor import ATTACK, MICROSOFT, MISP, Actor, Claim, Similar
from tocsin.attribute.target_words import categories_of, countries_of
from tocsin.errors import SettingError

FILES = {MISP: "threat-actor", MICROSOFT: "microsoft-activity-group", ATTACK: "mitre-intrusion-set"}
TECHNIQUES = "mitre-attack-pattern"

_TAG = re.compile(r'estimative-language:likelihood-probability="([a-z-]+)"')
_GROUP_ID = re.compile(r" - G\d{4}$")


class _Related(msgspec.Struct):
    dest: str = msgspec.field(name="dest-uuid", default="")
    type: str = ""
    tags: list[str] = []


class _Cluster(msgspec.Struct):
    value: str
    uuid: str
    meta: dict[str, Any] = {}
    related: list[_Related] = []


class _Galaxy(msgspec.Struct):
    values: list[_Cluster]
    version: int = 0


def _read(name: str) -> _Galaxy:
    # find_spec, for importing the package brings a schema validator along that is not needed to read a file.
    spec = find_spec("pymispgalaxies")
    place = Path(spec.origin).parent if spec and spec.origin else Path()
    file = place / "data" / "misp-galaxy" / "clusters" / f"{name}.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Galaxy)
    except (OSError, msgspec.DecodeError) as error:
        raise SettingError(
            f"what is known of actors cannot be read: {file.name}: {error}",
            remedy="install the package pymispgalaxies again, as it is pinned",
        ) from error


@cache
def galaxy_actors() -> tuple[Actor, ...]:
    """Every actor of the three galaxies, each by its authority."""
    techniques = {one.uuid: str(one.meta.get("external_id", "")) for one in _read(TECHNIQUES).values}
    galaxies = {authority: _read(file) for authority, file in FILES.items()}
    entries = {one.uuid: (authority, _own_name(one)) for authority, galaxy in galaxies.items() for one in galaxy.values}
    return tuple(
        _actor(one, authority, galaxy.version, techniques, entries)
        for authority, galaxy in galaxies.items()
        for one in galaxy.values
    )


def galaxies_told() -> str:
    """Which data it is: ``pymispgalaxies 1.1.1``."""
    return f"pymispgalaxies {version('pymispgalaxies')}"


def _own_name(one: _Cluster) -> str:
    return _GROUP_ID.sub("", one.value)


def _actor(
    one: _Cluster,
    authority: str,
    galaxy_version: int,
    techniques: dict[str, str],
    entries: dict[str, tuple[str, str]],
) -> Actor:
    meta = one.meta
    name = _own_name(one)
    group = meta.get("external_id") if authority == ATTACK else None
    source = (
        f"https://attack.mitre.org/groups/{group}"
        if group
        else f"MISP galaxy {FILES[authority]}, version {galaxy_version}, {one.uuid}"
    )
    names = dict.fromkeys([name, *_texts(meta.get("synonyms"))])
    replaced = next((entries.get(to.dest) for to in one.related if to.type == "revoked-by"), None)
    return Actor(
        authority=authority,
        name=name,
        id=str(group or one.uuid),
        source=source,
        names=tuple(
            Claim(actor=name, name=each, authority=authority, source=source, since=_text(meta.get("since")))
            for each in names
        ),
        references=tuple(_texts(meta.get("refs"))),
        similar=tuple(
            Similar(authority=entries[to.dest][0], actor=entries[to.dest][1], likelihood=_likelihood(to.tags))
            for to in one.related
            if to.type == "similar" and to.dest in entries
        ),
        replaced_by=replaced[1] if replaced else None,
        country=country if isinstance(country := meta.get("country"), str) and len(country) == 2 else None,
        criminal=_criminal(meta),
        categories=categories_of([*_texts(meta.get("cfr-target-category")), *_texts(meta.get("targeted-sector"))]),
        target_countries=countries_of(_texts(meta.get("cfr-suspected-victims"))),
        techniques=frozenset(techniques[to.dest] for to in one.related if to.type == "uses" and to.dest in techniques)
        - {""},
    )


def _texts(value: object) -> list[str]:
    """The texts of a member that is a text, a list of them, or neither."""
    held = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [one.strip() for one in held if isinstance(one, str) and one.strip()]


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) else None


def _likelihood(tags: list[str]) -> str:
    return next((found[1] for tag in tags if (found := _TAG.search(tag))), "likelihood not said")


def _criminal(meta: dict[str, Any]) -> bool:
    """Whether the authority says that it is about money and names no state behind it."""
    said = " ".join(
        [*_texts(meta.get("motive")), *_texts(meta.get("cfr-type-of-incident")), *_texts(meta.get("sector"))]
    )
    money = any(word in said.casefold() for word in ("financ", "crime", "criminal", "money"))
    return money and not _texts(meta.get("cfr-suspected-state-sponsor"))
