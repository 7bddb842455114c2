"""Somebody who has the password makes the second factor ask its owner, and is refused or not answered.

Harmless look-alikes: a prompt missed on the way to work, a code typed wrong; they end in a success from the same place.
"""

from tocsin.detect.detection import Detection
from tocsin.events import Activity, Outcome

FACTOR_PROMPT = Detection(
    name="factor_prompt",
    title="Second-factor prompts refused or left unanswered",
    role="attack",
    techniques=("T1621", "T1111"),
    matches=lambda events: (events.activity == Activity.CHALLENGE.value) & (events.outcome != Outcome.SUCCESS.value),
)
