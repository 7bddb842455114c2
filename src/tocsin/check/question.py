"""Whom a question is about: an organisation of the roster, a domain, or one account."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

import pyarrow as pa

_DOMAIN = re.compile(r"(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Question:
    """`accounts` are those on the roster; a domain is about every other account in it, too."""

    asked: str
    read_as: Literal["organisation", "domain", "account", "nothing"]
    accounts: tuple[str, ...] = ()
    domain: str | None = None
    account: str | None = None
    since: date | None = None
    until: date | None = None
    near: tuple[str, ...] = ()
    roster: bool = True  # whether there is one
    domains: tuple[str, ...] = ()  # of an organisation: mail domains that are its own

    @property
    def days(self) -> frozenset[int] | None:
        """The days asked for, numbered from 1970; None: all that the logs hold."""
        if self.since is None or self.until is None:
            return None
        return frozenset(range((self.since - EPOCH).days, (self.until - EPOCH).days + 1))

    def concerns(self, account: Any) -> Any:
        """Whether it is about this account: a value of text, or an Ibis column."""
        if isinstance(account, str):
            return account in self.accounts or account == self.account or _inside(account, self.domain)
        asked = [*self.accounts, *([self.account] if self.account else [])]
        wanted = account.isin(asked)
        if self.domain is not None:
            wanted |= account.endswith(f"@{self.domain}") | (
                account.contains("@") & account.endswith(f".{self.domain}")
            )
        return wanted


def question(asked: str, roster: pa.Table, *, since: date | None = None, until: date | None = None) -> Question:
    """What the text means: an organisation of the roster, else an account, else a domain."""
    text = " ".join(asked.split()).casefold()
    people: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in roster.select(["account", "organisation"]).to_pylist():
        if row["organisation"]:
            key = " ".join(row["organisation"].split()).casefold()
            people[key].append(row["account"])
            names.setdefault(key, row["organisation"])
    everybody = roster["account"].to_pylist()
    period: dict[str, Any] = {"since": since, "until": until, "roster": bool(everybody)}
    if text in people:
        theirs = tuple(sorted(people[text]))
        own = _own_domains(theirs, set(everybody).difference(theirs))
        return Question(asked=asked, read_as="organisation", accounts=theirs, domains=own, **period)
    if "@" in text.strip("@") and " " not in text:
        rostered = (text,) if text in everybody else ()
        return Question(asked=asked, read_as="account", account=text, accounts=rostered, **period)
    domain = text.removeprefix("@")
    if text in everybody:
        return Question(asked=asked, read_as="account", account=text, accounts=(text,), **period)
    if _DOMAIN.fullmatch(domain):
        inside = tuple(sorted(one for one in everybody if _inside(one, domain)))
        return Question(asked=asked, read_as="domain", domain=domain, accounts=inside, **period)
    near = get_close_matches(text, list(people), n=3, cutoff=0.6)
    if not near and " " not in text:  # a name without a domain, as Keycloak has them
        return Question(asked=asked, read_as="account", account=text, **period)
    return Question(asked=asked, read_as="nothing", near=tuple(names[one] for one in near), **period)


def _own_domains(theirs: Sequence[str], others: Iterable[str]) -> tuple[str, ...]:
    """Mail domains in which some of their accounts lie and nobody else's on the roster: at least a quarter of theirs,
    so that the one who is reached at a public mail provider does not stand for all of its users."""
    counts = Counter(one.rpartition("@")[2] for one in theirs if "@" in one)
    large = [one for one, held in counts.items() if 4 * held >= len(theirs)]
    shared = {domain for other in others for domain in large if _inside(other, domain)}
    return tuple(sorted(set(large) - shared))


def _inside(account: str, domain: str | None) -> bool:
    """Whether an address is of the domain or one below it."""
    if domain is None:
        return False
    host = account.rpartition("@")[2] if "@" in account else ""
    return host == domain or host.endswith(f".{domain}")
