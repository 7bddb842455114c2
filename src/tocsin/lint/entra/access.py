"""Who may register a new way to authenticate in Microsoft Entra: conditional access for registering security
information.

Without such a policy, whoever has the password registers his own telephone in an account that has no method yet
("Secure security info registration", user action `urn:user:registersecurityinfo`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.entra.tenant import Access, AccessPolicy
from tocsin.lint.rule import Result, Rule, broken, cannot_say, kept

ACTION = "urn:user:registersecurityinfo"


def _covers(policy: AccessPolicy) -> bool:
    applications = policy.conditions.applications if policy.conditions else None
    actions = (applications.include_user_actions if applications else None) or ()
    return ACTION in [one.lower() for one in actions]


def _grants(policy: AccessPolicy) -> bool:
    grant = policy.grant_controls
    return grant is not None and bool(grant.built_in_controls or grant.authentication_strength)


def _of_all(policy: AccessPolicy) -> bool:
    users = policy.conditions.users if policy.conditions else None
    return "all" in [one.lower() for one in (users.include_users if users else None) or ()]


def _registration(access: Access) -> Iterator[Result]:
    covering = [one for one in access.policies if _covers(one)]
    enforced = [one for one in covering if one.state == "enabled" and _grants(one)]
    whole = [one for one in enforced if _of_all(one)]
    at = "conditions.applications.includeUserActions"
    if whole:
        yield kept(at, whole[0].display_name, "registering security information takes more than the password")
    elif enforced:
        yield cannot_say(
            at, "the policy covers some users; whom it leaves out is not in the file", enforced[0].display_name
        )
    elif covering:
        yield broken("state", covering[0].state, f"policy {covering[0].display_name!r} is not enforced")
    else:
        yield broken(at, None, "no policy covers the registering of security information")


RULES: tuple[Rule[Access], ...] = (
    Rule(
        name="entra_open_registration",
        title="A password is enough to register a new way in",
        kind="entra_access",
        clauses=(clauses.REAUTHENTICATION, clauses.BINDING),
        severity="high",
        why="Whoever got a password makes it last by adding a telephone of his own.",
        fix="Entra admin center > Conditional Access: a policy for all users with the user action"
        " 'Register security information' that asks for multifactor authentication, a compliant device or a trusted"
        " place.",
        source="https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-security-info-registration",
        check=_registration,
    ),
)
