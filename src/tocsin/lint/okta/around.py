"""What stands around a reset in Okta: the sign-in after it, the questions that can be enrolled, and the notices.

Sign-in: `actions.signon.requireFactor` of global session policies, `actions.appSignOn.verificationMethod.factorMode` of
app sign-in policies; a global session policy that names a `primaryFactor` is Identity Engine's, where the app's policy
decides. Enrolment: `settings.authenticators[].enroll.self`, on Classic Engine `settings.factors`. Notices: Security >
General > Security notification emails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tocsin.lint import clauses
from tocsin.lint.okta.policy import INACTIVE, NOTICES_PAGE, POLICY_API, Notices, Policy
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, flag, kept


def _one_factor(policy: Policy) -> Iterator[Result]:
    if not policy.active:
        yield kept("status", policy.status, INACTIVE)
        return
    said = False
    for at, rule in policy.places:
        if not rule.actions:
            continue
        session, app = rule.actions.signon, rule.actions.app_sign_on
        if session is not None and session.access == "ALLOW":
            said = True
            place = f"{at}.actions.signon.requireFactor"
            if session.require_factor is False and session.primary_factor:
                yield cannot_say(place, "the policy of each app decides", False)
            else:
                yield flag(
                    place,
                    session.require_factor,
                    good=True,
                    otherwise="whoever has reset the password signs in with it alone",
                    so="signing in takes a second factor",
                )
        if app is not None and app.access == "ALLOW":
            said = True
            mode = app.verification_method.factor_mode if app.verification_method else None
            place = f"{at}.actions.appSignOn.verificationMethod.factorMode"
            if mode is None:
                yield absent(place)
            elif mode == "1FA":
                yield broken(place, mode, "whoever has reset the password signs in with it alone")
            else:
                yield kept(place, mode, "signing in takes a second factor")
    if not said and policy.places:
        yield kept("rules", None, "no rule lets people in")
    elif not said:
        yield cannot_say("rules", "the file does not hold the policy's rules (export it with ?expand=rules)")


def _questions(policy: Policy) -> Iterator[Result]:
    settings = policy.settings
    named = [
        (f"settings.authenticators[{number}].enroll.self", one.enroll.by_owner)
        for number, one in enumerate((settings.authenticators if settings else None) or ())
        if one.key == "security_question" and one.enroll
    ]
    classic = (settings.factors if settings else None) or {}
    if (old := classic.get("okta_question")) is not None and old.enroll:
        named.append(("settings.factors.okta_question.enroll.self", old.enroll.by_owner))
    if not policy.active:
        yield kept("status", policy.status, INACTIVE)
        return
    for at, enrolled in named:
        if enrolled is None:
            yield absent(at)
        elif enrolled == "NOT_ALLOWED":
            yield kept(at, enrolled, "nobody enrols a question")
        else:
            yield broken(at, enrolled, "people enrol questions about themselves as a proof")
    if not named:
        yield absent("settings.authenticators")


def _noticed(*names: str, otherwise: str, so: str) -> Callable[[Notices], Iterator[Result]]:
    def checked(notices: Notices) -> Iterator[Result]:
        for name in names:
            first, *rest = name.split("_")
            at = first + "".join(part.capitalize() for part in rest)
            yield flag(at, getattr(notices, name), good=True, otherwise=otherwise, so=so)

    return checked


POLICY_RULES: tuple[Rule[Policy], ...] = (
    Rule(
        name="okta_one_factor",
        title="Signing in takes one factor",
        kind="okta_sign_on_policy",
        clauses=(clauses.SECOND_FACTOR,),
        severity="medium",
        why="A reset password is all that is needed then.",
        fix="Security > Global Session Policy, and Security > Authentication Policies: have the rule ask for two"
        " factors.",
        source=POLICY_API,
        check=_one_factor,
    ),
    Rule(
        name="okta_question_enrolled",
        title="Questions can be enrolled as a proof",
        kind="okta_enrolment_policy",
        clauses=(clauses.METHODS, clauses.NO_QUESTIONS),
        severity="low",
        why="What is enrolled is used sooner or later; whether it restores accounts is set elsewhere.",
        fix="Security > Authenticators > Enrollment: set 'Security Question' to 'Disabled'.",
        source=POLICY_API,
        check=_questions,
    ),
)

NOTICE_RULES: tuple[Rule[Notices], ...] = (
    Rule(
        name="okta_owner_not_told",
        title="Owners are not told of a new password",
        kind="okta_notices",
        clauses=(clauses.RECOVERY_NOTICE, clauses.NOTICES, clauses.RESET),
        severity="high",
        why="The notice is how owners find out while something can still be done.",
        fix="Security > General > Security notification emails: switch 'Password changed notification email' on.",
        source=NOTICES_PAGE,
        check=_noticed(
            "send_email_for_password_changed_enabled",
            otherwise="owners are not told that their password was changed",
            so="owners are told",
        ),
    ),
    Rule(
        name="okta_factor_not_told",
        title="Owners are not told of new or reset factors",
        kind="okta_notices",
        clauses=(clauses.BINDING, clauses.NOTICES, clauses.CHANGES_TOLD),
        severity="medium",
        why="A factor that an attacker enrols is how access outlasts the next password.",
        fix="Security > General > Security notification emails: switch 'Authenticator enrolled' and 'Authenticator"
        " reset' notification emails on.",
        source=NOTICES_PAGE,
        check=_noticed(
            "send_email_for_factor_enrollment_enabled",
            "send_email_for_factor_reset_enabled",
            otherwise="owners are not told of this change of their factors",
            so="owners are told",
        ),
    ),
    Rule(
        name="okta_no_repudiation",
        title="Notices give owners no way to say it was not them",
        kind="okta_notices",
        clauses=(clauses.NOTICES, clauses.SUSPICIOUS_TOLD),
        severity="medium",
        why="A notice alone secures no account: owners need one thing to do.",
        fix="Security > General > Security notification emails: switch 'Report suspicious activity via email' on.",
        source=NOTICES_PAGE,
        check=_noticed(
            "report_suspicious_activity_enabled",
            otherwise="a notice has no button to report that it was somebody else",
            so="owners can report from the notice",
        ),
    ),
)
