"""The event store. Files come in and their events are kept once; event files, refusals and coverage go out."""

from tocsin.lake.coverage import Covered, coverage
from tocsin.lake.intake import Intake, log_files, take_in
from tocsin.lake.store import Appended, Lake, Part, fingerprint

__all__ = ["Appended", "Covered", "Intake", "Lake", "Part", "coverage", "fingerprint", "log_files", "take_in"]
