"""The kinds of act that a log shows or cannot show, and how they are found in the events that were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.events import Activity
from tocsin.lake import Seen


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of act (or trait of acts). `activities` none: of all."""

    name: str
    words: str  # in the middle of a sentence
    activities: tuple[Activity, ...] = ()
    counted: str = "events"  # which count of `Seen` says that it occurs

    def occurs(self, acts: Mapping[str, Seen], instead: Sequence[str] = ()) -> int:
        """How many events show it. `instead`: activities by which a provider shows it that has no word for it."""
        names = instead or self.activities or tuple(acts)
        counted = "events" if instead else self.counted
        return sum(int(getattr(acts[name], counted)) for name in names if name in acts)


KINDS = (
    Kind(name="sign_in", words="sign-ins", activities=(Activity.SIGN_IN,)),
    Kind(name="failed_sign_in", words="failed sign-ins", activities=(Activity.SIGN_IN,), counted="failed"),
    Kind(
        name="unknown_at_sign_in",
        words="unknown names at the sign-in",
        activities=(Activity.SIGN_IN, Activity.IDENTIFY),
        counted="unknown",
    ),
    Kind(
        name="second_factor",
        words="second-factor prompts",
        activities=(Activity.CHALLENGE, Activity.SIGN_IN),
        counted="factor",
    ),
    Kind(name="recovery_started", words="started recoveries", activities=(Activity.RECOVERY_START,)),
    Kind(
        name="unknown_at_recovery",
        words="unknown names at the recovery form",
        activities=(Activity.RECOVERY_START,),
        counted="unknown",
    ),
    Kind(name="recovery_message", words="recovery messages", activities=(Activity.RECOVERY_MESSAGE,)),
    Kind(name="recovery_proof", words="recovery codes and answers", activities=(Activity.RECOVERY_PROOF,)),
    Kind(name="recovery_completed", words="completed recoveries", activities=(Activity.RECOVERY_COMPLETE,)),
    Kind(name="credential_change", words="changes of passwords and keys", activities=(Activity.CREDENTIAL_CHANGE,)),
    Kind(name="factor_change", words="changes of second factors", activities=(Activity.FACTOR_CHANGE,)),
    Kind(name="channel_change", words="changes of recovery channels", activities=(Activity.CHANNEL_CHANGE,)),
    Kind(name="session_use", words="use of open sessions", activities=(Activity.SESSION_USE,)),
    Kind(name="mailbox_rule", words="mailbox rules and forwarding", activities=(Activity.MAILBOX_RULE,)),
    Kind(name="consent", words="consent to applications", activities=(Activity.CONSENT,)),
    Kind(name="provider_verdict", words="the provider's own warnings", activities=(Activity.PROVIDER_VERDICT,)),
    Kind(name="admin_act", words="acts of administrators", activities=(Activity.ADMIN_ACT,)),
    Kind(name="source_address", words="source addresses", counted="addressed"),
    Kind(name="client", words="clients (user agents)", counted="client"),
)

BY_NAME = {kind.name: kind for kind in KINDS}

SIGN_INS = ("sign_in", "failed_sign_in")
"""The front door: who was let in, and who was not."""

RECOVERIES = ("recovery_started", "recovery_completed")
"""The second front door. Not the codes and answers: some providers write them as second factors of a sign-in."""

ORDINARY = frozenset(
    (Activity.SIGN_IN, Activity.CHALLENGE, Activity.SESSION_USE, Activity.SESSION_END, Activity.PROVIDER_VERDICT)
)
"""What is left of a log that was filtered to sign-ins when it was exported."""
