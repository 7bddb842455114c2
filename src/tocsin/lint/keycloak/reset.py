"""The reset link of a Keycloak realm: how long it is good, where it goes, what it takes with it.

Lifespans: "Timeouts" in the server administration guide, and the override per action in the realm's attributes
(`actionTokenGeneratedByUserLifespan.reset-credentials`, RealmAttributes). A link that is used is spent: it stands for
the password as it was when it was sent (ResetCredentialsActionToken).
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.keycloak.realm import ADMIN_GUIDE, Realm
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, flag, kept

DAY = 24 * 3600
OVERRIDE = "actionTokenGeneratedByUserLifespan.reset-credentials"
OFF = "self-service reset is switched off, so no link goes out"


def reset_off(realm: Realm) -> Result | None:
    """What a rule about resets says of a realm without them, or of one that does not tell."""
    if realm.reset_password_allowed is None:
        return absent("resetPasswordAllowed")
    return None if realm.reset_password_allowed else kept("resetPasswordAllowed", False, OFF)


def _lifetime(realm: Realm) -> Iterator[Result]:
    if off := reset_off(realm):
        yield off
        return
    at, seconds = "actionTokenGeneratedByUserLifespan", realm.action_token_generated_by_user_lifespan
    own = (realm.attributes or {}).get(OVERRIDE)
    if own not in (None, ""):
        at = f'attributes["{OVERRIDE}"]'
        if isinstance(own, bool) or not str(own).isascii() or not str(own).isdigit() or len(str(own)) > 12:
            yield cannot_say(at, "this is no number of seconds", own)
            return
        seconds = int(str(own))
    stands = own if own not in (None, "") else seconds
    if seconds is None:
        yield absent(at)
    elif seconds > DAY:
        yield broken(at, stands, f"a reset link is good for {seconds / 3600:,.0f} hours, 24 are allowed by mail")
    else:
        yield kept(at, stands, f"a reset link is good for {seconds // 60:,} minutes")


def _unconfirmed(realm: Realm) -> Iterator[Result]:
    yield flag(
        "verifyEmail",
        realm.verify_email,
        good=True,
        otherwise="an address that nobody confirmed can restore the account",
        so="addresses are confirmed",
    )


def _shared(realm: Realm) -> Iterator[Result]:
    yield flag(
        "duplicateEmailsAllowed",
        realm.duplicate_emails_allowed,
        good=False,
        otherwise="one mailbox can restore several accounts",
        so="an address belongs to one account",
    )


def _plain_http(realm: Realm) -> Iterator[Result]:
    if realm.ssl_required is None:
        yield absent("sslRequired")
    elif realm.ssl_required.lower() == "none":
        yield broken("sslRequired", realm.ssl_required, "reset links work over plain http from anywhere")
    elif realm.ssl_required.lower() in ("all", "external"):
        yield kept("sslRequired", realm.ssl_required, "addresses outside the local network need https")
    else:
        yield cannot_say("sslRequired", "Keycloak has no such value", realm.ssl_required)


def _referrer(realm: Realm) -> Iterator[Result]:
    at = "browserSecurityHeaders.referrerPolicy"
    policy = (realm.browser_security_headers or {}).get("referrerPolicy")
    if policy is None:
        yield absent(at)
    elif policy.strip().lower() in ("no-referrer", "same-origin"):
        yield kept(at, policy, "the page does not tell other sites its address")
    else:
        yield broken(at, policy, "the page may tell its address, with the token in it, to other sites")


def _mail_in_clear(realm: Realm) -> Iterator[Result]:
    server = realm.smtp_server
    if server is None:
        yield absent("smtpServer")
        return
    host = str(server.get("host") or "")
    if not host:
        if realm.reset_password_allowed:
            yield broken("smtpServer", {}, "resets are offered, but no mail server sends links or notices")
        else:
            yield kept("smtpServer", {}, "no mail goes out")
    elif any(str(server.get(name, "")).lower() == "true" for name in ("starttls", "ssl")):
        yield kept("smtpServer", {"host": host}, "mail goes out encrypted")
    else:
        yield broken("smtpServer", {"host": host}, "reset links go to the mail server in the clear")


def _limit(realm: Realm) -> Iterator[Result]:
    yield reset_off(realm) or cannot_say(
        "resetPasswordAllowed",
        "Keycloak has no setting that limits reset mails (keycloak/keycloak issue 16574); what stands before it may",
        True,
    )


RULES: tuple[Rule[Realm], ...] = (
    Rule(
        name="keycloak_reset_link_lifetime",
        title="Reset links are good for too long",
        kind="keycloak_realm",
        clauses=(clauses.ISSUED_CODES, clauses.URL_TOKENS),
        severity="high",
        why="Whoever gets into the mailbox later finds a link that still opens the account.",
        fix="Realm settings > Tokens > Action tokens: set 'Override Action Tokens: Forgot password' to 24 hours or less"
        " (5 to 60 minutes are usual).",
        source=f"{ADMIN_GUIDE}#_timeouts",
        check=_lifetime,
    ),
    Rule(
        name="keycloak_unconfirmed_address",
        title="Recovery addresses are not confirmed",
        kind="keycloak_realm",
        clauses=(clauses.ISSUED_CODES,),
        severity="medium",
        why="A mistyped or planted address restores the account; it takes a way to set one first.",
        fix="Realm settings > Login > Email settings: switch 'Verify email' on.",
        source=f"{ADMIN_GUIDE}#_login-page-settings",
        check=_unconfirmed,
    ),
    Rule(
        name="keycloak_shared_address",
        title="One mailbox restores several accounts",
        kind="keycloak_realm",
        clauses=(clauses.URL_TOKENS,),
        severity="medium",
        why="One lost mailbox opens every account that names it.",
        fix="Realm settings > Login > Email settings: switch 'Duplicate emails' off, after giving each account an"
        " address of its own.",
        source=f"{ADMIN_GUIDE}#_login-page-settings",
        check=_shared,
    ),
    Rule(
        name="keycloak_plain_http",
        title="Reset links work without https",
        kind="keycloak_realm",
        clauses=(clauses.URL_TOKENS, clauses.ISSUED_CODES),
        severity="high",
        why="Whoever is on the way reads the link and the new password.",
        fix="Realm settings > General: set 'Require SSL' to 'External requests' or 'All requests'.",
        source=f"{ADMIN_GUIDE}#_ssl_modes",
        check=_plain_http,
    ),
    Rule(
        name="keycloak_referrer",
        title="The reset page tells its address to other sites",
        kind="keycloak_realm",
        clauses=(clauses.URL_TOKENS,),
        severity="low",
        why="It matters only where the page's theme loads something from elsewhere.",
        fix="Realm settings > Security defenses > Headers: set 'Referrer Policy' to 'no-referrer'.",
        source=f"{ADMIN_GUIDE}#_clickjacking",
        check=_referrer,
    ),
    Rule(
        name="keycloak_mail_in_clear",
        title="Links and notices are not sent, or not encrypted",
        kind="keycloak_realm",
        clauses=(clauses.ISSUED_CODES, clauses.RECOVERY_NOTICE),
        severity="medium",
        why="A link read on its way opens the account, for whoever is on the way to the mail server.",
        fix="Realm settings > Email: name a mail server, and switch 'Enable SSL' or 'Enable StartTLS' on.",
        source=f"{ADMIN_GUIDE}#_email",
        check=_mail_in_clear,
    ),
    Rule(
        name="keycloak_reset_mail_limit",
        title="Reset mails are not limited",
        kind="keycloak_realm",
        clauses=(clauses.REQUEST,),
        severity="medium",
        why="A flood of mails buries the one that matters, or wears the owner out.",
        fix="Limit requests to /realms/REALM/login-actions/reset-credentials per account and address in the proxy"
        " before Keycloak.",
        source="https://github.com/keycloak/keycloak/issues/16574",
        check=_limit,
    ),
)
