"""Keycloak events as JSON lines: user events and admin events of a realm, in one file.

`user_not_found` against `invalid_user_credentials` tells whether a name exists; `userId` is null for
unknown names. The recovery form logs SEND_RESET_PASSWORD for a known name and RESET_PASSWORD_ERROR
user_not_found for an unknown one (keycloak/keycloak ResetPasswordTest). Events carry no user agent;
`details.code_id` ties the events of one run together and is the session's id. The current variant adds
UPDATE_CREDENTIAL beside UPDATE_PASSWORD and UPDATE_TOTP.
"""

from __future__ import annotations

from typing import Any

from ..acts import (
    Act,
    AdminReset,
    ChannelChange,
    Consent,
    FactorChange,
    Lockout,
    PasswordChange,
    Recovery,
    SessionUse,
    SignIn,
    SignOut,
    UnknownRecovery,
    UnknownSignIn,
    Unlock,
)
from ..tenants import Tenant
from ..truth import Truth
from .keycloak_record import KeycloakRecords
from .log_file import Delivery, LogFile
from .writer import Dice, dashed

DELIVERY = Delivery(usual_seconds=0.8, late_share=0.001, late_seconds=900, duplicate_share=0.002)
NAMELESS = 0.03  # share of failed sign-ins of known users that are logged without the name typed


