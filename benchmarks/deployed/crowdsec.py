"""CrowdSec's scenarios for Keycloak and authentik: brute force and enumeration, fast and slow.

Parameters: crowdsecurity/hub on GitHub, `scenarios/inherent-io/keycloak-bf.yaml`, `keycloak-slow-bf.yaml` and
`scenarios/firix/authentik-bf.yaml`. Their parsers read failed sign-ins only (`parsers/s01-parse/inherent-io/
keycloak-logs.yaml` knows the event type LOGIN_ERROR and no other), so recovery never reaches a bucket.
"""

from __future__ import annotations

from deployed.leaky_bucket import LeakyBucket
from deployed.peer import Act, Peer, Watch

SECOND = 1_000
MINUTE = 60 * SECOND


def _username(act: Act) -> str:
    return act.account


KEYCLOAK_SCENARIOS = (
    LeakyBucket(name="keycloak-bf", capacity=5, leak_ms=10 * SECOND, blackhole_ms=MINUTE),
    LeakyBucket(name="keycloak-user-enum-bf", capacity=5, leak_ms=10 * SECOND, blackhole_ms=MINUTE, distinct=_username),
    LeakyBucket(name="keycloak-slow-bf", capacity=10, leak_ms=60 * SECOND, blackhole_ms=MINUTE),
    LeakyBucket(
        name="keycloak-user-enum-slow-bf", capacity=10, leak_ms=60 * SECOND, blackhole_ms=MINUTE, distinct=_username
    ),
)
AUTHENTIK_SCENARIOS = (
    LeakyBucket(name="authentik-bf", capacity=5, leak_ms=20 * SECOND, blackhole_ms=MINUTE),
    LeakyBucket(name="authentik-bf_user-enum", capacity=5, leak_ms=MINUTE, blackhole_ms=MINUTE, distinct=_username),
)

KEYCLOAK_FAILURES = """provider = 'keycloak' AND provider_code IN
    ('LOGIN_ERROR/user_not_found', 'LOGIN_ERROR/invalid_user_credentials')"""

EVERY_FAILURE = """provider <> 'm365' AND outcome = 'failure' AND (
    (activity IN ('sign_in', 'challenge') AND reason IN ('unknown_account', 'wrong_password', 'mfa_denied', 'locked'))
    OR (activity = 'recovery_proof' AND reason IN ('wrong_proof', 'expired'))
    OR (activity = 'recovery_start' AND reason = 'unknown_account'))"""
"""Failures of every provider, recovery included, as no parser feeds them today: more than the tool would ever see.
Microsoft 365 only repeats what Entra says."""

CROWDSEC = Peer(
    name="CrowdSec, Keycloak scenarios",
    source="https://github.com/crowdsecurity/hub/tree/master/scenarios/inherent-io",
    watches=tuple(Watch(where=KEYCLOAK_FAILURES, rule=one) for one in KEYCLOAK_SCENARIOS),
)
CROWDSEC_EVERYWHERE = Peer(
    name="CrowdSec, Keycloak and authentik buckets fed every provider's failures",
    source="https://github.com/crowdsecurity/hub/tree/master/scenarios",
    watches=tuple(Watch(where=EVERY_FAILURE, rule=one) for one in (*KEYCLOAK_SCENARIOS, *AUTHENTIK_SCENARIOS)),
)
