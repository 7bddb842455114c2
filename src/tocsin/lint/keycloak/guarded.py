"""How a Keycloak realm holds off guessing, and whether that locks owners out.

Brute force detection: "Password guess: brute force attacks" in the server administration guide. A permanent lockout
that comes after `maxTemporaryLockouts` temporary ones is one all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.keycloak.realm import ADMIN_GUIDE, Realm
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, flag, kept

MOST_GUESSES = 100
SHORTEST = 8
_LENGTH = re.compile(r"(?:^|\s)length\((\d{1,6})\)")


def _guessing(realm: Realm) -> Iterator[Result]:
    if not realm.brute_force_protected:
        yield flag(
            "bruteForceProtected",
            realm.brute_force_protected,
            good=True,
            otherwise="passwords and codes can be guessed without end",
            so="guessing is limited",
        )
    elif realm.failure_factor is None:
        yield absent("failureFactor")
    elif realm.failure_factor > MOST_GUESSES:
        yield broken("failureFactor", realm.failure_factor, f"more than {MOST_GUESSES} wrong guesses before a pause")
    else:
        yield kept("failureFactor", realm.failure_factor, "guessing is limited")


def _locked_out(realm: Realm) -> Iterator[Result]:
    if realm.brute_force_protected is False:
        yield kept("bruteForceProtected", False, "nothing locks accounts")
    else:
        yield flag(
            "permanentLockout",
            realm.permanent_lockout,
            good=False,
            otherwise="whoever knows a name can lock its owner out for good",
            so="lockouts end by themselves",
        )


def _told_by_registration(realm: Realm) -> Iterator[Result]:
    yield flag(
        "registrationAllowed",
        realm.registration_allowed,
        good=False,
        otherwise="the registration form tells which names and addresses have an account",
        so="nobody registers by himself",
    )


def _short_passwords(realm: Realm) -> Iterator[Result]:
    policy = realm.password_policy
    if policy is None:
        yield absent("passwordPolicy")
        return
    found = _LENGTH.search(policy)
    if not found and "length" in policy.lower().replace("maxlength", ""):
        yield cannot_say("passwordPolicy", "the least length cannot be read", policy)
    elif not found or int(found.group(1)) < SHORTEST:
        yield broken("passwordPolicy", policy, f"a reset may set a password shorter than {SHORTEST} characters")
    else:
        yield kept("passwordPolicy", policy, f"passwords have {found.group(1)} characters at least")


RULES: tuple[Rule[Realm], ...] = (
    Rule(
        name="keycloak_guessing",
        title="Guessing is not limited",
        kind="keycloak_realm",
        clauses=(clauses.THROTTLING, clauses.GUESSING),
        severity="high",
        why="Passwords fall to lists, six-digit codes to patience.",
        fix="Realm settings > Security defenses > Brute force detection: switch it on ('Lockout temporarily'), with"
        " 'Max login failures' 100 or less.",
        source=f"{ADMIN_GUIDE}#password-guess-brute-force-attacks",
        check=_guessing,
    ),
    Rule(
        name="keycloak_permanent_lockout",
        title="Strangers can lock owners out for good",
        kind="keycloak_realm",
        clauses=(clauses.NO_LOCKOUT, clauses.MALICIOUS_LOCKOUT),
        severity="medium",
        why="On the eve of an event, a list of names is enough to lock a whole staff out.",
        fix="Realm settings > Security defenses > Brute force detection: choose 'Lockout temporarily'.",
        source=f"{ADMIN_GUIDE}#password-guess-brute-force-attacks",
        check=_locked_out,
    ),
    Rule(
        name="keycloak_registration_tells",
        title="The registration form tells who has an account",
        kind="keycloak_realm",
        clauses=(clauses.NO_DEDUCTION,),
        severity="low",
        why="It is how identifiers are found without leaving a failed sign-in; sites that let anybody register accept"
        " it.",
        fix="Realm settings > Login: switch 'User registration' off, or add a CAPTCHA to the registration flow.",
        source=f"{ADMIN_GUIDE}#con-user-registration_server_administration_guide",
        check=_told_by_registration,
    ),
    Rule(
        name="keycloak_short_passwords",
        title="A reset may set a short password",
        kind="keycloak_realm",
        clauses=(clauses.PASSWORDS, clauses.RESET),
        severity="low",
        why="Short passwords are guessed; where guessing is limited, slowly.",
        fix="Authentication > Policies > Password policy: add 'Minimum length' of 8 or more (15 without a second"
        " factor).",
        source=f"{ADMIN_GUIDE}#_password-policies",
        check=_short_passwords,
    ),
)
