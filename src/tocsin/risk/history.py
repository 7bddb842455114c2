"""The history: what accounts and the site have shown, as counts of visits that a day more of events goes on from.

Small beside the events, and the same whether it was counted in one go or day after day: only whole days are counted, so
a scan in the middle of a day leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa

from tocsin.engines import Engine
from tocsin.risk.features import FEATURES, LEVELS
from tocsin.risk.numbers import Numbers

DAY_MS = 86_400_000


def known(feature: str) -> str:
    """The column of how many visits told something of the feature."""
    return f"{feature}_known"


def told(feature: str) -> str:
    """The column of how many of them could be held against an earlier one."""
    return f"{feature}_told"


def on_site(column: str) -> str:
    """The column of the same of all accounts on earlier days."""
    return f"site_{column}"


def own(column: str) -> str:
    """The column of how many earlier visits of the account had the visit's value at this level."""
    return f"{column}_own"


def site(column: str) -> str:
    """The column of how many visits of all accounts on earlier days had it."""
    return f"{column}_site"


def explained(column: str) -> str:
    """The column of on how many visits this was the narrowest level at which the account was on known ground."""
    return f"{column}_explained"


ALL = tuple(level.column for level in LEVELS)

KNOWN = tuple(known(one.name) for one in FEATURES)

SUMS = (*KNOWN, *map(explained, ALL))

RECOGNISED_SUMS = (*(told(one.name) for one in FEATURES), *map(explained, ALL))

ACCOUNTS = pa.schema(
    [
        pa.field("account", pa.string(), nullable=False),
        pa.field("visits", pa.int64(), nullable=False),
        pa.field("first_ts", pa.int64(), nullable=False),  # milliseconds since 1970, UTC, here and below
        pa.field("last_ts", pa.int64(), nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in SUMS),
    ]
)
"""One row an account."""

ACCOUNT_VALUES = pa.schema(
    [
        pa.field("account", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),  # a column of features.LEVELS
        pa.field("value", pa.string(), nullable=False),
        pa.field("visits", pa.int64(), nullable=False),
        pa.field("first_ts", pa.int64(), nullable=False),
        pa.field("last_ts", pa.int64(), nullable=False),
    ]
)
"""One row an account and value that it was used with."""

SITE_VALUES = pa.schema([field for field in ACCOUNT_VALUES if field.name != "account"])
"""One row a value that any account was used with."""

RECOGNISED = pa.schema(
    [
        pa.field("age", pa.int64(), nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in RECOGNISED_SUMS),
    ]
)
"""How visits of accounts of about the same age were recognised, at the whole site."""

REFUSED = pa.schema(
    [
        pa.field("level", pa.string(), nullable=False),  # network or country; '' for all
        pa.field("value", pa.string(), nullable=False),
        pa.field("n", pa.int64(), nullable=False),
    ]
)
"""How many attempts were refused."""

PARTS: Mapping[str, tuple[pa.Schema, tuple[str, ...]]] = {
    "accounts": (ACCOUNTS, ("account",)),
    "account_values": (ACCOUNT_VALUES, ("account", "level", "value")),
    "site_values": (SITE_VALUES, ("level", "value")),
    "recognised": (RECOGNISED, ("age",)),
    "refused": (REFUSED, ("level", "value")),
}
"""Each table of a history with what tells its rows apart."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What events show day by day."""

    acts: ibis.Table  # as `visits.acts_of` gives them, with numbers for texts
    numbers: Numbers
    visits: ibis.Table  # as `before.counted_before` gives them
    levels: tuple[str, ...]  # at which any of them tells something
    refused: ibis.Table  # as `refused.refused` does


@dataclass(frozen=True, kw_only=True)
class History:
    """Counts of the visits up to and with a day."""

    until_day: int  # the last day counted, in days since 1970
    accounts: ibis.Table  # ACCOUNTS
    account_values: ibis.Table  # ACCOUNT_VALUES
    site_values: ibis.Table  # SITE_VALUES
    recognised: ibis.Table  # RECOGNISED
    refused: ibis.Table  # REFUSED


def read_history(engine: Engine, name: str, tables: Mapping[str, pa.Table], *, until_day: int) -> History:
    """The history from tables as `history_rows` gave them, handed to the engine under names that begin with `name`."""
    held = {
        part: engine.table(f"{name}_history_{part}", tables[part].cast(schema)) for part, (schema, _) in PARTS.items()
    }
    return History(until_day=until_day, **held)


def history_rows(engine: Engine, history: History) -> dict[str, pa.Table]:
    """The history's tables, to be kept wherever the caller likes."""
    return {name: engine.rows(getattr(history, name)).cast(schema) for name, (schema, _) in PARTS.items()}


