"""Google Workspace Reports API: pages of activities of the applications login, user_accounts, token and
admin.

Password, 2-step and recovery changes are written under `login` and again under `user_accounts`, with
different ids. A record may hold several events. Unknown names and recoveries that were only started leave
no record; no client is logged. Sources: Reports API appendix for login, user accounts, token and admin
activity; Elastic's sample events.
"""

from __future__ import annotations

from typing import Any

from ..acts import (
    Act,
    AdminReset,
    ChannelChange,
    Consent,
    FactorChange,
    MailRule,
    PasswordChange,
    Recovery,
    SessionUse,
    SignIn,
    SignOut,
)
from ..people import Account
from ..tenants import Tenant
from ..truth import Truth
from .log_file import Delivery, Envelope, LogFile
from .writer import Dice, Writer, iso, json

DELIVERY = Delivery(usual_seconds=240, late_share=0.02, late_seconds=10_800, duplicate_share=0.006)
PAGES = Envelope(
    size=500,
    head='{"kind":"admin#reports#activities","etag":"\\"kJ8h2pOdc0nNfE5rVqgYdG1uXbM\\"","items":[',
    tail="]}",
)
_FACTORS = {
    "push": "google_prompt",
    "totp": "google_authenticator",
    "sms": "idv_preregistered_phone",
    "security_key": "security_key",
}
_RECOVERY = {
    "email": "knowledge_preregistered_email",
    "phone": "idv_preregistered_phone",
    "question": "other",
    "app": "google_authenticator",
}

Event = tuple[str, str, list[tuple[str, Any]], str]  # (type, name, parameters, role)


