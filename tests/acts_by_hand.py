"""Acts for tests of re-stated rules: one a line, all else as in `ACT`."""

from __future__ import annotations

from typing import Any

from deployed.peer import Act

ACT = Act(
    provider="keycloak",
    event_uid="",
    ms=0,
    activity="sign_in",
    outcome="failure",
    reason="wrong_password",
    code="LOGIN_ERROR/invalid_user_credentials",
    account="ada@example.org",
    known="true",
    actor="",
    address="203.0.113.7",
    network=64500,
    country="NL",
    user_agent="",
    tenant="main",
)


def at(seconds: float, **facts: Any) -> Act:
    """The act at that second; its id is the second."""
    known: dict[str, Any] = {"event_uid": f"{seconds:g}", "ms": round(seconds * 1000)}
    return ACT._replace(**(known | facts))


def at_each(*seconds: float, **facts: Any) -> list[Act]:
    return [at(second, **facts) for second in seconds]
