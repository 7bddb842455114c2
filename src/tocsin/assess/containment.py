"""What to do about a compromised account: concrete steps in order, in the provider's own terms.

The names of menus and calls are from the vendors' pages: Microsoft's "Revoke user access in an emergency"
(learn.microsoft.com/entra/identity/users/users-revoke-access), Graph `revokeSignInSessions`, Exchange's
`Remove-InboxRule` and `Set-Mailbox`; Okta's "Clear User Sessions" (help.okta.com) and user factors API; Google's
Directory API `users.signOut`, `twoStepVerification.turnOff`, `tokens.delete` (developers.google.com/workspace/admin/
directory); Keycloak's Server Administration Guide, "Managing user sessions" and "Managing users".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tocsin.assess.after import Answer, Deed, StateChange, Step
from tocsin.assess.chain import EventRef

WORDS: Mapping[str, Mapping[str, str]] = {
    "entra": {
        "block": "Block sign-in while you work: user, Properties, Account enabled: off",
        "sessions": "Revoke sessions: user, Revoke sessions (Graph: POST /users/{{id}}/revokeSignInSessions)",
        "password": "Reset the password: user, Reset password; hand it over in person or by a call to a known number",
        "factor": "Delete the authentication method {what}: user, Authentication methods",
        "channel": "Delete the recovery method {what}: user, Authentication methods",
        "rule": "Remove {what} in Exchange Online: Remove-InboxRule, Set-Mailbox -ForwardingSmtpAddress $null,"
        " Remove-MailboxPermission",
        "consent": "Revoke the permission given ({what}): Enterprise applications, the application, Permissions",
        "restore_factor": "Register the owner's own method again ({what} was removed)",
    },
    "okta": {
        "block": "Suspend the user while you work: People, the person, More Actions, Suspend",
        "sessions": "Clear user sessions and revoke tokens: People, the person, More Actions, Clear User Sessions"
        " (DELETE /api/v1/users/{{id}}/sessions?oauthTokens=true)",
        "password": "Reset the password: People, the person, Reset Password; not by a link to the recovery mailbox",
        "factor": "Reset the factor {what}: People, the person, More Actions, Reset Multifactor",
        "channel": "Put the owner's own secondary email or phone back in place of {what}: People, the person, Profile",
        "rule": "Remove the mail rule {what} at the mail provider",
        "consent": "Revoke the grant {what}: DELETE /api/v1/users/{{id}}/grants",
        "restore_factor": "Enrol the owner's own factor again ({what} was removed)",
    },
    "google": {
        "block": "Suspend the user while you work: Directory, Users, the user, Suspend user",
        "sessions": "Reset sign-in cookies: Directory, Users, the user, Security (Directory API: users.signOut)",
        "password": "Reset the password: Directory, Users, the user, Reset password",
        "factor": "Remove the second step {what}: the user, Security, 2-Step Verification, security keys and passkeys",
        "channel": "Put the owner's own recovery information back in place of {what}: the user, Security, Recovery"
        " information",
        "rule": "Turn off forwarding {what}: the user's Gmail, Settings, Forwarding; look at filters, too",
        "consent": "Remove the application {what}: the user, Security, Connected applications (tokens.delete)",
        "restore_factor": "Set up the owner's own second step again ({what} was removed)",
    },
    "keycloak": {
        "block": "Disable the user while you work: Users, the user, Enabled: off",
        "sessions": "Sign out all sessions: Users, the user, Sessions, Logout all sessions; the offline ones, too",
        "password": "Reset the password: Users, the user, Credentials, Reset password",
        "factor": "Delete the credential {what}: Users, the user, Credentials",
        "channel": "Put the owner's own email address back in place of {what}: Users, the user, Details",
        "rule": "Remove the mail rule {what} at the mail provider",
        "consent": "Revoke the consent {what}: Users, the user, Consents",
        "restore_factor": "Let the owner set up their own factor again ({what} was removed)",
    },
}
"""By provider and step."""

ANYWHERE: Mapping[str, str] = {
    "block": "Block the account while you work",
    "sessions": "End all sessions and revoke tokens",
    "password": "Reset the password",
    "factor": "Remove the second factor {what}",
    "channel": "Remove the recovery channel {what}",
    "rule": "Remove the mail rule {what}",
    "consent": "Revoke the permission given to an application ({what})",
    "restore_factor": "Set up the owner's own second factor again ({what} was removed)",
}

SAME_AS = {"m365": "entra", "google_alerts": "google"}


def containment(
    provider: str,
    states: Sequence[StateChange],
    deeds: Sequence[Deed],
    answers: Sequence[Answer],
    restored: Sequence[str],
) -> list[Step]:
    """The steps in order, with the events that are why, and whether records show them done."""
    return list(_steps(provider, states, deeds, answers, restored))


def _steps(
    provider: str,
    states: Sequence[StateChange],
    deeds: Sequence[Deed],
    answers: Sequence[Answer],
    restored: Sequence[str],
) -> Iterator[Step]:
    inside = [deed for deed in deeds if deed.thing in ("session", "mail", "password")] or list(deeds)
    last = inside[-1].events if inside else []
    last_in = max((deed.until for deed in deeds), default="")

    def answered(*kinds: str) -> bool:
        return any(one.answer in kinds and one.at >= last_in for one in answers)

    again = [one for one in states if one.state == "compromised"][1:]
    if again:
        yield _step(provider, "block", "", answered("block"), again[-1].events)
    yield _step(provider, "sessions", "", answered("sessions", "block"), last)
    yield _step(provider, "password", "", answered("password"), last)
    for thing in ("factor", "channel", "rule", "consent"):
        for deed in deeds:
            if deed.thing == thing and deed.effect == "added":
                yield _step(deed.provider, thing, deed.what, not deed.remains, deed.events)
    for deed in deeds:
        if deed.thing == "factor" and deed.effect == "removed":
            yield _step(deed.provider, "restore_factor", deed.what, False, deed.events)
    yield Step(
        step="verify_channels",
        words="Ask the owner, over a contact that you know to be theirs, which recovery mailboxes and numbers are"
        " their own; remove all others",
        done=False,
        because=[ref for deed in deeds if deed.thing == "channel" for ref in deed.events],
    )
    if restored:
        yield Step(
            step="restored_accounts",
            words=f"Look at the accounts that this one can restore: {', '.join(restored)}",
            done=False,
            because=last,
        )


def _step(provider: str, step: str, what: str, done: bool, because: Sequence[EventRef]) -> Step:
    words = WORDS.get(SAME_AS.get(provider, provider), ANYWHERE).get(step, ANYWHERE[step])
    return Step(step=step, words=words.format(what=what or "as named in the record"), done=done, because=list(because))
