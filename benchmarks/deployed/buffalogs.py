"""BuffaLogs: each successful login held against those of the same user: new country, new device, impossible travel.

Parameters: certego/BuffaLogs on GitHub, `impossible_travel/modules/detection.py` and `alert_filter.py` (what is
checked and in which order), `settings/certego.py` and `models.py` (defaults: 100 km, 300 km/h, a country counts as
atypical after 30 days, mobile devices ignored, travel within one country ignored),
`impossible_travel/utils/utils.py` (a device is the system with its major version, the device and the browser).

Its learning period, which would silence a replay of the past, is left out, and so are alerts on the user's sum of
alerts. Logins without a place are dropped, as it drops them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

import ua_parser

from deployed.peer import Act, Alert, Peer, Watch, alert

DISTANCE_KM = 100
SPEED_KM_H = 300
ATYPICAL_DAYS = 30
MOBILE_SYSTEMS = frozenset({"iOS", "Android", "Windows Phone"})

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
LEAST_HOURS = 0.001

Place = tuple[float, float]  # latitude, longitude in degrees

LOGINS = """provider <> 'm365' AND activity = 'sign_in' AND outcome = 'success' AND reason IS NULL
    AND account IS NOT NULL"""


@dataclass
class _User:
    """What is kept of a user: a login for each log, country and user agent, and the addresses."""

    logins: dict[tuple[str, str, str], _Login] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Login:
    ms: int
    place: Place
    country: str
    device: str


@dataclass(frozen=True, kw_only=True)
class Travel:
    """The checks, with the place of each address (as the search engine that it reads from has added it)."""

    places: Mapping[str, tuple[Place, str]]  # address -> place and country

    def __call__(self, acts: Iterable[Act]) -> list[Alert]:
        users: dict[str, _User] = {}
        alerts: list[Alert] = []
        for act in acts:
            found = self.places.get(act.address)
            if found is None:
                continue
            place, country = found
            user = users.setdefault(act.account, _User())
            device, system = fingerprint(act.user_agent)
            index = f"{act.provider} {act.tenant}"
            if any(log == index for log, _, _ in user.logins) and system not in MOBILE_SYSTEMS:
                alerts += _checked(user, act, _Login(ms=act.ms, place=place, country=country, device=device))
            user.addresses.add(act.address)
            user.logins[index, country, act.user_agent] = _Login(act.ms, place, country, device)
        return alerts


def _checked(user: _User, act: Act, login: _Login) -> Iterable[Alert]:
    group = f"account {act.account}"
    if act.user_agent and all(one.device != login.device for one in user.logins.values()):
        yield alert("new device", group, act.ms, [act])
    there = [one.ms for one in user.logins.values() if one.country == login.country]
    if login.country and not there:
        yield alert("new country", group, act.ms, [act])
    elif login.country and act.ms - max(there) >= ATYPICAL_DAYS * DAY_MS:
        yield alert("atypical country", group, act.ms, [act])
    if act.address not in user.addresses:
        last = max(user.logins.values(), key=lambda one: one.ms)
        distance = kilometres(last.place, login.place)
        hours = max((login.ms - last.ms) / HOUR_MS, LEAST_HOURS)
        if distance > DISTANCE_KM and distance / hours > SPEED_KM_H and last.country != login.country:
            yield alert("impossible travel", group, act.ms, [act])


@lru_cache(maxsize=100_000)
def fingerprint(user_agent: str) -> tuple[str, str]:
    """(device as BuffaLogs tells them apart, operating system)."""
    parsed = ua_parser.parse(user_agent[:512])
    system = parsed.os.family if parsed.os else ""
    major = (parsed.os.major or "") if parsed.os else ""
    device = parsed.device.family if parsed.device else "Other"
    browser = parsed.user_agent.family if parsed.user_agent else "Other"
    return f"{system}-{major}-{device}-{browser}".lower(), system


def kilometres(one: Place, other: Place) -> float:
    """Great-circle distance (the original's ellipsoid differs by half a percent at most)."""
    (lat, lon), (lat2, lon2) = ((radians(part) for part in place) for place in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def buffalogs(places: Mapping[str, tuple[Place, str]]) -> Peer:
    """The peer, with the places of a world's addresses."""
    return Peer(
        name="BuffaLogs: new device, new country, impossible travel",
        source="https://github.com/certego/BuffaLogs",
        watches=(Watch(where=LOGINS, rule=Travel(places=places)),),
        entered=True,
    )
