"""Events to recovery sessions: the event table comes in; steps, sessions and each source's part in them go
out."""

from tocsin.recovery.rules import Rules
from tocsin.recovery.select import READ, concerning_recovery, concerns_recovery
from tocsin.recovery.tables import SESSIONS, SOURCE_PARTS, STEPS, RecoveryTables, sessions, source_parts
from tocsin.recovery.unlogged import owners_read_by_order

__all__ = [
    "READ",
    "SESSIONS",
    "SOURCE_PARTS",
    "STEPS",
    "RecoveryTables",
    "Rules",
    "concerning_recovery",
    "concerns_recovery",
    "owners_read_by_order",
    "sessions",
    "source_parts",
]
