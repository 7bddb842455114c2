"""What stands for a person or an organisation, and whether a text from a log tells of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pyarrow as pa

from tocsin.assess.assessment import Assessment
from tocsin.domains.registered import registered
from tocsin.domains.spellings import plain

SHORTEST = 3
"""Shorter names stand by chance in any text."""

SHORTEST_LOCAL_PART = 6
"""Shorter ones, like `info` or `chrome`, are words."""

SHORTEST_SQUEEZED = 6
"""Letters of a name from which it is looked for in domains however it is written there."""

MAIL_FOR_EVERYBODY = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "aol.com",
        "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru", "qq.com", "163.com",
    }
)  # fmt: skip
"""Domains that say nothing of who somebody belongs to."""


class Private:
    """Accounts, their domains, organisations, tenants, contacts and recovery channels, in one form of writing."""

    def __init__(self, names: Sequence[str | None], accounts: Sequence[str | None]) -> None:
        terms = {_plain(name) for name in names if name}
        for account in accounts:
            if not account:
                continue
            whole = _plain(account)
            terms.add(whole)
            local, _, domain = whole.rpartition("@")
            if len(local) >= SHORTEST_LOCAL_PART:
                terms.add(local)
            if local and domain not in MAIL_FOR_EVERYBODY:
                terms.add(domain)
        self._terms = sorted(term for term in terms if len(term) >= SHORTEST)
        organisations = {_squeezed(name) for name in names if name}
        for account in accounts:
            _, at, domain = _plain(account or "").rpartition("@")
            if at and domain not in MAIL_FOR_EVERYBODY:
                organisations.add(_squeezed(registered(domain).label))
        self._squeezed = sorted(name for name in organisations if len(name) >= SHORTEST_SQUEEZED)

    def telling(self, texts: Sequence[str]) -> set[str]:
        """Those of the texts in which one of the names stands."""
        plain = {text: _plain(text) for text in texts}
        together = "\n".join(plain.values())
        standing = [term for term in self._terms if term in together]
        return {text for text, written in plain.items() if any(term in written for term in standing)}

    def carried(self, domains: Iterable[str]) -> set[str]:
        """Those of the domains that carry an organisation's name, however it is written: `dai1y-compass-login.com`."""
        chosen: dict[str, str] = {}
        for domain in domains:
            parts = registered(_plain(domain))
            chosen[domain] = _squeezed("".join([*parts.below, parts.label]))
        return {domain for domain, written in chosen.items() if any(name in written for name in self._squeezed)}


def private(assessment: Assessment, roster: pa.Table) -> Private:
    """Everything that the assessment and the roster say of persons and organisations."""
    coverage = assessment.coverage
    seen = [account for campaign in assessment.campaigns for account in campaign.accounts]
    accounts: list[str | None] = [one.account for one in seen]
    accounts += [one.account for one in assessment.findings]
    accounts += coverage.roster.never_seen if coverage.roster else []
    names: list[str | None] = [one.organisation for one in seen]
    names += [source.tenant for source in coverage.sources if source.tenant not in MAIL_FOR_EVERYBODY]
    for row in roster.to_pylist():
        accounts += [row["account"], *row["recovery"]]
        names += [row["organisation"]]
        contact = row["contact"]
        (accounts if contact and "@" in contact else names).append(contact)
    return Private(names, accounts)


def _squeezed(text: str) -> str:
    """Letters and digits only, one for all that look alike."""
    return plain(re.sub(r"[\W_]+", "", _plain(text)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
