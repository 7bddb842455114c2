"""Which ways to authenticate a Microsoft Entra tenant offers, and how passes that a helpdesk hands out are bounded.

Until `policyMigrationState` is `migrationComplete` the older policies decide as well (authenticationMethodsPolicy). A
temporary access pass recovers an account that lost its methods: it is an issued recovery code
(temporaryAccessPassAuthenticationMethodConfiguration). `default` stands for what Microsoft decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.entra.tenant import GRAPH, Authorization, Method, MethodsPolicy
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, flag, kept

METHODS_PAGE = f"{GRAPH}/authenticationmethodspolicy"
PASS_PAGE = f"{GRAPH}/temporaryaccesspassauthenticationmethodconfiguration"
PHONES = ("sms", "voice")
STRONGER = ("fido2", "hardwareoath", "microsoftauthenticator", "softwareoath", "x509certificate")
PASS = "temporaryaccesspass"  # noqa: S105 - a name
DAY_MINUTES = 24 * 60


def _methods(policy: MethodsPolicy) -> dict[str, tuple[str, Method]]:
    """Methods by name in lower case, and where each stands."""
    return {
        one.id.lower(): (f"authenticationMethodConfigurations[{number}]", one)
        for number, one in enumerate(policy.authentication_method_configurations or ())
    }


def _phone(policy: MethodsPolicy) -> Iterator[Result]:
    methods = _methods(policy)
    on = [methods[name] for name in PHONES if name in methods and methods[name][1].state == "enabled"]
    strong = [one for name in STRONGER if name in methods and (one := methods[name][1]).state == "enabled"]
    if policy.policy_migration_state is None:
        yield absent("policyMigrationState")
    elif policy.policy_migration_state != "migrationComplete":
        yield cannot_say(
            "policyMigrationState",
            "older policies decide as well which methods there are",
            policy.policy_migration_state,
        )
    elif not on:
        yield kept("authenticationMethodConfigurations", None, "telephones are no method")
    elif strong:
        yield kept(f"{on[0][0]}.state", "enabled", f"telephones stand beside {strong[0].id}")
    else:
        yield broken(f"{on[0][0]}.state", "enabled", f"{on[0][1].id} is offered, and nothing stronger")


def _pass(policy: MethodsPolicy) -> tuple[str, Method] | Result:
    found = _methods(policy).get(PASS)
    if found is None:
        return absent("authenticationMethodConfigurations")
    if found[1].state != "enabled":
        return kept(f"{found[0]}.state", found[1].state, "no temporary access passes are handed out")
    return found


def _reused(policy: MethodsPolicy) -> Iterator[Result]:
    found = _pass(policy)
    if isinstance(found, Result):
        yield found
        return
    yield flag(
        f"{found[0]}.isUsableOnce",
        found[1].is_usable_once,
        good=True,
        otherwise="a pass may be used again and again until it expires",
        so="a pass is used once",
    )


def _long(policy: MethodsPolicy) -> Iterator[Result]:
    found = _pass(policy)
    if isinstance(found, Result):
        yield found
        return
    at, minutes = f"{found[0]}.maximumLifetimeInMinutes", found[1].maximum_lifetime_in_minutes
    if minutes is None:
        yield absent(at)
    elif minutes > DAY_MINUTES:
        yield broken(at, minutes, f"a pass may be good for {minutes / 60:,.0f} hours, 24 are allowed at the most")
    else:
        yield kept(at, minutes, "a pass is good for a day at the most")


def _stated(at: str, state: str | None, otherwise: str, so: str) -> Result:
    if state is None:
        return absent(at)
    if state == "disabled":
        return broken(at, state, otherwise)
    if state == "enabled":
        return kept(at, state, so)
    return cannot_say(at, "Microsoft decides what this stands for", state)


def _reported(policy: MethodsPolicy) -> Iterator[Result]:
    settings = policy.report_suspicious_activity_settings
    yield _stated(
        "reportSuspiciousActivitySettings.state",
        settings.state if settings else None,
        "nobody can report a prompt that he did not ask for",
        "people can report prompts that they did not ask for",
    )


def _prompted(policy: MethodsPolicy) -> Iterator[Result]:
    enforced = policy.registration_enforcement
    campaign = enforced.authentication_methods_registration_campaign if enforced else None
    yield _stated(
        "registrationEnforcement.authenticationMethodsRegistrationCampaign.state",
        campaign.state if campaign else None,
        "people are not asked to set up a stronger way to authenticate",
        "people are asked to set up a stronger way to authenticate",
    )


def _admins(policy: Authorization) -> Iterator[Result]:
    yield flag(
        "allowedToUseSSPR",
        policy.allowed_to_use_sspr,
        good=False,
        otherwise="administrators reset their own passwords with two of mail, telephone and app",
        so="administrators recover through a colleague",
    )


RULES: tuple[Rule[MethodsPolicy], ...] = (
    Rule(
        name="entra_phone_methods",
        title="Telephones are the strongest method",
        kind="entra_methods",
        clauses=(clauses.PHONE,),
        severity="medium",
        why="Numbers are moved to another card by a call to the carrier.",
        fix="Entra admin center > Authentication methods > Policies: enable 'Microsoft Authenticator' or"
        " 'Passkey (FIDO2)'.",
        source=METHODS_PAGE,
        check=_phone,
    ),
    Rule(
        name="entra_pass_reused",
        title="Temporary access passes can be used again",
        kind="entra_methods",
        clauses=(clauses.CODES_EXPIRE, clauses.URL_TOKENS),
        severity="medium",
        why="Whoever overhears or finds a pass uses it beside its owner.",
        fix="Entra admin center > Authentication methods > Policies > Temporary Access Pass > Configure:"
        " set 'Require one-time use' to Yes.",
        source=PASS_PAGE,
        check=_reused,
    ),
    Rule(
        name="entra_pass_lifetime",
        title="Temporary access passes are good for too long",
        kind="entra_methods",
        clauses=(clauses.ISSUED_CODES,),
        severity="medium",
        why="A pass in a mail or on a note opens the account as long as it is good.",
        fix="Entra admin center > Authentication methods > Policies > Temporary Access Pass > Configure:"
        " set 'Maximum lifetime' to 24 hours or less.",
        source=PASS_PAGE,
        check=_long,
    ),
    Rule(
        name="entra_no_repudiation",
        title="People cannot report what was not them",
        kind="entra_methods",
        clauses=(clauses.NOTICES, clauses.SUSPICIOUS_TOLD),
        severity="medium",
        why="The owner who says 'that was not me' is the earliest alarm there is.",
        fix="Entra admin center > Authentication methods > Settings: set 'Report suspicious activity' to Enabled.",
        source=METHODS_PAGE,
        check=_reported,
    ),
    Rule(
        name="entra_no_campaign",
        title="People are not asked to set up a stronger way in",
        kind="entra_methods",
        clauses=(clauses.TWO_WAYS,),
        severity="low",
        why="Who has two ways in rarely needs recovery.",
        fix="Entra admin center > Authentication methods > Registration campaign: set 'State' to Enabled.",
        source=METHODS_PAGE,
        check=_prompted,
    ),
)

AUTHORIZATION_RULES: tuple[Rule[Authorization], ...] = (
    Rule(
        name="entra_admin_self_reset",
        title="Administrators recover by mail and telephone",
        kind="entra_authorization",
        clauses=(clauses.NO_WEAKER_WAY,),
        severity="medium",
        why="A passkey protects nothing that a mailbox and a number restore; it takes both of them.",
        fix="`Update-MgPolicyAuthorizationPolicy -AllowedToUseSspr:$false`; administrators then recover through another"
        " administrator.",
        source=f"{GRAPH}/authorizationpolicy",
        check=_admins,
    ),
)
