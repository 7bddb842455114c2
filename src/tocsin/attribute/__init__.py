"""Whose hand it may be. What is known of actors comes in beside an assessed campaign; suggestions in ICD 203 words go
out, and judgements that two people released.
"""

from tocsin.attribute.actor import Actor, Claim, authority_words
from tocsin.attribute.knowledge import Knowledge, actor_knowledge
from tocsin.attribute.names import Standing, folded
from tocsin.attribute.seen import Seen, seen
from tocsin.attribute.suggestion import HypothesisTold, Reason, Suggestion, View, suggestion

__all__ = [
    "Actor",
    "Claim",
    "HypothesisTold",
    "Knowledge",
    "Reason",
    "Seen",
    "Standing",
    "Suggestion",
    "View",
    "actor_knowledge",
    "authority_words",
    "folded",
    "seen",
    "suggestion",
]
