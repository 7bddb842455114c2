"""The event store. Files come in and their events are kept once.

Event files, refusals and coverage go out.
"""

from tocsin.lake.coverage import Covered, coverage
from tocsin.lake.intake import NOT_LOGS, Intake, NothingRead, dated, log_files, refused_dates, take_in
from tocsin.lake.late import Late
from tocsin.lake.reads import Part, Version, Way
from tocsin.lake.seen import Seen
from tocsin.lake.skew import Skew, skews
from tocsin.lake.store import REFUSALS, Appended, Lake

__all__ = [
    "NOT_LOGS",
    "REFUSALS",
    "Appended",
    "Covered",
    "Intake",
    "Lake",
    "Late",
    "NothingRead",
    "Part",
    "Seen",
    "Skew",
    "Version",
    "Way",
    "coverage",
    "dated",
    "log_files",
    "refused_dates",
    "skews",
    "take_in",
]
