"""The paragraph of a provider's announcement, written from an assessment.

Plain words, no blame, no claim beyond what was counted. Every number stands in the assessment and can be
re-derived from the evidence rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

from tocsin.assess.assessment import Assessment, Campaign, CategoryCounts, Counts
from tocsin.report.attribution_note import released_words
from tocsin.report.blind_spots import blind_spots
from tocsin.report.names import population_words, source_name, whole
from tocsin.report.phrases import (
    CATEGORY_WORDS,
    PROVIDER_WORDS,
    chance,
    counted,
    days_between,
    listed,
    moment,
    number,
    period,
    share,
    stretch,
)
from tocsin.report.visible import visible
from tocsin.report.way_words import tried_and_taken

OFFICIAL = ("campaign", "government")
"""The categories that an announcement clears by name when none of the compromised belongs to them."""

LINES_OF_BACKGROUND = 5
GAPS_NAMED = 3
KINDS_NAMED = 5


def headline(assessment: Assessment) -> list[str]:
    """Paragraphs: the leading campaign, a line for each further one in the order of telling (many opportunistic ones
    in one), what limits the answer."""
    campaigns = ranked(assessment.campaigns)
    if not campaigns:
        return [one for one in (_nothing_found(assessment), limits(assessment)) if one]
    paragraphs = [
        lead_paragraph(campaigns[0]),
        *_further_lines(campaigns[1:]),
        f"This rests on {_covered(assessment)}.",
        limits(assessment),
    ]
    return [one for one in paragraphs if one]


def title(assessment: Assessment) -> str:
    """The one line above the paragraph."""
    campaigns = ranked(assessment.campaigns)
    if not any(source.events for source in assessment.coverage.sources):
        return "No events to look at"
    if not campaigns:
        return "No campaign found in what the logs cover"
    counts = campaigns[0].counts
    if not counts.accounts_attacked:
        return f"{_attempts(campaigns[0])}, no account attacked"
    return (
        f"{counted(counts.accounts_attacked, 'account')} attacked, "
        f"{number(counts.accounts_compromised) if counts.accounts_compromised else 'none'} compromised"
    )


def ranked(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """Campaigns in the order of telling: what was aimed at people at risk first, then by harm: accounts compromised,
    attacked, attempts to identify. That an aim cannot be said makes no campaign worse than one without."""

    def key(campaign: Campaign) -> tuple[bool, int, int, int, str]:
        counts = campaign.counts
        return (
            campaign.verdict != "targeted",
            -counts.accounts_compromised,
            -counts.accounts_attacked,
            -counts.identification_attempts,
            campaign.id,
        )

    return sorted(campaigns, key=key)


def background(campaigns: Sequence[Campaign]) -> int:
    """Where the background begins among campaigns in the order of telling: opportunistic ones, after which no others
    come. The first campaign is none of it."""
    others = [place for place, campaign in enumerate(campaigns, start=1) if campaign.verdict != "opportunistic"]
    return max([1, *others])


def lead_paragraph(campaign: Campaign) -> str:
    """Who, what, when, how far, by which way, aimed or not, and by whom as far as that is known."""
    sentences = [
        _what_happened(campaign),
        _compromised_kinds(campaign),
        *tried_and_taken(campaign),
        _verdict(campaign),
        _attacked_kinds(campaign),
        _only_probed(campaign),
        *_attribution(campaign),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def limits(assessment: Assessment) -> str:
    """What the answer cannot speak of: gaps, what logs cannot show, unread records, notes of the analysis; '' if
    nothing.
    """
    sentences = [_no_roster(assessment), _silent(assessment), *blind_spots(assessment.coverage)]
    rejected = sum(source.rejected for source in assessment.coverage.sources)
    if rejected:
        are = "is" if rejected == 1 else "are"
        sentences.append(f"{counted(rejected, 'record')} could not be read and {are} left out.")
    sentences.extend(visible(note, limit=500) for note in assessment.notes)
    return " ".join(sentence for sentence in sentences if sentence)


def _no_roster(assessment: Assessment) -> str:
    """Empty where one was given, or nothing was counted."""
    campaigns = assessment.campaigns
    if not campaigns or assessment.coverage.roster or any(_has_roster(one) for one in campaigns):
        return ""
    return (
        "No roster of people at risk was given (--roster): what the operator is after cannot help to tell owners from"
        " strangers at addresses that both use, so the counts are less sure than with one."
    )


def _silent(assessment: Assessment) -> str:
    silences = [(source, gap) for source in assessment.coverage.sources for gap in source.gaps]
    if not silences:
        return ""
    if len(silences) <= GAPS_NAMED:
        named = [f"those of {source_name(source)} {stretch(*gap)}" for source, gap in silences]
        return f"Some logs are silent for a time: {listed(named)}. What happened then cannot be said."
    hours = sum((moment(end) - moment(start)) / timedelta(hours=1) for _, (start, end) in silences)
    source, longest = max(silences, key=lambda one: moment(one[1][1]) - moment(one[1][0]))
    sources = len({(source.provider, source.tenant) for source, _ in silences})
    return (
        f"The logs of {counted(sources, 'source')} are silent for a time, {number(len(silences))} times and "
        f"{counted(round(hours), 'hour')} in all, the longest in {source_name(source)} {stretch(*longest)}. "
        "What happened in those hours cannot be said."
    )


def campaign_line(campaign: Campaign) -> str:
    """One line: what, when, how far."""
    counts = campaign.counts
    compromised = counts.accounts_compromised
    when = period(campaign.first_seen, campaign.last_seen)
    return (
        f"A further campaign, {visible(campaign.id)} ({campaign.verdict}, {when}): "
        f"{_attempts(campaign)}, {counted(counts.accounts_attacked, 'account')} attacked, "
        f"{number(compromised) if compromised else 'none'} compromised."
    )


def _attempts(campaign: Campaign) -> str:
    return counted(campaign.counts.identification_attempts, "identification attempt")


def _what_happened(campaign: Campaign) -> str:
    counts = campaign.counts
    days = days_between(campaign.first_seen, campaign.last_seen)
    when = period(campaign.first_seen, campaign.last_seen)
    opening = f"On {when}," if days == 1 else f"In the {days} days from {when},"
    where = [PROVIDER_WORDS.get(provider, visible(provider)) for provider in sorted(campaign.providers)]
    seen = f" at {listed(where)}" if where else ""
    attempts, attacked = counts.identification_attempts, counts.accounts_attacked
    tries = f"{number(attempts) if attempts else 'no'} attempt{'' if attempts == 1 else 's'}"
    looked = f"{opening} one campaign made {tries} to identify accounts{seen}"
    then = ", but" if attempts == 0 else " and" if counts.accounts_compromised == 0 else ","
    if attacked == 0:
        return f"{looked}. As far as the logs show, no account was attacked."
    return f"{looked}{then} attacked {counted(attacked, 'account')}{_fell(counts)}"


def _fell(counts: Counts) -> str:
    attacked, compromised = counts.accounts_attacked, counts.accounts_compromised
    if compromised == 0:
        return "; as far as the logs show, none was compromised."
    if attacked == 1:
        return " and compromised it."
    if compromised == attacked:
        return " and compromised all of them."
    return f" and compromised {number(compromised)} of them."


def _compromised_kinds(campaign: Campaign) -> str:
    total = campaign.counts.accounts_compromised
    if total == 0:
        return ""
    if not _has_roster(campaign):
        return "Whether any belongs to a political campaign or to government cannot be said without a roster."
    kinds = _kinds(campaign, "compromised", total)
    if any(campaign.by_category.get(kind, CategoryCounts()).compromised for kind in OFFICIAL):
        belong = "account belongs" if total == 1 else "accounts belong"
        return f"The {'' if total == 1 else f'{number(total)} '}compromised {belong} to {kinds}."
    if total == 1:
        return f"The compromised account belongs to {kinds}; not to a political campaign or to government."
    none = f"None of the {number(total)} compromised belongs to a political campaign or to government"
    return f"{none} as the roster lists them; they belong to {kinds}."


def _attacked_kinds(campaign: Campaign) -> str:
    total = campaign.counts.accounts_attacked
    if total <= campaign.counts.accounts_compromised or not _has_roster(campaign):
        return ""
    subject = "The attacked account belongs" if total == 1 else f"All {number(total)} attacked accounts belong"
    kinds = [kind for kind, counts in campaign.by_category.items() if counts.attacked]
    if len(kinds) > 1 or (kinds and _off_roster(campaign, "attacked", total)):
        subject = f"The {number(total)} attacked accounts belong"
    return f"{subject} to {_kinds(campaign, 'attacked', total)}."


def _kinds(campaign: Campaign, stage: str, total: int) -> str:
    """``the media (2), academia (1) and people not on the roster (1)``."""
    found = [
        (getattr(counts, stage), CATEGORY_WORDS.get(kind, visible(kind)))
        for kind, counts in campaign.by_category.items()
        if getattr(counts, stage)
    ]
    found.sort(key=lambda one: (-one[0], one[1]))
    if len(found) > KINDS_NAMED + 1:
        rest = sum(value for value, _ in found[KINDS_NAMED:])
        found = [*found[:KINDS_NAMED], (rest, "others on the roster")]
    off_roster = _off_roster(campaign, stage, total)
    if off_roster:
        found.append((off_roster, "people not on the roster" if off_roster > 1 else "a person not on the roster"))
    if len(found) == 1:
        return found[0][1]
    return listed([f"{words} ({number(value)})" for value, words in found])


def _off_roster(campaign: Campaign, stage: str, total: int) -> int:
    on_roster: int = sum(getattr(counts, stage) for counts in campaign.by_category.values())
    return max(total - on_roster, 0)


def _has_roster(campaign: Campaign) -> bool:
    return bool(campaign.by_category) or campaign.targeting.roster_share is not None


def _only_probed(campaign: Campaign) -> str:
    probed = campaign.counts.accounts_probed
    tried = counted(campaign.counts.identifiers_tried, "identifier")
    if probed == 0:
        return f"It tried {tried}; no existing account was looked up without being attacked."
    was = "account was" if probed == 1 else "accounts were"
    return f"It tried {tried}; {number(probed)} existing {was} looked up and not attacked."


def _verdict(campaign: Campaign) -> str:
    targeting = campaign.targeting
    shares = ""
    if targeting.roster_share is not None and targeting.population_share is not None:
        shares = (
            f"{share(targeting.roster_share)} of the existing accounts it went for are of people on the roster, "
            f"as are {share(targeting.population_share)} of {population_words(targeting)}"
        )
        if targeting.p_value is not None:
            shares += f"; {chance(targeting.p_value)}"
    if campaign.verdict == "targeted":
        return f"It was aimed at people at risk: {shares}." if shares else "It was aimed at people at risk."
    if campaign.verdict == "opportunistic":
        said = "Nothing in its choice of accounts sets people at risk apart"
        return f"{said}: {shares}." if shares else f"{said}."
    return f"Whether it was aimed at people at risk cannot be said{f': {shares}' if shares else ''}."


def _attribution(campaign: Campaign) -> list[str]:
    if not campaign.attribution:
        return ["Whose hand it is, is not known."]
    return [released_words(one) for one in campaign.attribution]


def _further_lines(campaigns: list[Campaign]) -> list[str]:
    rest = [campaign for campaign in campaigns if campaign.verdict == "opportunistic"][LINES_OF_BACKGROUND:]
    lines = [campaign_line(campaign) for campaign in campaigns if campaign not in rest]
    if rest:
        attacked = distinct_accounts(rest, ("attacked", "compromised"))
        compromised = distinct_accounts(rest, ("compromised",))
        attempts = sum(one.counts.identification_attempts for one in rest)
        lines.append(
            f"In the background, {counted(len(rest), 'smaller opportunistic campaign')}: "
            f"{counted(attempts, 'identification attempt')}, {counted(attacked, 'account')} attacked, "
            f"{number(compromised) if compromised else 'none'} compromised."
        )
    return lines


def distinct_accounts(campaigns: Iterable[Campaign], stages: tuple[str, ...]) -> int:
    """Accounts at one of the stages in any of the campaigns, each counted once."""
    return len(
        {
            (account.provider, account.account)
            for campaign in campaigns
            for account in campaign.accounts
            if account.stage in stages
        }
    )


def _nothing_found(assessment: Assessment) -> str:
    events = sum(source.events for source in assessment.coverage.sources)
    if events == 0:
        return "The logs given hold no events, so nothing can be said about attacks on the accounts."
    return (
        f"No campaign was found in what the logs cover, which is {_covered(assessment)}. "
        "This says nothing about other accounts, other days, or acts that these logs do not record."
    )


def _covered(assessment: Assessment) -> str:
    sources = assessment.coverage.sources
    events = sum(source.events for source in sources)
    window = assessment.window
    when = ""
    if window.start and window.end:
        one_day = days_between(window.start, window.end) == 1
        when = f" {'on' if one_day else 'from'} {period(window.start, window.end)}"
    held = Counter(source.provider for source in whole(sources))
    named = [
        PROVIDER_WORDS.get(provider, visible(provider)) + (f" ({tenants} tenants)" if tenants > 1 else "")
        for provider, tenants in held.items()
    ]
    return f"{counted(events, 'event')}{when} from {listed(named)}"
