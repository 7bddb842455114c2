"""Okta System Log: one LogEvent a line, as `GET /api/v1/logs` returns it; Classic and Identity Engine
variants.

Classic: a wrong password is one `user.session.start` FAILURE. Identity Engine: the policy is evaluated
first and the password is a factor (`user.authentication.auth_via_mfa`, PASSWORD_AS_FACTOR) before
`user.session.start`. In both, `user.account.reset_password` opens a self-service recovery (actor: the
owner) as well as an administrator's reset (actor: the administrator), and
`system.email.password_reset.sent_message` has the actor system@okta.com. Sources: okta-developer-docs
system-log reference; Okta event-types catalogue 2026.08; sample events in Elastic's and Panther's public
tests.
"""

from __future__ import annotations

from ..acts import (
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
    UnknownSignIn,
    Unlock,
)
from ..people import Account
from ..tenants import Tenant
from ..truth import Truth
from .log_file import Delivery, LogFile
from .okta_record import SUCCESS, SYSTEM, OktaRecords, Outcome, Request, session_id
from .writer import Dice, quoted

DELIVERY = Delivery(usual_seconds=4, late_share=0.003, late_seconds=2400, duplicate_share=0.003)

_FACTORS = {
    "push": ("OKTA_VERIFY_PUSH", "Okta Verify"),
    "totp": ("GOOGLE_OTP", "Google Authenticator"),
    "sms": ("SMS_FACTOR", "Phone"),
    "security_key": ("FIDO_WEBAUTHN", "Security Key or Biometric Authenticator"),
}
_RECOVERY_FACTORS = {
    "phone": "SMS_FACTOR",
    "question": "SECURITY_QUESTION_AS_FACTOR",
    "app": "OKTA_VERIFY_PUSH",
}
_WRONG, _LOCKED = Outcome("FAILURE", "INVALID_CREDENTIALS"), Outcome("FAILURE", "LOCKED_OUT")
_MFA, _ANSWER = "user.authentication.auth_via_mfa", "/idp/idx/challenge/answer"


