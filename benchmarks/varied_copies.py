"""Copies of a sample that differ as records of a real log do: in ids, accounts, addresses and times.

Without that, what a reader works out once for each value would be worked out a dozen times for a hundred thousand
records, which no log allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ACCOUNTS, ADDRESSES = 2_000, 6_000
"""How many of a kind there are for each one in the sample."""

_KINDS = {
    "uuid": rb"(?<![0-9a-zA-Z-])(?!0{8}-0000)[0-9a-fA-F]{8}(?=(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b)",
    "address": rb"(?<![\d./])(?:192\.0\.2|198\.51\.100|203\.0\.113|192\.168\.\d+|10\.\d+\.\d+)\.\d{1,3}(?![\d.])",
    "account": rb"(?<=[a-z0-9])(?<!\bsystem)(?<!\bfim_password_service)@(?=[\w-]+\.)",
    "clock": rb"(?<=\d[T ])\d\d:[0-5]\d:[0-5]\d(?!\d)|(?<=\d, )\d{1,2}:[0-5]\d:[0-5]\d(?!\d)",
    "milliseconds": rb"(?<![\w.])1[5-9]\d{11}(?![\w.])",
    "seconds": rb"(?<![\w.])1[5-9]\d{8}(?![\w.])",
    "key": rb"(?<=\b\w{3})\w{8}(?=\w{7,}\b)",
}
_TOKEN = re.compile(b"|".join(b"(?P<%s>%s)" % (name.encode(), pattern) for name, pattern in _KINDS.items()))
_KEY = re.compile(rb"(?=(?:[A-Za-z_]*\d){4})[A-Za-z0-9]{18,}\Z")


def varied_copies(text: bytes, times: int) -> Iterator[bytes]:
    """So many of them; the first is the text itself."""
    template = _TOKEN.sub(_place, text.replace(b"%", b"%%"))
    yield text
    for number in range(1, times):
        yield template % _values(number)


def _place(found: re.Match[bytes]) -> bytes:
    kind, held = found.lastgroup or "", found[0]
    match kind:
        case "address":
            return b".".join(held.split(b".")[:2]) + b".%(address)b"
        case "account":
            return b"%(account)b@"
        case "clock":
            return held[: held.index(b":")] + b"%(clock)b"
        case "milliseconds":
            return held[:5] + b"%(milliseconds)b"
        case "seconds":
            return held[:5] + b"%(seconds)b"
        case "key":
            whole = found.string[found.start() - 3 :]
            word = re.match(rb"\w*", whole)
            return b"%(key)b" if word is not None and _KEY.match(word[0]) else held
        case _:
            return b"%(key)b"


def _values(number: int) -> dict[bytes, bytes]:
    account, address = number % ACCOUNTS, number % ADDRESSES
    return {
        b"key": b"%08d" % number,
        b"account": b"%d" % account,
        b"address": b"%d.%d" % (address // 250, address % 250),
        b"clock": b":%02d:%02d" % (number // 60 % 60, number % 60),
        b"milliseconds": b"%08d" % (number * 1000 % 10**8),
        b"seconds": b"%05d" % (number % 10**5),
    }
