"""How long things belong together: every span that joining and folding rest on, with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Spans of time that make recovery rows one session, one act, one completion."""

    # A source that comes back within this time goes on with its recovery. Half an hour is how long a web
    # session counts as one visit by long habit; providers' own recovery forms expire sooner (Keycloak's
    # link: 5 minutes).
    gap_minutes: int = 30
    # A code or link sent by mail is good for 24 hours at most (NIST SP 800-63B-4, section 4.2), so a proof
    # that comes from somewhere else within that time answers the latest open session of its account.
    lifetime_hours: int = 24
    # Two logs, or two applications of one log, write the same start or completion within seconds of each
    # other; directory logs lag the flow's own by some more.
    act_seconds: int = 60
    # After `Reset user password.` the unified audit log holds the user's own `Change user password.` within
    # about a minute; twice that, for late clocks.
    change_minutes: int = 2

    @property
    def gap_ms(self) -> int:
        return self.gap_minutes * 60_000

    @property
    def lifetime_ms(self) -> int:
        return self.lifetime_hours * 3_600_000

    @property
    def act_ms(self) -> int:
        return self.act_seconds * 1000

    @property
    def change_ms(self) -> int:
        return self.change_minutes * 60_000


DEFAULT_RULES = Rules()
