"""Registered methods, roster and what logs show -> the account access graph.

For each account and provider: whoever has its password (or gets a new one through a reset) and a second step, where
one is registered, signs in; a passkey or the like signs in alone; a channel that restores gives the account. A
mailbox that is an account itself leads there; any other mailbox, a number, a factor are base items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from tocsin.exposure.effects import Kind
from tocsin.exposure.graph import (
    ACCOUNT,
    BY_OTHER,
    INNER,
    MARK_NUMBERS,
    POSSIBLE,
    RECOVERY,
    SIGN_IN,
    VIA,
    Graph,
    Node,
)
from tocsin.exposure.hints import Known
from tocsin.exposure.people import People, Person
from tocsin.exposure.registered import Gate, Method, Named, Registered, Use, named

ROSTER_ORIGIN = "roster"

MOST_TOGETHER = 16
"""Methods of one account of which two are tried together; providers let a user register fewer."""


@dataclass(kw_only=True)
class Built:
    """The graph and what was met while it was made."""

    graph: Graph = field(default_factory=Graph)
    account_of: Mapping[str, str] = field(default_factory=dict)
    hints: int = 0  # masked addresses
    hints_matched: int = 0  # that fit known addresses, few enough to name
    factors_not_told: set[str] = field(default_factory=set)  # accounts
    channels: dict[str, set[str]] = field(default_factory=dict)  # mailbox or number -> accounts that register it
    origins: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # (account, channel) -> who says so


def with_roster(person: Person, channels: Sequence[str]) -> tuple[Person, int]:
    """The person with the roster's channels, and how many of them are no mailbox, number or word of a method.

    The roster says which channels there are. Where a provider's export says what such a channel can do, that stands;
    where the export knows of no such channel, it is possible only; so is one that the roster shows masked.
    """
    at, own, unread = list(person.at), [], 0
    for text in channels:
        found = named(text) or _by_word(text)
        if found is None:
            unread += 1
            found = Named(kind=Kind.OTHER)
        if found.value == person.account:
            continue  # an account is no second door to itself
        if any(_names(record, found) for record in at):
            continue
        filled = [number for number, record in enumerate(at) if _without_address(record, found.kind)]
        if filled and (found.value or found.hint):
            for number in filled:
                at[number] = _filled(at[number], found)
            continue
        own.append(
            Method(
                kind=found.kind,
                uses=frozenset((Use.RESTORE,)),
                value=found.value,
                hint=found.hint,
                possible=bool(at) or found.hint is not None,
                origin=ROSTER_ORIGIN,
            )
        )
    if own:
        at.append(Registered(provider="", names=(person.account,), methods=tuple(own), where=ROSTER_ORIGIN))
    return Person(account=person.account, at=tuple(at)), unread


_WORDS = {
    "question": Kind.QUESTION,
    "questions": Kind.QUESTION,
    "code": Kind.SAVED_CODE,
    "codes": Kind.SAVED_CODE,
    "contact": Kind.CONTACT,
    "app": Kind.PROMPT,
    "key": Kind.KEY,
}


def _by_word(text: str) -> Named | None:
    kind = _WORDS.get(text.strip().lower().partition(":")[0])
    return Named(kind=kind) if kind else None


def _names(record: Registered, found: Named) -> bool:
    return any(one.kind == found.kind and one.value == found.value and found.value for one in record.methods)


def _recovers(one: Method) -> bool:
    return bool(one.uses & {Use.RESET, Use.RESTORE})


def _without_address(record: Registered, kind: Kind) -> bool:
    """Is a recovery channel of this kind registered there, and no address of it told?"""
    return kind in (Kind.MAILBOX, Kind.PHONE) and any(
        one.kind == kind and not one.value and not one.hint and _recovers(one) for one in record.methods
    )


def _filled(record: Registered, found: Named) -> Registered:
    """The record with the address for its method that has none."""
    methods = tuple(
        replace(one, value=found.value, hint=found.hint, origin=f"{one.origin}, address from the {ROSTER_ORIGIN}")
        if one.kind == found.kind and not one.value and not one.hint
        else one
        for one in record.methods
    )
    return replace(record, methods=methods)


def build(people: People, persons: Iterable[Person]) -> Built:
    """The graph of these persons, roster channels among their methods."""
    held = list(persons)
    built = Built(account_of=people.account_of)
    known = _known(people, held)
    by_account = {one.account: one for one in held}
    for person in held:
        built.graph.number(Node(ACCOUNT, person.account))
    for person in held:
        _Building(built, known, by_account, person).all()
    return built


def _known(people: People, persons: Sequence[Person]) -> Known:
    methods = [one for person in persons for record in person.at for one in record.methods if one.value]
    return Known(
        [
            *(name for name in people.account_of if "@" in name),
            *(one.value for one in methods if one.kind == Kind.MAILBOX and one.value),
        ],
        [one.value for one in methods if one.kind == Kind.PHONE and one.value],
    )


class _Building:
    """The ways into one account."""

    def __init__(self, built: Built, known: Known, persons: Mapping[str, Person], person: Person) -> None:
        self._built, self._known, self._persons, self._person = built, known, persons, person
        self._graph = built.graph
        self._account = self._graph.number(Node(ACCOUNT, person.account))
        self._possible, self._sign_in = MARK_NUMBERS[POSSIBLE.name], MARK_NUMBERS[SIGN_IN.name]

    def all(self) -> None:
        records = self._person.at
        signs_in = [one for one in records if one.provider]
        if not signs_in:
            # Nobody tells whether a second step is asked for.
            password = self._graph.number(Node(Kind.PASSWORD, self._person.account, self._person.account))
            self._graph.way(self._account, password, self._sign_in, self._possible)
            self._built.factors_not_told.add(self._person.account)
        for record in records:
            self._at(record)

    def _at(self, record: Registered) -> None:
        owner = f"{self._person.account} at {record.provider}" if record.provider else self._person.account
        if record.provider:
            self._signed_in(record, owner)
        for method in record.methods:
            if Use.ALONE in method.uses:
                self._graph.way(self._account, self._own(method, owner))
            if Use.RESTORE in method.uses:
                for needs in self._channel(method, owner):
                    self._graph.way(self._account, *needs)

    def _signed_in(self, record: Registered, owner: str) -> None:
        graph = self._graph
        ways: list[tuple[int, ...]] = []
        if record.password is not False:
            ways.append((graph.number(Node(Kind.PASSWORD, owner, self._person.account)),))
        resets = [one for one in record.methods if Use.RESET in one.uses]
        gates = record.gates if record.gates is not None else (Gate(needs=1, possible=True),)
        for gate in gates if record.password is not False else ():
            for chosen in combinations(resets if gate.needs < 2 else resets[:MOST_TOGETHER], gate.needs):
                ways += self._all_of(chosen, owner, possible=gate.possible)
        if not ways:
            return
        if len(ways) == 1:
            credential: tuple[int, ...] = ways[0]
        else:
            inner = graph.number(Node(INNER, f"credential of {owner}", self._person.account))
            for needs in ways:
                graph.way(inner, *needs)
            credential = (inner,)
        steps = self._steps(record, owner)
        told = () if record.factors_told or steps else (self._possible,)
        if told:
            self._built.factors_not_told.add(self._person.account)
        graph.way(self._account, *credential, *steps, self._sign_in, *told)

    def _all_of(self, chosen: Sequence[Method], owner: str, *, possible: bool) -> list[tuple[int, ...]]:
        """The ways to use all of these at once."""
        joint: list[tuple[int, ...]] = [(self._possible,) if possible else ()]
        for method in chosen:
            joint = [(*one, *needs) for one in joint for needs in self._channel(method, owner)]
        return joint

    def _steps(self, record: Registered, owner: str) -> tuple[int, ...]:
        """What a sign-in needs beside the password: nothing, the one step, or any of several."""
        found: list[tuple[int, ...]] = []
        for method in record.methods:
            if Use.SECOND in method.uses:
                found += [
                    (number, *((self._possible,) if maybe else ())) for number, _, maybe in self._places(method, owner)
                ]
        found = list(dict.fromkeys(found))
        if len(found) == 1:
            return found[0]
        if not found:
            return ()
        inner = self._graph.number(Node(INNER, f"second step of {owner}", self._person.account))
        for needs in found:
            self._graph.way(inner, *needs)
        return (inner,)

    def _own(self, method: Method, owner: str) -> int:
        """A base item that is this account's alone."""
        return self._graph.number(Node(method.kind, method.hint or owner, self._person.account))

    def _channel(self, method: Method, owner: str) -> list[tuple[int, ...]]:
        """Ways through the channel: what must be taken, the channel, the kind of recovery."""
        mark = MARK_NUMBERS[RECOVERY.get(method.kind, BY_OTHER).name]
        found: list[tuple[int, ...]] = []
        for number, address, maybe in self._places(method, owner):
            via = (self._graph.number(Node(VIA, address)),) if address else ()
            doubt = (self._possible,) if maybe or method.possible else ()
            found.append((number, *via, mark, *doubt))
            if address:
                self._built.channels.setdefault(address, set()).add(self._person.account)
                self._built.origins.setdefault((self._person.account, address), set()).add(method.origin)
        return found

    def _places(self, method: Method, owner: str) -> list[tuple[int, str | None, bool]]:
        """What has to be taken for the method: node, address, and whether that is possible only."""
        if method.kind not in (Kind.MAILBOX, Kind.PHONE):
            return [(self._own(method, owner), None, False)]
        if method.value:
            return [(self._place(method.kind, method.value), method.value, False)]
        item = self._graph.number(Node(method.kind, method.hint or f"of {owner}", self._person.account))
        if not method.hint:
            return [(item, None, False)]
        self._built.hints += 1
        matches = self._known.matches(method.kind, method.hint) or ()
        fitting = [one for one in matches if self._built.account_of.get(one, one) != self._person.account]
        self._built.hints_matched += bool(fitting)
        return [(item, None, False), *((self._place(method.kind, one), one, True) for one in fitting)]

    def _place(self, kind: Kind, address: str) -> int:
        if kind == Kind.MAILBOX:
            account = self._built.account_of.get(address)
            if account is not None and account in self._persons and self._persons[account].is_mailbox:
                return self._graph.number(Node(ACCOUNT, account))
        return self._graph.number(Node(kind, address))
