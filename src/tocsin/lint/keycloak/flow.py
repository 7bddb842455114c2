"""The flow by which a Keycloak realm resets credentials: which proofs it asks for, and what it leaves behind.

The built-in flow asks for a user and a link by mail, then has a new password set; its "Reset - Conditional OTP" has a
new authenticator set up for whoever had one, and asks for no code (DefaultAuthenticationFlows.resetCredentialsFlow and
ResetOTP in keycloak/keycloak). What happens after the mail: `force-login` of `reset-credential-email`, whose default
`only-federated` leaves users of Keycloak's own database signed in, as earlier versions do (ResetCredentialEmail;
release notes of Red Hat build of Keycloak 26.0, "Force login after reset").
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.keycloak.realm import ADMIN_GUIDE, Realm, Step, reset_steps
from tocsin.lint.keycloak.reset import reset_off
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, kept

MAIL = "reset-credential-email"
RESETS_OTP = "reset-otp"
SECOND_PROOFS = (
    "auth-otp-form",
    "auth-recovery-authn-code-form",
    "auth-x509-client-username-form",
    "webauthn-authenticator",
    "webauthn-authenticator-passwordless",
)
NO_PROOFS = (
    MAIL,
    RESETS_OTP,
    "allow-access-authenticator",
    "conditional-client-scope",
    "conditional-credential",
    "conditional-level-of-authentication",
    "conditional-sub-flow-executed",
    "conditional-user-attribute",
    "conditional-user-configured",
    "conditional-user-role",
    "deny-access-authenticator",
    "reset-credentials-choose-user",
    "reset-password",
)
"""Built-in steps that ask for nothing, or for the mail alone."""


def _looked_at(realm: Realm) -> tuple[list[Step], Result | None]:
    if off := reset_off(realm):
        return [], off
    steps = reset_steps(realm)
    return (steps, None) if steps is not None else ([], absent("authenticationFlows"))


def _mail_alone(realm: Realm) -> Iterator[Result]:
    steps, told = _looked_at(realm)
    if told:
        yield told
        return
    proofs = [one for one in steps if one.authenticator in SECOND_PROOFS]
    asked = [one for one in proofs if one.requirement != "ALTERNATIVE"]
    foreign = [one for one in steps if one.authenticator not in (*SECOND_PROOFS, *NO_PROOFS)]
    mails = [one for one in steps if one.authenticator == MAIL]
    if asked:
        yield kept(asked[0].at, asked[0].authenticator, "the flow asks for a proof beside the mail")
    elif foreign:
        yield cannot_say(foreign[0].at, "what this step asks for is not known here", foreign[0].authenticator)
    elif proofs:
        yield cannot_say(proofs[0].at, "the proof is an alternative to other steps", proofs[0].authenticator)
    elif mails:
        yield broken(mails[0].at, MAIL, "a link by mail is the only proof, also for accounts with a second factor")
    else:
        yield cannot_say("authenticationFlows", "the flow holds no step that is known here")


def _resets_otp(realm: Realm) -> Iterator[Result]:
    steps, told = _looked_at(realm)
    if told:
        yield told
        return
    resets = [one for one in steps if one.authenticator == RESETS_OTP]
    asked = any(one.authenticator in SECOND_PROOFS and one.requirement != "ALTERNATIVE" for one in steps)
    if resets and not asked:
        yield broken(resets[0].at, RESETS_OTP, "a link by mail lets its reader set up a new authenticator as well")
    elif resets:
        yield kept(resets[0].at, RESETS_OTP, "a factor is replaced after another proof only")
    else:
        yield kept("authenticationFlows", None, "the flow leaves second factors as they are")


def _signed_in(realm: Realm) -> Iterator[Result]:
    steps, told = _looked_at(realm)
    if told:
        yield told
        return
    mails = [one for one in steps if one.authenticator == MAIL]
    if not mails:
        yield cannot_say("authenticationFlows", "the flow has no step that sends a mail")
    for one in mails:
        forced = str((one.config or {}).get("force-login", "")).lower()
        if forced == "true":
            yield kept(one.at, "force-login: true", "owners sign in anew after a reset")
        else:
            yield broken(
                one.at, f"force-login: {forced or 'not set'}", "whoever resets the password is signed in without it"
            )


RULES: tuple[Rule[Realm], ...] = (
    Rule(
        name="keycloak_mail_alone",
        title="A link by mail is all it takes",
        kind="keycloak_realm",
        clauses=(clauses.TWO_PROOFS, clauses.RESET_KEEPS_FACTORS),
        severity="high",
        why="Whoever reads the mailbox has the account: the way in of 2019.",
        fix="Authentication > Flows: duplicate 'reset credentials', add a conditional sub-flow with 'Condition - user"
        " configured' and 'OTP Form' or 'WebAuthn Authenticator' after 'Send Reset Email', and bind it as the reset"
        " credentials flow.",
        source=f"{ADMIN_GUIDE}#enabling-forgot-password",
        check=_mail_alone,
    ),
    Rule(
        name="keycloak_reset_replaces_factor",
        title="A link by mail replaces the second factor, too",
        kind="keycloak_realm",
        clauses=(clauses.RESET_KEEPS_FACTORS, clauses.TWO_PROOFS),
        severity="high",
        why="The second factor protects nothing once the mailbox is lost.",
        fix="Authentication > Flows > reset credentials (or your copy of it): set 'Reset - Conditional OTP' to"
        " Disabled, or put 'OTP Form' or another proof before it.",
        source=f"{ADMIN_GUIDE}#enabling-forgot-password",
        check=_resets_otp,
    ),
    Rule(
        name="keycloak_signed_in_after_reset",
        title="A reset signs in",
        kind="keycloak_realm",
        clauses=(clauses.RESET,),
        severity="low",
        why="The reader of the mail goes around what the sign-in asks for.",
        fix="Authentication > Flows > reset credentials (or your copy of it) > 'Send Reset Email' > settings: set"
        " 'Force login after reset' to 'true'.",
        source=f"{ADMIN_GUIDE}#enabling-forgot-password",
        check=_signed_in,
    ),
)
