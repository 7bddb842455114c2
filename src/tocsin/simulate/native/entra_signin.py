"""Entra ID sign-in logs: the Graph `signIn` resource, in Graph pages or as diagnostic-settings records.

Interrupts are written as failures, as Entra does (50074 and 50076: the second factor is wanted; 50140: keep
me signed in; 50058: no session for silent sign-in; 65001: no consent yet); the success follows with the
same correlationId. A name the tenant does not know is 50034 with a userId of zeros. The diagnostic-settings
`time` is one to two minutes after `createdDateTime`. Sources: microsoft-graph-docs-contrib signIn; Entra
authentication error code reference; public samples in Elastic's integrations tests.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from ..acts import Act, AnyAct, Consent, Lockout, SessionUse, SignIn, Source, UnknownSignIn
from ..networks import Address
from ..tenants import Tenant
from ..truth import Truth
from .log_file import Delivery, Envelope, LogFile
from .m365 import UnifiedAudit
from .writer import Dice, Writer, dashed, iso, json, quoted, ticks

DELIVERY = Delivery(usual_seconds=75, late_share=0.006, late_seconds=7200, duplicate_share=0.004)
GRAPH_PAGES = Envelope(
    size=500,
    head='{"@odata.context":"https://graph.microsoft.com/beta/$metadata#auditLogs/signIns","value":[',
    tail="]}",
)
DIAGNOSTIC_BATCHES = Envelope(size=40, head='{"records":[', tail="]}")

REASONS = {
    0: "Other.",
    50034: (
        "The user account does not exist in the {tenant} directory. To sign into this application, the "
        "account must be added to the directory."
    ),
    50053: ("The account is locked, you've tried to sign in too many times with an incorrect user ID or password."),
    50055: "The password is expired.",
    50058: "Session information is not sufficient for single-sign-on.",
    50074: "Strong Authentication is required.",
    50076: (
        "Due to a configuration change made by your administrator, or because you moved to a new location, "
        "you must use multi-factor authentication to access the resource."
    ),
    50126: "Error validating credentials due to invalid username or password.",
    50140: "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
    50125: "Sign-in was interrupted due to a password reset or password registration entry.",
    65001: (
        "The user or administrator has not consented to use the application with ID '{app}'. Send an "
        "interactive authorization request for this user and resource."
    ),
    500121: "Authentication failed during strong authentication request.",
}
_METHODS = {
    "push": "Mobile app notification",
    "totp": "OATH verification code",
    "sms": "Text message",
    "security_key": "FIDO2 security key",
}
_EXCHANGE = ("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000")
_GRAPH = ("Microsoft Graph", "00000003-0000-0000-c000-000000000000")
NOBODY = "00000000-0000-0000-0000-000000000000"
_ACTIVESYNC = "Exchange ActiveSync"


class EntraSignIns(Writer):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice, mirror: UnifiedAudit | None) -> None:
        super().__init__(tenant, log, truth, dice)
        self.mirror = mirror
        self.diagnostic = tenant.variant == "diagnostic"
        self._policies = self._conditional_access()
        self._places: dict[Address, str] = {}
        self._clients: dict[str, tuple[str, str]] = {}
        self.handlers = {
            SignIn: self.sign_in,
            UnknownSignIn: self.unknown_sign_in,
            SessionUse: self.session_use,
            Consent: self.consent,
            Lockout: self.lockout,
        }

    # -- acts -------------------------------------------------------------------------------------------

    def sign_in(self, act: SignIn) -> None:
        rng, time, correlation = self.rng, act.time, self.guid()
        if act.outcome == "wrong_password":
            self.record(act, time, correlation, 50126, "attack", program=act.program)
        elif act.outcome == "locked":
            self.record(act, time, correlation, 50053, "attack", program=act.program)
        elif act.outcome == "factor_refused":
            self.record(act, time, correlation, 500121, "attack", factor=True)
        elif act.outcome == "factor_unanswered":
            self.record(act, time, correlation, rng.choice((50074, 50076)), "attack", factor=True)
        elif act.outcome == "interrupted":
            self.record(act, time, correlation, rng.choice((50058, 50058, 50125, 50140)), "")
        else:
            code = 0
            if act.second_factor and rng.random() < 0.15:
                code = rng.choice((50074, 50076, 50076))
            elif rng.random() < 0.012:
                code = rng.choice((50140, 50140, 50058))
            if code:  # an interrupt first
                self.record(act, time, correlation, code, "", factor=act.second_factor)
                time += rng.randint(3000, 25_000)
            self.record(
                act,
                time,
                correlation,
                0,
                "access",
                factor=act.second_factor,
                program=act.program,
                session=act.session,
            )

    def unknown_sign_in(self, act: UnknownSignIn) -> None:
        self.record(act, act.time, self.guid(), 50034, "identification")

    def session_use(self, act: SessionUse) -> None:
        self.record(act, act.time, self.guid(), 0, "access", interactive=False, session=act.session)

    def consent(self, act: Consent) -> None:
        """The interrupt that asks; the consent itself stands in the directory audit."""
        self.record(act, act.time - self.rng.randint(4000, 40_000), self.guid(), 65001, "", session=act.session)

    def lockout(self, act: Lockout) -> None:
        self.record(act, act.time, self.guid(), 50053, "attack")

    # -- parts of a record ------------------------------------------------------------------------------

    def record(
        self,
        act: AnyAct,
        time: int,
        correlation: str,
        code: int,
        role: str,
        *,
        factor: bool = False,
        interactive: bool = True,
        program: bool = False,
        session: int = 0,
    ) -> None:
        """One signIn; `factor`: a second factor was asked for."""
        rng, address = self.rng, act.source.address
        uid = self.guid()[:-2] + "00"
        app, app_id = self.tenant.apps[0] if program else rng.choice(self.tenant.apps)
        resource, resource_id = _EXCHANGE if program else _GRAPH
        reason = REASONS[code].replace("{tenant}", self.tenant.domain).replace("{app}", app_id)
        if isinstance(act, Act):
            user = act.account.blocks.get("entra")
            if user is None:
                account = act.account
                user = account.blocks["entra"] = (
                    f'"userDisplayName":{json(account.display)},"userPrincipalName":{json(account.name)},"userId":"{account.uid}",'
                )
        else:
            name = json(act.identifier)
            user = f'"userDisplayName":{name},"userPrincipalName":{name},"userId":"{NOBODY}",'
        details = self.client(act.source, interactive=interactive, program=program)
        stamp = f"{iso(time)}{ticks(rng)}Z"
        conditional = "failure" if code == 53003 else ("success" if factor or code == 0 else "notApplied")
        requirement = "multiFactorAuthentication" if factor else "singleFactorAuthentication"
        kinds = "interactiveUser" if interactive else "nonInteractiveUser"
        additional = self._additional(code, factor)
        status = f'{{"errorCode":{code},"failureReason":{quoted(reason)},"additionalDetails":{additional}}}'
        where = self.place(address)
        inner = (
            f'"id":"{uid}","createdDateTime":"{stamp}",{user}"appId":"{app_id}","appDisplayName":{quoted(app)},'
            f'"ipAddress":"{address.ip}","ipAddressFromResourceProvider":null,{details[0]}"correlationId":"{correlation}",'
            f'"conditionalAccessStatus":"{conditional}","originalRequestId":"{uid}","isInteractive":{_bool(interactive)},'
            f'"tokenIssuerName":"","tokenIssuerType":"AzureAD","clientCredentialType":"none",'
            f'"processingTimeInMilliseconds":{60 + int(rng.random() * 840)},"riskDetail":"none",'
            '"riskLevelAggregated":"none",'
            f'"riskLevelDuringSignIn":"none","riskState":"none","riskEventTypes":[],"riskEventTypes_v2":[],'
            f'"resourceDisplayName":"{resource}","resourceId":"{resource_id}","resourceTenantId":"{self.tenant.uid}",'
            f'"homeTenantId":"{self.tenant.uid}","homeTenantName":"","authenticationMethodsUsed":[],'
            f'"authenticationRequirement":"{requirement}","signInIdentifier":{json(act.identifier)},"signInIdentifierType":"userPrincipalName",'
            f'"servicePrincipalName":null,"servicePrincipalId":"","signInEventTypes":["{kinds}"],"userType":"member",'
            f'"flaggedForReview":false,"isTenantRestricted":false,"autonomousSystemNumber":{address.network.asn},'
            f'"crossTenantAccessType":"none","uniqueTokenIdentifier":"{urlsafe_b64encode(rng.randbytes(16)).decode()[:22]}","incomingTokenType":"none",'
            f'"authenticationProtocol":"none","sessionId":{_quoted_session(session)},"status":{status},{details[1]}{where}'
            f'"mfaDetail":null,"appliedConditionalAccessPolicies":{self._policies[factor]},'
            '"authenticationContextClassReferences":[],"authenticationProcessingDetails":['
            f'{{"key":"Legacy TLS (TLS 1.0, 1.1, 3DES)",'
            f'"value":"False"}},{{"key":"Is CAE Token","value":"False"}}],'
            f'"networkLocationDetails":[],"authenticationDetails":{self._steps(act, code, stamp, factor)},'
            '"authenticationRequirementPolicies":[],'
            f'"sessionLifetimePolicies":[],"privateLinkDetails":{{"policyId":"","policyName":"","resourceId":"","policyTenantId":""}}'
        )
        text = "{" + inner + "}"
        if self.diagnostic:
            text = self._diagnostic(act, time, inner, correlation, code, reason, interactive=interactive)
        self.emit(act, time, uid, text, role)
        if self.mirror is not None:
            self.mirror.signed_in(act, time, uid, correlation, code, app_id, resource_id, session)

    def _diagnostic(
        self,
        act: AnyAct,
        time: int,
        inner: str,
        correlation: str,
        code: int,
        reason: str,
        *,
        interactive: bool,
    ) -> str:
        category = "SignInLogs" if interactive else "NonInteractiveUserSignInLogs"
        identity = act.account.display if isinstance(act, Act) else act.identifier
        late = time + self.rng.randint(55_000, 130_000)
        return (
            f'{{"time":"{iso(late)}{ticks(self.rng)}Z","resourceId":"/tenants/{self.tenant.uid}/providers/Microsoft.aadiam",'
            f'"operationName":"Sign-in activity","operationVersion":"1.0","category":"{category}",'
            f'"tenantId":"{self.tenant.uid}",'
            f'"resultType":"{code}","resultSignature":"{"SUCCESS" if not code else "None"}",'
            f'"resultDescription":{quoted(reason if code else "")},'
            f'"durationMs":0,"callerIpAddress":"{act.source.address.ip}","correlationId":"{correlation}","identity":{json(identity)},'
            f'"Level":4,"location":"{act.source.address.place.country}","properties":{{{inner}}}}}'
        )

    def client(self, source: Source, *, interactive: bool, program: bool) -> tuple[str, str]:
        client = source.client
        kind = "Browser" if interactive else "Mobile Apps and Desktop clients"
        kind = _ACTIVESYNC if program else kind
        key = kind + client.user_agent + client.entra_browser
        found = self._clients.get(key)
        if found is None:
            found = self._clients[key] = (
                f'"clientAppUsed":"{kind}","userAgent":{json(client.user_agent)},',
                f'"deviceDetail":{{"deviceId":"","displayName":"","operatingSystem":"{client.entra_system}","browser":"{client.entra_browser}",'
                f'"isCompliant":false,"isManaged":false,"trustType":""}},',
            )
        return found

    def place(self, address: Address) -> str:
        found = self._places.get(address)
        if found is None:
            where = address.place
            found = self._places[address] = (
                '"location":'
                + json(
                    {
                        "city": where.city,
                        "state": where.state,
                        "countryOrRegion": where.country,
                        "geoCoordinates": {
                            "altitude": None,
                            "latitude": where.latitude,
                            "longitude": where.longitude,
                        },
                    }
                )
                + ","
            )
        return found

    def _conditional_access(self) -> tuple[str, str]:
        """The policies that applied, without and with a second factor."""
        mfa, legacy = (
            {
                "id": self.guid(),
                "displayName": name,
                "enforcedGrantControls": grants,
                "enforcedSessionControls": [],
                "result": "notApplied",
                "conditionsSatisfied": satisfied,
                "conditionsNotSatisfied": missing,
            }
            for name, grants, satisfied, missing in (
                ("Require MFA outside trusted locations", ["Mfa"], "application,users", "location"),
                ("Block legacy authentication", ["Block"], "users", "clientType"),
            )
        )
        return json([mfa, legacy]), json([{**mfa, "result": "success"}, legacy])

    def _steps(self, act: AnyAct, code: int, stamp: str, factor: bool) -> str:
        if not isinstance(act, SignIn):
            return "[]"
        right = code in (0, 50074, 50076, 500121, 50140, 50125)
        steps = [
            _step(
                stamp,
                "Password",
                right,
                "Correct password" if right else "Invalid username or password",
                "Primary authentication",
            )
        ]
        if factor:
            done = code == 0
            detail = (
                "MFA completed in Azure AD" if done else ("User declined the authentication" if code == 500121 else "")
            )
            steps.append(_step(stamp, _METHODS[act.account.factor], done, detail, "Secondary authentication"))
        return "[" + ",".join(steps) + "]"

    def _additional(self, code: int, factor: bool) -> str:
        if code in (50074, 50076):
            return '"MFA required in Azure AD"'
        if code == 500121:
            return '"MFA denied; user declined the authentication"'
        return '"MFA completed in Azure AD"' if code == 0 and factor else "null"


def _step(stamp: str, method: str, succeeded: bool, result: str, requirement: str) -> str:
    return (
        f'{{"authenticationStepDateTime":"{stamp[:19]}Z","authenticationMethod":"{method}","authenticationMethodDetail":'
        f'"{"Password in the cloud" if method == "Password" else ""}","succeeded":{_bool(succeeded)},'
        f'"authenticationStepResultDetail":"{result}",'
        f'"authenticationStepRequirement":"{requirement}"}}'
    )


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _quoted_session(session: int) -> str:
    return f'"{dashed(session)}"' if session else "null"
