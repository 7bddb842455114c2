"""A year's statistics as people read them, and the rules they are counted by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from tocsin.attribute import authority_words
from tocsin.report.figures import FIGURES
from tocsin.report.names import listed_countries
from tocsin.report.phrases import CATEGORY_WORDS, counted, listed, number, period
from tocsin.report.visible import visible
from tocsin.share.statistics import NOT_ON_ROSTER, UNKNOWN_COUNTRY, Cell, Rule, Statistics

YEAR_RULES = (
    Rule(
        figure="year",
        rule="What happened from 1 January to 31 December of the year in UTC, by the provider's event time. An account"
        " counts once for the year, at the furthest stage that it reached in it, however many campaigns went for it.",
    ),
    Rule(
        figure="attempts",
        rule="Acts of campaigns: identification attempts, and each time that a proof was offered or control was gained."
        " What several records tell of one act counts once. Messages that a system sent out are no attempts.",
    ),
    Rule(
        figure="campaigns",
        rule="Findings and events that one operator is behind. A campaign counts in each category and country of which"
        " it attacked an account; an account that was only looked up does not make it count there.",
    ),
    Rule(
        figure="by_country",
        rule="The country of the organisation, as the roster states it: not where the person is, and not where the"
        " attack came from.",
    ),
    Rule(
        figure="by_actor",
        rule="Only judgements that two people released, under the names of their authority. Campaigns without one are"
        " told as not attributed. Authorities' tables stand side by side and are not added up; an account that"
        " campaigns of two actors attacked counts with both.",
    ),
    Rule(
        figure="hidden",
        rule="Counts of a group below five are hidden, zeros among them, and as many further ones as it takes so that"
        " none can be worked out from the total. That a group has none is told where it was approved. Totals are told.",
    ),
)


def with_words(statistics: Statistics) -> Statistics:
    """The statistics with their text and counting rules."""
    own = [Rule(figure=one.name, rule=one.rule) for one in FIGURES if hasattr(statistics.totals, one.name)]
    return msgspec.structs.replace(statistics, text=list(_paragraphs(statistics)), rules=[*YEAR_RULES, *own])


def _paragraphs(one: Statistics) -> Iterator[str]:
    totals = one.totals
    if one.covers_from is None or one.covers_to is None:
        yield f"No log covers any of {one.year}: nothing can be said of it."
        return
    yield f"This covers {period(one.covers_from, one.covers_to)}; what no log covers is not counted."
    if not totals.campaigns:
        yield f"In {one.year}, no campaign was found in what the logs cover."
        return
    aimed = one.by_verdict.get("targeted", 0)
    several = f"{number(aimed)} of them " if totals.campaigns > 1 else ""
    of_them = f", {several}aimed at people at risk," if aimed else ""
    how_many = counted(totals.campaigns, "campaign") + of_them
    yield (
        f"In {one.year}, {how_many} made {counted(totals.attempts, 'attempt')} on accounts, among them"
        f" {counted(totals.identification_attempts, 'attempt')} to identify one. {_sentence(totals.accounts_attacked)}"
        f" attacked, {_fell(totals.accounts_compromised)}; {counted(totals.accounts_probed, 'further account')}"
        f" {'was' if totals.accounts_probed == 1 else 'were'} only looked up."
    )
    yield from _groups(one.by_category, CATEGORY_WORDS, "Of people on the roster, attempts went to accounts of")
    countries = {code: listed_countries([code]) for code in one.by_country}
    yield from _groups(one.by_country, countries, "By country of the organisation, attempts went to")
    if untouched := [CATEGORY_WORDS[name] for name in _unharmed(one.by_category) if name in CATEGORY_WORDS]:
        yield f"No account of {' or '.join(listed(untouched).rsplit(' and ', 1))} was compromised."
    yield from _actors(one)


def _sentence(accounts: int) -> str:
    return f"{counted(accounts, 'account').capitalize()} {'was' if accounts == 1 else 'were'}"


def _fell(accounts: int) -> str:
    return f"{number(accounts)} of them compromised" if accounts else "none of them compromised"


def _groups(cells: Mapping[str, Cell], words: Mapping[str, str], begin: str) -> Iterator[str]:
    known = {name: cell for name, cell in cells.items() if name not in (NOT_ON_ROSTER, UNKNOWN_COUNTRY)}
    shown = [(cell.attempts, words[name]) for name, cell in known.items() if cell.attempts]
    told = sorted(shown, key=lambda one: (-one[0], one[1]))
    hidden = sum(cell.attempts is None for cell in known.values())
    if told:
        more = f"; {counted(hidden, 'further group')} {'is' if hidden == 1 else 'are'} not told" if hidden else ""
        yield f"{begin} {listed([f'{name} ({number(count)})' for count, name in told])}{more}."


def _unharmed(cells: Mapping[str, Cell]) -> list[str]:
    return [name for name, cell in cells.items() if cell.accounts_compromised == 0 and cell.accounts_attacked]


def _actors(one: Statistics) -> Iterator[str]:
    named = [cell for cell in one.by_actor if cell.actor is not None]
    if not named:
        yield "Whose hands these were, nobody has released a judgement on."
    for cell in named:
        attempts = f", with {counted(cell.attempts, 'attempt')}" if cell.attempts else ""
        yield (
            f"{counted(cell.campaigns or 0, 'campaign').capitalize()}{attempts}: held to be {visible(cell.actor)}, as"
            f" named by {visible(authority_words(cell.authority))}."
        )
