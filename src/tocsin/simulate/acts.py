"""What people and operators do, in the world's words. The native writers turn an act into a provider's
records.

Benign life and campaigns use the same acts, so that no record can betray by its shape whose it is. `mark`
is the id of the campaign that an act belongs to (None for everybody else); only the truth reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from .clients import Client
from .networks import Address
from .people import Account
from .tenants import Tenant


class Source(NamedTuple):
    """Where a request comes from."""

    address: Address
    client: Client


@dataclass(slots=True)
class Act:
    time: int  # milliseconds since 1970, UTC
    account: Account
    source: Source
    mark: str | None = field(default=None, kw_only=True)

    @property
    def tenant(self) -> Tenant:
        return self.account.tenant

    @property
    def identifier(self) -> str:
        """What was typed at the form."""
        return self.account.name


@dataclass(slots=True)
class SignIn(Act):
    """A password given at the sign-in form, and what came of it."""

    outcome: str  # success | wrong_password | locked | factor_refused | factor_unanswered | interrupted
    session: int = 0  # 128-bit number; 0 where none began
    second_factor: bool = False  # asked for and given, on success
    program: bool = False  # a mail program with a stored password: no browser, no prompt


@dataclass(slots=True)
class UnknownSignIn:
    """A sign-in with a name that the tenant does not know."""

    time: int
    tenant: Tenant
    identifier: str
    source: Source
    mark: str | None = field(default=None, kw_only=True)


@dataclass(slots=True)
class SessionUse(Act):
    session: int


@dataclass(slots=True)
class SignOut(Act):
    session: int


@dataclass(slots=True)
class Recovery(Act):
    """One run through the recovery flow, from the identifier to where the source left it."""

    ending: str  # left (after the start) | wrong_proof | cancelled | blocked | completed
    method: str = "email"  # email | phone | question | app
    wrong_proofs: int = 0  # codes or answers refused on the way
    pace: float = 25.0  # seconds that a step takes about
    session: int = 0  # of the sign-in that a completed recovery ends in

    @property
    def continued(self) -> bool:
        """Did the source go on to a proof? If not, the start was an identification attempt and nothing
        else.
        """
        return self.wrong_proofs > 0 or self.ending in ("wrong_proof", "blocked", "completed")


@dataclass(slots=True)
class UnknownRecovery:
    """The recovery form with a name that the tenant does not know (only Keycloak logs it)."""

    time: int
    tenant: Tenant
    identifier: str
    source: Source
    mark: str | None = field(default=None, kw_only=True)


@dataclass(slots=True)
class PasswordChange(Act):
    forced: bool = False  # the old one had expired
    refused: int = 0  # new passwords that the policy refused first


@dataclass(slots=True)
class FactorChange(Act):
    change: str  # added | removed
    factor: str  # totp | push | sms | security_key
    session: int = 0


@dataclass(slots=True)
class ChannelChange(Act):
    kind: str  # email | phone
    value: str
    session: int = 0


@dataclass(slots=True)
class MailRule(Act):
    kind: str  # inbox_rule | forwarding
    value: str  # where the mail goes; empty for a rule that only sorts
    session: int = 0


@dataclass(slots=True)
class Consent(Act):
    app: str
    session: int = 0


@dataclass(slots=True)
class AdminReset(Act):
    """The helpdesk resets a password; `account` is the person helped, the source is the helper's."""

    admin: Account


@dataclass(slots=True)
class Lockout(Act):
    """The provider locks the account after too many wrong passwords; the source is that of the last one."""


@dataclass(slots=True)
class Unlock(Act):
    admin: Account


AnyAct = Act | UnknownSignIn | UnknownRecovery