class KeycloakWriter(KeycloakRecords):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        super().__init__(tenant, log, truth, dice)
        self.handlers = {
            SignIn: self.sign_in,
            UnknownSignIn: self.unknown_sign_in,
            SessionUse: self.session_use,
            SignOut: self.sign_out,
            Recovery: self.recovery,
            UnknownRecovery: self.unknown_recovery,
            PasswordChange: self.password_change,
            FactorChange: self.factor_change,
            ChannelChange: self.channel_change,
            Consent: self.consent,
            AdminReset: self.admin_reset,
            Lockout: self.lockout,
            Unlock: self.unlock,
        }

    # -- acts -------------------------------------------------------------------------------------------

    def sign_in(self, act: SignIn) -> None:
        app, uri = self.rng.choice(self.tenant.apps)
        if act.outcome != "success":
            error = {"locked": "user_temporarily_disabled", "factor_unanswered": "expired_code"}.get(
                act.outcome, "invalid_user_credentials"
            )
            details = self.form(uri, act.account.name, self.guid())
            if act.outcome in ("factor_refused", "factor_unanswered"):
                details["credential_type"] = "otp"
            elif self.rng.random() < NAMELESS:
                del details["username"]
            self.event(act, act.time, "LOGIN_ERROR", app, act.account.uid, None, error, details, "attack")
            return
        session = dashed(act.session)
        self.logged_in(act, act.time, app, uri, session)

    def logged_in(self, act: Act, time: int, app: str, uri: str, session: str) -> None:
        details = self.form(uri, act.account.name, session) | {"consent": "no_consent_required"}
        login = self.event(act, time, "LOGIN", app, act.account.uid, session, None, details, "access")
        self.code_to_token(act, time + self.rng.randint(60, 1500), app, session, "", login)

    def code_to_token(self, act: Act, time: int, app: str, session: str, role: str, of: str = "") -> None:
        self.event(
            act,
            time,
            "CODE_TO_TOKEN",
            app,
            act.account.uid,
            session,
            None,
            {
                "token_id": self.guid(),
                "grant_type": "authorization_code",
                "refresh_token_type": "Refresh",
                "scope": "openid profile email",
                "refresh_token_id": self.guid(),
                "code_id": session,
                "client_auth_method": "client-secret",
            },
            role,
            of,
        )

    def unknown_sign_in(self, act: UnknownSignIn) -> None:
        app, uri = self.rng.choice(self.tenant.apps)
        self.event(
            act,
            act.time,
            "LOGIN_ERROR",
            app,
            None,
            None,
            "user_not_found",
            self.form(uri, act.identifier, self.guid()),
            "identification",
        )

    def session_use(self, act: SessionUse) -> None:
        app, _ = self.rng.choice(self.tenant.apps)
        session = dashed(act.session)
        if self.rng.random() < 0.3:
            self.code_to_token(act, act.time, app, session, "access")
            return
        self.event(
            act,
            act.time,
            "REFRESH_TOKEN",
            app,
            act.account.uid,
            session,
            None,
            {
                "token_id": self.guid(),
                "grant_type": "refresh_token",
                "refresh_token_type": "Refresh",
                "updated_refresh_token_id": self.guid(),
                "scope": "openid profile email",
                "refresh_token_id": self.guid(),
                "client_auth_method": "client-secret",
            },
            "access",
        )

    def sign_out(self, act: SignOut) -> None:
        app, uri = self.rng.choice(self.tenant.apps)
        self.event(
            act,
            act.time,
            "LOGOUT",
            app,
            act.account.uid,
            dashed(act.session),
            None,
            {"redirect_uri": uri},
            "access",
        )

    def recovery(self, act: Recovery) -> None:
        rng, time, account = self.rng, act.time, act.account
        app, uri = rng.choice(self.tenant.apps)
        code = dashed(act.session) if act.session else self.guid()
        mailbox = next((value for kind, value in account.channels if kind == "email"), account.name)
        details = {
            "auth_method": "openid-connect",
            "auth_type": "code",
            "redirect_uri": uri,
            "code_id": code,
            "email": mailbox,
            "username": account.name,
        }
        self.event(
            act,
            time,
            "SEND_RESET_PASSWORD",
            app,
            account.uid,
            None,
            None,
            details,
            "attack" if act.continued else "identification",
        )
        for _ in range(act.wrong_proofs):
            time += self.step(act)
            if rng.random() < 0.5:
                self.event(
                    act,
                    time,
                    "EXECUTE_ACTION_TOKEN_ERROR",
                    app,
                    account.uid,
                    None,
                    "expired_code",
                    {"action": "reset-credentials"},
                    "attack",
                )
            else:
                self.event(
                    act,
                    time,
                    "RESET_PASSWORD_ERROR",
                    app,
                    account.uid,
                    None,
                    "invalid_user_credentials",
                    {"auth_method": "openid-connect", "code_id": code, "username": account.name},
                    "attack",
                )
        if act.ending != "completed":
            return
        time += self.step(act) + self.step(act)
        done = {"auth_method": "openid-connect", "code_id": code, "username": account.name}
        if not self.current:
            self.event(
                act,
                time - rng.randint(50, 300),
                "RESET_PASSWORD",
                app,
                account.uid,
                None,
                None,
                done,
                "access",
            )
        self.credential(act, time, app, "UPDATE_PASSWORD", "password", done, "access")
        if act.session:
            self.logged_in(act, time + rng.randint(20, 200), app, uri, code)

    def unknown_recovery(self, act: UnknownRecovery) -> None:
        app, uri = self.rng.choice(self.tenant.apps)
        self.event(
            act,
            act.time,
            "RESET_PASSWORD_ERROR",
            app,
            None,
            None,
            "user_not_found",
            {
                "auth_method": "openid-connect",
                "auth_type": "code",
                "redirect_uri": uri,
                "code_id": self.guid(),
                "username": act.identifier,
            },
            "identification",
        )

    def password_change(self, act: PasswordChange) -> None:
        self.credential(
            act,
            act.time,
            "account-console",
            "UPDATE_PASSWORD",
            "password",
            {"username": act.account.name, "code_id": self.guid()},
            "persistence",
        )

    def factor_change(self, act: FactorChange) -> None:
        kind = "webauthn" if act.factor == "security_key" else "otp"
        details = {
            "username": act.account.name,
            "code_id": dashed(act.session) if act.session else self.guid(),
        }
        if act.change == "added":
            self.credential(act, act.time, "account-console", "UPDATE_TOTP", kind, details, "persistence")
        else:
            name = "REMOVE_CREDENTIAL" if self.current else "REMOVE_TOTP"
            self.event(
                act,
                act.time,
                name,
                "account-console",
                act.account.uid,
                None,
                None,
                {**details, "credential_type": kind},
                "persistence",
            )

    def channel_change(self, act: ChannelChange) -> None:
        details: dict[str, Any] = {"username": act.account.name, "context": "ACCOUNT"}
        if act.kind == "email":
            old = next((value for kind, value in act.account.channels if kind == "email"), act.account.name)
            self.event(
                act,
                act.time,
                "UPDATE_EMAIL",
                "account-console",
                act.account.uid,
                None,
                None,
                {**details, "previous_email": old, "updated_email": act.value},
                "persistence",
            )
        else:
            self.event(
                act,
                act.time,
                "UPDATE_PROFILE",
                "account-console",
                act.account.uid,
                None,
                None,
                {**details, "updated_phoneNumber": act.value},
                "persistence",
            )

    def consent(self, act: Consent) -> None:
        self.event(
            act,
            act.time,
            "GRANT_CONSENT",
            act.app.lower().replace(" ", "-"),
            act.account.uid,
            dashed(act.session),
            None,
            {
                "consent": "consent_granted",
                "scope": "openid email offline_access",
                "username": act.account.name,
            },
            "persistence",
        )

    def lockout(self, act: Lockout) -> None:
        self.event(
            act,
            act.time,
            "USER_DISABLED_BY_TEMPORARY_LOCKOUT",
            self.tenant.apps[0][0],
            act.account.uid,
            None,
            "user_temporarily_disabled" if not self.current else None,
            {"reason": "brute_force_attack detected"},
            "",
        )

    def admin_reset(self, act: AdminReset) -> None:
        self.admin(act, act.admin.uid, "ACTION", f"users/{act.account.uid}/reset-password")

    def unlock(self, act: Unlock) -> None:
        self.admin(act, act.admin.uid, "DELETE", f"attack-detection/brute-force/users/{act.account.uid}")
