"""What somebody decided shall leave beyond the rule. A choice beyond it needs a reason, which is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tocsin.errors import UsageError
from tocsin.indicators.tlp import Tlp


class Part(StrEnum):
    """What never leaves unless it is asked for."""

    ACCOUNTS = "accounts"  # names of accounts with their stage
    ORGANISATIONS = "organisations"  # names of organisations whose people were targets
    CONTACTS = "contacts"  # safe contacts of the accounts, from the roster
    FEEDS = "feeds"  # what other people's indicators matched, with their marking


class ClaimKind(StrEnum):
    INTRUSION_SET = "intrusion-set"  # a pattern of behaviour that an authority tracks under a name
    THREAT_ACTOR = "threat-actor"  # somebody who is held to act


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A released name, which is always that of an authority."""

    name: str
    authority: str
    kind: ClaimKind = ClaimKind.INTRUSION_SET


@dataclass(frozen=True, kw_only=True)
class Choices:
    """One decision to share. Raises `UsageError` when it goes beyond the rule without a reason."""

    tlp: Tlp = Tlp.AMBER_STRICT
    include: frozenset[Part] = frozenset()
    approve_zero: frozenset[str] = frozenset()  # categories of which a zero may be told
    claims: tuple[Claim, ...] = ()
    domains: tuple[str, ...] = ()  # attacker domains beside what the logs name
    producer: str | None = None  # under which name it is shared
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.beyond_the_rule and not (self.reason or "").strip():
            raise UsageError(
                f"no reason is given for {', '.join(self.beyond_the_rule)}",
                remedy="say why with --reason; it is kept in the ledger of the store",
            )
        if Part.CONTACTS in self.include and Part.ACCOUNTS not in self.include:
            raise UsageError(
                "contacts belong to accounts, which are not included", remedy="add --include accounts, or leave both"
            )

    @property
    def beyond_the_rule(self) -> list[str]:
        """What needs a reason, in words."""
        return [
            *(f"--include {part}" for part in sorted(self.include)),
            *(f"--approve-zero {category}" for category in sorted(self.approve_zero)),
            *(f"--{one.kind} {one.name}@{one.authority}" for one in self.claims),
            *([f"--tlp {self.tlp}"] if self.tlp.strictness < Tlp.AMBER.strictness else []),
        ]
