"""Values of rules as Ibis predicates on a text: case, wildcards, escapes and modifiers as the Sigma specification says.

Specification: https://sigmahq.io/sigma-specification/specification/sigma-rules-specification.html ("Detection") and
.../sigma-appendix-modifiers.html. Text is compared without regard to case unless `cased`; a regular expression is
searched for, with regard to case unless `i`. Both sides are brought to lower case by the engine itself, so that they
agree on letters that languages treat differently. A predicate is NULL where the text is: the caller says what that
means.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaType,
    SpecialChars,
)

from tocsin.detect.sigma.cidr import in_network
from tocsin.detect.sigma.regexes import for_engines
from tocsin.detect.sigma.unconvertible import Unconvertible

Predicate = Callable[[ibis.Value], ibis.Value]

_SPECIAL = frozenset("\\.+*?()|[]{}^$")

_COMPARED: dict[CompareOperators, Callable[[ibis.Value, float], ibis.Value]] = {
    CompareOperators.LT: lambda value, number: value < number,
    CompareOperators.LTE: lambda value, number: value <= number,
    CompareOperators.GT: lambda value, number: value > number,
    CompareOperators.GTE: lambda value, number: value >= number,
    CompareOperators.NEQ: lambda value, number: value != number,
}


def matching(value: SigmaType, *, engine: str) -> Predicate:
    """Does a text match the value of a rule? Raises `Unconvertible`."""
    match value:
        case SigmaString():
            return _text(value)
        case SigmaBool():
            wanted = str(value.boolean).lower()
            return lambda text: text.lower() == wanted
        case SigmaNumber() if type(value) is SigmaNumber:
            written = [str(value.number), *([f"{value.number}.0"] if isinstance(value.number, int) else [])]
            return lambda text: text.isin(written)
        case SigmaCompareExpression():
            compared, number = _COMPARED[value.op], float(value.number.number)
            # A number without a type of its own would be a decimal to Spark.
            return lambda text: compared(text.try_cast("float64"), ibis.literal(number, "float64"))
        case SigmaRegularExpression():
            return _regular_expression(value, engine)
        case SigmaCIDRExpression():
            return in_network(value.network)
    raise Unconvertible(f"values of the kind {type(value).__name__.removeprefix('Sigma')} are not converted")


def keyword(value: SigmaType, *, engine: str) -> Predicate:
    """Does a text hold the keyword anywhere? Raises `Unconvertible`."""
    match value:
        case SigmaRegularExpression():
            return _regular_expression(value, engine)
        case SigmaNumber() if type(value) is SigmaNumber:
            return _text(SigmaString(f"*{value.number}*"))
        case SigmaString():
            whole = type(value)()
            whole.s = (SpecialChars.WILDCARD_MULTI, *value.s, SpecialChars.WILDCARD_MULTI)
            return _text(whole)
    raise Unconvertible(f"a keyword of the kind {type(value).__name__.removeprefix('Sigma')} is not converted")


def _text(value: SigmaString) -> Predicate:
    folded: Predicate = (lambda text: text) if isinstance(value, SigmaCasedString) else (lambda text: text.lower())
    parts = _merged(list(value.s))
    texts = [part for part in parts if isinstance(part, str)]
    start, end = parts[:1] == [SpecialChars.WILDCARD_MULTI], parts[-1:] == [SpecialChars.WILDCARD_MULTI]
    plain = len(texts) == len(parts) - start - (end if len(parts) > 1 else 0) and len(texts) <= 1
    if not parts:
        return lambda text: text == ""
    if plain and not texts:
        return lambda text: text.notnull()
    if plain:
        # Written out as what it is: engines search for that much faster than for a pattern.
        wanted = folded(ibis.literal(texts[0]))
        if start and end:
            return lambda text: folded(text).contains(wanted)
        if start:
            return lambda text: folded(text).endswith(wanted)
        if end:
            return lambda text: folded(text).startswith(wanted)
        return lambda text: folded(text) == wanted
    pattern = ibis.literal("(?s)^") + folded(ibis.literal("".join(map(_pattern, parts)))) + ibis.literal(r"\z")
    return lambda text: folded(text).re_search(pattern)


def _merged(parts: list[str | SpecialChars | Placeholder]) -> list[str | SpecialChars]:
    """Runs of `*` are one; neighbouring texts are one text."""
    merged: list[str | SpecialChars] = []
    for part in parts:
        if isinstance(part, Placeholder):
            raise Unconvertible(
                f"the placeholder %{part.name}% stands for values of your own that nobody has put in: write them there"
            )
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part is not SpecialChars.WILDCARD_MULTI or merged[-1:] != [part]:
            merged.append(part)
    return merged


def _pattern(part: str | SpecialChars) -> str:
    if isinstance(part, str):
        return "".join(f"\\{one}" if one in _SPECIAL else one for one in part)
    return ".*" if part is SpecialChars.WILDCARD_MULTI else "."


def _regular_expression(value: SigmaRegularExpression, engine: str) -> Predicate:
    if value.regexp.contains_placeholder():
        raise Unconvertible("the regular expression has a placeholder that nobody has filled: write the values there")
    flags = {flag: flag in value.flags for flag in SigmaRegularExpressionFlag}
    pattern = for_engines(
        str(value.regexp),
        ignore_case=flags[SigmaRegularExpressionFlag.IGNORECASE],
        multiline=flags[SigmaRegularExpressionFlag.MULTILINE],
        dot_all=flags[SigmaRegularExpressionFlag.DOTALL],
        engine=engine,
    )
    return lambda text: text.re_search(pattern)
