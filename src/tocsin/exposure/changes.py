"""Which one change helps most: what would remain of one targeted attack on each account at risk.

An attacker takes the cheapest way, so an account's risk is that of its cheapest certain way, and a change is worth
what it takes off the sum of these. Minimal access sets make that exact without searching again: what is no longer
there takes with it the sets that hold it, and no others. A further challenge on a way leaves at most what gets past
that challenge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tocsin.exposure.answer import Change
from tocsin.exposure.effects import Kind, success
from tocsin.exposure.graph import BY_MAILBOX, BY_OTHER, BY_PHONE, SIGN_IN, VIA, Graph, Node
from tocsin.exposure.weigh import Way, Weighed, best, distinct

CHANGE_WORDS = {
    "key_everywhere": "Security key or passkey at every sign-in and before every recovery",
    "prompt_everywhere": "Prompt on the owner's device at every sign-in and before every recovery",
    "key_at_sign_in": "Security key or passkey at every sign-in",
    "prompt_at_sign_in": "Prompt on the owner's device at every sign-in",
    "key_before_recovery": "Security key or passkey before every recovery",
    "prompt_before_recovery": "Prompt on the owner's device before every recovery",
    "no_recovery_by_mailbox": "No recovery through mailboxes",
    "no_recovery_by_phone": "No recovery by text message or call",
    "no_recovery_by_other": "No recovery by questions, codes, prompts or contacts",
    "mailboxes_with_key": "Security key on every mailbox outside that can restore an account",
    "channel_retired": "It restores no account any more",
    "account_with_key": "Security key at its sign-in and before its recovery",
}
"""What can be changed, in words. docs/exposure.md names the norm behind each."""

KEPT = 100
"""Changes of single channels and accounts that are kept, the best ones."""

Attempt = Callable[[Way], float]
"""What of an attack by this way gets in after the change."""


@dataclass(frozen=True)
class _Doors:
    """The certain ways into one account."""

    ways: list[Way]
    taking: list[list[Way]]  # the minimal ones by what they take: ways that take the same thing are one way in
    success: float

    @classmethod
    def of(cls, held: Sequence[Way]) -> _Doors:
        certain = [one for one in held if not one.possible]
        if len(certain) < 2:
            return cls(certain, [certain] if certain else [], best(certain) or 0.0)
        same: dict[frozenset[int], list[Way]] = {}
        for one in certain:
            same.setdefault(one.items, []).append(one)
        taking = [same[one.items] for one in distinct(certain)]
        return cls(certain, taking, best(certain) or 0.0)

    def closed(self, attempt: Attempt) -> int:
        """Ways in that are harder after the change."""
        return sum(max(map(attempt, several)) < several[0].success for several in self.taking)


def changes(graph: Graph, weighed: Weighed) -> list[Change]:
    """Every change, the one that leaves least first."""
    doors = {number: _Doors.of(held) for number, held in weighed.ways.items()}
    before = sum(one.success for one in doors.values())
    outside = frozenset(number for number, node in enumerate(graph.nodes) if node.kind == Kind.MAILBOX)
    by_channel, profiles = _by_channel(doors), _profiles(doors.values(), outside)
    found = [
        *(_for_everybody(name, attempt, profiles, before) for name, attempt in _rules(graph, outside).items()),
        *(
            _summed("channel", "channel_retired", graph.nodes[via].name, before, list(gains.values()))
            for via, gains in by_channel.items()
        ),
        *_of_accounts(graph, doors, by_channel, before),
    ]
    return ranked(one for one in found if one.ways_closed)


def ranked(found: Iterable[Change]) -> list[Change]:
    """What leaves least first; of equals what closes more ways, then what touches fewer accounts."""
    return sorted(
        found, key=lambda one: (one.remaining, -one.ways_closed, one.accounts, one.scope, one.change, one.target or "")
    )


def _rules(graph: Graph, outside: frozenset[int]) -> dict[str, Attempt]:
    sign_in = frozenset((graph.number(SIGN_IN),))
    mailbox, phone, other = (frozenset((graph.number(one),)) for one in (BY_MAILBOX, BY_PHONE, BY_OTHER))
    recovery = mailbox | phone | other
    key, prompt = success(Kind.KEY), success(Kind.PROMPT)
    return {
        "key_everywhere": _asked(sign_in | recovery, key),
        "prompt_everywhere": _asked(sign_in | recovery, prompt),
        "key_at_sign_in": _asked(sign_in, key),
        "prompt_at_sign_in": _asked(sign_in, prompt),
        "key_before_recovery": _asked(recovery, key),
        "prompt_before_recovery": _asked(recovery, prompt),
        "no_recovery_by_mailbox": _asked(mailbox, 0.0),
        "no_recovery_by_phone": _asked(phone, 0.0),
        "no_recovery_by_other": _asked(other, 0.0),
        "mailboxes_with_key": lambda way: 0.0 if way.items & outside else way.success,
    }


def _asked(marks: frozenset[int], left: float) -> Attempt:
    """A challenge on every way with one of the marks lets through what it lets through by itself, at most."""
    return lambda way: min(way.success, left) if way.marks & marks else way.success


def _for_everybody(
    name: str, attempt: Attempt, profiles: Mapping[tuple[object, ...], tuple[_Doors, int]], before: float
) -> Change:
    """`profiles` are doors that no rule tells apart, and how many accounts have them."""
    prevented, ways, accounts = 0.0, 0, 0
    for one, count in profiles.values():
        if closed := one.closed(attempt):
            prevented += count * (one.success - max(map(attempt, one.ways)))
            ways += count * closed
            accounts += count
    return _change("everybody", name, None, before, prevented, ways, accounts)


def _profiles(doors: Iterable[_Doors], outside: frozenset[int]) -> dict[tuple[object, ...], tuple[_Doors, int]]:
    """Doors by what rules ask of a way: its success, its marks, and whether a mailbox outside is taken."""
    found: dict[tuple[object, ...], tuple[_Doors, int]] = {}
    for one in doors:
        kept = {way for several in one.taking for way in several}
        key = (
            *(
                frozenset((way.success, way.marks, not outside.isdisjoint(way.items)) for way in way_in)
                for way_in in one.taking
            ),
            None,
            *((way.success, way.marks, not outside.isdisjoint(way.items)) for way in one.ways if way not in kept),
        )
        held, count = found.get(key, (one, 0))
        found[key] = held, count + 1
    return found


class _Gain(NamedTuple):
    """What a change does for one account."""

    prevented: float
    closed: int


def _by_channel(doors: Mapping[int, _Doors]) -> dict[int, dict[int, _Gain]]:
    """For each mailbox or number: what it would do for which account if it restored nothing any more."""
    found: dict[int, dict[int, _Gain]] = defaultdict(dict)
    for number, one in doors.items():
        for via in {via for way in one.ways for via in way.vias}:
            left = best([way for way in one.ways if via not in way.vias]) or 0.0
            closed = sum(all(via in way.vias for way in several) for several in one.taking)
            if closed:
                found[via][number] = _Gain(one.success - left, closed)
    return found


def _of_accounts(
    graph: Graph, doors: Mapping[int, _Doors], by_channel: Mapping[int, Mapping[int, _Gain]], before: float
) -> Iterable[Change]:
    """A key for one account: its own ways are closed, and as a mailbox it opens no other."""
    for number, one in doors.items():
        name = graph.nodes[number].name
        own = one.closed(lambda _: 0.0)
        # Where the mailbox of its name is somebody else's to protect, others are not reached through the account.
        via = graph.find(Node(VIA, name)) if graph.find(Node(Kind.MAILBOX, name)) is None else None
        others = by_channel.get(via, {}) if via is not None else {}
        gains = [gain for account, gain in others.items() if account != number]
        if own:
            gains.append(_Gain(one.success, own))
        yield _summed("account", "account_with_key", name, before, gains)


def _summed(scope: str, change: str, target: str, before: float, gains: Sequence[_Gain]) -> Change:
    prevented, closed = sum(one.prevented for one in gains), sum(one.closed for one in gains)
    return _change(scope, change, target, before, prevented, closed, len(gains))


def _change(
    scope: str, change: str, target: str | None, before: float, prevented: float, closed: int, accounts: int
) -> Change:
    left = round(max(before - prevented, 0.0), 2)
    return Change(
        scope=scope,
        change=change,
        target=target,
        remaining=left,
        prevented=round(round(before, 2) - left, 2),
        ways_closed=closed,
        accounts=accounts,
    )
