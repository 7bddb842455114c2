"""Whether a Keycloak realm tells owners, and logs what a campaign does.

The listener `email` writes to the owner on LOGIN_ERROR, UPDATE_PASSWORD, UPDATE_TOTP, REMOVE_TOTP, and in newer
versions UPDATE_CREDENTIAL and REMOVE_CREDENTIAL (EmailEventListenerProviderFactory); no other built-in listener writes
to owners. An empty list of saved event types stands for those that are saved by default, to which
all that are asked for here belong (EventType.isSaveByDefault).
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.keycloak.realm import ADMIN_GUIDE, Realm
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, flag, kept

BUILT_IN = ("email", "jboss-logging", "micrometer-user-event-metrics")
WANTED = (
    "LOGIN",
    "LOGIN_ERROR",
    "SEND_RESET_PASSWORD",
    "SEND_RESET_PASSWORD_ERROR",
    "RESET_PASSWORD",
    "RESET_PASSWORD_ERROR",
    "UPDATE_EMAIL",
)
"""Without these no recovery campaign is seen: who asked for a reset, for which name, and what came of it."""
DAY = 24 * 3600
LEAST_DAYS = 30


def _not_told(realm: Realm) -> Iterator[Result]:
    listeners = realm.events_listeners
    at = "eventsListeners"
    if listeners is None:
        yield absent(at)
        return
    foreign = [name for name in listeners if name not in BUILT_IN]
    if "email" in listeners:
        if realm.smtp_server is not None and not realm.smtp_server.get("host"):
            yield broken("smtpServer", {}, "owners should be told, but no mail server is named")
        else:
            yield kept(at, listeners, "owners get a mail when a password or factor changes")
    elif foreign:
        yield cannot_say(at, "whether an added listener tells owners is not known here", foreign)
    else:
        yield broken(at, listeners, "no listener tells owners of a reset password")


def _unlogged(realm: Realm) -> Iterator[Result]:
    yield flag(
        "eventsEnabled",
        realm.events_enabled,
        good=True,
        otherwise="user events are not saved: nobody can look at a recovery afterwards",
        so="user events are saved",
    )


def _left_out(realm: Realm) -> Iterator[Result]:
    types, at = realm.enabled_event_types, "enabledEventTypes"
    if realm.events_enabled is False:
        yield cannot_say("eventsEnabled", "user events are not saved at all", False)
    elif types is None:
        yield absent(at)
    elif missing := [name for name in WANTED if types and name not in types]:
        yield broken(at, missing, "steps of recovery and sign-in are not saved")
    else:
        yield kept(at, None, "all event types of recovery and sign-in are saved")


def _forgotten(realm: Realm) -> Iterator[Result]:
    seconds, at = realm.events_expiration, "eventsExpiration"
    if realm.events_enabled is False:
        yield cannot_say("eventsEnabled", "user events are not saved at all", False)
    elif seconds is None:
        yield absent(at)
    elif 0 < seconds < LEAST_DAYS * DAY:
        yield broken(at, seconds, f"events are kept for {seconds / DAY:,.1f} days; campaigns last for weeks")
    else:
        yield kept(at, seconds, "events are kept for 30 days or more")


def _admins_unlogged(realm: Realm) -> Iterator[Result]:
    yield flag(
        "adminEventsEnabled",
        realm.admin_events_enabled,
        good=True,
        otherwise="an administrator's reset of somebody's password leaves no trace",
        so="acts of administrators are saved",
    )


def _refresh(realm: Realm) -> Iterator[Result]:
    yield flag(
        "revokeRefreshToken",
        realm.revoke_refresh_token,
        good=True,
        otherwise="a stolen refresh token can be used beside the owner's, again and again",
        so="a refresh token is used once",
    )


RULES: tuple[Rule[Realm], ...] = (
    Rule(
        name="keycloak_owner_not_told",
        title="Owners are not told of a recovery",
        kind="keycloak_realm",
        clauses=(clauses.RECOVERY_NOTICE, clauses.NOTICES, clauses.RESET),
        severity="high",
        why="The notice is how owners find out while something can still be done.",
        fix="Realm settings > Events > Event listeners: add 'email'. It writes to the account's own address only: for"
        " the others an extension is needed.",
        source=f"{ADMIN_GUIDE}#event-listener",
        check=_not_told,
    ),
    Rule(
        name="keycloak_events_off",
        title="User events are not saved",
        kind="keycloak_realm",
        clauses=(clauses.LOGGED,),
        severity="medium",
        why="Whether accounts were gone for can never be said.",
        fix="Realm settings > Events > User events settings: switch 'Save events' on.",
        source=f"{ADMIN_GUIDE}#auditing-user-events",
        check=_unlogged,
    ),
    Rule(
        name="keycloak_recovery_not_logged",
        title="Steps of recovery are left out of the log",
        kind="keycloak_realm",
        clauses=(clauses.LOGGED,),
        severity="medium",
        why="The campaign's way in is the part that is missing.",
        fix="Realm settings > Events > User events settings > Add saved types: add those that are listed.",
        source=f"{ADMIN_GUIDE}#auditing-user-events",
        check=_left_out,
    ),
    Rule(
        name="keycloak_events_expire",
        title="Events are forgotten within a month",
        kind="keycloak_realm",
        clauses=(clauses.LOGS_KEPT,),
        severity="low",
        why="The campaign of 2019 went on for 30 days; exports may keep what Keycloak forgets.",
        fix="Realm settings > Events > User events settings: set 'Expiration' to 30 days or more.",
        source=f"{ADMIN_GUIDE}#auditing-user-events",
        check=_forgotten,
    ),
    Rule(
        name="keycloak_admin_events_off",
        title="Acts of administrators are not saved",
        kind="keycloak_realm",
        clauses=(clauses.LOGGED,),
        severity="medium",
        why="A helpdesk that was talked into a reset is a way in, and leaves no trace.",
        fix="Realm settings > Events > Admin events settings: switch 'Save events' on.",
        source=f"{ADMIN_GUIDE}#auditing-admin-events",
        check=_admins_unlogged,
    ),
    Rule(
        name="keycloak_refresh_token_reuse",
        title="Stolen refresh tokens go on working",
        kind="keycloak_realm",
        clauses=(clauses.REFRESH_TOKENS,),
        severity="low",
        why="It helps whoever has stolen one already.",
        fix="Realm settings > Tokens > Refresh tokens: switch 'Revoke Refresh Token' on.",
        source=f"{ADMIN_GUIDE}#_timeouts",
        check=_refresh,
    ),
)
