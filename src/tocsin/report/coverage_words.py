"""What the logs cover, in words: the days of each source, what it shows and what it cannot, how it was delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from tocsin.assess.assessment import Assessment, ClockSkew, Coverage, SourceCoverage
from tocsin.coverage import KindShown, LogCovered, RosterSeen, days_in
from tocsin.report.names import kind_words, source_name, without_tenant
from tocsin.report.phrases import PROVIDER_WORDS, counted, listed, number, period
from tocsin.report.visible import visible

NAMED = 8
"""Accounts of the roster that are named before the rest is counted."""

SKEW_SECONDS = 30
"""Less than this does no harm: acts are put together by minutes."""

FOUR_WEEKS = 28

_LOOSE = ("No tenant", "these records name none, and count for the tenant that holds their account")

SHOWN_WORDS = {
    "yes": "shown",
    "partly": "in part",
    "none_seen": "none in it",
    "log_missing": "log not given",
    "no": "cannot",
    "not_known": "not known",
}
"""A kind of act in a log, in the fewest words."""

LIMIT = 300
"""Longest reason that is shown."""

Item = tuple[str, str]  # label, words


def with_words(assessment: Assessment) -> Assessment:
    """The assessment with its coverage said in words."""
    coverage = msgspec.structs.replace(assessment.coverage, statement=statement(assessment.coverage))
    return msgspec.structs.replace(assessment, coverage=coverage)


def statement(coverage: Coverage) -> list[str]:
    """A paragraph for each source, then what concerns them all."""
    paragraphs = []
    for source, items in by_source(coverage):
        if items:
            said = " ".join(f"{label}: {words}." for label, words in items)
            paragraphs.append(f"{source_name(source)}. {said}")
    return [*paragraphs, *overall(coverage)]


def by_source(coverage: Coverage) -> list[tuple[SourceCoverage, list[Item]]]:
    """Each source with what is said of it."""
    loose = without_tenant(coverage.sources)
    return [
        (one, _loose_items(one) if not one.tenant and one.provider in loose else source_items(one))
        for one in coverage.sources
    ]


def _loose_items(source: SourceCoverage) -> list[Item]:
    """Of records that name no tenant: what they show is said of the tenants that they count for."""
    given = [log_days(log) for log in source.logs if log.given]
    items = [_LOOSE, ("Days", "; ".join(given)), ("Delivery", _delivery(source))]
    return [(label, words) for label, words in items if words]


def overall(coverage: Coverage) -> list[str]:
    """What concerns all sources: the period, the roster, the clocks."""
    sentences = [_short(coverage), *([_on_roster(coverage.roster)] if coverage.roster else [])]
    sentences += [_skew(one) for one in coverage.skews if abs(one.seconds) >= SKEW_SECONDS]
    return [one for one in sentences if one]


def source_items(source: SourceCoverage) -> list[Item]:
    """What is said of one source, by label; nothing of files in which nothing could be read."""
    if not source.events:
        return []
    if not source.logs:
        return [("Not known", "what this log can show; nothing is concluded from what does not stand in it")]
    by_state: dict[str, list[KindShown]] = {}
    for kind in source.shows:
        by_state.setdefault(kind.shown, []).append(kind)
    missing = {name for one in by_state.get("log_missing", []) for name in one.logs}
    items = [
        ("Days", "; ".join(log_days(log) for log in source.logs if log.given or log.log in missing)),
        ("Shows", listed([kind_words(one.kind) for one in by_state.get("yes", [])])),
        ("In part", _with_reasons(by_state.get("partly", []))),
        ("None in it", _plain(by_state.get("none_seen", []), ": none happened, or the export left them out")),
        ("Elsewhere", _by_log(source.logs, by_state.get("log_missing", []))),
        ("Cannot show", _with_reasons(by_state.get("no", []))),
        ("Not known", _plain(by_state.get("not_known", []), ": whether this log shows them")),
        ("Kept", kept([log for log in source.logs if log.given or log.log in missing])),
        ("Delivery", _delivery(source)),
    ]
    return [(label, words) for label, words in items if words]


def log_days(log: LogCovered) -> str:
    """``audit log on 20 of the 30 days from 2 February to 3 March 2026``."""
    if not log.given:
        return f"{title(log)} not given"
    held = len(days_in(log.days))
    first, last = log.days[0][0], log.days[-1][1]
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if span == 1:
        return f"{title(log)} on {period(first, last)}"
    of = f"all {number(span)} days" if held == span else f"{number(held)} of the {number(span)} days"
    return f"{title(log)} on {of} from {period(first, last)}"


def title(log: LogCovered) -> str:
    """The log's name."""
    return visible(log.title)


