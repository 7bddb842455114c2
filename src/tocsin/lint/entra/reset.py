"""How Microsoft Entra lets people reset a password (SSPR), as the portal shows it under Password reset.

How many methods, which of them, and who is told: "How it works: Microsoft Entra self-service password reset". Once the
authentication methods policy is fully migrated it decides which methods there are, but for security questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tocsin.lint import clauses
from tocsin.lint.entra.tenant import RESET_PAGE, Reset
from tocsin.lint.rule import Result, Rule, absent, broken, flag, kept


def _while_on(check: Callable[[Reset], Result]) -> Callable[[Reset], Iterator[Result]]:
    def checked(reset: Reset) -> Iterator[Result]:
        if reset.enablement_type is None:
            yield absent("enablementType")
        elif reset.enablement_type == 0:
            yield kept("enablementType", 0, "nobody but administrators resets passwords by himself")
        else:
            yield check(reset)

    return checked


def _one_method(reset: Reset) -> Result:
    at, needed = "numberOfAuthenticationMethodsRequired", reset.number_of_authentication_methods_required
    if needed is None:
        return absent(at)
    if needed < 2:
        return broken(at, needed, "one method is enough to reset a password")
    return kept(at, needed, "two methods are needed to reset a password")


def _questions(reset: Reset) -> Result:
    return flag(
        "securityQuestionsOptionEnabled",
        reset.security_questions_option_enabled,
        good=False,
        otherwise="answers about the owner count as a method",
        so="no questions are asked",
    )


def _phone(reset: Reset) -> Result:
    phones = {
        "mobilePhoneOptionEnabled": reset.mobile_phone_option_enabled,
        "officePhoneOptionEnabled": reset.office_phone_option_enabled,
    }
    apps = (reset.mobile_app_notification_enabled, reset.mobile_app_code_enabled)
    used = [name for name, on in phones.items() if on]
    if not used:
        silent = next((name for name, on in phones.items() if on is None), None)
        return absent(silent) if silent else kept("mobilePhoneOptionEnabled", False, "telephones are no method")
    if any(apps):
        return kept(used[0], True, "telephones stand beside the authenticator app")
    if None in apps:
        return absent("mobileAppNotificationEnabled" if apps[0] is None else "mobileAppCodeEnabled")
    return broken(used[0], True, "telephones restore accounts, and nothing stronger is offered")


def _owner_told(reset: Reset) -> Result:
    return flag(
        "notifyUsersOnPasswordReset",
        reset.notify_users_on_password_reset,
        good=True,
        otherwise="owners are not told that their password was reset",
        so="owners are told of a reset",
    )


def _admins_told(reset: Reset) -> Iterator[Result]:
    yield flag(
        "notifyOnAdminPasswordReset",
        reset.notify_on_admin_password_reset,
        good=True,
        otherwise="administrators are not told when another one's password was reset",
        so="administrators are told of each other's resets",
    )


def _helpdesk(reset: Reset) -> Result:
    at = "customHelpdeskEmailOrUrl"
    if reset.customize_helpdesk_link is None:
        return absent("customizeHelpdeskLink")
    if not reset.customize_helpdesk_link:
        return broken("customizeHelpdeskLink", False, "whoever did not ask for a reset is not told whom to turn to")
    if not reset.custom_helpdesk_email_or_url:
        return broken(at, reset.custom_helpdesk_email_or_url or "", "the help desk's link leads nowhere")
    return kept(at, reset.custom_helpdesk_email_or_url, "the help desk is named")


RULES: tuple[Rule[Reset], ...] = (
    Rule(
        name="entra_one_method",
        title="One method is all it takes",
        kind="entra_reset",
        clauses=(clauses.TWO_PROOFS, clauses.RESET_KEEPS_FACTORS),
        severity="high",
        why="Whoever reads the mailbox or holds the number has the account: the way in of 2019.",
        fix="Entra admin center > Password reset > Authentication methods: set 'Number of methods"
        " required to reset' to 2.",
        source=RESET_PAGE,
        check=_while_on(_one_method),
    ),
    Rule(
        name="entra_questions",
        title="Questions about the owner restore accounts",
        kind="entra_reset",
        clauses=(clauses.METHODS, clauses.NO_QUESTIONS, clauses.QUESTIONS),
        severity="medium",
        why="Answers stand in profiles and registers; they are a proof for whoever looks them up.",
        fix="Entra admin center > Password reset > Authentication methods: take 'Security questions' out.",
        source="https://learn.microsoft.com/entra/identity/authentication/concept-authentication-security-questions",
        check=_while_on(_questions),
    ),
    Rule(
        name="entra_phone",
        title="Telephones restore accounts, and nothing stronger can",
        kind="entra_reset",
        clauses=(clauses.PHONE,),
        severity="medium",
        why="Numbers are moved to another card by a call to the carrier.",
        fix="Entra admin center > Password reset > Authentication methods: add 'Mobile app notification'"
        " or 'Mobile app code'.",
        source=RESET_PAGE,
        check=_while_on(_phone),
    ),
    Rule(
        name="entra_owner_not_told",
        title="Owners are not told of a reset",
        kind="entra_reset",
        clauses=(clauses.RECOVERY_NOTICE, clauses.NOTICES, clauses.RESET),
        severity="high",
        why="The notice is how owners find out while something can still be done.",
        fix="Entra admin center > Password reset > Notifications: set 'Notify users on password resets?' to Yes.",
        source=RESET_PAGE,
        check=_while_on(_owner_told),
    ),
    Rule(
        name="entra_admins_not_told",
        title="Administrators are not told of each other's resets",
        kind="entra_reset",
        clauses=(clauses.CHANGES_TOLD, clauses.RECOVERY_NOTICE),
        severity="medium",
        why="An administrator's account opens all others; colleagues are the second pair of eyes.",
        fix="Entra admin center > Password reset > Notifications: set 'Notify all admins when other admins"
        " reset their password?' to Yes.",
        source=RESET_PAGE,
        check=_admins_told,
    ),
    Rule(
        name="entra_no_helpdesk",
        title="Notices do not say whom to turn to",
        kind="entra_reset",
        clauses=(clauses.NOTICES,),
        severity="low",
        why="A notice without a contact is read and left.",
        fix="Entra admin center > Password reset > Customization: set 'Customize helpdesk link' to Yes,"
        " with an address.",
        source=RESET_PAGE,
        check=_while_on(_helpdesk),
    ),
)
