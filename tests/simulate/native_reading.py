"""A second, separate reading of the native logs: what a person would say each record means."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    uid: str
    provider: str
    kind: str  # unknown | start | proof | done | in | use | setting | other
    name: str  # identifier or account
    address: str
    time: str
    run: str = ""  # the recovery run, where the provider has an id for it

    @property
    def moment(self) -> float:
        """Seconds since 1970."""
        if self.time.isdigit():
            return int(self.time) / 1000
        return datetime.fromisoformat(self.time[:19]).replace(tzinfo=UTC).timestamp()


@cache
def read_all(world: Path) -> tuple[Reading, ...]:
    """Every distinct record of a world, once."""
    logs = world / "logs"
    found: dict[tuple[str, str], Reading] = {}
    names: dict[str, str] = {}  # of Keycloak's users: some of its records carry the id only
    for record in lines(logs / "keycloak-events.jsonl"):
        if record.get("userId") and "username" in record.get("details", {}):
            names[f"id:{record['userId']}"] = record["details"]["username"]
    for reading in (
        *map(_okta, lines(logs / "okta-system-log.jsonl")),
        *map(_entra_sign_in, pages(logs / "entra-signins.json", "value")),
        *(_entra_sign_in(record["properties"]) for record in pages(logs / "entra-signins-diagnostic.jsonl", "records")),
        *map(_entra_audit, lines(logs / "entra-audit.jsonl")),
        *(_entra_audit(record["properties"]) for record in pages(logs / "entra-audit-diagnostic.jsonl", "records")),
        *(one for record in pages(logs / "google-login.json", "items") for one in _google(record)),
        *map(_keycloak, lines(logs / "keycloak-events.jsonl")),
        *map(_m365, lines(logs / "m365-audit.jsonl")),
    ):
        name = names.get(reading.name, reading.name)
        found[reading.provider, reading.uid] = replace(reading, name=name)
    return tuple(found.values())


def lines(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def pages(path: Path, key: str) -> Iterator[Record]:
    for page in lines(path):
        yield from page[key]


def roster(world: Path) -> dict[str, str]:
    with (world / "roster.csv").open(encoding="utf-8", newline="") as file:
        return {row["account"]: row["category"] for row in csv.DictReader(file)}


def _okta(record: Record) -> Reading:
    event, outcome = record["eventType"], record["outcome"]
    failed = outcome["result"] == "FAILURE"
    uri = record["debugContext"]["debugData"]["requestUri"]
    people = [t["alternateId"] for t in record["target"] or [] if t["type"] == "User"]
    name = record["actor"]["alternateId"]
    kind = "other"
    if event == "user.session.start":
        kind = ("unknown" if record["actor"]["id"] == "unknown" else "proof") if failed else "in"
    elif event == "user.account.reset_password" and record["actor"]["alternateId"] in people:
        kind = "start"
    elif event == "user.account.use_token" or (event == "user.authentication.auth_via_mfa" and failed):
        kind = "proof"
    elif event == "user.authentication.auth_via_mfa" and uri == "/idp/idx/challenge/answer":
        factor = record["debugContext"]["debugData"]["factor"]
        kind = "proof" if factor != "PASSWORD_AS_FACTOR" else "other"
    elif event == "user.account.update_password":
        kind = "done" if "reset_password" in uri or uri == "/idp/idx/challenge/answer" else "setting"
    elif event in ("user.authentication.sso", "user.session.end"):
        kind = "use"
    elif event.startswith(("user.mfa.factor.", "user.account.update_", "app.oauth2.as.consent")):
        kind = "setting"
    return Reading(record["uuid"], "okta", kind, name, record["client"]["ipAddress"], record["published"])


def _entra_sign_in(record: Record) -> Reading:
    code = record["status"]["errorCode"]
    kind = {50034: "unknown", 50126: "proof", 50053: "proof", 500121: "proof", 50074: "asked", 50076: "asked"}
    meaning = kind.get(code, "other")
    if code == 0:
        meaning = "in" if record["isInteractive"] else "use"
    return Reading(
        record["id"],
        "entra",
        meaning,
        record["userPrincipalName"],
        record["ipAddress"],
        record["createdDateTime"],
        record["correlationId"],
    )


def _entra_audit(record: Record) -> Reading:
    activity, reason = record["activityDisplayName"], record["resultReason"]
    kind = "other"
    if reason == "User submitted their user ID":
        kind = "start"
    elif activity == "Self-service password reset flow activity progress":
        wrong = record["result"] == "failure" and ("invalid" in reason or "incorrectly" in reason)
        kind = "proof" if wrong or reason.startswith("User completed the") else "other"
    elif activity == "Reset password (self-service)":
        kind = "done"
    elif activity.startswith(("Change password", "User registered", "User deleted", "User changed", "Consent")):
        kind = "setting"
    user = record["initiatedBy"]["user"] or {}
    name, address = user.get("userPrincipalName", ""), user.get("ipAddress", "")
    return Reading(record["id"], "entra", kind, name, address, record["activityDateTime"], record["correlationId"])


def _google(record: Record) -> Iterator[Reading]:
    events = record["events"]
    for index, event in enumerate(events):
        uid = record["id"]["uniqueQualifier"]
        kind = {
            "login_failure": "proof",
            "login_challenge": "proof",
            "login_success": "in",
            "logout": "use",
            "activity": "use",
            "password_edit": "done",
            "login_verification": "other",
        }.get(event["name"], "setting")
        if record["id"]["applicationName"] in ("user_accounts", "admin"):
            kind = "other"
        yield Reading(
            uid if len(events) == 1 else f"{uid}/{index}",
            "google",
            kind,
            record["actor"]["email"],
            record["ipAddress"],
            record["id"]["time"],
        )


def _keycloak(record: Record) -> Reading:
    if "operationType" in record:
        address = record["authDetails"]["ipAddress"]
        return Reading(record["id"], "keycloak", "other", "", address, str(record["time"]))
    name, error, details = record["type"], record["error"], record["details"]
    kind = {
        "LOGIN": "in",
        "CODE_TO_TOKEN": "use",
        "REFRESH_TOKEN": "use",
        "LOGOUT": "use",
        "SEND_RESET_PASSWORD": "start",
        "RESET_PASSWORD": "done",
        "UPDATE_PASSWORD": "password",
    }.get(name, "setting")
    if name.endswith("_ERROR"):
        kind = "unknown" if error == "user_not_found" else "proof"
    elif name.startswith("USER_DISABLED"):
        kind = "other"
    typed = details.get("username") or f"id:{record['userId']}"
    run = details.get("code_id", "")
    return Reading(record["id"], "keycloak", kind, typed, record["ipAddress"], str(record["time"]), run)


def _m365(record: Record) -> Reading:
    mailbox = record["Operation"] in ("New-InboxRule", "Set-Mailbox")
    address = record.get("ClientIP", "")
    address = address.rsplit(":", 1)[0] if mailbox and address.count(":") == 1 else address
    kind = "setting" if mailbox else "other"
    return Reading(record["Id"], "m365", kind, record["UserId"], address, record["CreationTime"])
