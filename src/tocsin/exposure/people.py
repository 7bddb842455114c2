"""Records of one account put together: under one name, a provider's word on it in one place.

A name of the roster comes first; several providers that know an account by the same name hold the same account, and
whoever has it at one of them has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tocsin.exposure.registered import Method, Refused, Registered


@dataclass(frozen=True, kw_only=True)
class Person:
    """One account: its name and what each provider says of it."""

    account: str
    at: tuple[Registered, ...] = ()  # one a provider

    @property
    def is_mailbox(self) -> bool:
        """Is the account the mailbox of its name? Not where it is known at providers only that hold no mail."""
        known = [one for one in self.at if one.provider]
        return not known or any(one.mail_host for one in known)


@dataclass(frozen=True, kw_only=True)
class People:
    persons: dict[str, Person]  # by account
    account_of: dict[str, str]  # every name of an account -> the account
    refused: list[Refused]
    not_in_use: int  # accounts that cannot be signed in to


def together(roster: Sequence[str], registered: Iterable[Registered]) -> People:
    """Everybody on the roster and in the exports."""
    by_uid: dict[tuple[str, str], list[Registered]] = defaultdict(list)
    loose: list[Registered] = []
    for one in registered:
        if one.uid is not None:
            by_uid[one.provider, one.uid].append(one)
        else:
            loose.append(one)
    whole: list[Registered] = []
    refused: list[Refused] = []
    for records in by_uid.values():
        names = tuple(dict.fromkeys(name for one in records for name in one.names))
        if names:
            whole += [replace(one, names=names) for one in records]
        else:
            refused += [_nameless(one) for one in records]
    whole += loose

    whole = _with_claims(whole)
    account_of: dict[str, str] = {name: name for name in roster}
    for one in whole:  # what an account signs in with goes before further names of others
        account_of.setdefault(one.names[0], _known(one.names, account_of) or one.names[0])
    for one in whole:
        for name in one.names[1:]:
            account_of.setdefault(name, account_of[one.names[0]])

    held: dict[str, dict[str, Registered]] = {name: {} for name in roster}
    idle: set[str] = set()
    for one in whole:
        account = account_of[one.names[0]]
        theirs = held.setdefault(account, {})
        theirs[one.provider] = _both(theirs[one.provider], one) if one.provider in theirs else one
    for account, theirs in held.items():
        if theirs and not any(one.in_use for one in theirs.values()):
            idle.add(account)
    persons = {
        account: Person(account=account, at=tuple(one for one in theirs.values() if one.in_use))
        for account, theirs in held.items()
        if account not in idle
    }
    return People(persons=persons, account_of=account_of, refused=refused, not_in_use=len(idle))


def _with_claims(records: Sequence[Registered]) -> list[Registered]:
    """Names that nobody checked become names where one account only claims them and no other has them."""
    owned = {name for one in records for name in one.names}
    claims: dict[str, set[str]] = defaultdict(set)
    for one in records:
        for name in one.claimed:
            claims[name].add(one.names[0])
    return [
        replace(one, names=(*one.names, *(n for n in one.claimed if n not in owned and len(claims[n]) == 1)))
        if one.claimed
        else one
        for one in records
    ]


def _known(names: Sequence[str], account_of: dict[str, str]) -> str | None:
    return next((account_of[name] for name in names if name in account_of), None)


def _nameless(one: Registered) -> Refused:
    file, _, place = one.where.partition("#")
    return Refused(
        file=file,
        line=None,
        record=place or None,
        reason=f"no record read names the {one.provider} user {one.uid}: add the list of users",
    )


def _both(one: Registered, other: Registered) -> Registered:
    """Two records of one provider on one account as one."""
    return replace(
        one,
        uid=one.uid or other.uid,
        names=tuple(dict.fromkeys((*one.names, *other.names))),
        methods=_methods((*one.methods, *other.methods)),
        password=other.password if one.password is None else one.password or bool(other.password),
        gates=other.gates if one.gates is None else one.gates,
        factors_told=one.factors_told or other.factors_told,
        mail_host=one.mail_host or other.mail_host,
        in_use=one.in_use and other.in_use,
    )


def _methods(methods: Iterable[Method]) -> tuple[Method, ...]:
    """Each once: a method without its number or address is the one with it, and certain goes before possible."""
    found = list(dict.fromkeys(methods))
    addressed = {(one.kind, use) for one in found if one.value or one.hint for use in one.uses}
    kept: dict[tuple[object, ...], Method] = {}
    for one in found:
        if not (one.value or one.hint) and all((one.kind, use) in addressed for use in one.uses):
            continue
        key = (one.kind, one.uses, one.value, one.hint)
        if key not in kept or kept[key].possible:
            kept[key] = one
    return tuple(kept.values())
