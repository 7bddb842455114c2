"""What stands around a recovery in authentik: guessing at the sign-in, and whether owners are told.

`failed_attempts_before_cancel` of a password stage only ends the flow; a reputation policy is what slows guessing down.
authentik tells owners of nothing by itself: a notification rule does, with `destination_event_user` (authentik/events/
models.py, NotificationRule), for events that a policy bound to it picks (`password_set`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.lint import clauses
from tocsin.lint.authentik.blueprint import PASSWORD, STAGES_PAGE, Blueprint
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, kept

NOTIFICATION = "authentik_events.notificationrule"
MATCHER = "authentik_policies_event_matcher.eventmatcherpolicy"
MOST_GUESSES = 100


def _guessing(blueprint: Blueprint) -> Iterator[Result]:
    stages = [
        (f"entries[{number}].attrs.failed_attempts_before_cancel", one.get("failed_attempts_before_cancel"))
        for number, one in enumerate(blueprint.entries)
        if one.model == PASSWORD and one.state != "absent"
    ]
    if not stages:
        yield cannot_say("entries", "the file holds no password stage")
    for at, most in stages:
        if most is None:
            yield absent(at)
        elif isinstance(most, bool) or not isinstance(most, int):
            yield cannot_say(at, "this is no number", most)
        elif most > MOST_GUESSES:
            yield broken(at, most, f"more than {MOST_GUESSES} wrong passwords before a sign-in is cancelled")
        else:
            yield kept(at, most, "a sign-in is cancelled after some wrong passwords")


def _told(blueprint: Blueprint) -> Iterator[Result]:
    there = [(number, one) for number, one in enumerate(blueprint.entries) if one.state != "absent"]
    picks = [one for _, one in there if one.model == MATCHER and one.get("action") == "password_set"]
    for number, rule in there:
        if rule.model != NOTIFICATION:
            continue
        at = f"entries[{number}].attrs.destination_event_user"
        told = rule.get("destination_event_user")
        if told is True and picks:
            yield kept(at, True, "owners are told of a new password")
            return
        if told is False and picks:
            yield broken(at, False, "the rule for new passwords tells others, and not the owner")
            return
    yield cannot_say("entries", "the file holds no notification rule that tells owners of new passwords")


RULES: tuple[Rule[Blueprint], ...] = (
    Rule(
        name="authentik_guessing",
        title="Guessing is not limited",
        kind="authentik_blueprint",
        clauses=(clauses.THROTTLING, clauses.GUESSING),
        severity="medium",
        why="Passwords fall to lists; starting the flow anew goes on with it, so a reputation policy is needed as"
        " well.",
        fix="Flows and Stages > Stages > the Password Stage: set 'Failed attempts before cancel' to 5, and bind a"
        " Reputation Policy to the sign-in.",
        source=f"{STAGES_PAGE}/password/",
        check=_guessing,
    ),
    Rule(
        name="authentik_owner_not_told",
        title="Owners are not told of a new password",
        kind="authentik_blueprint",
        clauses=(clauses.RECOVERY_NOTICE, clauses.NOTICES, clauses.RESET),
        severity="high",
        why="The notice is how owners find out while something can still be done.",
        fix="Events > Notification Rules: a rule with 'Send notification to event user' and a mail transport, with an"
        " Event Matcher Policy for the action 'Password set' bound to it.",
        source="https://docs.goauthentik.io/sys-mgmt/events/notifications/",
        check=_told,
    ),
)
