"""How Okta lets people reset a password: which proofs, over which channels, for how long.

On Classic Engine the policy's `settings.recovery.factors` say what starts a reset, and the recovery question is asked
in addition; on Identity Engine the rule's `selfServicePasswordReset.requirement` says it, or, with `accessControl`
AUTH_POLICY, the Okta account management policy (Okta Policy API, "Self-service password reset action object").
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.okta.policy import INACTIVE, POLICY_API, Access, Factor, Factors, Policy
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, kept

DAY_MINUTES = 24 * 60
FACTORS = "settings.recovery.factors"
QUESTION = "security_question"
PHONES = ("sms", "voice")
STRONGER = ("push", "otp", "fido2", "webauthn")


def _factors(policy: Policy) -> Factors | None:
    settings = policy.settings
    return settings.recovery.factors if settings and settings.recovery else None


def _on(factor: Factor | None) -> bool:
    return factor is not None and factor.status == "ACTIVE"


def _resets(policy: Policy) -> Iterator[tuple[str, Access]]:
    """Rules that let somebody reset his password, and where."""
    for at, rule in policy.places:
        reset = rule.actions.self_service_password_reset if rule.actions else None
        if reset is not None and reset.access == "ALLOW":
            yield f"{at}.actions.selfServicePasswordReset", reset


def _told(policy: Policy) -> Result | None:
    """What there is to say of a policy that lets nobody reset, or whose rules are not in the file."""
    if not policy.active:
        return kept("status", policy.status, INACTIVE)
    if not policy.places:
        return cannot_say("rules", "the file does not hold the policy's rules (export it with ?expand=rules)")
    if not list(_resets(policy)):
        return kept("rules", None, "no rule lets people reset their passwords")
    return None


def _lower(methods: list[str] | None) -> list[str]:
    return [one.lower() for one in methods or ()]


def _one_proof(policy: Policy) -> Iterator[Result]:
    if told := _told(policy):
        yield told
        return
    factors = _factors(policy)
    for at, reset in _resets(policy):
        asked = reset.requirement
        if asked is None:
            if factors is None:
                yield cannot_say(at, "the rule does not say which proofs are asked for")
            elif _on(factors.recovery_question):
                yield broken(f"{FACTORS}.recovery_question.status", "ACTIVE", "the only second proof is a question")
            else:
                yield broken(at, "ALLOW", "one link or code is the only proof")
            continue
        if asked.access_control == "AUTH_POLICY":
            yield cannot_say(at, "the Okta account management policy decides which proofs are asked for", "AUTH_POLICY")
        elif asked.step_up is None or asked.step_up.required is None:
            yield absent(f"{at}.requirement.stepUp.required")
        elif not asked.step_up.required:
            yield broken(f"{at}.requirement.stepUp.required", False, "one proof is enough to reset a password")
        elif set(_lower(asked.step_up.methods)) == {QUESTION}:
            yield broken(
                f"{at}.requirement.stepUp.methods", asked.step_up.methods, "the only second proof is a question"
            )
        else:
            yield kept(f"{at}.requirement.stepUp.required", True, "a second proof is asked for")


def _question(policy: Policy) -> Iterator[Result]:
    if not policy.active:
        yield kept("status", policy.status, INACTIVE)
        return
    factors = _factors(policy)
    if factors is not None and _on(factors.recovery_question):
        yield broken(f"{FACTORS}.recovery_question.status", "ACTIVE", "a question about the owner restores the account")
        return
    asked = [
        (at, one.requirement.step_up) for at, one in _resets(policy) if one.requirement and one.requirement.step_up
    ]
    found = False
    for at, step in asked:
        if QUESTION in _lower(step.methods):
            found = True
            yield broken(f"{at}.requirement.stepUp.methods", step.methods, "a question counts as the second proof")
    if found:
        return
    if factors is not None and factors.recovery_question is not None:
        yield kept(f"{FACTORS}.recovery_question.status", factors.recovery_question.status, "no question is asked")
    elif asked and all(not step.required or step.methods for _, step in asked):
        yield kept("rules", None, "no rule takes an answer to a question")
    else:
        yield absent(f"{FACTORS}.recovery_question")


def _phone(policy: Policy) -> Iterator[Result]:
    if not policy.active:
        yield kept("status", policy.status, INACTIVE)
        return
    factors = _factors(policy)
    known = False
    for name in ("okta_sms", "okta_call"):
        factor: Factor | None = getattr(factors, name, None)
        if factor is None:
            continue
        known = True
        at = f"{FACTORS}.{name}.status"
        if _on(factor):
            yield broken(at, factor.status, "a code by telephone restores the account, and nothing stronger is offered")
        else:
            yield kept(at, factor.status, "no code goes out by telephone this way")
    for at, reset in _resets(policy):
        methods = reset.requirement.primary.methods if reset.requirement and reset.requirement.primary else None
        if methods is None:
            continue
        known = True
        at = f"{at}.requirement.primary.methods"
        names = _lower(methods)
        if set(names) & set(PHONES) and not set(names) & set(STRONGER):
            yield broken(at, methods, "a code by telephone starts a reset, and nothing stronger is offered")
        else:
            yield kept(at, methods, "telephones are not used, or stand beside something stronger")
    if not known:
        yield absent(f"{FACTORS}.okta_sms")


def _lifetime(policy: Policy) -> Iterator[Result]:
    factors = _factors(policy)
    mail = factors.okta_email if factors else None
    at = f"{FACTORS}.okta_email.properties.recoveryToken.tokenLifetimeMinutes"
    if not policy.active:
        yield kept("status", policy.status, INACTIVE)
    elif mail is None:
        yield absent(f"{FACTORS}.okta_email")
    elif not _on(mail):
        yield kept(f"{FACTORS}.okta_email.status", mail.status, "no link goes out by mail")
    else:
        token = mail.properties.recovery_token if mail.properties else None
        minutes = token.token_lifetime_minutes if token else None
        if minutes is None:
            yield absent(at)
        elif minutes > DAY_MINUTES:
            yield broken(at, minutes, f"a reset link is good for {minutes / 60:,.0f} hours, 24 are allowed by mail")
        else:
            yield kept(at, minutes, f"a reset link is good for {minutes} minutes")


RULES: tuple[Rule[Policy], ...] = (
    Rule(
        name="okta_one_proof",
        title="One proof is all it takes",
        kind="okta_password_policy",
        clauses=(clauses.TWO_PROOFS, clauses.RESET_KEEPS_FACTORS),
        severity="high",
        why="Whoever reads the mailbox or holds the number has the account: the way in of 2019.",
        fix="Security > Authenticators > Password > edit the policy's rule: under 'Additional verification is' choose"
        " 'Any enrolled authenticator used for MFA/SSO', or let the Okta account management policy ask for two"
        " factors.",
        source=POLICY_API,
        check=_one_proof,
    ),
    Rule(
        name="okta_question",
        title="Questions about the owner restore accounts",
        kind="okta_password_policy",
        clauses=(clauses.METHODS, clauses.NO_QUESTIONS, clauses.QUESTIONS),
        severity="medium",
        why="Answers stand in profiles and registers; they are a proof for whoever looks them up.",
        fix="Security > Authenticators > Password: take 'Security Question' out of the policy's account recovery and"
        " out of its rules' additional verification.",
        source=POLICY_API,
        check=_question,
    ),
    Rule(
        name="okta_phone",
        title="Telephones restore accounts, and nothing stronger can",
        kind="okta_password_policy",
        clauses=(clauses.PHONE,),
        severity="medium",
        why="Numbers are moved to another card by a call to the carrier.",
        fix="Security > Authenticators > Password > edit the policy's rule: offer 'Okta Verify (Push notification)' to"
        " start recovery, and take 'Phone' out where people can do without.",
        source=POLICY_API,
        check=_phone,
    ),
    Rule(
        name="okta_link_lifetime",
        title="Reset links are good for too long",
        kind="okta_password_policy",
        clauses=(clauses.ISSUED_CODES, clauses.URL_TOKENS),
        severity="high",
        why="Whoever gets into the mailbox later finds a link that still opens the account.",
        fix="Security > Authentication > Password > Account recovery: set 'Reset/Unlock recovery emails are valid"
        " for' to an hour.",
        source=POLICY_API,
        check=_lifetime,
    ),
)
