"""How Okta holds off guessing, and whether that locks owners out or tells too much.

Of `maxAttempts` and `autoUnlockMinutes`, 0 stands for "no limit": never locked, and never unlocked by itself (Okta
Policy API, "Password lockout object").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tocsin.lint import clauses
from tocsin.lint.okta.policy import INACTIVE, POLICY_API, Lockout, Policy
from tocsin.lint.rule import Result, Rule, absent, broken, flag, kept

MOST_GUESSES = 100
SHORTEST = 8
AT = "settings.password.lockout"


def _of_lockout(check: Callable[[Lockout], Result]) -> Callable[[Policy], Iterator[Result]]:
    def checked(policy: Policy) -> Iterator[Result]:
        password = policy.settings.password if policy.settings else None
        if not policy.active:
            yield kept("status", policy.status, INACTIVE)
        elif password is None or password.lockout is None:
            yield absent(AT)
        else:
            yield check(password.lockout)

    return checked


def _guessing(lockout: Lockout) -> Result:
    at, most = f"{AT}.maxAttempts", lockout.max_attempts
    if most is None:
        return absent(at)
    if most == 0:
        return broken(at, most, "passwords can be guessed without end")
    if most > MOST_GUESSES:
        return broken(at, most, f"more than {MOST_GUESSES} wrong guesses before an account is locked")
    return kept(at, most, "guessing is limited")


def _locked_out(lockout: Lockout) -> Result:
    at, minutes = f"{AT}.autoUnlockMinutes", lockout.auto_unlock_minutes
    if lockout.max_attempts == 0:
        return kept(f"{AT}.maxAttempts", 0, "nothing locks accounts")
    if minutes is None:
        return absent(at)
    if minutes == 0:
        return broken(at, minutes, "whoever knows a name can lock its owner out until somebody unlocks the account")
    return kept(at, minutes, "lockouts end by themselves")


def _tells(lockout: Lockout) -> Result:
    return flag(
        f"{AT}.showLockoutFailures",
        lockout.show_lockout_failures,
        good=False,
        otherwise="the sign-in form tells that an account exists and is locked",
        so="the sign-in form does not tell that an account is locked",
    )


def _silent(lockout: Lockout) -> Result:
    at, channels = f"{AT}.userLockoutNotificationChannels", lockout.user_lockout_notification_channels
    if channels is None:
        return absent(at)
    if not channels:
        return broken(at, channels, "owners are not told that somebody guessed until their account was locked")
    return kept(at, channels, "owners are told of a lockout")


def _short_passwords(policy: Policy) -> Iterator[Result]:
    password = policy.settings.password if policy.settings else None
    length = password.complexity.min_length if password and password.complexity else None
    at = "settings.password.complexity.minLength"
    if not policy.active:
        yield kept("status", policy.status, INACTIVE)
    elif length is None:
        yield absent(at)
    elif length < SHORTEST:
        yield broken(at, length, f"a reset may set a password shorter than {SHORTEST} characters")
    else:
        yield kept(at, length, f"passwords have {length} characters at least")


RULES: tuple[Rule[Policy], ...] = (
    Rule(
        name="okta_guessing",
        title="Guessing is not limited",
        kind="okta_password_policy",
        clauses=(clauses.THROTTLING, clauses.GUESSING),
        severity="high",
        why="Passwords fall to lists, codes to patience.",
        fix="Security > Authenticators > Password > the policy > Lock out: set 'Lock out user after' to 10 attempts or"
        " fewer (100 at the most).",
        source=POLICY_API,
        check=_of_lockout(_guessing),
    ),
    Rule(
        name="okta_permanent_lockout",
        title="Strangers can lock owners out for good",
        kind="okta_password_policy",
        clauses=(clauses.NO_LOCKOUT, clauses.MALICIOUS_LOCKOUT),
        severity="medium",
        why="On the eve of an event, a list of names is enough to lock a whole staff out.",
        fix="Security > Authenticators > Password > the policy > Lock out: set 'Account is automatically unlocked"
        " after'.",
        source=POLICY_API,
        check=_of_lockout(_locked_out),
    ),
    Rule(
        name="okta_lockout_tells",
        title="The sign-in form tells who has an account",
        kind="okta_password_policy",
        clauses=(clauses.NO_DEDUCTION,),
        severity="low",
        why="It tells one who already guesses at that name.",
        fix="Security > Authenticators > Password > the policy > Lock out: switch 'Show lock out failures' off.",
        source=POLICY_API,
        check=_of_lockout(_tells),
    ),
    Rule(
        name="okta_lockout_not_told",
        title="Owners are not told of a lockout",
        kind="okta_password_policy",
        clauses=(clauses.SUSPICIOUS_TOLD,),
        severity="low",
        why="Owners notice it when they cannot sign in, and take it for their own mistake.",
        fix="Security > Authenticators > Password > the policy > Lock out: switch 'Send lockout email to user' on.",
        source=POLICY_API,
        check=_of_lockout(_silent),
    ),
    Rule(
        name="okta_short_passwords",
        title="A reset may set a short password",
        kind="okta_password_policy",
        clauses=(clauses.PASSWORDS, clauses.RESET),
        severity="low",
        why="Short passwords are guessed; where guessing is limited, slowly.",
        fix="Security > Authenticators > Password > the policy: set 'Minimum length' to 8 or more (15 without a second"
        " factor).",
        source=POLICY_API,
        check=_short_passwords,
    ),
)
