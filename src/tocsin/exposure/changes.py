"""Which one change helps most: what would remain of one targeted attack on each account at risk.

An attacker takes the cheapest way, so an account's risk is that of its cheapest certain way, and a change is worth
what it takes off the sum of these. Minimal access sets make that exact without searching again: what is no longer
there takes with it the sets that hold it, and no others. A further challenge on a way leaves at most what gets past
that challenge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from tocsin.exposure.answer import Change
from tocsin.exposure.effects import Kind, success
from tocsin.exposure.graph import BY_MAILBOX, BY_OTHER, BY_PHONE, SIGN_IN, VIA, Graph, Node
from tocsin.exposure.weigh import Way, Weighed, best

CHANGE_WORDS = {
    "key_everywhere": "Security key or passkey at every sign-in and before every recovery",
    "prompt_everywhere": "Prompt on the owner's device at every sign-in and before every recovery",
    "key_at_sign_in": "Security key or passkey at every sign-in",
    "prompt_at_sign_in": "Prompt on the owner's device at every sign-in",
    "key_before_recovery": "Security key or passkey before every recovery",
    "prompt_before_recovery": "Prompt on the owner's device before every recovery",
    "no_recovery_by_mailbox": "No recovery through mailboxes",
    "no_recovery_by_phone": "No recovery by text message or call",
    "no_recovery_by_other": "No recovery by questions, saved codes and contacts",
    "mailboxes_with_key": "Security key on every mailbox outside that can restore an account",
    "channel_retired": "It restores no account any more",
    "account_with_key": "Security key at its sign-in and before its recovery",
}
"""What can be changed, in words. docs/exposure.md names the norm behind each."""

KEPT = 100
"""Changes of single channels and accounts that are kept, the best ones."""

Attempt = Callable[[Way], float]
"""What of an attack by this way gets in after the change."""


def changes(graph: Graph, weighed: Weighed) -> list[Change]:
    """Every change, the one that leaves least first."""
    ways = {number: [one for one in held if not one.possible] for number, held in weighed.ways.items()}
    before = sum(best(held) or 0.0 for held in ways.values())
    found = [
        *(_for_everybody(name, attempt, ways, before) for name, attempt in _rules(graph).items()),
        *_of_channels(graph, ways, before),
    ]
    found += _of_accounts(graph, ways, before, found)
    useful = [one for one in found if one.ways_closed and one.accounts]
    return ranked(useful)


def ranked(found: Iterable[Change]) -> list[Change]:
    """What leaves least first; of equals what closes more ways, then what touches fewer accounts."""
    return sorted(
        found, key=lambda one: (one.remaining, -one.ways_closed, one.accounts, one.scope, one.change, one.target or "")
    )


def _rules(graph: Graph) -> dict[str, Attempt]:
    sign_in = frozenset((graph.number(SIGN_IN),))
    mailbox, phone, other = (frozenset((graph.number(one),)) for one in (BY_MAILBOX, BY_PHONE, BY_OTHER))
    recovery = mailbox | phone | other
    outside = frozenset(number for number, node in enumerate(graph.nodes) if node.kind == Kind.MAILBOX)
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


def _for_everybody(name: str, attempt: Attempt, ways: Mapping[int, Sequence[Way]], before: float) -> Change:
    remaining, closed, touched = 0.0, 0, 0
    for held in ways.values():
        after = [attempt(one) for one in held]
        remaining += max(after, default=0.0)
        fewer = sum(left < one.success for left, one in zip(after, held, strict=True))
        closed += fewer
        touched += fewer > 0
    return _change("everybody", name, None, before, remaining, closed, touched)


def _of_channels(graph: Graph, ways: Mapping[int, Sequence[Way]], before: float) -> list[Change]:
    """A mailbox or number that restores nothing any more."""
    gain: dict[int, float] = defaultdict(float)
    closed: Counter[int] = Counter()
    touched: Counter[int] = Counter()
    for held in ways.values():
        theirs = Counter(via for one in held for via in one.vias)
        closed.update(theirs)
        touched.update(theirs.keys())
        for via, left in _without(held):
            gain[via] += left
    found = [
        _change("channel", "channel_retired", graph.nodes[via].name, before, before - gain[via], closed[via], count)
        for via, count in touched.items()
    ]
    return ranked(found)


def _without(held: Sequence[Way]) -> Iterable[tuple[int, float]]:
    """Channels without which the cheapest way is dearer, and by how much."""
    top = best(held)
    if top is None:
        return
    cheapest = [one for one in held if one.success == top]
    for via in frozenset.intersection(*(one.vias for one in cheapest)):
        yield via, top - (best([one for one in held if via not in one.vias]) or 0.0)


def _of_accounts(
    graph: Graph, ways: Mapping[int, Sequence[Way]], before: float, others: Sequence[Change]
) -> list[Change]:
    """A key for one account: its own ways are closed, and as a mailbox it opens no other."""
    through = {one.target: one for one in others if one.scope == "channel"}
    found = []
    for number, held in ways.items():
        if not held:
            continue
        name = graph.nodes[number].name
        beyond = through.get(name) if graph.find(Node(VIA, name)) is not None else None
        gain = (best(held) or 0.0) + (beyond.prevented if beyond else 0.0)
        closed = len(held) + (beyond.ways_closed if beyond else 0)
        touched = 1 + (beyond.accounts if beyond else 0)
        found.append(_change("account", "account_with_key", name, before, before - gain, closed, touched))
    return ranked(found)


def _change(
    scope: str, change: str, target: str | None, before: float, remaining: float, closed: int, touched: int
) -> Change:
    left = round(max(remaining, 0.0), 2)
    return Change(
        scope=scope,
        change=change,
        target=target,
        remaining=left,
        prevented=round(round(before, 2) - left, 2),
        ways_closed=closed,
        accounts=touched,
    )
