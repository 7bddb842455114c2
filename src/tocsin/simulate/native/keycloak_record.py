"""The parts of a Keycloak event and how they are put together."""

from __future__ import annotations

from typing import Any

from ..acts import Act, AdminReset, AnyAct, Unlock
from ..tenants import Tenant
from ..truth import Truth
from .log_file import LogFile
from .writer import Dice, Writer, json


class KeycloakRecords(Writer):
    def __init__(self, tenant: Tenant, log: LogFile, truth: Truth, dice: Dice) -> None:
        super().__init__(tenant, log, truth, dice)
        self.current = tenant.variant == "current"
        self.realm = tenant.domain.split(".")[0]

    def form(self, uri: str, username: str, code: str) -> dict[str, Any]:
        return {
            "auth_method": "openid-connect",
            "auth_type": "code",
            "redirect_uri": uri + "callback",
            "code_id": code,
            "username": username,
        }

    def credential(
        self, act: Act, time: int, app: str, name: str, kind: str, details: dict[str, Any], role: str
    ) -> None:
        done = self.event(act, time, name, app, act.account.uid, None, None, {**details, "credential_type": kind}, role)
        if self.current:
            self.event(
                act,
                time + self.rng.randint(0, 3),
                "UPDATE_CREDENTIAL",
                app,
                act.account.uid,
                None,
                None,
                {**details, "credential_type": kind},
                "",
                done,
            )

    def event(
        self,
        act: AnyAct,
        time: int,
        name: str,
        app: str,
        user: str | None,
        session: str | None,
        error: str | None,
        details: dict[str, Any],
        role: str,
        of: str = "",
    ) -> str:
        uid = self.guid()
        record: dict[str, Any] = {"id": uid, "time": time, "type": name, "realmId": self.tenant.uid}
        if self.current:
            record["realmName"] = self.realm
        record |= {
            "clientId": app,
            "userId": user,
            "sessionId": session,
            "ipAddress": act.source.address.ip,
            "error": error,
            "details": details,
        }
        self.emit(act, time, uid, json(record), role, of)
        return uid

    def admin(self, act: AdminReset | Unlock, admin_uid: str, operation: str, path: str) -> None:
        uid = self.guid()
        record: dict[str, Any] = {
            "id": uid,
            "time": act.time,
            "realmId": self.tenant.uid,
            "authDetails": {
                "realmId": self.tenant.uid,
                "clientId": self.tenant.apps[0][0],
                "userId": admin_uid,
                "ipAddress": act.source.address.ip,
            },
            "operationType": operation,
            "resourceType": "USER",
            "resourcePath": path,
            "representation": None,
            "error": None,
        }
        self.emit(act, act.time, uid, json(record), "")
