"""Enriched events to the risk of each act: how much likelier somebody else did it than the account's owner, and why.

Sign-ins, completed recoveries and changes come in; log-odds with a part and plain words for each feature go out, and a
history of counts that a day more of events goes on from.
"""

from tocsin.risk.features import FEATURES, LEVELS, PUBLISHED, Feature, Level, Weighing
from tocsin.risk.history import History, history_rows, read_history
from tocsin.risk.reasons import Reasons, reasons
from tocsin.risk.risk_of import RISK, risk_and_history, risk_of

__all__ = [
    "FEATURES",
    "LEVELS",
    "PUBLISHED",
    "RISK",
    "Feature",
    "History",
    "Level",
    "Reasons",
    "Weighing",
    "history_rows",
    "read_history",
    "reasons",
    "risk_and_history",
    "risk_of",
]
