"""Okta System Log: one LogEvent a line, as `GET /api/v1/logs` returns it; Classic and Identity Engine variants.

Classic: a wrong password is one `user.session.start` FAILURE. Identity Engine: the policy is evaluated first and the
password is a factor (`user.authentication.auth_via_mfa`, PASSWORD_AS_FACTOR) before `user.session.start`.
In both, `user.account.reset_password` opens a self-service recovery (actor: the owner) as well as an administrator's
reset (actor: the administrator), and `system.email.password_reset.sent_message` has the actor system@okta.com.
Sources: okta-developer-docs system-log reference; Okta event-types catalogue 2026.08; sample events in Elastic's and
Panther's public tests.
"""

from __future__ import annotations

from ..acts import (
    Act,
    AdminReset,
    AnyAct,
    ChannelChange,
    Consent,
    FactorChange,
    Lockout,
    PasswordChange,
    Recovery,
    SessionUse,
    SignIn,
    SignOut,
    Source,
    UnknownSignIn,
    Unlock,
)
from ..networks import Address
from ..people import Account
from .log_file import Delivery
from .writer import Writer, iso, json

DELIVERY = Delivery(usual_seconds=4, late_share=0.003, late_seconds=2400, duplicate_share=0.003)

_MESSAGES = {
    "user.session.start": "User login to Okta",
    "user.session.end": "User logout from Okta",
    "policy.evaluate_sign_on": "Evaluation of sign-on policy",
    "user.authentication.auth_via_mfa": "Authentication of user via MFA",
    "user.authentication.sso": "User single sign on to app",
    "user.account.reset_password": "Fire when the user's Okta password is reset",
    "system.email.password_reset.sent_message": "Send self-service password reset email",
    "system.sms.send_password_reset_message": "Send password reset SMS",
    "user.account.use_token": "Fires when a user uses a one-time token",
    "user.account.update_password": "User update password for Okta",
    "user.account.lock": "Max sign in attempts exceeded",
    "user.account.unlock_by_admin": "Unlock user account by admin",
    "user.mfa.factor.activate": "Activate factor or authenticator enrollment method for user",
    "user.mfa.factor.deactivate": "Reset factor or authenticator enrollment for user",
    "user.account.update_secondary_email": "Update secondary email for Okta user",
    "user.account.update_profile": "Update user profile for Okta",
    "app.oauth2.as.consent.grant": "User granted consent to app",
}
_FACTORS = {
    "push": ("OKTA_VERIFY_PUSH", "Okta Verify"),
    "totp": ("GOOGLE_OTP", "Google Authenticator"),
    "sms": ("SMS_FACTOR", "Phone"),
    "security_key": ("FIDO_WEBAUTHN", "Security Key or Biometric Authenticator"),
}
_REQUEST_ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@-"
_SYSTEM = '{"id":"0oaSYSTEM","type":"SystemPrincipal","alternateId":"system@okta.com","displayName":"Okta System","detailEntry":null}'
_SYSTEM = _SYSTEM.replace("0oaSYSTEM", "00u1system0kt4SYS4x6")


