"""What is registered for an account: methods, what each of them can do, and where that stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tocsin.exposure.effects import Kind


class Use(StrEnum):
    """What a method is good for, to its owner and to whoever takes it."""

    SECOND = "second"  # asked for beside the password
    ALONE = "alone"  # signs in without a password
    RESET = "reset"  # gives a new password; a second step is still asked for
    RESTORE = "restore"  # gives the account


@dataclass(frozen=True, kw_only=True)
class Method:
    """One registered method. `value` is the whole mailbox or number; `hint` is one of which parts are hidden."""

    kind: Kind
    uses: frozenset[Use]
    value: str | None = None
    hint: str | None = None
    possible: bool = False  # whether it can do that is not known
    origin: str = ""  # who says so


@dataclass(frozen=True, kw_only=True)
class Gate:
    """How many registered methods a reset asks for; `possible` where that is not told."""

    needs: int
    possible: bool = False


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What one record of one provider says of one account."""

    provider: str
    uid: str | None = None
    names: tuple[str, ...] = ()  # lower case, the one that it signs in with first
    claimed: tuple[str, ...] = ()  # further names that nobody checked: they count where no other record has them
    methods: tuple[Method, ...] = ()
    password: bool | None = None  # None: the record does not say
    gates: tuple[Gate, ...] | None = None  # of a reset; empty: no reset; None: the record does not say
    factors_told: bool = False  # its second steps are all among the methods
    mail_host: bool = False  # the account is a mailbox, too
    in_use: bool = True  # it can be signed in to
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A record that could not be used, and why."""

    file: str
    line: int | None  # from 1, where the file has a record a line
    record: str | None  # place inside the JSON document, `3` or `3/1`
    reason: str
    excerpt: str = ""


class BadRecord(Exception):
    """Raised by an export's reader; the message is the reason."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A recovery channel or contact as people write it, made one of its kind."""

    kind: Kind
    value: str | None = None
    hint: str | None = None


_SCHEMES = re.compile(r"^(mailto|tel|phone|sms|signal|whatsapp|mobile|email)\s*:\s*", re.I)
_HIDDEN = re.compile(r"[*•●·…]|[xX]{2,}|\.{3,}")
_NUMBER = re.compile(r"\+?[\d\s().\-/*•●·…xX#]{5,}")


def named(text: str) -> Named | None:
    """The mailbox or number that the text names, whole or with parts hidden; None where it names neither."""
    given = _SCHEMES.sub("", text.strip())
    if "@" in given:
        address = given.lower()
        local, _, domain = address.rpartition("@")
        if not local or not domain or any(character.isspace() for character in address):
            return None
        if re.search(r"[*•●·…]|\.{3,}", address):
            return Named(kind=Kind.MAILBOX, hint=address)
        return Named(kind=Kind.MAILBOX, value=address)
    if _NUMBER.fullmatch(given) and any(character.isdigit() for character in given):
        if _HIDDEN.search(given):
            return Named(kind=Kind.PHONE, hint=given)
        number = phone_number(given)
        return Named(kind=Kind.PHONE, value=number) if number else None
    return None


def phone_number(text: str) -> str | None:
    """`+1 (206) 555-0100` as `+12065550100`; None of fewer than five digits."""
    digits = re.sub(r"[^\d+]", "", text.split("x")[0].split("#")[0])
    digits = digits[:1] + digits[1:].replace("+", "")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    return digits if len(digits.lstrip("+")) >= 5 else None
