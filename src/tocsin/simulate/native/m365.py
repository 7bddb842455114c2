"""Microsoft 365 unified audit log: one record a line (the AuditData objects), of one Entra tenant.

Most records mirror an Entra record under another id: a sign-in names it in `IntraSystemId` (and its
correlation in `InterSystemsId`). A self-service reset is `Reset user password.` by
fim_password_service@support.onmicrosoft.com, followed within a minute by the user's own `Change user
password.`. Mailbox acts (New-InboxRule, Set-Mailbox) stand here only. Times are UTC to the second, without
a zone. Source: Office 365 Management Activity API schema; public sample records.
"""

from __future__ import annotations

from ..acts import Act, AnyAct, MailRule
from ..tenants import Tenant
from ..truth import Truth
from .log_file import Delivery, LogFile
from .writer import Dice, Writer, dashed, iso, json, quoted

DELIVERY = Delivery(usual_seconds=600, late_share=0.02, late_seconds=14_400, duplicate_share=0.012)
PROVIDER = "m365"
_ERRORS = {
    50126: "InvalidUserNameOrPassword",
    50034: "UserAccountNotFound",
    50053: "IdsLocked",
    50074: "UserStrongAuthClientAuthNRequiredInterrupt",
    50076: "UserStrongAuthClientAuthNRequired",
    500121: "AuthenticationFailedSasError",
    50140: "KmsiInterrupt",
    50058: "UserInformationNotProvided",
    65001: "DelegationDoesNotExist",
    50125: "PasswordResetRegistrationRequiredInterrupt",
}
RESET_SERVICE = "fim_password_service@support.onmicrosoft.com"
_RULE_NAMES = (
    ".",
    "..",
    "rss",
    "Newsletter",
    "Archive",
    "Projects",
    "Team",
    "Invoices",
    "Old mail",
    "Notes",
    "Family",
)


