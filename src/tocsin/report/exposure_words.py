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


def headline(answer: Exposure) -> str:
    """What the answer says, in one sentence or two."""
    totals = answer.totals
    if not totals.accounts:
        return "No account at risk is known: give a roster, or exports of registered methods."
    said = (
        f"Of one targeted attack on each of {counted(totals.accounts, 'account')} at risk, {attacks(totals.attacks_in)}"
        " would get in by the cheapest way that is known for certain, going by the published effect of each method."
    )
    return f"{said} {_without(totals)}".strip()


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
    """``2``, ``1.9``."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


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
