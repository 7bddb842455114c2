"""Which part of a name somebody chose: the registrable label, or the label below a hoster.

Below a public suffix of the private section (`github.io`, `web.app`, dynamic DNS) the customer chose one label more;
the hoster's own name is never judged. The list is the snapshot that tldextract ships: nothing is fetched.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.domains.suffixes import suffix_at

RESTRICTED = frozenset({"edu", "gov", "mil", "int", "arpa", "ac", "gob", "gouv", "gv", "go", "govt", "mod", "museum"})
"""Labels of suffixes below which only those register who have shown who they are."""

HELPING = frozenset({"support", "services"})
"""Suffixes below which companies have their help pages: of 9,164 harmless names 131 are, of 324 actors' names two."""

CLASSIC = frozenset({"com", "net", "org"})

CHEAP = frozenset(
    {
        "info", "biz", "pro", "top", "xyz", "site", "online", "live", "icu", "club", "website", "space", "fun", "tech",
        "store", "shop", "press", "host", "link", "click", "work", "world", "today", "life", "buzz", "cyou", "cfd",
        "sbs", "rest", "bid", "loan", "win", "men", "date", "stream", "download", "racing", "review", "trade", "party",
        "science", "mobi", "name", "tk", "ml", "ga", "cf", "gq", "pw", "cc", "ws", "su", "network", "digital", "cloud",
        "email", "services", "support", "solutions", "center", "systems", "agency", "company", "group", "team",
        "account", "app", "me", "co", "lol", "monster", "beauty", "quest", "one", "ink", "page", "webcam", "cam",
        "vip", "rocks", "guru", "zone", "run", "asia", "us", "in",
    }
)  # fmt: skip
"""Suffixes where anybody gets a name at once, for the price of a coffee or for nothing in the first year."""

FREE = frozenset({"tk", "ml", "ga", "cf", "gq", "pw", "cc", "ws", "su"})
"""Countries' suffixes that are sold, or were given away, to everybody."""

SPEAKING = frozenset(
    {
        "account", "accountants", "app", "center", "chat", "cloud", "click", "contact", "download", "email", "help",
        "host", "link", "live", "network", "online", "page", "review", "security", "services", "site",
        "software", "support", "systems", "team", "tech", "technology", "website", "wiki", "zone", "direct", "report",
        "media", "press", "news", "gov", "protection",
    }
)  # fmt: skip
"""Suffixes that are lure words themselves."""


DYNAMIC = frozenset(
    {
        "3utilities.com", "accesscam.org", "bounceme.net", "camdvr.org", "casacam.net", "ddns.me", "ddns.net",
        "ddnsfree.com", "ddnsgeek.com", "dnsalias.com", "dnsdojo.com", "duckdns.org", "dynalias.com", "dyndns.org",
        "dynu.net", "dynv6.net", "freeddns.org", "gleeze.com", "gotdns.ch", "hopto.me", "hopto.org", "kozow.com",
        "loseyourip.com", "myddns.rocks", "myftp.biz", "myftp.org", "myvnc.com", "mywire.org", "no-ip.biz",
        "no-ip.info", "no-ip.org", "noip.me", "ooguy.com", "redirectme.net", "serveblog.net", "servecounterstrike.com",
        "serveftp.com", "servegame.com", "servehalflife.com", "servehttp.com", "serveirc.com", "serveminecraft.net",
        "servemp3.com", "servepics.com", "servequake.com", "servebbs.net", "sytes.net", "theworkpc.com", 
        "webhop.me", "webredirect.org", "zapto.org",
    }
)  # fmt: skip
"""Dynamic DNS providers, most of them of the public suffix list (No-IP, Dynu, DynDNS, Duck DNS): a name there costs
nothing and shows nobody."""


class Registered(NamedTuple):
    """A name in its parts."""

    below: tuple[str, ...]
    """Labels below the chosen one, as written from the left."""
    label: str
    """What was chosen; empty where the name is a suffix or a hoster itself."""
    suffix: str
    hosted: bool
    """Below a hoster or a dynamic DNS provider."""

    @property
    def registrable(self) -> str:
        return f"{self.label}.{self.suffix}" if self.label else self.suffix

    @property
    def restricted(self) -> bool:
        return not RESTRICTED.isdisjoint(self.suffix.split("."))

    @property
    def dynamic(self) -> bool:
        """Below a dynamic DNS provider, or a hoster that gives names away."""
        return self.suffix in DYNAMIC or self.suffix in _free()

    @property
    def country(self) -> bool:
        last = self.suffix.rsplit(".", 1)[-1]
        return len(last) == 2


@cache
def _hosters() -> frozenset[str]:
    return _lines("hosters.txt") | _free()


@cache
def _free() -> frozenset[str]:
    return _lines("free_hosters.txt")


def _lines(file: str) -> frozenset[str]:
    lines = files("tocsin.domains").joinpath(file).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def registered(name: str) -> Registered:
    """The parts of a name that `clean` accepted."""
    labels = name.split(".")
    at, private = suffix_at(labels)
    if at == len(labels):
        # A suffix that nobody runs: judged like any other, for logs hold what people typed.
        at = len(labels) - 1
    elif at and not private and ".".join(labels[at - 1 :]) in _hosters():
        at, private = at - 1, True
    if at <= 0:
        return Registered((), "", name, private)
    return Registered(tuple(labels[: at - 1]), labels[at - 1], ".".join(labels[at:]), private)


def is_suffix(domain: str) -> bool:
    """Whether this is a public suffix, a hoster or a dynamic DNS provider: nobody's own name."""
    return not registered(domain).label
