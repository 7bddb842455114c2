"""The words for ways in, channels and changes, shared by terminal, page and picture."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.exposure.answer import Change, Exposure, Sources, Taken, Totals, WayIn
from tocsin.exposure.changes import CHANGE_WORDS
from tocsin.exposure.effects import Kind
from tocsin.report.phrases import PROVIDER_WORDS, counted, listed, number, share
from tocsin.report.visible import visible

OF_ACCOUNT = {
    Kind.PASSWORD: "password",
    Kind.QUESTION: "security question",
    Kind.PROMPT: "prompt on the device",
    Kind.APP_CODE: "code from the app",
    Kind.TOKEN_CODE: "code from the token",
    Kind.SAVED_CODE: "saved backup code",
    Kind.KEY: "security key or passkey",
    Kind.STEP: "second step",
    Kind.PASS: "temporary access pass",
    Kind.CONTACT: "person who vouches",
    Kind.OTHER: "other method",
    Kind.MAILBOX: "mailbox",
    Kind.PHONE: "phone",
}


ORDER = (Kind.MAILBOX, Kind.PHONE, Kind.PASSWORD)
"""What stands first where several things are taken; the others follow as they come."""


def way(one: WayIn, *, account: str) -> str:
    """``mailbox ada@example.net``, ``password + second step at Okta``, ``password of bo@example.org, through
    bo@example.org``: all that is taken, and through which channels it leads."""
    owned: dict[tuple[str, str], list[str]] = {}
    said: list[str] = []
    for item in sorted(one.take, key=_place):
        if item.account is None:
            said.append(f"{OF_ACCOUNT[Kind(item.kind)]} {visible(item.name)}")
        else:
            owned.setdefault((item.account, _provider(item)), []).append(_own(item))
    for (owner, provider), several in owned.items():
        at = f" at {PROVIDER_WORDS.get(provider, visible(provider))}" if provider else ""
        of = "" if owner == account else f" of {visible(owner)}"
        said.append(f"{' + '.join(several)}{at}{of}")
    names = {item.name for item in one.take}
    through = [visible(address) for address in one.through if address not in names]
    return " + ".join(said) + (f", through {listed(through)}" if through else "")


def _place(item: Taken) -> tuple[bool, int, str]:
    kind = Kind(item.kind)
    return item.account is not None, ORDER.index(kind) if kind in ORDER else len(ORDER), item.name


def _own(item: Taken) -> str:
    """What belongs to one account, by its kind; of a number or mailbox whether it is masked or not told at all."""
    words = OF_ACCOUNT[Kind(item.kind)]
    if item.kind not in (Kind.MAILBOX, Kind.PHONE):
        return words
    return (
        f"registered {words} (address not told)"
        if item.name.startswith("of ")
        else f"{words} shown as {visible(item.name)}"
    )


def _provider(item: Taken) -> str:
    """The provider that an item's name ends with: ``of ada@example.org at okta``."""
    before, _, provider = item.name.rpartition(" at ")
    return provider if before.removeprefix("of ") == item.account else ""


def gets_past(success: float | None) -> str:
    """A share of attacks as people say it."""
    if success is None:
        return "–"
    return "none" if success == 0 else share(success)


GETS_PAST = (
    '"Gets past": of 100 targeted attacks on what has to be taken, how many succeed, by published measurements; 100%'
    " means that nothing published stops them."
)

CERTAIN = (
    "A way is certain where the roster, an export or the logs name all that it needs, and possible where something of"
    " it is not told, such as a half-hidden number."
)


def headline(answer: Exposure) -> str:
    """What the answer says: who falls to one thing, then how many attacks would succeed, in whole people."""
    totals = answer.totals
    if not totals.accounts:
        return "No account at risk is known: give a roster, or exports of registered methods."
    each = f"Were each of the {number(totals.accounts)} accounts" if totals.accounts > 1 else "Were the account"
    success = (
        f"{each} attacked once by somebody who means that person,"
        f" {about(totals.attacks_in)} of {number(totals.accounts)} would be lost by the cheapest certain way, going by"
        " what published measurements say of each protection."
    )
    first = one_thing(answer)
    said = [f"{first}." if first else "", success, CERTAIN, _without(totals)]
    return " ".join(one for one in said if one)


def one_thing(answer: Exposure) -> str:
    """``7 of 9 accounts at risk fall to one mailbox or number each; the worst opens 3``; empty where none does."""
    opening = [one for one in answer.channels if one.opens]
    if not opening:
        return ""
    worst = max(opening, key=lambda one: one.opens)
    by_one = _by_one(answer)
    fall = sum(account.account in by_one for account in answer.accounts)
    some = "at least " if any(one.at_least or one.opens > len(one.accounts) for one in opening) else ""
    least = "at least " if worst.at_least else ""
    each = "falls to one mailbox or number" if fall == 1 else "fall to one mailbox or number each"
    said = f"{some}{number(fall)} of {counted(answer.totals.accounts, 'account')} at risk {each}"
    return f"{said[0].upper()}{said[1:]}; the worst opens {least}{number(worst.opens)}"


def _by_one(answer: Exposure) -> frozenset[str]:
    """Accounts that one mailbox or number gives, by itself and certainly."""
    ways = {
        account.account
        for account in answer.accounts
        for way in account.ways
        if not way.possible and [item.kind for item in way.take] in ([Kind.MAILBOX], [Kind.PHONE])
    }
    return frozenset(ways | {account for one in answer.channels for account in one.accounts})


def about(value: float) -> str:
    """``about 5``, ``3``, ``fewer than one``, ``none``: people are counted in whole numbers."""
    if value <= 0:
        return "none"
    if value < 1:
        return "fewer than one"
    whole = attacks(value)
    return whole if value == int(value) else f"about {whole}"


def _without(totals: Totals) -> str:
    parts = []
    if totals.with_possible_way_only:
        parts.append(f"{number(totals.with_possible_way_only)} have ways that are only possible")
    if totals.without_way:
        parts.append(f"{number(totals.without_way)} have none")
    said = f"Of the accounts, {listed(parts)}." if parts else ""
    if totals.contacts_that_fall:
        said += (
            f" {counted(totals.contacts_that_fall, 'safe contact')} would fall with the account: it is the very channel"
            " that gives it."
        )
    return said.strip()


def attacks(value: float) -> str:
    """``2``, ``under 1``, ``0``: whole people, as a table shows them; the JSON holds the exact sum."""
    return "under 1" if 0 < value < 1 else number(int(value + 0.5))


def change(one: Change) -> str:
    """What is to be done."""
    words = CHANGE_WORDS[one.change]
    return f"{visible(one.target)}: {words[0].lower()}{words[1:]}" if one.target else words


def best_changes(changes: Sequence[Change], scope: str, limit: int) -> list[Change]:
    """The first ones of a scope."""
    return [one for one in changes if one.scope == scope][:limit]


def rests_on(sources: Sources) -> str:
    """Roster, exports and logs, as far as there were any."""
    parts = [f"the roster ({visible(sources.roster, limit=200)})"] if sources.roster else []
    parts += [f"{counted(count, 'record')} of {title}" for title, count in sources.records.items()]
    if sources.channels_in_logs:
        parts.append(f"{counted(sources.channels_in_logs, 'channel')} that stored events show in use")
    known = f"{counted(sources.accounts, 'account')} are known from {listed(parts)}." if parts else "Nothing was read."
    return f"{known} {counted(sources.rejected, 'record')} could not be read." if sources.rejected else known
