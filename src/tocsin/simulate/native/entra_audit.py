"""Entra directory audit: the Graph `directoryAudit` resource, every step of self-service password reset
among it.

The steps of a reset are written before anybody has proved anything: `initiatedBy.user` is the victim,
`ipAddress` is whoever sits at the form. "User submitted their user ID" is the start. An account without
reset enabled fails in the same second. "Blocked from self-service password reset" carries the result
*success*. Names are verb-first. Sources: Microsoft's reporting reference of self-service password reset
(its list of reasons) and public lab records.
"""

from __future__ import annotations

from ..acts import Act, AdminReset, ChannelChange, Consent, FactorChange, PasswordChange, Recovery, Unlock
from ..people import Account
from ..tenants import Tenant
from ..truth import Truth
from .log_file import Delivery, Envelope, LogFile
from .m365 import UnifiedAudit
from .writer import Dice, Writer, iso, json

DELIVERY = Delivery(usual_seconds=150, late_share=0.01, late_seconds=9000, duplicate_share=0.006)
DIAGNOSTIC_BATCHES = Envelope(size=20, head='{"records":[', tail="]}")
SSPR = "Self-service Password Management"
PROGRESS = "Self-service password reset flow activity progress"
WITHOUT_RESET = 0.06  # share of accounts for which reset is not enabled
OPTIONS = {
    "email": "email verification option",
    "phone": "mobile SMS verification option",
    "question": "security questions option",
    "app": "mobile app code verification option",
}
_INVALID = {
    "email": "User entered an invalid email verification code",
    "phone": "User entered an invalid SMS verification code",
    "question": "User answered the security questions incorrectly",
    "app": "User entered an invalid mobile app verification code",
}


