"""Indicators out of MISP events: attributes that are meant for detection (`to_ids`), of the event and of its objects.

The format: MISP core format (misp-standard.org, draft-misp-core-format), types in its section 2.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tocsin.indicators import values
from tocsin.indicators.indicator import Feed, Indicator, Refused
from tocsin.indicators.times import moment
from tocsin.indicators.tlp import UNMARKED, Tlp, strictest, tlp_named
from tocsin.indicators.values import NotComparable

Read = Callable[[str], tuple[str, str]]


def _first(read: Read) -> Read:
    """Of a value in two parts, as `ip-src|port`."""
    return lambda text: read(text.partition("|")[0])


TYPES: dict[str, tuple[Read, ...]] = {
    "ip-src": (values.address,),
    "ip-dst": (values.address,),
    "ip-src|port": (_first(values.address),),
    "ip-dst|port": (_first(values.address),),
    "domain": (values.domain,),
    "hostname": (values.domain,),
    "hostname|port": (_first(values.domain),),
    "domain|ip": (_first(values.domain), lambda text: values.address(text.partition("|")[2])),
    "email": (values.account,),
    "email-src": (values.account,),
}
"""What events can be asked for. `target-email` and its like are victims, not attackers."""


def read_misp(file: str, events: Sequence[object]) -> Feed:
    """The indicators of the events, and what of them could not be taken."""
    feed = Feed(format="misp", indicators=[], refused=[], revoked=[])
    for place, one in enumerate(events, start=1):
        event = one.get("Event", one) if isinstance(one, dict) else None
        if not isinstance(event, dict):
            feed.refused.append(Refused(file=file, object=f"event {place}", reason="it is no MISP event"))
            continue
        level = _level(event, None)
        for number, attribute in enumerate(_attributes(event), start=1):
            _attribute(file, f"event {place}, attribute {number}", attribute, level, feed)
    return feed


def _attributes(event: Mapping[str, Any]) -> Iterator[object]:
    yield from _list(event.get("Attribute"))
    for held in _list(event.get("Object")):
        if isinstance(held, dict) and not held.get("deleted"):
            yield from _list(held.get("Attribute"))


def _attribute(file: str, place: str, one: object, of_event: Tlp | None, feed: Feed) -> None:
    if not isinstance(one, dict):
        feed.refused.append(Refused(file=file, object=place, reason="it is no JSON object"))
        return
    uid = one.get("uuid")
    name = uid if isinstance(uid, str) and 0 < len(uid) <= 64 and uid.isprintable() else place
    if one.get("deleted") is True:
        feed.revoked.append(name)
        return
    if one.get("to_ids") is not True:
        return  # context, not meant to be looked for
    kind, text = one.get("type"), one.get("value")
    try:
        if not isinstance(kind, str) or kind not in TYPES:
            raise NotComparable(f"{str(kind)[:40]} is nothing that sign-in logs tell")
        if not isinstance(text, str):
            raise NotComparable("its value is no text")
        values.short(text)
        for read in TYPES[kind]:
            what, value = read(text)
            feed.indicators.append(
                Indicator(
                    indicator=name,
                    kind=what,
                    value=value,
                    tlp=_level(one, of_event) or UNMARKED,
                    valid_from=moment(one.get("first_seen")),
                    changed=moment(one.get("last_seen")) or moment(one.get("timestamp")),
                )
            )
    except NotComparable as why:
        feed.refused.append(Refused(file=file, object=name, reason=str(why)))


def _level(one: Mapping[str, Any], otherwise: Tlp | None) -> Tlp | None:
    """The strictest `tlp:` tag, the event's among them."""
    names = [tag.get("name") for tag in _list(one.get("Tag")) if isinstance(tag, dict)]
    found = [tlp_named(name) for name in names if isinstance(name, str) and name.lower().startswith("tlp:")]
    levels = [level for level in (*found, otherwise) if level is not None]
    return strictest(levels) if levels else None


def _list(node: object) -> list[object]:
    return node if isinstance(node, list) else []