def extended(engine: Engine, name: str, history: History | None, counted: Counted, *, until_day: int) -> History:
    """Kept: `history` and what was counted of later days up to and with `until_day`."""
    visits = counted.visits
    visits = visits.filter(visits.counts == 1, visits.day_number <= until_day)
    turned = counted.refused.filter(counted.refused.day_number <= until_day)
    new = {
        "accounts": counted.numbers.texts(_accounts(visits), "account"),
        "account_values": counted.numbers.texts(_values(visits, counted.numbers, "account"), "account"),
        "site_values": _values(visits, counted.numbers),
        "recognised": recognised(visits, "age"),
        "refused": turned.group_by("level", "value").aggregate(n=turned.n.sum().cast("int64")),
    }
    grown: dict[str, ibis.Table] = {}
    for part, (schema, keys) in PARTS.items():
        rows = new[part].select(*schema.names)
        if history is not None:
            rows = _merged(getattr(history, part).union(rows, distinct=False), schema, keys)
        # DuckDB's sums are wider than what was summed.
        kinds = {field.name: str(field.type) for field in schema}
        grown[part] = engine.kept(f"{name}_history_{part}", rows).cast(ibis.schema(kinds))
    return History(until_day=until_day, **grown)


def held(rows: ibis.Table, counts: ibis.Table, keys: Sequence[str], *columns: str) -> ibis.Table:
    """The rows with `<column>_held`: what a history holds of their keys, 0 where it holds nothing."""
    named = {column: f"{column}_held" for column in columns}
    counts = counts.select(**{f"held_{key}": key for key in keys}, **{after: name for name, after in named.items()})
    met = rows.left_join(counts, [rows[key] == counts[f"held_{key}"] for key in keys])
    return met.select(*rows.columns, **{name: met[name].fill_null(0) for name in named.values()})


def added(rows: ibis.Table, told: Sequence[str]) -> dict[str, ibis.Value]:
    """What each visit adds to those of SUMS that are not nothing. `rows` have `counts` and `own` of each level; `told`
    are the levels at which any visit tells something."""
    sums: dict[str, ibis.Value] = {}
    nothing = ibis.literal(0, "int64")
    for feature in FEATURES:
        columns = [column for column in feature.columns if column in told]
        if not columns:
            continue
        named = ibis.or_(*(rows[column].notnull() for column in columns))
        sums[known(feature.name)] = named.ifelse(rows.counts, nothing)
        strange = ibis.literal(True)
        for column in columns:
            used = (rows[own(column)] > 0).fill_null(False)
            sums[explained(column)] = (used & strange).ifelse(rows.counts, nothing)
            strange = strange & ~used
    return sums


def age(rows: ibis.Table) -> ibis.Value:
    """How many visits an account has behind it, in steps: 0, 1, 2, 4, 8, 16."""
    steps = [(rows.visits < until, ibis.literal(number, "int64")) for number, until in enumerate((1, 2, 4, 8, 16))]
    return ibis.cases(*steps, else_=ibis.literal(5, "int64"))


def recognised(rows: ibis.Table, *by: str) -> ibis.Table:
    """RECOGNISED_SUMS of the visits, `by` columns of theirs or `age`."""
    counts = added(rows, ALL)
    for feature in FEATURES:
        met_before = (counts[known(feature.name)] > 0) & (rows[known(feature.name)] > 0)
        counts[told(feature.name)] = met_before.ifelse(rows.counts, ibis.literal(0, "int64"))
    keys = {name: age(rows) if name == "age" else rows[name] for name in by}
    return rows.group_by(**keys).aggregate(**{name: counts[name].sum().cast("int64") for name in RECOGNISED_SUMS})


def _accounts(visits: ibis.Table) -> ibis.Table:
    counts = added(visits, ALL)
    sums = {name: value.sum().cast("int64") for name, value in counts.items()}
    return visits.group_by("account").aggregate(**_seen(visits), **sums)


def _values(visits: ibis.Table, told: Numbers, *by: str) -> ibis.Table:
    parts = []
    for level in LEVELS:
        named = visits.filter(visits[level.column].notnull())
        counts = told.value_texts(named.group_by(*by, level.column).aggregate(**_seen(named)), level.column)
        parts.append(counts.drop(level.column).mutate(level=ibis.literal(level.column)))
    return ibis.union(*parts, distinct=False)


def _seen(visits: ibis.Table) -> dict[str, ibis.Value]:
    return {"visits": visits.count().cast("int64"), "first_ts": visits["at"].min(), "last_ts": visits["at"].max()}


def _merged(rows: ibis.Table, schema: pa.Schema, keys: tuple[str, ...]) -> ibis.Table:
    how = {"first_ts": "min", "last_ts": "max"}
    sums = {
        name: getattr(rows[name], how.get(name, "sum"))().cast("int64") for name in schema.names if name not in keys
    }
    return rows.group_by(*keys).aggregate(**sums).select(*schema.names)
