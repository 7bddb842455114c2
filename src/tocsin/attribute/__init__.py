"""Whose hand it may be. What is known of actors comes in beside an assessed campaign; suggestions in ICD 203 words go
out, and judgements that two people released.
"""

from tocsin.attribute.actor import Actor, Claim, authority_words
from tocsin.attribute.knowledge import Knowledge, actor_knowledge
from tocsin.attribute.names import Standing, folded

__all__ = [
    "Actor",
    "Claim",
    "Knowledge",
    "Standing",
    "actor_knowledge",
    "authority_words",
    "folded",
]
