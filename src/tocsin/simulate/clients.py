"""Clients: real user-agent strings whose versions move on during the month, as browsers update themselves."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random

import msgspec


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider sees of the program that makes the request."""

    user_agent: str  # as sent; empty if none was
    browser: str  # Okta's word
    system: str  # Okta's word
    device: str  # Okta's word: Computer | Mobile | Tablet | Unknown
    entra_browser: str
    entra_system: str
    fingerprint: str = ""  # the device's, if the provider keeps one


# Release trains: (first major version, its day, days between majors).
_CHROME = (144, date(2026, 1, 13), 28)
_FIREFOX = (147, date(2026, 1, 13), 28)
_IOS = (
    (date(2025, 12, 12), "26_2", "26.2"),
    (date(2026, 2, 16), "26_3", "26.3"),
    (date(2026, 3, 30), "26_4", "26.4"),
)
UNREADABLE = "09"  # fingerprints below are withheld: browsers that guard against it, three or four in a hundred
ROLLOUT_DAYS = 16  # a device takes an update this many days after the release at the latest

FAMILIES = (  # (family, share among personal computers)
    ("chrome-windows", 46),
    ("edge-windows", 20),
    ("chrome-mac", 11),
    ("safari-mac", 12),
    ("firefox-windows", 7),
    ("firefox-linux", 2),
    ("chrome-linux", 2),
)
PHONES = (("safari-ios", 52), ("chrome-android", 44), ("firefox-android", 4))
MAIL_PROGRAMS = ("outlook-windows", "thunderbird")


def _train(train: tuple[int, date, int], day: date) -> int:
    major, first, period_days = train
    return major + (day - first).days // period_days


def _safari(day: date) -> tuple[str, str]:
    known = [(os, version) for since, os, version in _IOS if since <= day]
    return known[-1] if known else (_IOS[0][1], _IOS[0][2])


class Device:
    """One device of a person. `client(day)` is what it sends on that day: it updates itself with its own
    lag.
    """

    __slots__ = ("_cache", "_cache_day", "family", "fingerprint", "lag_days", "model")

    def __init__(self, rng: Random, family: str) -> None:
        self.family = family
        self.lag_days = min(ROLLOUT_DAYS, int(rng.expovariate(1 / 5))) if rng.random() < 0.95 else rng.randint(30, 160)
        fingerprint = f"{rng.getrandbits(128):032x}"
        self.fingerprint = "" if fingerprint < UNREADABLE else fingerprint
        self.model = rng.choice(("K", "SM-S921B", "Pixel 8", "SM-A546B", "K", "K", "K"))
        self._cache_day: date | None = None
        self._cache: Client | None = None

    @property
    def is_phone(self) -> bool:
        return self.family.endswith(("-ios", "-android"))

    def client(self, day: date) -> Client:
        if self._cache_day != day or self._cache is None:
            self._cache = render(self.family, day - timedelta(days=self.lag_days), self.model, self.fingerprint)
            self._cache_day = day
        return self._cache


def draw_computer(rng: Random) -> Device:
    return Device(rng, rng.choices([f for f, _ in FAMILIES], weights=[w for _, w in FAMILIES])[0])


def draw_phone(rng: Random) -> Device:
    return Device(rng, rng.choices([f for f, _ in PHONES], weights=[w for _, w in PHONES])[0])


@cache
def render(family: str, day: date, model: str = "K", fingerprint: str = "") -> Client:
    """The client of a family as released by `day`."""
    chrome, firefox, (ios, safari) = _train(_CHROME, day), _train(_FIREFOX, day), _safari(day)
    program, _, system = family.partition("-")
    platform, okta_system, entra_system, device = {
        "windows": ("Windows NT 10.0; Win64; x64", "Windows 10", "Windows10", "Computer"),
        "mac": ("Macintosh; Intel Mac OS X 10_15_7", "Mac OS X", "MacOs", "Computer"),
        "linux": ("X11; Linux x86_64", "Linux", "Linux", "Computer"),
        "ios": (f"iPhone; CPU iPhone OS {ios} like Mac OS X", "iOS (iPhone)", "Ios 26", "Mobile"),
        "android": (
            f"Linux; Android {'10; K' if model == 'K' else '15; ' + model}",
            "Android",
            "Android 15",
            "Mobile",
        ),
        "": ("", "Unknown", "", "Unknown"),
    }[system]
    webkit = "AppleWebKit/537.36 (KHTML, like Gecko)"
    mobile = " Mobile" if device == "Mobile" else ""
    agent, browser, entra = {
        "chrome": (
            f"Mozilla/5.0 ({platform}) {webkit} Chrome/{chrome}.0.0.0{mobile} Safari/537.36",
            "CHROME",
            f"Chrome {'Mobile ' if mobile else ''}{chrome}.0.0",
        ),
        "edge": (
            f"Mozilla/5.0 ({platform}) {webkit} Chrome/{chrome}.0.0.0 Safari/537.36 Edg/{chrome}.0.0.0",
            "EDGE",
            f"Edge {chrome}.0.0",
        ),
        "safari": (
            f"Mozilla/5.0 ({platform}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{safari}"
            f"{' Mobile/15E148' if mobile else ''} Safari/{'604.1' if mobile else '605.1.15'}",
            "SAFARI",
            f"{'Mobile Safari' if mobile else 'Safari'} {safari}",
        ),
        "firefox": (_firefox_agent(system, firefox), "FIREFOX", f"Firefox {firefox}.0"),
        "outlook": (
            "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18526; Pro)",
            "UNKNOWN",
            "Rich Client 4.61.3.0",
        ),
        "thunderbird": (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.6.0",
            "FIREFOX",
            "",
        ),
    }[program]
    return Client(
        user_agent=agent,
        browser=browser,
        system=okta_system,
        device=device,
        entra_browser=entra,
        entra_system=entra_system,
        fingerprint=fingerprint,
    )


def _firefox_agent(system: str, major: int) -> str:
    platform = {
        "windows": "Windows NT 10.0; Win64; x64",
        "linux": "X11; Linux x86_64",
        "android": "Android 15; Mobile",
    }.get(system, "Windows NT 10.0; Win64; x64")
    engine = f"{major}.0" if system == "android" else "20100101"
    return f"Mozilla/5.0 ({platform}; rv:{major}.0) Gecko/{engine} Firefox/{major}.0"


def script(user_agent: str) -> Client:
    """A client that is no browser: a tool, a library, or nothing at all."""
    return Client(
        user_agent=user_agent,
        browser="UNKNOWN",
        system="Unknown",
        device="Unknown",
        entra_browser="",
        entra_system="",
    )


TOOLS = tuple(
    script(agent)
    for agent in (
        "python-requests/2.32.3",
        "Go-http-client/1.1",
        "curl/8.5.0",
        "",
        "okhttp/4.12.0",
        "axios/1.7.9",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Safari/537.36",
    )
)
