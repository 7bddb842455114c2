"""What the last scan of the same store left for this one: its answer, and what became of campaigns until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from tocsin.assess.assessment import Assessment, Change
from tocsin.assess.evidence import EVIDENCE


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The last scan. Without `assessment` its answer was lost, and only the history is known."""

    assessment: Assessment | None
    evidence: pa.Table = field(default_factory=EVIDENCE.empty_table)  # of its campaigns
    gone: pa.Table = field(default_factory=EVIDENCE.empty_table)  # of campaigns that it found no longer, as it was last
    history: Mapping[str, Sequence[Change]] = field(default_factory=dict)  # by campaign id, the oldest first
    roster: str = ""  # digest of its roster; '' without one

    @property
    def open(self) -> tuple[str, ...]:
        """Ids that are of a campaign still, found no longer or not, in the order in which they were first found.

        What merged into another campaign is that campaign."""
        merged = {id for id, changes in self.history.items() if changes and _merged_away(changes[-1])}
        known = dict.fromkeys(self.history)
        if self.assessment is not None:
            known |= dict.fromkeys(one.id for one in self.assessment.campaigns)
            known |= dict.fromkeys(one.id for one in self.assessment.no_longer_found)
        return tuple(id for id in known if id not in merged)


def _merged_away(last: Change) -> bool:
    return last.what == "merged" and last.after is None
