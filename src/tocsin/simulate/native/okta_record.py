"""The parts of an Okta LogEvent and how they are put together."""

from __future__ import annotations

from base64 import b64encode
from typing import NamedTuple

from ..acts import Act, AnyAct, Source
from ..networks import Address
from ..people import Account
from ..tenants import Tenant
from ..truth import Truth
from .log_file import LogFile
from .writer import Dice, Writer, iso, json, quoted

MESSAGES = {
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
SYSTEM = json(
    {
        "id": "00u1system0kt4SYS4x6",
        "type": "SystemPrincipal",
        "alternateId": "system@okta.com",
        "displayName": "Okta System",
        "detailEntry": None,
    }
)
GREGORIAN_OFFSET = 0x01B21DD213814000  # 100-nanosecond ticks from 1582 to 1970, for version 1 UUIDs


class Request(NamedTuple):
    """The web request that an event was made by."""

    id: str
    session: str  # Okta's text for it, or "unknown"
    uri: str


class Outcome(NamedTuple):
    result: str
    reason: str | None = None


SUCCESS = Outcome("SUCCESS")


class OktaRecords(Writer):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        super().__init__(tenant, log, truth, dice)
        self.engine = tenant.variant == "engine"
        digits = tenant.uid.replace("-", "")
        self.node = f"{digits[:12]}"
        self.policy = _policy(digits, engine=self.engine)
        self._places: dict[Address, tuple[str, str, str]] = {}
        self._clients: dict[str, str] = {}
        self._seen: set[tuple[str, str, str]] = set()

    def request(self, uri: str, session: int = 0) -> Request:
        letters = b64encode(self.rng.randbytes(20), b"@-").decode()[:27]
        return Request(letters, session_id(session), uri)

    def user(self, account: Account) -> str:
        found = account.blocks.get("actor")
        if found is None:
            found = account.blocks["actor"] = self._entity(account.uid, "User", account.name, account.display)
        return found

    def app_user(self, account: Account) -> str:
        found = account.blocks.get("app")
        if found is None:
            uid = "0ua" + account.uid[3:]
            found = account.blocks["app"] = self._entity(uid, "AppUser", account.name, account.display)
        return found

    def targets(self, account: Account, factor: str = "") -> str:
        """The owner, and the authenticator if one took part."""
        if not factor:
            return f"[{self.user(account)}]"
        uid = "aut" + account.uid[3:]
        return f"[{self.user(account)},{self._entity(uid, 'AuthenticatorEnrollment', 'unknown', factor)}]"

    def _entity(self, uid: str, kind: str, alternate: str, display: str) -> str:
        return json(
            {
                "id": uid,
                "type": kind,
                "alternateId": alternate,
                "displayName": display,
                "detailEntry": None,
            }
        )

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
            version = "V6" if address.is_v6 else "V4"
            chain = f'[{{"ip":"{address.ip}","geographicalContext":{geography},"version":"{version}","source":null}}]'
            security = json(
                {
                    "asNumber": network.asn,
                    "asOrg": network.name.lower(),
                    "isp": network.name.lower(),
                    "domain": None,
                    "isProxy": network.kind in ("vpn", "tor", "relay"),
                }
            )
            found = self._places[address] = (geography, chain, security)
        return found

    def client(self, source: Source) -> str:
        client = source.client
        found = self._clients.get(client.user_agent)
        if found is None:
            agent = {
                "rawUserAgent": client.user_agent or "unknown",
                "os": client.system,
                "browser": client.browser,
            }
            found = self._clients[client.user_agent] = (
                f'"userAgent":{json(agent)},"zone":"null","device":"{client.device}","id":null,'
            )
        return found

    def opinion(self, account: Account, source: Source) -> str:
        """Okta's behaviors and risk, from what the account has used before in this export."""
        address, client = source
        place, seen, words = address.place, self._seen, []
        for name, value in (
            ("New Geo-Location", place.city),
            ("New Device", client.fingerprint or client.user_agent),
            ("New IP", address.ip),
            ("New State", place.state),
            ("New Country", place.country),
        ):
            key = (account.uid, name, value)
            fresh = key not in seen
            if fresh:
                seen.add(key)
            words.append(f"{name}={'POSITIVE' if fresh else 'NEGATIVE'}")
        risky = words[1].endswith("POSITIVE") and words[2].endswith("POSITIVE")
        return (
            f'"behaviors":"{{{", ".join(words)}, Velocity=NEGATIVE}}",'
            f'"risk":"{{reasons=Anomalous Device, level={"MEDIUM" if risky else "LOW"}}}",'
        )

    def record(
        self,
        act: AnyAct,
        time: int,
        event: str,
        actor: str,
        request: Request,
        outcome: Outcome,
        role: str,
        target: str = "null",
        *,
        factor: str = "",
        of: str = "",
        behaviors: bool = False,
    ) -> str:
        """One LogEvent; returns its uuid (version 1, made of the event's own time, as Okta's are)."""
        address, client = act.source
        geography, chain, security = self.place(address)
        ticks = time * 10_000 + int(self.rng.random() * 10_000) + GREGORIAN_OFFSET
        clock = self.rng.getrandbits(13) | 0x8000
        low, mid, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0xFFF
        uid = f"{low:08x}-{mid:04x}-1{high:03x}-{clock:04x}-{self.node}"
        result, reason = outcome
        opinion = self.opinion(act.account, act.source) if behaviors and isinstance(act, Act) else ""
        finger = f'"deviceFingerprint":"{client.fingerprint}",' if client.fingerprint else ""
        used = f'"factor":"{factor}",' if factor else ""
        text = (
            f'{{"actor":{actor},"client":{{{self.client(act.source)}"ipAddress":"{address.ip}",'
            f'"geographicalContext":{geography}}},"device":null,'
            '"authenticationContext":{"authenticationProvider":null,"credentialProvider":null,'
            '"credentialType":null,"issuer":null,"interface":null,"authenticationStep":0,'
            f'"rootSessionId":"{request.session}","externalSessionId":"{request.session}"}},'
            f'"displayMessage":"{MESSAGES[event]}","eventType":"{event}",'
            f'"outcome":{{"result":"{result}","reason":{"null" if reason is None else quoted(reason)}}},'
            f'"published":"{iso(time)}Z","securityContext":{security},'
            f'"severity":"{"WARN" if result == "FAILURE" else "INFO"}",'
            f'"debugContext":{{"debugData":{{"requestId":"{request.id}","dtHash":"{client.fingerprint * 2}",'
            f'{used}{finger}{opinion}"requestUri":"{request.uri}","threatSuspected":"false",'
            f'"url":"{request.uri}?"}}}},"legacyEventType":null,'
            f'"transaction":{{"type":"WEB","id":"{request.id}","detail":{{}}}},"uuid":"{uid}","version":"0",'
            f'"request":{{"ipChain":{chain}}},"target":{target}}}'
        )
        self.emit(act, time, uid, text, role, of)
        return uid


def _policy(digits: str, *, engine: bool) -> str:
    policy, rule = f"00p{digits[:8]}GDW10Ur4x6", f"0pr{digits[:8]}FI4n064x6"
    kind = "Okta:SignOn" if engine else "OktaSignOn"
    return json(
        [
            {
                "id": policy,
                "type": "PolicyEntity",
                "alternateId": "unknown",
                "displayName": "Any two factors" if engine else "Default Policy",
                "detailEntry": {"policyType": kind},
            },
            {
                "id": rule,
                "type": "PolicyRule",
                "alternateId": policy,
                "displayName": "Default Rule",
                "detailEntry": None,
            },
        ]
    )


def session_id(session: int) -> str:
    """Okta's text for a session: 25 letters, the same for the same session."""
    if not session:
        return "unknown"
    return "102" + b64encode(session.to_bytes(16, "big"), b"-_").decode()[:22]