class GoogleWriter(Writer):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        super().__init__(tenant, log, truth, dice)
        self.customer = "C0" + self.tenant.uid.replace("-", "")[:7]
        self.handlers = {
            SignIn: self.sign_in,
            SessionUse: self.session_use,
            SignOut: self.sign_out,
            Recovery: self.recovery,
            PasswordChange: self.password_change,
            FactorChange: self.factor_change,
            ChannelChange: self.channel_change,
            MailRule: self.mail_rule,
            Consent: self.consent,
            AdminReset: self.admin_reset,
        }

    def sign_in(self, act: SignIn) -> None:
        kind = ("login_type", "exchange" if act.program else "google_password")
        password = ("login_challenge_method", ["password"])
        factor = ("login_challenge_method", [_FACTORS[act.account.factor]])
        if act.outcome in ("wrong_password", "locked"):
            why = (
                "login_failure_invalid_password"
                if act.outcome == "wrong_password"
                else "login_failure_account_disabled"
            )
            self.record(
                act,
                act.time,
                "login",
                [("login", "login_failure", [kind, password, ("login_failure_type", why)], "attack")],
            )
        elif act.outcome in ("factor_refused", "factor_unanswered"):
            status = "Challenge Failed." if act.outcome == "factor_refused" else ""
            self.record(
                act,
                act.time,
                "login",
                [("login", "login_challenge", [factor, ("login_challenge_status", status), kind], "attack")],
            )
        elif act.outcome == "success":
            events: list[Event] = []
            if act.second_factor:
                events.append(
                    (
                        "login",
                        "login_verification",
                        [kind, factor, ("login_challenge_status", "passed"), ("is_second_factor", True)],
                        "",
                    )
                )
            events.append(("login", "login_success", [kind, password, ("is_suspicious", False)], "access"))
            self.record(act, act.time, "login", events)

    def session_use(self, act: SessionUse) -> None:
        name, client = self.rng.choice(self.tenant.apps)
        api = self.rng.choice(("gmail", "drive", "calendar", "people"))
        self.record(
            act,
            act.time,
            "token",
            [
                (
                    "auth",
                    "activity",
                    [
                        ("api_name", api),
                        ("method_name", f"{api}.{self.rng.choice(('list', 'get', 'sync'))}"),
                        ("client_id", client),
                        ("app_name", name),
                        ("client_type", "WEB"),
                        ("num_response_bytes", self.rng.randrange(200, 90_000)),
                    ],
                    "access",
                )
            ],
        )

    def sign_out(self, act: SignOut) -> None:
        self.record(act, act.time, "login", [("login", "logout", [("login_type", "google_password")], "access")])

    def recovery(self, act: Recovery) -> None:
        time, method = act.time, ("login_challenge_method", [_RECOVERY[act.method]])
        kind = ("login_type", "google_password")
        for _ in range(act.wrong_proofs):
            time += self.step(act)
            self.record(
                act,
                time,
                "login",
                [
                    (
                        "login",
                        "login_challenge",
                        [method, ("login_challenge_status", "Challenge Failed."), kind],
                        "attack",
                    )
                ],
            )
        if act.ending != "completed":
            return
        time += self.step(act)
        self.record(
            act,
            time,
            "login",
            [
                (
                    "login",
                    "login_challenge",
                    [method, ("login_challenge_status", "Challenge Passed."), kind],
                    "attack",
                )
            ],
        )
        time += self.step(act)
        self.twice(act, time, ("password_change", "password_edit", [], "access"))
        if act.session:
            self.record(
                act,
                time + self.rng.randint(100, 1500),
                "login",
                [
                    (
                        "login",
                        "login_success",
                        [kind, ("login_challenge_method", ["password"]), ("is_suspicious", False)],
                        "access",
                    )
                ],
            )

    def password_change(self, act: PasswordChange) -> None:
        self.twice(act, act.time, ("password_change", "password_edit", [], "persistence"))

    def factor_change(self, act: FactorChange) -> None:
        self.twice(
            act,
            act.time,
            ("2sv_change", "2sv_enroll" if act.change == "added" else "2sv_disable", [], "persistence"),
        )

    def channel_change(self, act: ChannelChange) -> None:
        self.twice(act, act.time, ("recovery_info_change", f"recovery_{act.kind}_edit", [], "persistence"))

    def mail_rule(self, act: MailRule) -> None:
        if act.value:  # a filter that only sorts leaves no record here
            self.record(
                act,
                act.time,
                "login",
                [
                    (
                        "email_forwarding_change",
                        "email_forwarding_out_of_domain",
                        [("email_forwarding_destination_address", act.value)],
                        "persistence",
                    )
                ],
            )

    def consent(self, act: Consent) -> None:
        client = f"{self.rng.randrange(10**11, 10**12)}-{self.rng.getrandbits(80):020x}.apps.googleusercontent.com"
        self.record(
            act,
            act.time,
            "token",
            [
                (
                    "auth",
                    "authorize",
                    [
                        ("client_id", client),
                        ("app_name", act.app),
                        ("client_type", "WEB"),
                        (
                            "scope",
                            ["https://mail.google.com/", "https://www.googleapis.com/auth/userinfo.email"],
                        ),
                    ],
                    "persistence",
                )
            ],
        )

    def admin_reset(self, act: AdminReset) -> None:
        self.record(
            act,
            act.time,
            "admin",
            [("USER_SETTINGS", "CHANGE_PASSWORD", [("USER_EMAIL", act.account.name)], "")],
            actor=act.admin,
        )

    # -- parts of a record ------------------------------------------------------------------------------

    def twice(self, act: Act, time: int, event: Event) -> None:
        """The same act under both applications."""
        of = self.record(act, time, "login", [event])
        self.record(act, time + self.rng.randint(0, 1800), "user_accounts", [(*event[:3], "")], of=of)

    def record(
        self,
        act: Act,
        time: int,
        application: str,
        events: list[Event],
        *,
        actor: Account | None = None,
        of: str = "",
    ) -> str:
        account, address = actor or act.account, act.source.address
        qualifier = str(self.rng.getrandbits(64) - (1 << 63))
        block = account.blocks.get("google")
        if block is None:
            block = account.blocks["google"] = (
                f'{{"callerType":"USER","email":{json(account.name)},"profileId":"{account.uid}"}}'
            )
        listed = ",".join(
            f'{{"type":"{kind}","name":"{name}"{_parameters(parameters)}}}' for kind, name, parameters, _ in events
        )
        text = (
            f'{{"kind":"admin#reports#activity","id":{{"time":"{iso(time)}Z","uniqueQualifier":"{qualifier}","applicationName":"{application}",'
            f'"customerId":"{self.customer}"}},"etag":"\\"{self.rng.getrandbits(128):032x}/{self.rng.getrandbits(64):016x}\\"","actor":{block},'
            f'"ipAddress":"{address.ip}","networkInfo":{{"ipAsn":[{address.network.asn}],"regionCode":"{address.place.country}"}},'
            f'"ownerDomain":"{self.tenant.domain}","events":[{listed}]}}'
        )
        roles = [role for *_, role in events]
        uids = [qualifier] if len(events) == 1 else [f"{qualifier}/{index}" for index in range(len(events))]
        main = next((uid for uid, role in zip(uids, roles, strict=True) if role), of)
        self.log.add(time, text)
        if act.mark is not None:
            for uid, role in zip(uids, roles, strict=True):
                self.truth.note(act.mark, act, time, uid, self.provider, role, "" if role else main)
        return uids[-1]


def _parameters(parameters: list[tuple[str, Any]]) -> str:
    if not parameters:
        return ""
    return ',"parameters":[' + ",".join(f'{{"name":"{name}",{_value(value)}}}' for name, value in parameters) + "]"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return f'"boolValue":{"true" if value else "false"}'
    if isinstance(value, int):
        return f'"intValue":"{value}"'
    if isinstance(value, list):
        return f'"multiValue":{json(value)}'
    return f'"value":{json(value)}'