class OktaWriter(OktaRecords):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        super().__init__(tenant, log, truth, dice)
        self.handlers = {
            SignIn: self.sign_in,
            UnknownSignIn: self.unknown_sign_in,
            SessionUse: self.session_use,
            SignOut: self.sign_out,
            Recovery: self.recovery,
            PasswordChange: self.password_change,
            FactorChange: self.factor_change,
            ChannelChange: self.channel_change,
            Consent: self.consent,
            AdminReset: self.admin_reset,
            Lockout: self.lockout,
            Unlock: self.unlock,
        }

    # -- signing in -------------------------------------------------------------------------------------

    def sign_in(self, act: SignIn) -> None:
        request = self.request("/idp/idx/identify" if self.engine else "/api/v1/authn", act.session)
        user, time = self.user(act.account), act.time
        if self.engine and act.outcome != "locked":
            time = self._password_as_factor(act, user, request)
            if act.outcome == "wrong_password":
                self.record(act, time, "user.session.start", user, request, _WRONG, "", behaviors=True)
                return
        if act.outcome in ("factor_refused", "factor_unanswered"):
            self._challenged(act, time, user, request)
        elif act.outcome == "success":
            if not self.engine:
                self.evaluate(
                    act,
                    time + self.rng.randint(1, 40),
                    user,
                    request,
                    "CHALLENGE" if act.second_factor else "ALLOW",
                )
            if act.second_factor:
                factor, name = _FACTORS[act.account.factor]
                later, answered = time + self.rng.randint(2500, 14_000), self._answer(act.account, request)
                target = self.targets(act.account, name)
                self.record(act, later, _MFA, user, answered, SUCCESS, "", target, factor=factor)
            self.record(act, time, "user.session.start", user, request, SUCCESS, "access", behaviors=True)
        else:
            why = _LOCKED if act.outcome == "locked" else _WRONG
            self.record(act, time, "user.session.start", user, request, why, "attack", behaviors=True)

    def _password_as_factor(self, act: SignIn, user: str, request: Request) -> int:
        """Identity Engine: the policy asks, the password is checked; returns when that is done."""
        self.evaluate(act, act.time, user, request, "CHALLENGE")
        time = act.time + self.rng.randint(300, 2500)
        outcome, role = (_WRONG, "attack") if act.outcome == "wrong_password" else (SUCCESS, "")
        request, target = request._replace(uri=_ANSWER), self.targets(act.account)
        self.record(act, time, _MFA, user, request, outcome, role, target, factor="PASSWORD_AS_FACTOR", behaviors=True)
        return time + self.rng.randint(5, 60)

    def _challenged(self, act: SignIn, time: int, user: str, request: Request) -> None:
        """The password was right; the second factor was refused, wrong, or never answered."""
        if not self.engine:
            self.evaluate(act, time, user, request, "CHALLENGE")
        factor, name = _FACTORS[act.account.factor]
        refused = act.outcome == "factor_refused"
        time += self.rng.randint(4000, 30_000) if refused else self.rng.randint(60_000, 300_000)
        outcome = _WRONG if refused else Outcome("FAILURE", "FACTOR_TIMEOUT")
        if refused and factor == "OKTA_VERIFY_PUSH":
            outcome = Outcome("FAILURE", "User rejected Okta push verify")
        answered, target = self._answer(act.account, request), self.targets(act.account, name)
        self.record(act, time, _MFA, user, answered, outcome, "attack", target, factor=factor, behaviors=True)

    def evaluate(self, act: SignIn, time: int, user: str, request: Request, result: str) -> None:
        outcome = Outcome(result, "Sign-on policy evaluation resulted in " + result)
        event = "policy.evaluate_sign_on"
        self.record(act, time, event, user, request, outcome, "", self.policy, behaviors=True)

    def _answer(self, account: Account, request: Request) -> Request:
        uri = _ANSWER if self.engine else f"/api/v1/authn/factors/{account.uid[3:]}/verify"
        return request._replace(uri=uri)

    def unknown_sign_in(self, act: UnknownSignIn) -> None:
        actor = self._entity("unknown", "User", act.identifier, "unknown")
        request = self.request("/idp/idx/identify" if self.engine else "/api/v1/authn")
        outcome = Outcome("FAILURE", "VERIFICATION_ERROR")
        self.record(act, act.time, "user.session.start", actor, request, outcome, "identification")

    def session_use(self, act: SessionUse) -> None:
        name, uid = self.rng.choice(self.tenant.apps)
        app = (
            f'{{"id":"{uid}","type":"AppInstance","alternateId":{quoted(name)},"displayName":{quoted(name)},'
            '"detailEntry":{"signOnModeType":"SAML_2_0"}}'
        )
        slug = name.lower().split(".")[0].replace(" ", "_")
        request = self.request(f"/app/{slug}/{uid}/sso/saml", act.session)
        target, user = f"[{app},{self.app_user(act.account)}]", self.user(act.account)
        self.record(act, act.time, "user.authentication.sso", user, request, SUCCESS, "access", target)

    def sign_out(self, act: SignOut) -> None:
        request = self.request("/login/signout", act.session)
        self.record(act, act.time, "user.session.end", self.user(act.account), request, SUCCESS, "access")

    # -- recovery ---------------------------------------------------------------------------------------

    def recovery(self, act: Recovery) -> None:
        user, time, target = self.user(act.account), act.time, self.targets(act.account)
        request = self.request("/idp/idx/recover" if self.engine else "/api/v1/authn/recovery/password")
        role = "attack" if act.continued else "identification"
        start = self.record(act, time, "user.account.reset_password", user, request, SUCCESS, role, target)
        self.message(act, time, "sms" if act.method == "phone" else "email", request, start)
        for _ in range(act.wrong_proofs):
            time += self.step(act)
            self.proof(act, time, user, right=False)
        if act.ending == "blocked":
            locked = self.request(request.uri)
            self.record(
                act,
                time + self.rng.randint(20, 300),
                "user.account.lock",
                user,
                locked,
                _LOCKED,
                "",
                target,
                of=start,
            )
        if act.ending != "completed":
            return
        time += self.step(act)
        self.proof(act, time, user, right=True)
        time += self.step(act)
        done = self.request(_ANSWER if self.engine else "/api/v1/authn/credentials/reset_password", act.session)
        self.record(act, time, "user.account.update_password", user, done, SUCCESS, "access", target)
        if act.session:
            time += self.rng.randint(80, 900)
            self.record(act, time, "user.session.start", user, done, SUCCESS, "access", behaviors=True)

    def message(self, act: Recovery | AdminReset, time: int, kind: str, request: Request, of: str) -> None:
        event = {
            "sms": "system.sms.send_password_reset_message",
            "email": "system.email.password_reset.sent_message",
        }[kind]
        target = self.targets(act.account)
        time += self.rng.randint(150, 2200)
        self.record(act, time, event, SYSTEM, request._replace(session="unknown"), SUCCESS, "", target, of=of)

    def proof(self, act: Recovery, time: int, user: str, *, right: bool) -> None:
        """A recovery code or answer."""
        target = self.targets(act.account)
        if self.engine:
            factor = _RECOVERY_FACTORS.get(act.method, "EMAIL_FACTOR")
            request, outcome = self.request(_ANSWER), SUCCESS if right else _WRONG
            self.record(act, time, _MFA, user, request, outcome, "attack", target, factor=factor)
        else:
            request = self.request("/api/v1/authn/recovery/token")
            outcome = SUCCESS if right else Outcome("FAILURE", "Invalid recovery token")
            self.record(act, time, "user.account.use_token", user, request, outcome, "attack", target)

    # -- settings and help ------------------------------------------------------------------------------

    def password_change(self, act: PasswordChange) -> None:
        uri = "/api/v1/authn/credentials/change_password" if act.forced else "/enduser/settings"
        target, user = self.targets(act.account), self.user(act.account)
        event = "user.account.update_password"
        self.record(act, act.time, event, user, self.request(uri), SUCCESS, "persistence", target)

    def factor_change(self, act: FactorChange) -> None:
        factor, name = _FACTORS[act.factor]
        added = act.change == "added"
        event = "user.mfa.factor.activate" if added else "user.mfa.factor.deactivate"
        uri = "/idp/idx/credential/enroll" if self.engine else f"/api/v1/users/{act.account.uid}/factors"
        outcome = Outcome("SUCCESS", f"User {'set up' if added else 'reset'} {factor} factor")
        target, user = self.targets(act.account, name), self.user(act.account)
        request = self.request(uri, act.session)
        self.record(act, act.time, event, user, request, outcome, "persistence", target, factor=factor)

    def channel_change(self, act: ChannelChange) -> None:
        email = act.kind == "email"
        event = "user.account.update_secondary_email" if email else "user.account.update_profile"
        uri = "/enduser/settings/secondary-email" if email else "/api/internal/enduser/phone"
        target, user = self.targets(act.account), self.user(act.account)
        self.record(act, act.time, event, user, self.request(uri, act.session), SUCCESS, "persistence", target)

    def consent(self, act: Consent) -> None:
        uid = "0oa" + session_id(self.rng.getrandbits(128) | 1)[3:20]
        target = f"[{self._entity(uid, 'PublicClientApp', 'unknown', act.app)}]"
        request, user = self.request("/oauth2/default/v1/authorize", act.session), self.user(act.account)
        event = "app.oauth2.as.consent.grant"
        self.record(act, act.time, event, user, request, SUCCESS, "persistence", target)

    def admin_reset(self, act: AdminReset) -> None:
        uri = f"/api/v1/users/{act.account.uid}/lifecycle/reset_password"
        request, target = self.request(uri, self.rng.getrandbits(128)), self.targets(act.account)
        event = "user.account.reset_password"
        start = self.record(act, act.time, event, self.user(act.admin), request, SUCCESS, "", target)
        self.message(act, act.time, "email", request, start)

    def lockout(self, act: Lockout) -> None:
        request = self.request("/api/v1/authn")
        self.record(act, act.time, "user.account.lock", self.user(act.account), request, _LOCKED, "")

    def unlock(self, act: Unlock) -> None:
        request = self.request(f"/api/v1/users/{act.account.uid}/lifecycle/unlock", self.rng.getrandbits(128))
        admin, target = self.user(act.admin), self.targets(act.account)
        self.record(act, act.time, "user.account.unlock_by_admin", admin, request, SUCCESS, "", target)
