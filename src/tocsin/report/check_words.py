"""The answer to "were we targeted?" in words: what was found, what is covered, and what could not have been shown."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.check import Answer, Beside, Cover, Evidence, Lacking, NotShown, OpenFinding
from tocsin.coverage import days_in
from tocsin.report.names import kind_words, tenant_name
from tocsin.report.phrases import counted, listed, number, period
from tocsin.report.visible import visible

NAMED = 8
"""Accounts that are named before the rest is counted."""

FINDINGS_NAMED = 5

TITLES = {
    "evidence_found": "Evidence found",
    "nothing_found": "Nothing found in what the logs cover",
    "cannot_say": "Cannot say",
}

FINDINGS_OPEN = "No campaign found, but findings are open"
"""In place of "Nothing found": what a detection points at is not nothing."""


REASONS = {
    "log_missing": " (they stand in another log of the provider)",
    "none_seen": " (none happened, or the export left them out)",
}
"""What is said behind the kinds."""

Item = tuple[str, str]  # label, words


def with_words(answer: Answer) -> Answer:
    """The answer with its words, a paragraph each."""
    words = [sentence(answer), *(f"{label}: {said}." for label, said in items(answer))]
    return msgspec.structs.replace(answer, words=words)


def title(answer: Answer) -> str:
    """The answer in some words."""
    return FINDINGS_OPEN if answer.answer == "nothing_found" and answer.findings else TITLES[answer.answer]


def sentence(answer: Answer) -> str:
    """The answer in one sentence."""
    if answer.answer == "evidence_found" and not answer.evidence:
        telling = [one for one in answer.findings if one.evidence]
        return (
            f"No campaign was found that touched {_whose(answer)}{_when(answer)}, but"
            f" {counted(len(telling), 'finding')} {'points' if len(telling) == 1 else 'point'} at what was done from an"
            " address that a campaign used."
        )
    if answer.answer == "evidence_found":
        campaigns = counted(len(answer.evidence), "campaign")
        beside = f"; besides, {_open(answer.findings)}" if answer.findings else ""
        return f"{campaigns[0].upper()}{campaigns[1:]} touched {_whose(answer)}{_when(answer)}{beside}."
    if answer.answer == "nothing_found":
        said = f"No campaign was found that touched {_whose(answer)}{_when(answer)}, in what the logs cover"
        return f"{said}; {_open(answer.findings)}." if answer.findings else f"{said}."
    return f"Whether anybody went for {_whose(answer)}{_when(answer)} cannot be said."


def items(answer: Answer) -> list[Item]:
    """By label: the evidence, the accounts, what it rests on, what could not have been shown, why no more is said."""
    found = [
        *(("Campaign", _campaign(one)) for one in answer.evidence),
        *(("Finding", finding(one, named=answer.read_as != "account")) for one in answer.findings[:FINDINGS_NAMED]),
        ("Findings", _more_findings(answer)),
        *([("Because", _because(answer))] if answer.answer == "cannot_say" else []),
        ("Accounts", _accounts(answer)),
        *(("Not on the roster", _beside(one, answer.answer)) for one in answer.beside),
        *(("Rests on", _cover(one)) for one in answer.covers),
        *_not_shown(answer),
        *([("Not said", _because(answer))] if answer.answer != "cannot_say" else []),
    ]
    return [(label, words) for label, words in found if words]


def _whose(answer: Answer) -> str:
    asked = visible(answer.asked)
    if answer.read_as == "account":
        return f"the account {asked}"
    return f"the accounts in {asked}" if answer.read_as == "domain" else f"the accounts of {asked}"


def _when(answer: Answer) -> str:
    return f" from {period(answer.since, answer.until)}" if answer.since and answer.until else ""


def _campaign(one: Evidence) -> str:
    when = period(one.first_seen, one.last_seen)
    return (
        f"{visible(one.campaign_id)} ({visible(one.verdict)}, {when}): {_counts(one)}, in"
        f" {counted(one.events, 'event')}; all of it: tocsin campaign {visible(one.campaign_id)}"
    )


def _open(findings: Sequence[OpenFinding]) -> str:
    return f"{counted(len(findings), 'finding')} {'is' if len(findings) == 1 else 'are'} open"


def finding(one: OpenFinding, *, named: bool) -> str:
    """An open finding; with the account where that is not said elsewhere."""
    where = f", from {visible(one.source_ip)}" if one.source_ip else ""
    whose = f", an address of campaign {visible(one.address_of)}" if one.address_of else ""
    on = f", {visible(one.account) if one.account else counted(one.accounts, 'account')}" if named else ""
    return (
        f"{visible(one.id)} ({visible(one.level)}, {period(one.first_seen, one.last_seen)}): {visible(one.title)}{on}"
        f"{where}{whose}; its events: tocsin explain {visible(one.id)}"
    )


def _more_findings(answer: Answer) -> str:
    more = len(answer.findings) - FINDINGS_NAMED
    which = f" --account {visible(answer.asked)}" if answer.read_as == "account" else ""
    return f"{number(more)} more, less telling: tocsin findings{which} --all" if more > 0 else ""


def _counts(one: Evidence) -> str:
    said = [
        counted(one.accounts_probed, "account") + " looked up only" if one.accounts_probed else "",
        counted(one.accounts_attacked, "account") + " attacked" if one.accounts_attacked else "",
        f"{number(one.accounts_compromised)} of them compromised" if one.accounts_compromised else "",
        counted(one.identification_attempts, "identification attempt") if one.identification_attempts else "",
        counted(one.names_not_accounts, "name") + " tried that do not exist" if one.names_not_accounts else "",
    ]
    return listed([part for part in said if part]) or "nothing that counts"


def _accounts(answer: Answer) -> str:
    """How many of those on the roster are covered, and who stands in no log."""
    of, covered = answer.accounts.on_roster, answer.accounts.covered
    if not of:
        return ""
    which = (
        f"all {number(of)}"
        if covered >= of > 1
        else f"{number(min(covered, of)) if covered else 'none'} of {number(of)}"
    )
    said = f"{which} on the roster stand in a log that would show an attack"
    if of == 1:
        said = f"the one on the roster stands in {'a' if covered else 'no'} log that would show an attack"
    names: Sequence[str] = answer.accounts.never_seen
    if not names:
        return said
    named = [visible(one) for one in names[:NAMED]]
    rest = len(names) - len(named)
    return f"{said}; in no log: {listed([*named, f'{number(rest)} more'] if rest else named)}"


def _beside(one: Beside, answer: str) -> str:
    """What stands beside the answer, and how to ask for it. Where that cannot say, this does not either."""
    domain = visible(one.domain)
    said = f"{counted(one.accounts, 'account')} in {domain} {'stands' if one.accounts == 1 else 'stand'} in the logs"
    parts = [f"{visible(held.campaign_id)} {_counts(held)}" for held in one.evidence]
    none = (
        "whether any campaign touched them cannot be said from this answer"
        if answer == "cannot_say"
        else "no campaign was found that touched them"
    )
    reached = f"campaigns touched: {', '.join(parts)}" if parts else none
    loose = f"; {_open(one.findings)}" if one.findings else ""
    return f"{said}; {reached}{loose}; all of them: tocsin check @{domain}"


def _cover(one: Cover) -> str:
    logs = [parts for parts in one.days.values() if parts]
    days = frozenset().union(*(days_in(parts) for parts in logs))
    if not days:
        return tenant_name(one.provider, one.tenant)
    first = min(parts[0][0] for parts in logs)
    last = max(parts[-1][1] for parts in logs)
    shows = listed([kind_words(kind) for kind in one.shows])
    partly = f"; in part {listed([kind_words(kind) for kind in one.partly])}" if one.partly else ""
    return (
        f"{tenant_name(one.provider, one.tenant)}, {counted(one.accounts, 'account')}, {counted(len(days), 'day')} with"
        f" records from {period(first, last)}: {shows}{partly}"
    )


def _not_shown(answer: Answer) -> list[Item]:
    """By reason; kinds that several tenants of one provider lack for the same reason are said once."""
    said: list[Item] = []
    for why, label in (
        ("no", "Cannot show"),
        ("log_missing", "Not given"),
        ("none_seen", "None in it"),
        ("not_known", "Not known"),
    ):
        by_place: dict[tuple[str, ...], list[str]] = {}
        places: dict[str, list[str]] = {}
        for one in answer.could_not_show:
            if one.why == why:
                places.setdefault(tenant_name(one.provider, one.tenant), []).append(_kind(one))
        for place, kinds in places.items():
            by_place.setdefault(tuple(kinds), []).append(place)
        parts = [f"{listed(names)}: {listed(list(kinds))}" for kinds, names in by_place.items()]
        if parts:
            said.append((label, "; ".join(parts) + REASONS.get(why, "")))
    return said


def _kind(one: NotShown) -> str:
    return kind_words(one.kind)


def _because(answer: Answer) -> str:
    by_reason: dict[str, list[str]] = {}
    general: list[str] = []
    for one in answer.because:
        words = _lack(one, answer)
        if one.provider is None:
            general.append(words)
        else:
            by_reason.setdefault(words, []).append(tenant_name(one.provider, one.tenant or ""))
    parts = [*general, *(f"at {listed(names)} {words}" for words, names in by_reason.items())]
    return "; ".join(parts)


def _lack(one: Lacking, answer: Answer) -> str:
    kinds = listed([kind_words(kind) for kind in one.kinds])
    logs = " or ".join(visible(log) for log in one.logs) or "log"
    if one.lack == "not_asked_of":
        near = f" (near it: {listed([visible(name) for name in answer.near])})" if answer.near else ""
        return f"nobody of that name is on the roster{near}, and it is neither a domain nor an account"
    if one.lack == "no_roster":
        return (
            "there is no roster that says which accounts are theirs (--roster names one), and it is neither a domain"
            " nor an account"
        )
    if one.lack == "never_seen":
        return "no log that was read holds an account of theirs"
    if one.lack == "too_few_seen":
        accounts = answer.accounts
        return (
            f"less than half of the {counted(accounts.on_roster, 'account')} on the roster stand in a log that would"
            " have shown it"
        )
    if one.lack == "provider_not_known":
        return "it is not known what the log can show"
    if one.lack == "log_missing":
        return f"{kinds} stand in the {logs}, of which nothing was given"
    if one.lack == "cannot_show":
        return f"no log shows {kinds}"
    if one.lack == "none_seen":
        return f"no {kinds} stand in the {logs}, though an export of everything would hold some"
    if one.lack == "only_sign_ins":
        return f"nothing but sign-ins stands in the {logs}, as in an export that leaves recoveries out"
    return f"{kinds} stand in the {logs} on too few days ({number(one.days or 0)})"
