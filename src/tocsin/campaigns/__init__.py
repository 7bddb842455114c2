"""Acts to campaigns: who is a stranger, which sources bring strangers, which of them one operator is behind.

Detected acts and the owners' days come in; `Campaign`s with their events go out. `infer.py` is the order of work.
"""

from tocsin.campaigns.acts import ACT, COLUMNS, IN_ORDER
from tocsin.campaigns.arrivals import ARRIVAL, ARRIVAL_TECHNIQUES, ENTRY, ENTRY_TECHNIQUES
from tocsin.campaigns.chances import log_choose
from tocsin.campaigns.changed_locks import CHANGED_LOCK, CHANGED_LOCK_TECHNIQUES
from tocsin.campaigns.houses import Houses
from tocsin.campaigns.lent import LENT, LENT_TECHNIQUES
from tocsin.campaigns.linked import NO_LINKS, Linked, Site, existing, linked, measured, reasons
from tocsin.campaigns.mirrors import DIRECTORY, LOGS_APART_MS, directory
from tocsin.campaigns.restores import Link, Restoring, restores
from tocsin.campaigns.texts import firsts

__all__ = [
    "ACT",
    "ARRIVAL",
    "ARRIVAL_TECHNIQUES",
    "CHANGED_LOCK",
    "CHANGED_LOCK_TECHNIQUES",
    "COLUMNS",
    "DIRECTORY",
    "ENTRY",
    "ENTRY_TECHNIQUES",
    "IN_ORDER",
    "LENT",
    "LENT_TECHNIQUES",
    "LOGS_APART_MS",
    "NO_LINKS",
    "Houses",
    "Link",
    "Linked",
    "Restoring",
    "Site",
    "directory",
    "existing",
    "firsts",
    "linked",
    "log_choose",
    "measured",
    "reasons",
    "restores",
]
