"""A tenant's log from the few facts that a test is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from tocsin.assess.assessment import SourceCoverage
from tocsin.coverage import knowledge, shown
from tocsin.lake import Covered, Seen

FIRST = 20_486
"""2026-02-02, a Monday, in days since 1970."""

MONTH = tuple(range(FIRST, FIRST + 28))


def acts(days: Iterable[int] = MONTH, events: int = 28, **more: int) -> Seen:
    """Some events of one activity, all with address and client."""
    return Seen(events=events, days=frozenset(days), **({"addressed": events, "client": events} | more))


def sign_ins(days: Iterable[int] = MONTH) -> Seen:
    """Sign-ins among which some failed."""
    return acts(days, failed=4, unknown=2, factor=3)


FORMATS = {
    "okta": ("okta_system_log",),
    "entra": ("entra_audit_graph", "entra_signin_graph"),
    "google": ("google_activity",),
    "keycloak": ("keycloak_event",),
    "m365": ("m365_audit",),
}


def log(provider: str = "okta", tenant: str = "t1", formats: tuple[str, ...] | None = None, /, **held: Seen) -> Covered:
    """A log that holds these activities."""
    days = frozenset().union(*(one.days for one in held.values())) or frozenset({FIRST})
    moment = datetime(1970, 1, 1, tzinfo=UTC)
    return Covered(
        provider=provider,
        tenant=tenant,
        files=1,
        events=sum(one.events for one in held.values()),
        duplicates=0,
        rejected=0,
        first=moment.fromtimestamp(min(days) * 86_400, UTC),
        last=moment.fromtimestamp(max(days) * 86_400 + 86_399, UTC),
        gaps=(),
        formats=FORMATS.get(provider, (f"{provider}_log",)) if formats is None else formats,
        acts=held,
    )


def source(
    provider: str = "okta", tenant: str = "t1", formats: tuple[str, ...] | None = None, /, **held: Seen
) -> SourceCoverage:
    """The same as an assessment has it."""
    covered = log(provider, tenant, formats, **held)
    logs, kinds = shown(covered, knowledge())
    return SourceCoverage(
        provider=provider,
        tenant=tenant,
        files=1,
        events=covered.events,
        duplicates=0,
        rejected=0,
        first=covered.first.isoformat() if covered.first else None,
        last=covered.last.isoformat() if covered.last else None,
        gaps=[],
        formats=list(covered.formats),
        logs=logs,
        shows=kinds,
    )
