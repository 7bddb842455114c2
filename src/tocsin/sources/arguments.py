"""Arguments of macros, worked out once: a macro's argument is computed wherever the macro names it.

`account_name` names its argument six times before it is done, and what stands in a CASE the engine does not find to be
the same. So an argument that is more than a name gets one, before the expression that it stands in.
"""

from __future__ import annotations

import re

_CALL = re.compile(r"\b(?:account_name|event_time|ip_address)\(")
_WORD = re.compile(r"'(?:[^']|'')*'|\b[A-Za-z_]\w*(\s*\()?")
_CHEAP = frozenset({"coalesce", "contains", "filled", "nullif"})
"""What may be computed of every record: an argument that stands behind a CASE is asked for by some of them only."""

_WORDS = frozenset({"AND", "CASE", "ELSE", "END", "IN", "IS", "NOT", "NULL", "OR", "THEN", "WHEN"})


def apart(expression: str, names: dict[str, str]) -> str:
    """The expression with names for the arguments of its macros; `names` holds them by what they stand for."""
    if "lambda" in expression:  # what stands in one may be of its own variables
        return expression
    kept, begin = [], 0
    while (call := _CALL.search(expression, begin)) is not None:
        end = _end(expression, call.end())
        argument = expression[call.end() : end]
        kept += [expression[begin : call.end()], _name(argument, names)]
        begin = end
    return "".join(kept) + expression[begin:]


def _name(argument: str, names: dict[str, str]) -> str:
    if argument.isidentifier() or not _cheap(argument):
        return argument
    return names.setdefault(argument, f"argument_{len(names)}")


def _cheap(argument: str) -> bool:
    """Does it call nothing but what is cheap, and take nothing apart?"""
    if re.search(r"->|\[|::", argument):
        return False
    called = (found[0].rstrip("( \n") for found in _WORD.finditer(argument) if found[1])
    return all(one in _CHEAP or one in _WORDS for one in called)


def _end(expression: str, begin: int) -> int:
    """Where the parenthesis closes that opens before `begin`."""
    depth, quoted = 1, False
    for place in range(begin, len(expression)):
        sign = expression[place]
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if not depth:
                return place
    raise ValueError(f"no end of what begins at {expression[begin - 20 : begin + 20]!r}")
