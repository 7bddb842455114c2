"""Comes in: acts. Goes out: log exports in the shapes in which the providers write them, and notes for the
truth.

`Logs` opens every export of a world; `write` takes an act to the writers of its tenant; `flush` writes a
day out.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from ..acts import AnyAct
from ..tenants import Tenant
from ..truth import Truth
from . import entra_audit, entra_signin, google, keycloak, m365, okta
from .log_file import Delivery, Envelope, LogFile
from .writer import Dice, Writer

__all__ = ["EXPORTS", "Logs"]

LINES = Envelope()
# Every export: (file, envelope, delivery). Tenants of a provider share a file where the shape allows it.
EXPORTS: dict[str, tuple[str, Envelope, Delivery]] = {
    "okta": ("okta-system-log.jsonl", LINES, okta.DELIVERY),
    "entra-signins": ("entra-signins.json", entra_signin.GRAPH_PAGES, entra_signin.DELIVERY),
    "entra-signins-diagnostic": (
        "entra-signins-diagnostic.jsonl",
        entra_signin.DIAGNOSTIC_BATCHES,
        entra_signin.DELIVERY,
    ),
    "entra-audit": ("entra-audit.jsonl", LINES, entra_audit.DELIVERY),
    "entra-audit-diagnostic": (
        "entra-audit-diagnostic.jsonl",
        entra_audit.DIAGNOSTIC_BATCHES,
        entra_audit.DELIVERY,
    ),
    "google": ("google-login.json", google.PAGES, google.DELIVERY),
    "keycloak": ("keycloak-events.jsonl", LINES, keycloak.DELIVERY),
    "m365": ("m365-audit.jsonl", LINES, m365.DELIVERY),
}


class Logs:
    def __init__(self, folder: Path, tenants: list[Tenant], truth: Truth, seed: int, compress: str | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.files = {
            name: LogFile(folder / file, envelope, delivery, Random(f"{seed}/delivery/{name}"), compress)
            for name, (file, envelope, delivery) in EXPORTS.items()
        }
        self._writers = {tenant.key: self._open(tenant, truth, seed) for tenant in tenants}

    def start_day(self, day: int) -> None:
        for writers in self._writers.values():
            for writer in writers:
                writer.start_day(day)

    def write(self, act: AnyAct, *, added: bool) -> None:
        """`added`: by the scenario, not by benign life; it throws dice of its own, so as not to change that
        life.
        """
        for writer in self._writers[act.tenant.key]:
            writer.write(act, added=added)

    def flush(self, until: int | None) -> None:
        for file in self.files.values():
            file.flush(until)

    def close(self) -> None:
        for file in self.files.values():
            file.close()

    @property
    def records(self) -> int:
        return sum(file.records for file in self.files.values())

    def _open(self, tenant: Tenant, truth: Truth, seed: int) -> list[Writer]:
        def dice(export: str) -> Dice:
            name = f"{seed}/{tenant.key}/{export}"
            return lambda day: (Random(f"{name}/{day}"), Random(f"{name}/{day}/added"))

        if tenant.provider != "entra":
            kinds = {
                "okta": okta.OktaWriter,
                "google": google.GoogleWriter,
                "keycloak": keycloak.KeycloakWriter,
            }
            return [kinds[tenant.provider](tenant, self.files[tenant.provider], truth, dice("log"))]
        suffix = "-diagnostic" if tenant.variant == "diagnostic" else ""
        signins, audits = self.files["entra-signins" + suffix], self.files["entra-audit" + suffix]
        unified: list[m365.UnifiedAudit] = []
        if tenant.unified_audit:  # before the others, which hand their mirrors to it
            unified.append(m365.UnifiedAudit(tenant, self.files["m365"], truth, dice("m365")))
        mirror = unified[0] if unified else None
        return [
            *unified,
            entra_signin.EntraSignIns(tenant, signins, truth, dice("signins"), mirror),
            entra_audit.EntraAudit(tenant, audits, truth, dice("audit"), mirror),
        ]
