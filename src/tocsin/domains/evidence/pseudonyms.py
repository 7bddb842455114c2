"""Names of victims in texts, however links and records write them, and what stands in their place."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from pathlib import Path

from tocsin.domains.evidence.case import Victim
from tocsin.domains.words import known_brands

PSEUDONYM = 16
"""Hexadecimal digits of a pseudonym: 64 bits, so that two accounts of millions do not share one."""

SHORTEST = 4
"""Letters of an organisation's name from which it is replaced in text: a shorter one stands in other words."""

SHORTEST_LOCAL_PART = 6
"""Letters of what stands before the @ from which it is replaced by itself: shorter ones, like `info`, are words."""

_BASE64 = re.compile(r"[A-Za-z0-9+_-]{12,}={0,2}")
"""Without the slash, which parts paths and which plain letters hardly ever give."""


def pseudonym(kind: str, name: str, key: bytes) -> str:
    """`account-3f9a0c5e71b2d844`: the same for the same name in any spelling of its case."""
    digest = hmac.new(key, f"{kind}:{name.strip().lower()}".encode(), hashlib.sha256).hexdigest()
    return f"{kind}-{digest[:PSEUDONYM]}"


class Pseudonyms:
    """Finds victims' accounts, the parts of them, and their organisations, and puts pseudonyms in their place.

    Links of phishing pages carry whom they were made for: `?u=ada.berg`, `ada%40news.example`, or either in Base64.
    The domains of the case stay as they are, whatever name an attacker wrote into them.
    """

    def __init__(self, victims: Iterable[Victim], key: bytes, domains: Iterable[str] = ()) -> None:
        self.key = key
        self.accounts: dict[str, str] = {}
        everybodys = {domain for brand in known_brands() for domain in brand.own}
        self._names: dict[str, str] = {domain.lower(): domain for domain in domains}
        kept = len(self._names)
        parts: dict[str, str] = {}
        for victim in victims:
            account = victim.account.lower()
            self.accounts[account] = self._names[account] = pseudonym("account", account, key)
            local, at, domain = account.rpartition("@")
            if len(victim.organisation) >= SHORTEST:
                self._names[victim.organisation.lower()] = pseudonym("organisation", victim.organisation, key)
            if at and domain not in everybodys:
                parts.setdefault(domain, pseudonym("organisation", victim.organisation or domain, key))
            if len(local) >= SHORTEST_LOCAL_PART:
                parts.setdefault(local, self.accounts[account])
        whole = [re.escape(name) for name in list(self._names)[:kept]]
        whole += [
            re.escape(name).replace("@", "(?:@|%40)")
            for name in sorted(list(self._names)[kept:], key=len, reverse=True)
            if name
        ]
        whole += [rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" for name in sorted(parts, key=len, reverse=True)]
        self._names = {**parts, **self._names}
        self._found = re.compile("|".join(whole) or r"(?!)", re.IGNORECASE)

    def text(self, text: str) -> str:
        """The text with pseudonyms for names."""
        return self._found.sub(self._instead, _BASE64.sub(self._encoded, text))

    def found_in(self, file: Path) -> tuple[str, str] | None:
        """A victim's name in a file's bytes, as UTF-8 or UTF-16, and what the package calls it."""
        content = file.read_bytes()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            if name := self._first(content.decode(encoding, "replace")):
                return name
        return None

    def _instead(self, match: re.Match[str]) -> str:
        return self._names[match.group().lower().replace("%40", "@")]

    def _encoded(self, match: re.Match[str]) -> str:
        text = match.group()
        bare = text.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            plain = base64.b64decode(bare + "=" * (-len(bare) % 4))
        except binascii.Error:
            return text
        found = self._first(plain.decode("utf-8", "replace"))
        return found[1] if found else text

    def _first(self, text: str) -> tuple[str, str] | None:
        for match in self._found.finditer(text):
            instead = self._instead(match)
            if instead.lower() != match.group().lower():
                return match.group(), instead
        return None
