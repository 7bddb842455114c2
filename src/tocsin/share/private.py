"""What stands for a person or an organisation, and whether a text from a log tells of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pyarrow as pa

from tocsin.assess.assessment import Assessment

SHORTEST = 3
"""Shorter names stand by chance in any text."""

SHORTEST_LOCAL_PART = 6
"""Shorter ones, like `info` or `chrome`, are words."""

MAIL_FOR_EVERYBODY = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "aol.com",
        "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru", "qq.com", "163.com",
    }
)  # fmt: skip
"""Domains that say nothing of who somebody belongs to."""


class Private:
    """Accounts, their domains, organisations, tenants, contacts and recovery channels, in one form of writing."""

    def __init__(self, names: Iterable[str | None], accounts: Iterable[str | None]) -> None:
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

    def telling(self, texts: Sequence[str]) -> set[str]:
        """Those of the texts in which one of the names stands."""
        plain = {text: _plain(text) for text in texts}
        together = "\n".join(plain.values())
        standing = [term for term in self._terms if term in together]
        return {text for text, written in plain.items() if any(term in written for term in standing)}


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


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()
