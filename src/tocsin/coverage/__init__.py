"""What the logs cover: measured coverage and the table of what each log can show, put together.

`Covered` of each tenant comes in, with the roster; logs, kinds of act and accounts that an answer rests on go out, and
those that it does not. Taking anything out of the logs never makes the coverage wider.
"""

from tocsin.coverage.kinds import BY_NAME, KINDS, RECOVERIES, SIGN_INS
from tocsin.coverage.knowledge import Knowledge, knowledge
from tocsin.coverage.on_roster import RosterSeen, roster_seen, sightings
from tocsin.coverage.own_log import with_own_logs
from tocsin.coverage.shown import CLAIMED, KindShown, LogCovered, Retention, days_in, shown, stretches

__all__ = [
    "BY_NAME",
    "CLAIMED",
    "KINDS",
    "RECOVERIES",
    "SIGN_INS",
    "KindShown",
    "Knowledge",
    "LogCovered",
    "Retention",
    "RosterSeen",
    "days_in",
    "knowledge",
    "roster_seen",
    "shown",
    "sightings",
    "stretches",
    "with_own_logs",
]