def delay(log: LogCovered) -> str:
    """How late its records come."""
    return visible(log.delay, limit=LIMIT)


def kept(logs: Iterable[LogCovered]) -> str:
    """``90 days``, ``7 days (Free) or 30 days (P1 or P2)``; by log where they differ."""
    said: dict[str, list[str]] = {}
    for log in (one for one in logs if one.retention):
        terms = [
            visible(one.words, limit=LIMIT)
            if one.words
            else f"{one.days} days" + (f" ({visible(one.licence)})" if len(log.retention) > 1 else "")
            for one in log.retention
        ]
        said.setdefault(" or ".join(terms), []).append(title(log))
    if len(said) < 2:
        return "".join(said)
    return "; ".join(f"{listed(titles)} {terms}" for terms, titles in said.items())


def _with_reasons(kinds: Sequence[KindShown]) -> str:
    """Kinds that share a reason together, the reason behind them."""
    by_reason: dict[str, list[str]] = {}
    for kind in kinds:
        by_reason.setdefault(visible(kind.words, limit=LIMIT) if kind.words else "", []).append(kind_words(kind.kind))
    return "; ".join(listed(names) + (f" ({reason})" if reason else "") for reason, names in by_reason.items())


def _plain(kinds: Sequence[KindShown], reason: str) -> str:
    return listed([kind_words(one.kind) for one in kinds]) + reason if kinds else ""


def _by_log(logs: Sequence[LogCovered], kinds: Sequence[KindShown]) -> str:
    titles = {log.log: title(log) for log in logs}
    by_log: dict[str, list[str]] = {}
    for kind in kinds:
        place = " or ".join(titles[one] for one in kind.logs if one in titles)
        by_log.setdefault(place, []).append(kind_words(kind.kind))
    return "; ".join(f"{listed(names)} stand in the {place}, not given" for place, names in by_log.items())


def _delivery(source: SourceCoverage) -> str:
    given = [log for log in source.logs if log.given and log.delay]
    alike = len({log.delay for log in given}) == 1
    said = [delay(log) if alike else f"{title(log)} {delay(log)}" for log in (given[:1] if alike else given)]
    late = source.late
    if late and late.in_files:
        longest = _long(late.longest_minutes)
        said.append(f"{counted(late.in_files, 'record')} stood behind later ones, by up to {longest}")
    if late and late.between_scans:
        said.append(f"{counted(late.between_scans, 'record')} came with a later scan than others of their time")
    return "; ".join(said)


def _long(minutes: int) -> str:
    if minutes < 120:
        return counted(minutes, "minute")
    hours = round(minutes / 60)
    return counted(hours, "hour") if hours < 48 else counted(round(hours / 24), "day")


def _short(coverage: Coverage) -> str:
    """A word where no log reaches over four weeks."""
    days = frozenset().union(*(days_in(log.days) for source in coverage.sources for log in source.logs))
    if not days or max(days) - min(days) + 1 >= FOUR_WEEKS:
        return ""
    span = max(days) - min(days) + 1
    terms = [
        (one.days, source.provider)
        for source in coverage.sources
        for log in source.logs
        for one in log.retention
        if one.days and one.days > span
    ]
    more = ""
    if terms:
        longest = {provider: max(term for term, of in terms if of == provider) for _, provider in terms}
        named = [f"{PROVIDER_WORDS.get(name, visible(name))} up to {number(term)}" for name, term in longest.items()]
        more = f" Providers may keep more days: {listed(named)}."
    return f"The logs reach over {counted(span, 'day')}; a slow attack is seen over four weeks.{more}"


def _on_roster(roster: RosterSeen) -> str:
    missing = len(roster.never_seen)
    if not missing:
        return (
            f"All {counted(roster.accounts, 'account')} on the roster, each name counted once, stand in the logs. In a"
            " campaign's figures a name at two providers is two accounts."
        )
    named = [visible(one) for one in roster.never_seen[:NAMED]]
    rest = missing - len(named)
    names = listed([*named, f"{number(rest)} more"] if rest else named)
    stand = "stands" if missing == 1 else "stand"
    return f"Of {counted(roster.accounts, 'account')} on the roster {number(missing)} {stand} in no log: {names}."


def _skew(skew: ClockSkew) -> str:
    first, second = (PROVIDER_WORDS.get(name, visible(name)) for name in (skew.provider, skew.other))
    ahead = "later" if skew.seconds > 0 else "earlier"
    return (
        f"The same sign-ins are {counted(abs(skew.seconds), 'second')} {ahead} at {second} than at {first}"
        f" (median of {counted(skew.pairs, 'pair')}): their clocks differ, or one writes the time of arrival."
    )
