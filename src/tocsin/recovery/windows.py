"""Window expressions that mean the same on DuckDB and Spark.

Ibis compiles `last(include_null=False)` over a window to LAST IGNORE NULLS on Spark and to a plain
LAST_VALUE on DuckDB, so "the last row of which something holds" is taken from a maximum of whole numbers
here, never from `last`.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis

_LABELS = 1 << 31  # more rows than one account can have
NEVER = _LABELS - 1
"""A span in milliseconds (25 days) beyond everything that rules look at, and still a label."""

_DIGITS = 10  # of which 2^31 has as many


def within(by: Sequence[str]) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=list(by))


def up_to_here(by: Sequence[str], order: Sequence[str]) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=list(by), order_by=list(order), preceding=(None, 0))


def before(by: Sequence[str], order: Sequence[str]) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=list(by), order_by=list(order), preceding=(None, 1))


def after(by: Sequence[str], order: Sequence[str]) -> ibis.expr.builders.WindowBuilder:
    return ibis.window(group_by=list(by), order_by=list(order), following=(1, None))


def only(value: ibis.Value, condition: ibis.Value) -> ibis.Value:
    """`value` where the condition holds, NULL elsewhere."""
    return ibis.cases((condition, value), else_=ibis.null(value.type()))


def holds(condition: ibis.Value) -> ibis.Value:
    """1 where the condition holds, 0 where it does not or cannot be told."""
    return ibis.cases((condition, 1), else_=0).cast("int64")


def since_last(value: ibis.Value, by: Sequence[str], order: Sequence[str]) -> ibis.Value:
    """By how much `value` grew since the row before; NULL at the first row."""
    return value - value.lag().over(ibis.window(group_by=list(by), order_by=list(order)))


def numbered(breaks: ibis.Value, by: Sequence[str], order: Sequence[str]) -> ibis.Value:
    """The number of the stretch that a row is in; a new stretch begins where the column `breaks` holds.

    No window may stand inside `breaks`: give it as a column of its own first.
    """
    return holds(breaks).sum().over(up_to_here(by, order))


def packed(seq: ibis.Value, label: ibis.Value) -> ibis.Value:
    """Two whole numbers in one that sorts like the first."""
    return seq * ibis.literal(_LABELS, "int64") + label


def label_of(pack: ibis.Value) -> ibis.Value:
    return pack % ibis.literal(_LABELS, "int64")


def seq_of(pack: ibis.Value) -> ibis.Value:
    return pack // ibis.literal(_LABELS, "int64")


def opening(silence: ibis.Value, longest: int) -> ibis.Value:
    """Does a new stretch begin: at the first row, or after a silence longer than that?"""
    return silence.isnull() | (silence > longest)


def marked(value: ibis.Value, begins: ibis.Value, by: Sequence[str], order: Sequence[str]) -> ibis.Value:
    """What the row that begins a stretch holds, on every row of it. `value` must grow along `order`."""
    return only(value, begins).max().over(up_to_here(by, order))


def first_text(seq: ibis.Value, text: ibis.Value) -> ibis.Value:
    """An aggregate: the first text that is not NULL, behind its `seq` to sort by it. See `text_of`."""
    return seq.cast("string").lpad(_DIGITS, "0").concat(text).min()


def text_of(first: ibis.Value) -> ibis.Value:
    return first.substr(_DIGITS)