class UnifiedAudit(Writer):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        super().__init__(tenant, log, truth, dice)
        self.handlers = {MailRule: self.mail_rule}

    @property
    def provider(self) -> str:
        return PROVIDER

    def signed_in(
        self,
        act: AnyAct,
        time: int,
        uid: str,
        correlation: str,
        code: int,
        app_id: str,
        resource_id: str,
        session: int,
    ) -> None:
        """The mirror of a sign-in."""
        known = isinstance(act, Act)
        user_id, key = (
            (act.account.uid, act.account.legacy_uid)
            if isinstance(act, Act)
            else ("00000000-0000-0000-0000-000000000000", "")
        )
        name, address, client = act.identifier, act.source.address, act.source.client
        error = f'"LogonError":"{_ERRORS[code]}",' if code else ""
        state = "Success" if code == 0 else ("UserError" if code in (50126, 50034, 50053, 500121) else "Redirect")
        text = (
            f'{{"CreationTime":"{iso(time)[:19]}","Id":"{self.guid()}",'
            f'"Operation":"{"UserLoggedIn" if not code else "UserLoginFailed"}",'
            f'"OrganizationId":"{self.tenant.uid}","RecordType":15,'
            f'"ResultStatus":"{"Success" if not code else "Failed"}",'
            f'"UserKey":"{user_id if known else "Not Available"}","UserType":0,"Version":1,'
            '"Workload":"AzureActiveDirectory",'
            f'"ClientIP":"{address.ip}","ObjectId":"{resource_id}","UserId":{json(name)},"AzureActiveDirectoryEventType":1,'
            f'"ExtendedProperties":[{{"Name":"ResultStatusDetail","Value":"{state}"}},{{"Name":"UserAgent","Value":{quoted(client.user_agent)}}},'
            f'{{"Name":"RequestType","Value":"OAuth2:Authorize"}}],"ModifiedProperties":[],'
            f'"Actor":[{{"ID":"{user_id}","Type":0}},{{"ID":{json(name)},"Type":5}}{_puid(key)}],"ActorContextId":"{self.tenant.uid}",'
            f'"ActorIpAddress":"{address.ip}","InterSystemsId":"{correlation}","IntraSystemId":"{uid}","SupportTicketId":"",'
            f'"Target":[{{"ID":"{resource_id}","Type":0}}],"TargetContextId":"{self.tenant.uid}","ApplicationId":"{app_id}",'
            f'"DeviceProperties":[{{"Name":"OS","Value":"{client.entra_system}"}},{{"Name":"BrowserType","Value":"{client.entra_browser}"}},'
            f'{{"Name":"SessionId","Value":"{dashed(session) if session else ""}"}}],'
            f'"ErrorNumber":"{code}",{error}"AuthenticationType":""}}'
        )
        self._send(act, time, text, of=uid)

    def password_reset(self, act: Act, time: int, of: str) -> None:
        """A completed self-service reset, as two records of its own kind."""
        self._directory(act, time + self.rng.randint(500, 4000), "Reset user password.", RESET_SERVICE, of)
        self._directory(act, time + self.rng.randint(5000, 60_000), "Change user password.", act.account.name, of)

    def directory_change(self, act: Act, time: int, operation: str, of: str) -> None:
        self._directory(act, time + self.rng.randint(200, 3000), operation, act.account.name, of)

    def mail_rule(self, act: MailRule) -> None:
        account, rng = act.account, self.rng
        if act.kind == "forwarding":
            operation, values = (
                "Set-Mailbox",
                [
                    ("Identity", account.name),
                    ("ForwardingSmtpAddress", f"smtp:{act.value}"),
                    ("DeliverToMailboxAndForward", "True"),
                ],
            )
        else:
            operation, values = (
                "New-InboxRule",
                [
                    ("AlwaysDeleteOutlookRulesBlob", "False"),
                    ("Force", "False"),
                    ("Name", rng.choice(_RULE_NAMES)),
                ],
            )
            values += (
                [("ForwardTo", act.value)]
                if act.value
                else [("MoveToFolder", rng.choice(("Archive", "RSS Feeds", "Projects", "Newsletters")))]
            )
            values += [("StopProcessingRules", "True")]
        uid = self.guid()
        record = {
            "CreationTime": iso(act.time)[:19],
            "Id": uid,
            "Operation": operation,
            "OrganizationId": self.tenant.uid,
            "RecordType": 1,
            "ResultStatus": "True",
            "UserKey": account.legacy_uid,
            "UserType": 2,
            "Version": 1,
            "Workload": "Exchange",
            "ClientIP": f"{act.source.address.ip}:{rng.randint(1025, 65_000)}"
            if not act.source.address.is_v6
            else act.source.address.ip,
            "ObjectId": f"{self.tenant.domain}\\{account.name}",
            "UserId": account.name,
            "AppId": "",
            "AppPoolName": "MSExchangeOWAAppPool",
            "ClientAppId": "",
            "CorrelationID": "",
            "ExternalAccess": False,
            "OrganizationName": self.tenant.domain,
            "OriginatingServer": f"AM6PR{rng.randrange(10, 99)}MB{rng.randrange(1000, 9999)} (15.20.4.0)",
            "Parameters": [{"Name": name, "Value": value} for name, value in values],
            "SessionId": dashed(act.session) if act.session else "",
        }
        self.emit(act, act.time, uid, json(record), "persistence")

    # -- parts ------------------------------------------------------------------------------------------

    def _send(self, act: AnyAct, time: int, text: str, of: str) -> None:
        at = text.index('"Id":"') + 6
        self.emit(act, time, text[at : at + 36], text, "", of=of)

    def _directory(self, act: Act, time: int, operation: str, user: str, of: str) -> None:
        account = act.account
        text = json(
            {
                "CreationTime": iso(time)[:19],
                "Id": self.guid(),
                "Operation": operation,
                "OrganizationId": self.tenant.uid,
                "RecordType": 8,
                "ResultStatus": "Success",
                "UserKey": "Not Available" if user == RESET_SERVICE else account.legacy_uid,
                "UserType": 4 if user == RESET_SERVICE else 0,
                "Version": 1,
                "Workload": "AzureActiveDirectory",
                "ObjectId": account.name,
                "UserId": user,
                "AzureActiveDirectoryEventType": 1,
                "ExtendedProperties": [
                    {"Name": "additionalDetails", "Value": '{"UserType":"Member"}'},
                    {"Name": "extendedAuditEventCategory", "Value": "User"},
                ],
                "ModifiedProperties": [],
                "Actor": [{"ID": user, "Type": 5}],
                "ActorContextId": self.tenant.uid,
                "InterSystemsId": self.guid(),
                "IntraSystemId": self.guid(),
                "SupportTicketId": "",
                "Target": [
                    {"ID": f"User_{account.uid}", "Type": 2},
                    {"ID": account.uid, "Type": 2},
                    {"ID": "User", "Type": 2},
                    {"ID": account.name, "Type": 5},
                    {"ID": account.legacy_uid, "Type": 3},
                ],
                "TargetContextId": self.tenant.uid,
            }
        )
        self._send(act, time, text, of)


def _puid(key: str) -> str:
    return f',{{"ID":"{key}","Type":3}}' if key else ""
