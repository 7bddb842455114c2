"""The shapes of the public rules on Okta, in words of our own: each fires on its own event and on no other.

What other engines were seen to miss stands among them: names two levels down, a name inside `target[]`, truth values
written as text, names in small letters, an exclusion by regular expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sigma_site import asked, okta
from tocsin.engines import Engine, opened

TYPES = {
    "role granted": ("eventtype", ["group.privilege.grant", "user.account.privilege.grant"]),
    "role bound": ("eventType", ["iam.resourceset.bindings.add"]),
    "token made": ("eventtype", ["system.api_token.create"]),
    "token revoked": ("eventType", ["system.api_token.revoke"]),
    "application changed": ("eventtype", ["application.lifecycle.update", "application.lifecycle.delete"]),
    "sign-on policy changed": ("eventType", ["application.policy.sign_on.update"]),
    "identity provider made": ("eventType", ["system.idp.lifecycle.create"]),
    "factor reset": ("eventType", ["user.mfa.factor.deactivate", "user.mfa.factor.reset_all"]),
    "zone deleted": ("eventType", ["zone.deactivate", "zone.delete"]),
    "policy changed": ("eventtype", ["policy.lifecycle.update", "policy.lifecycle.delete"]),
    "policy rule changed": ("eventType", ["policy.rule.update", "policy.rule.delete"]),
    "threat": ("eventType", ["security.threat.detected"]),
    "reported by the user": ("eventType", ["user.account.report_suspicious_activity_by_enduser"]),
    "user made": ("eventtype", ["user.lifecycle.create"]),
}  # fmt: skip

SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    title: ({"s": {name: types}, "condition": "s"}, {"eventType": types[-1]}) for title, (name, types) in TYPES.items()
}
"""Title -> detection, and what its event has beside the usual."""

SHAPES |= {
    "phishing seen by the factor": (
        {"s": {"outcome.reason": "FastPass declined phishing attempt", "outcome.result": "FAILURE",
               "eventtype": "user.authentication.auth_via_mfa"}, "condition": "s"},
        {"eventType": "user.authentication.auth_via_mfa",
         "outcome": {"result": "FAILURE", "reason": "FastPass declined phishing attempt"}},
    ),
    "console with new behaviour": (
        {"s_event": {"eventType": "policy.evaluate_sign_on", "target.displayName": "Okta Admin Console"},
         "s_new": [{"debugContext.debugData.behaviors|contains": "POSITIVE"},
                   {"debugContext.debugData.logOnlySecurityData|contains": "POSITIVE"}],
         "condition": "all of s_*"},
        {"eventType": "policy.evaluate_sign_on",
         "target": [{"displayName": "Ada"}, {"displayName": "Okta Admin Console"}],
         "debugContext": {"debugData": {"logOnlySecurityData": '{"behaviors":{"New IP":"POSITIVE"}}'}}},
    ),
    "password typed as a name": (
        {"s": {"legacyeventtype": "core.user_auth.login_failed"},
         "f": {"actor.alternateid|re": r"(^0oa.*|\w+@\w+\.\w+)"}, "condition": "s and not f"},
        {"legacyEventType": "core.user_auth.login_failed", "actor": {"alternateId": "Tr0ub4dor&3"}},
    ),
    "session impersonated": (
        {"s": {"debugContext.debugData.requestUri|contains": "admin", "eventType": "user.session.impersonation.grant"},
         "f": {"alternateId|contains": ["system@okta.com"]}, "condition": "s and not f"},
        {"eventType": "user.session.impersonation.grant", "debugContext": {"debugData": {"requestUri": "/admin/x"}}},
    ),
    "no access to an application": (
        {"s": {"displayMessage": "User attempted unauthorized access to app"}, "condition": "s"},
        {"eventType": "app.generic.unauth_app_access_attempt",
         "displayMessage": "User attempted unauthorized access to app"},
    ),
    "locked out": (
        {"s": {"displayMessage": "Max sign in attempts exceeded"}, "condition": "s"},
        {"eventType": "user.account.lock", "displayMessage": "Max sign in attempts exceeded"},
    ),
    "session through a proxy": (
        {"s": {"eventType": "user.session.start", "securityContext.isProxy": "true"}, "condition": "s"},
        {"securityContext": {"isProxy": True}},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    found = opened("duckdb", scratch=tmp_path_factory.mktemp("scratch"))
    yield found
    found.close()


def test_each_shape_fires_on_its_event_and_on_no_other(engine: Engine, tmp_path: Path) -> None:
    documents = [
        {"title": title, "logsource": {"product": "okta", "service": "okta"}, "detection": detection}
        for title, (detection, _) in SHAPES.items()
    ]
    records = [okta(title, n, **parts) for n, (title, (_, parts)) in enumerate(SHAPES.items())]
    usual = okta("usual", securityContext={"isProxy": False}, target=[{"displayName": "Okta Dashboard"}])
    site = asked(engine, tmp_path, yaml.safe_dump_all(documents), [usual, *records])
    assert len(SHAPES) == 21
    assert site.rules.left == ()
    assert site.matched == {title: [title] for title in SHAPES}
