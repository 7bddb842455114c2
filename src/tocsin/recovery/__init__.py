"""Events to recovery sessions: the event table comes in; steps, sessions and each source's part in them go
out."""

from tocsin.recovery.rules import Rules
from tocsin.recovery.select import concerning_recovery
from tocsin.recovery.tables import SESSIONS, SOURCE_PARTS, STEPS, RecoveryTables, sessions

__all__ = ["SESSIONS", "SOURCE_PARTS", "STEPS", "RecoveryTables", "Rules", "concerning_recovery", "sessions"]