class OktaWriter(Writer):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.engine = self.tenant.variant == "engine"
        self.node = int(self.tenant.uid.replace("-", "")[:12], 16)
        self.policy = json(
            [
                {
                    "id": "00p" + self.tenant.uid[:8] + "GDW10Ur4x6",
                    "type": "PolicyEntity",
                    "alternateId": "unknown",
                    "displayName": "Any two factors" if self.engine else "Default Policy",
                    "detailEntry": {"policyType": "Okta:SignOn" if self.engine else "OktaSignOn"},
                },
                {
                    "id": "0pr" + self.tenant.uid[:8] + "FI4n064x6",
                    "type": "PolicyRule",
                    "alternateId": "00p" + self.tenant.uid[:8] + "GDW10Ur4x6",
                    "displayName": "Default Rule",
                    "detailEntry": None,
                },
            ]
        )
        self._places: dict[Address, tuple[str, str, str]] = {}
        self._clients: dict[str, tuple[str, str]] = {}
        self._seen: set[tuple[str, str]] = set()
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

    # -- acts -----------------------------------------------------------------------------------------------------

    def sign_in(self, act: SignIn) -> None:
        rng, time, request = self.rng, act.time, self.request_id()
        user = self.user(act.account)
        uri = "/idp/idx/identify" if self.engine else "/api/v1/authn"
        session = session_id(act.session) if act.session else "unknown"
        role = "access" if act.outcome == "success" else "attack"
        if self.engine and act.outcome != "locked":
            self.evaluate(act, time, user, request, "unknown", uri, "CHALLENGE", "AUTHENTICATE")
            time += rng.randint(300, 2500)
            right = act.outcome != "wrong_password"
            self.record(
                act,
                time,
                "user.authentication.auth_via_mfa",
                user,
                request,
                session,
                "/idp/idx/challenge/answer",
                "SUCCESS" if right else "FAILURE",
                None if right else "INVALID_CREDENTIALS",
                "" if act.outcome == "success" else ("attack" if not right else ""),
                self.targets(act.account),
                factor="PASSWORD_AS_FACTOR",
                behaviors=True,
            )
            time += rng.randint(5, 60)
        if act.outcome in ("factor_refused", "factor_unanswered"):
            self._challenged(act, time, user, request, session, uri)
            return
        if act.outcome == "success":
            if not self.engine:
                self.evaluate(
                    act,
                    time + rng.randint(1, 40),
                    user,
                    request,
                    session,
                    uri,
                    "ALLOW" if not act.second_factor else "CHALLENGE",
                    "Sign-on policy evaluation resulted in ",
                )
            if act.second_factor:
                self._factor_given(act, time + rng.randint(2500, 14_000), user, request, session)
            self.record(
                act,
                time,
                "user.session.start",
                user,
                request,
                session,
                uri,
                "SUCCESS",
                None,
                role,
                "null",
                behaviors=True,
            )
            return
        reason = "LOCKED_OUT" if act.outcome == "locked" else "INVALID_CREDENTIALS"
        self.record(
            act,
            time,
            "user.session.start",
            user,
            request,
            "unknown",
            uri,
            "FAILURE",
            reason,
            "" if self.engine and act.outcome == "wrong_password" else role,
            "null",
            behaviors=True,
        )

    def _challenged(self, act: SignIn, time: int, user: str, request: str, session: str, uri: str) -> None:
        """The password was right; the second factor was refused, wrong, or never answered."""
        if not self.engine:
            self.evaluate(
                act, time, user, request, session, uri, "CHALLENGE", "Sign-on policy evaluation resulted in "
            )
        factor, name = _FACTORS[act.account.factor]
        reason = "INVALID_CREDENTIALS" if act.outcome == "factor_refused" else "FACTOR_TIMEOUT"
        if factor == "OKTA_VERIFY_PUSH" and act.outcome == "factor_refused":
            reason = "User rejected Okta push verify"
        waited = (
            self.rng.randint(4000, 30_000)
            if act.outcome == "factor_refused"
            else self.rng.randint(60_000, 300_000)
        )
        self.record(
            act,
            time + waited,
            "user.authentication.auth_via_mfa",
            user,
            request,
            session,
            self.answer_uri(act.account),
            "FAILURE",
            reason,
            "attack",
            self.targets(act.account, name),
            factor=factor,
            behaviors=True,
        )

    def _factor_given(self, act: SignIn, time: int, user: str, request: str, session: str) -> None:
        factor, name = _FACTORS[act.account.factor]
        self.record(
            act,
            time,
            "user.authentication.auth_via_mfa",
            user,
            request,
            session,
            self.answer_uri(act.account),
            "SUCCESS",
            None,
            "",
            self.targets(act.account, name),
            factor=factor,
        )

    def unknown_sign_in(self, act: UnknownSignIn) -> None:
        actor = json(
            {
                "id": "unknown",
                "type": "User",
                "alternateId": act.identifier,
                "displayName": "unknown",
                "detailEntry": None,
            }
        )
        uri = "/idp/idx/identify" if self.engine else "/api/v1/authn"
        self.record(
            act,
            act.time,
            "user.session.start",
            actor,
            self.request_id(),
            "unknown",
            uri,
            "FAILURE",
            "VERIFICATION_ERROR",
            "identification",
            "null",
        )

    def session_use(self, act: SessionUse) -> None:
        name, uid = self.rng.choice(self.tenant.apps)
        target = (
            f'[{{"id":"{uid}","type":"AppInstance","alternateId":{json(name)},"displayName":{json(name)},"detailEntry":{{"signOnModeType":"SAML_2_0"}}}},'
            f"{self.app_user(act.account)}]"
        )
        slug = name.lower().split(".")[0].replace(" ", "_")
        self.record(
            act,
            act.time,
            "user.authentication.sso",
            self.user(act.account),
            self.request_id(),
            session_id(act.session),
            f"/app/{slug}/{uid}/sso/saml",
            "SUCCESS",
            None,
            "access",
            target,
        )

    def sign_out(self, act: SignOut) -> None:
        self.record(
            act,
            act.time,
            "user.session.end",
            self.user(act.account),
            self.request_id(),
            session_id(act.session),
            "/login/signout",
            "SUCCESS",
            None,
            "access",
            "null",
        )

    def recovery(self, act: Recovery) -> None:
        rng, user, account = self.rng, self.user(act.account), act.account
        request, uri = (
            self.request_id(),
            "/idp/idx/recover" if self.engine else "/api/v1/authn/recovery/password",
        )
        start_role = "attack" if act.continued else "identification"
        start = self.record(
            act,
            act.time,
            "user.account.reset_password",
            user,
            request,
            "unknown",
            uri,
            "SUCCESS",
            None,
            start_role,
            self.targets(account),
        )
        message = (
            "system.sms.send_password_reset_message"
            if act.method == "phone"
            else "system.email.password_reset.sent_message"
        )
        self.record(
            act,
            act.time + rng.randint(150, 2200),
            message,
            _SYSTEM,
            request,
            "unknown",
            uri,
            "SUCCESS",
            None,
            "",
            self.targets(account),
            of=start,
        )
        time = act.time
        for _ in range(act.wrong_proofs):
            time += self.step(act)
            self.proof(act, time, user, "FAILURE")
        if act.ending == "blocked":
            self.record(
                act,
                time + rng.randint(20, 300),
                "user.account.lock",
                user,
                self.request_id(),
                "unknown",
                uri,
                "FAILURE",
                "LOCKED_OUT",
                "",
                self.targets(account),
                of=start,
            )
        if act.ending != "completed":
            return
        time += self.step(act)
        self.proof(act, time, user, "SUCCESS")
        time += self.step(act)
        session = session_id(act.session)
        done_uri = "/idp/idx/challenge/answer" if self.engine else "/api/v1/authn/credentials/reset_password"
        self.record(
            act,
            time,
            "user.account.update_password",
            user,
            self.request_id(),
            session,
            done_uri,
            "SUCCESS",
            None,
            "access",
            self.targets(account),
        )
        if act.session:
            self.record(
                act,
                time + rng.randint(80, 900),
                "user.session.start",
                user,
                self.request_id(),
                session,
                done_uri,
                "SUCCESS",
                None,
                "access",
                "null",
                behaviors=True,
            )

    def proof(self, act: Recovery, time: int, user: str, result: str) -> None:
        """A recovery code or answer, right or wrong."""
        role = "attack"
        if self.engine:
            factor = {"phone": "SMS_FACTOR", "question": "SECURITY_QUESTION_AS_FACTOR"}.get(
                act.method, "EMAIL_FACTOR"
            )
            self.record(
                act,
                time,
                "user.authentication.auth_via_mfa",
                user,
                self.request_id(),
                "unknown",
                "/idp/idx/challenge/answer",
                result,
                None if result == "SUCCESS" else "INVALID_CREDENTIALS",
                role,
                self.targets(act.account),
                factor=factor,
            )
        else:
            self.record(
                act,
                time,
                "user.account.use_token",
                user,
                self.request_id(),
                "unknown",
                "/api/v1/authn/recovery/token",
                result,
                None if result == "SUCCESS" else "Invalid recovery token",
                role,
                self.targets(act.account),
            )

    def password_change(self, act: PasswordChange) -> None:
        self.record(
            act,
            act.time,
            "user.account.update_password",
            self.user(act.account),
            self.request_id(),
            "unknown",
            "/enduser/settings" if not act.forced else "/api/v1/authn/credentials/change_password",
            "SUCCESS",
            None,
            "persistence",
            self.targets(act.account),
        )

    def factor_change(self, act: FactorChange) -> None:
        factor, name = _FACTORS[act.factor]
        event = "user.mfa.factor.activate" if act.change == "added" else "user.mfa.factor.deactivate"
        self.record(
            act,
            act.time,
            event,
            self.user(act.account),
            self.request_id(),
            session_id(act.session),
            "/idp/idx/credential/enroll" if self.engine else f"/api/v1/users/{act.account.uid}/factors",
            "SUCCESS",
            f"User {'set up' if act.change == 'added' else 'reset'} {factor} factor",
            "persistence",
            self.targets(act.account, name),
            factor=factor,
        )

    def channel_change(self, act: ChannelChange) -> None:
        event = (
            "user.account.update_secondary_email" if act.kind == "email" else "user.account.update_profile"
        )
        self.record(
            act,
            act.time,
            event,
            self.user(act.account),
            self.request_id(),
            session_id(act.session),
            "/enduser/settings/secondary-email" if act.kind == "email" else "/api/internal/enduser/phone",
            "SUCCESS",
            None,
            "persistence",
            self.targets(act.account),
        )

    def consent(self, act: Consent) -> None:
        target = json(
            [
                {
                    "id": "0oa" + session_id(act.session)[3:20],
                    "type": "PublicClientApp",
                    "alternateId": "unknown",
                    "displayName": act.app,
                    "detailEntry": None,
                }
            ]
        )
        self.record(
            act,
            act.time,
            "app.oauth2.as.consent.grant",
            self.user(act.account),
            self.request_id(),
            session_id(act.session),
            "/oauth2/default/v1/authorize",
            "SUCCESS",
            None,
            "persistence",
            target,
        )

    def admin_reset(self, act: AdminReset) -> None:
        request, uri = self.request_id(), f"/api/v1/users/{act.account.uid}/lifecycle/reset_password"
        start = self.record(
            act,
            act.time,
            "user.account.reset_password",
            self.user(act.admin),
            request,
            session_id(self.rng.getrandbits(126)),
            uri,
            "SUCCESS",
            None,
            "",
            self.targets(act.account),
        )
        self.record(
            act,
            act.time + self.rng.randint(150, 2200),
            "system.email.password_reset.sent_message",
            _SYSTEM,
            request,
            "unknown",
            uri,
            "SUCCESS",
            None,
            "",
            self.targets(act.account),
            of=start,
        )

    def lockout(self, act: Lockout) -> None:
        self.record(
            act,
            act.time,
            "user.account.lock",
            self.user(act.account),
            self.request_id(),
            "unknown",
            "/api/v1/authn",
            "FAILURE",
            "LOCKED_OUT",
            "",
            "null",
        )

    def unlock(self, act: Unlock) -> None:
        self.record(
            act,
            act.time,
            "user.account.unlock_by_admin",
            self.user(act.admin),
            self.request_id(),
            "unknown",
            f"/api/v1/users/{act.account.uid}/lifecycle/unlock",
            "SUCCESS",
            None,
            "",
            self.targets(act.account),
        )

    # -- parts of a record ----------------------------------------------------------------------------------------

    def step(self, act: Recovery) -> int:
        return int(self.rng.lognormvariate(0, 0.6) * act.pace * 1000) + 900

    def answer_uri(self, account: Account) -> str:
        return (
            "/idp/idx/challenge/answer" if self.engine else f"/api/v1/authn/factors/{account.uid[3:]}/verify"
        )

    def request_id(self) -> str:
        return "".join(self.rng.choices(_REQUEST_ID, k=27))

    def user(self, account: Account) -> str:
        found = account.blocks.get("actor")
        if found is None:
            found = account.blocks["actor"] = json(
                {
                    "id": account.uid,
                    "type": "User",
                    "alternateId": account.name,
                    "displayName": account.display,
                    "detailEntry": None,
                }
            )
        return found

    def targets(self, account: Account, factor: str = "") -> str:
        if not factor:
            return f"[{self.user(account)}]"
        authenticator = json(
            {
                "id": "aut" + account.uid[3:],
                "type": "AuthenticatorEnrollment",
                "alternateId": "unknown",
                "displayName": factor,
                "detailEntry": None,
            }
        )
        return f"[{self.user(account)},{authenticator}]"

    def app_user(self, account: Account) -> str:
        found = account.blocks.get("app")
        if found is None:
            found = account.blocks["app"] = json(
                {
                    "id": "0ua" + account.uid[3:],
                    "type": "AppUser",
                    "alternateId": account.name,
                    "displayName": account.display,
                    "detailEntry": None,
                }
            )
        return found

    def place(self, address: Address) -> tuple[str, str, str]:
        """The address as client geography, as ip chain and as security context."""
        found = self._places.get(address)
        if found is None:
            where, network = address.place, address.network
            geography = json(
                {
                    "city": where.city,
                    "state": where.state,
                    "country": where.country_name,
                    "postalCode": where.postal,
                    "geolocation": {"lat": where.latitude, "lon": where.longitude},
                }
            )
            chain = f'[{{"ip":"{address.ip}","geographicalContext":{geography},"version":"{"V6" if address.is_v6 else "V4"}","source":null}}]'
            proxy = network.kind in ("vpn", "tor") or (network.kind == "relay")
            security = json(
                {
                    "asNumber": network.asn,
                    "asOrg": network.name.lower(),
                    "isp": network.name.lower(),
                    "domain": None,
                    "isProxy": proxy,
                }
            )
            found = self._places[address] = (geography, chain, security)
        return found

    def evaluate(
        self, act: Act, time: int, user: str, request: str, session: str, uri: str, result: str, reason: str
    ) -> None:
        text = "Sign-on policy evaluation resulted in " + result
        self.record(
            act,
            time,
            "policy.evaluate_sign_on",
            user,
            request,
            session,
            uri,
            result,
            text,
            "",
            self.policy,
            behaviors=True,
        )

    def behaviors(self, account: Account, source: Source) -> str:
        """Okta's own opinion of the request, from what this account has used before in this export."""
        address, client = source
        words = []
        for name, value in (
            ("New Geo-Location", address.place.city),
            ("New Device", client.fingerprint or client.user_agent),
            ("New IP", address.ip),
            ("New State", address.place.state),
            ("New Country", address.place.country),
            ("Velocity", ""),
        ):
            key = (account.uid, name + value)
            fresh = bool(value) and key not in self._seen
            if fresh:
                self._seen.add(key)
            words.append(f"{name}={'POSITIVE' if fresh else 'NEGATIVE'}")
        level = "MEDIUM" if words[2].endswith("POSITIVE") and words[1].endswith("POSITIVE") else "LOW"
        return f'"behaviors":"{{{", ".join(words)}}}","risk":"{{reasons=Anomalous Device, level={level}}}",'

    def record(
        self,
        act: AnyAct,
        time: int,
        event: str,
        actor: str,
        request: str,
        session: str,
        uri: str,
        result: str,
        reason: str | None,
        role: str,
        target: str,
        *,
        factor: str = "",
        of: str = "",
        behaviors: bool = False,
    ) -> str:
        """One LogEvent; returns its uuid (version 1, made of the event's own time, as Okta's are)."""
        address, client = act.source
        if actor is _SYSTEM:  # the message goes out from Okta, but the request's client stands in the record
            behaviors = False
        geography, chain, security = self.place(address)
        ticks = time * 10_000 + self.rng.randrange(10_000) + 0x01B21DD213814000
        uid = f"{ticks & 0xFFFFFFFF:08x}-{ticks >> 32 & 0xFFFF:04x}-1{ticks >> 48 & 0xFFF:03x}-{self.rng.getrandbits(13) | 0x8000:04x}-{self.node:012x}"
        opinion = self.behaviors(act.account, act.source) if behaviors and isinstance(act, Act) else ""
        finger = f'"deviceFingerprint":"{client.fingerprint}",' if client.fingerprint else ""
        used = f'"factor":"{factor}",' if factor else ""
        agent = self._clients.get(client.user_agent)
        if agent is None:
            agent = self._clients[client.user_agent] = (
                json(
                    {
                        "rawUserAgent": client.user_agent or "unknown",
                        "os": client.system,
                        "browser": client.browser,
                    }
                ),
                client.device,
            )
        self.emit(
            act,
            time,
            uid,
            (
                f'{{"actor":{actor},"client":{{"userAgent":{agent[0]},"zone":"null","device":"{agent[1]}","id":null,'
                f'"ipAddress":"{address.ip}","geographicalContext":{geography}}},"device":null,'
                f'"authenticationContext":{{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,'
                f'"interface":null,"authenticationStep":0,"rootSessionId":"{session}","externalSessionId":"{session}"}},'
                f'"displayMessage":"{_MESSAGES[event]}","eventType":"{event}",'
                f'"outcome":{{"result":"{result}","reason":{"null" if reason is None else json(reason)}}},"published":"{iso(time)}Z",'
                f'"securityContext":{security},"severity":"{"WARN" if result == "FAILURE" else "INFO"}",'
                f'"debugContext":{{"debugData":{{"requestId":"{request}","dtHash":"{client.fingerprint * 2}",{used}{finger}{opinion}'
                f'"requestUri":"{uri}","threatSuspected":"false","url":"{uri}?"}}}},"legacyEventType":null,'
                f'"transaction":{{"type":"WEB","id":"{request}","detail":{{}}}},"uuid":"{uid}","version":"0",'
                f'"request":{{"ipChain":{chain}}},"target":{target}}}'
            ),
            role,
            of,
        )
        return uid


_SESSION_ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def session_id(session: int) -> str:
    """Okta's text for a session: 25 letters, the same for the same session."""
    if not session:
        return "unknown"
    return "102" + "".join(_SESSION_ID[session >> shift & 63] for shift in range(0, 126, 6)) + "A"
