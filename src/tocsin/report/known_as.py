"""Which campaign a name means: its id, a beginning of it, an alias, or one that is found no longer."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.assess.assessment import Assessment, Campaign, Ended
from tocsin.errors import UsageError
from tocsin.report.history_words import another_name, last_reason


@dataclass(frozen=True, kw_only=True)
class Meant:
    """The campaign, or the one that is found no longer; and a note where the name is not its id."""

    campaign: Campaign | None = None
    ended: Ended | None = None
    note: str | None = None

    @property
    def id(self) -> str:
        return self.campaign.id if self.campaign else self.ended.id if self.ended else ""


@dataclass(frozen=True, kw_only=True)
class Found(Meant):
    """One that the last scan found."""

    campaign: Campaign


def meant(assessment: Assessment, name: str) -> Meant:
    """Raises `UsageError` when none or several are meant."""
    names: list[tuple[str, Meant]] = []
    for one in assessment.campaigns:
        names.append((one.id, Found(campaign=one)))
        names += [(alias, Found(campaign=one, note=another_name(alias, one))) for alias in one.aliases]
    for gone in assessment.no_longer_found:
        names += [(known, Meant(ended=gone)) for known in (gone.id, *gone.aliases)]
    fitting = [(known, one) for known, one in names if known == name]
    fitting = fitting or [(known, one) for known, one in names if known.startswith(name)]
    # An id goes before an alias that begins alike, and what is found before what no longer is.
    for tier in (
        [one for known, one in fitting if one.campaign is not None and one.id == known],
        [one for _, one in fitting if one.campaign is not None],
        [one for _, one in fitting],
    ):
        if len({one.id for one in tier}) == 1:
            return tier[0]
        if tier:
            break
    ids = ", ".join(one.id for one in assessment.campaigns) or "none"
    if fitting:
        raise UsageError(f"several campaigns begin with {name!r}", remedy=f"the last scan found: {ids}")
    raise UsageError(
        f"no campaign begins with {name!r}",
        remedy=f"the last scan found: {ids}. What was scanned from other paths has a store of its own below .tocsin/:"
        " name it with --store",
    )


def found_campaign(assessment: Assessment, name: str) -> Found:
    """The same, of campaigns that the last scan found."""
    one = meant(assessment, name)
    if isinstance(one, Found):
        return one
    history = one.ended.history if one.ended else []
    raise UsageError(
        f"campaign {one.id} is no longer found, {last_reason(history)}",
        remedy=f"`tocsin campaign {one.id}` shows its history",
    )
