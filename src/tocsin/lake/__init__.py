"""The event store. Files come in and their events are kept once.

Event files, refusals and coverage go out.
"""

from tocsin.lake.beside import BesideStore, Wanted
from tocsin.lake.coverage import Covered, coverage
from tocsin.lake.intake import Intake, NothingRead, dated, refused_dates, take_in
from tocsin.lake.late import Late
from tocsin.lake.log_files import EMPTY, Sought, log_files, passed_over
from tocsin.lake.reads import Part, Version, Way
from tocsin.lake.seen import Seen
from tocsin.lake.skew import Skew, skews
from tocsin.lake.store import REFUSALS, Appended, Lake

__all__ = [
    "EMPTY",
    "REFUSALS",
    "Appended",
    "BesideStore",
    "Covered",
    "Intake",
    "Lake",
    "Late",
    "NothingRead",
    "Part",
    "Seen",
    "Skew",
    "Sought",
    "Version",
    "Wanted",
    "Way",
    "coverage",
    "dated",
    "log_files",
    "passed_over",
    "refused_dates",
    "skews",
    "take_in",
]