class EntraAudit(Writer):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice, mirror: UnifiedAudit | None) -> None:
        super().__init__(tenant, log, truth, dice)
        self.mirror = mirror
        self.diagnostic = tenant.variant == "diagnostic"
        self.handlers = {
            Recovery: self.recovery,
            PasswordChange: self.password_change,
            FactorChange: self.factor_change,
            ChannelChange: self.channel_change,
            Consent: self.consent,
            AdminReset: self.admin_reset,
            Unlock: self.unlock,
        }

    def recovery(self, act: Recovery) -> None:
        rng, time, correlation = self.rng, act.time, self.guid()
        enabled = has_reset(act.account)
        role = "attack" if act.continued and enabled else "identification"
        start = self.sspr(act, time, correlation, PROGRESS, "success", "User submitted their user ID", role)
        if not enabled:
            self.sspr(
                act,
                time + rng.randint(20, 600),
                correlation,
                PROGRESS,
                "failure",
                "Password reset is not enabled for this user",
                "",
                start,
            )
            return
        time += rng.randint(200, 1500)
        self.sspr(
            act,
            time,
            correlation,
            PROGRESS,
            "success",
            "User was presented with verification options",
            "",
            start,
        )
        option = OPTIONS[act.method]
        if act.continued or rng.random() < 0.5:
            time += self.step(act)
            self.sspr(act, time, correlation, PROGRESS, "success", f"User started the {option}", "", start)
        for _ in range(act.wrong_proofs):
            time += self.step(act)
            self.sspr(act, time, correlation, PROGRESS, "failure", _INVALID[act.method], "attack")
        if act.ending == "blocked":
            self.sspr(
                act,
                time + rng.randint(50, 900),
                correlation,
                "Blocked from self-service password reset",
                "success",
                "",
                "",
                start,
            )
        elif act.ending == "cancelled":
            time += self.step(act)
            self.sspr(
                act,
                time,
                correlation,
                PROGRESS,
                "failure",
                "User cancelled before passing the required authentication methods",
                "",
                start,
            )
        elif act.ending == "completed":
            self._completed(act, time + self.step(act), correlation, option)

    def _completed(self, act: Recovery, time: int, correlation: str, option: str) -> None:
        rng = self.rng
        self.sspr(act, time, correlation, PROGRESS, "success", f"User completed the {option}", "attack")
        time += self.step(act)
        done = self.sspr(
            act,
            time + rng.randint(300, 2500),
            correlation,
            "Reset password (self-service)",
            "success",
            "Successfully completed reset.",
            "access",
        )
        self.sspr(act, time, correlation, PROGRESS, "success", "User submitted a new password", "", done)
        self.sspr(
            act,
            time + rng.randint(2500, 4000),
            correlation,
            PROGRESS,
            "success",
            "User successfully reset password",
            "",
            done,
        )
        self.directory(act, time + rng.randint(2500, 9000), "Update StsRefreshTokenValidFrom Timestamp", "", done)
        if self.mirror is not None:
            self.mirror.password_reset(act, time + 2500, done)

    def password_change(self, act: PasswordChange) -> None:
        rng, time, correlation = self.rng, act.time, self.guid()
        for _ in range(act.refused):
            self.sspr(
                act,
                time,
                correlation,
                "Change password (self-service)",
                "failure",
                rng.choice(("PasswordDoesnotComplyFuzzyPolicy", "FuzzyPolicyViolationInvalidPassword")),
                "",
            )
            time += rng.randint(15_000, 200_000)
        done = self.sspr(act, time, correlation, "Change password (self-service)", "success", "None", "persistence")
        if self.mirror is not None:
            self.mirror.directory_change(act, time, "Change user password.", done)

    def factor_change(self, act: FactorChange) -> None:
        name = "User registered security info" if act.change == "added" else "User deleted security info"
        methods = {
            "push": "Authenticator App",
            "totp": "Authenticator App with Code",
            "sms": "Phone Number",
            "security_key": "Fido Security Key",
        }
        verb = "registered" if act.change == "added" else "deleted"
        self.security_info(act, name, f"User {verb} {methods[act.factor]}")

    def channel_change(self, act: ChannelChange) -> None:
        self.security_info(
            act,
            "User changed default security info" if self.rng.random() < 0.2 else "User registered security info",
            f"User registered {'Email' if act.kind == 'email' else 'Mobile Phone'}",
        )

    def security_info(self, act: Act, activity: str, reason: str) -> None:
        uid = f"Authentication Methods_{self.guid()}_{self.tag()}"
        self.write_audit(
            act,
            act.time,
            uid,
            self.guid(),
            activity,
            "success",
            reason,
            "Authentication Methods",
            "Update",
            self.by_user(act),
            "persistence",
        )

    def consent(self, act: Consent) -> None:
        uid = f"Directory_{self.guid()}_{self.tag()}"
        self.write_audit(
            act,
            act.time,
            uid,
            self.guid(),
            "Consent to application",
            "success",
            "",
            "Core Directory",
            "Assign",
            self.by_user(act),
            "persistence",
            category="ApplicationManagement",
            target=json(
                [
                    {
                        "id": self.guid(),
                        "displayName": act.app,
                        "type": "ServicePrincipal",
                        "userPrincipalName": None,
                        "groupType": None,
                        "modifiedProperties": [
                            {
                                "displayName": "ConsentContext.IsAdminConsent",
                                "oldValue": None,
                                "newValue": '"False"',
                            },
                            {
                                "displayName": "ConsentAction.Permissions",
                                "oldValue": None,
                                "newValue": '"[] => [[Scope: Mail.Read offline_access User.Read]]"',
                            },
                        ],
                    }
                ]
            ),
        )

    def admin_reset(self, act: AdminReset) -> None:
        self.sspr(
            act,
            act.time,
            self.guid(),
            "Reset password (by admin)",
            "success",
            "Successfully completed reset.",
            "",
            initiator=act.admin,
        )
        if self.mirror is not None:
            self.mirror.directory_change(act, act.time, "Reset user password.", "")

    def unlock(self, act: Unlock) -> None:
        self.sspr(act, act.time, self.guid(), "Unlock user account (self-service)", "success", "", "")

    # -- parts of a record ------------------------------------------------------------------------------

    def tag(self) -> str:
        letters = "".join(self.rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=5))
        return f"{letters}_{self.rng.randrange(10**6, 10**9)}"

    def by_user(self, act: Act, initiator: Account | None = None) -> str:
        who = initiator or act.account
        return (
            f'{{"app":null,"user":{{"id":"{who.uid}","displayName":{json(who.display)},"userPrincipalName":{json(who.name)},'
            f'"ipAddress":"{act.source.address.ip}","userType":null,"homeTenantId":null,"homeTenantName":null,"roles":[]}}}}'
        )

    def sspr(
        self,
        act: Act,
        time: int,
        correlation: str,
        activity: str,
        result: str,
        reason: str,
        role: str,
        of: str = "",
        initiator: Account | None = None,
    ) -> str:
        uid = f"SSPR_{correlation}_{self.tag()}"
        operation = "Reset" if "eset" in activity else "Update"
        return self.write_audit(
            act,
            time,
            uid,
            correlation,
            activity,
            result,
            reason,
            SSPR,
            operation,
            self.by_user(act, initiator),
            role,
            of,
        )

    def directory(self, act: Act, time: int, activity: str, role: str, of: str = "") -> str:
        correlation = self.guid()
        by = (
            '{"user":null,"app":{"appId":null,"displayName":"Microsoft Online Password Management Service",'
            '"servicePrincipalId":null,'
            '"servicePrincipalName":null}}'
        )
        return self.write_audit(
            act,
            time,
            f"Directory_{correlation}_{self.tag()}",
            correlation,
            activity,
            "success",
            "",
            "Core Directory",
            "Update",
            by,
            role,
            of,
        )

    def write_audit(
        self,
        act: Act,
        time: int,
        uid: str,
        correlation: str,
        activity: str,
        result: str,
        reason: str,
        service: str,
        operation: str,
        by: str,
        role: str,
        of: str = "",
        *,
        category: str = "UserManagement",
        target: str = "",
    ) -> str:
        account = act.account
        stamp = f"{iso(time)}{self.rng.randrange(10_000):04d}Z"
        target = target or (
            f'[{{"id":"{account.uid}","displayName":{json(account.display)},"type":"User","userPrincipalName":{json(account.name)},"groupType":null,'
            f'"modifiedProperties":[],"administrativeUnits":[]}}]'
        )
        agent = act.source.client.user_agent
        details = f'[{{"key":"User-Agent","value":{json(agent)}}}]' if service == "Core Directory" else "[]"
        inner = (
            f'"id":"{uid}","category":"{category}","correlationId":"{correlation}","result":"{result}","resultReason":{json(reason)},'
            f'"activityDisplayName":"{activity}","activityDateTime":"{stamp}","loggedByService":"{service}","operationType":"{operation}",'
            f'"userAgent":null,"initiatedBy":{by},"targetResources":{target},"additionalDetails":{details}'
        )
        text = "{" + inner + "}"
        if self.diagnostic:
            text = (
                f'{{"time":"{stamp}","resourceId":"/tenants/{self.tenant.uid}/providers/Microsoft.aadiam","operationName":"{activity}",'
                f'"operationVersion":"1.0","category":"AuditLogs","tenantId":"{self.tenant.uid}","resultSignature":"None","resultDescription":{json(reason)},'
                f'"durationMs":0,"callerIpAddress":"{act.source.address.ip}","correlationId":"{correlation}","identity":{json(account.display)},"Level":4,'
                f'"properties":{{{inner}}}}}'
            )
        self.emit(act, time, uid, text, role, of)
        return uid


def has_reset(account: Account) -> bool:
    """Is self-service reset enabled for the account? A fact of the account, the same in every run."""
    return int(account.uid[:8], 16) / 0xFFFFFFFF >= WITHOUT_RESET
