"""The seam of a log format: a source says only how its records differ from the event table.

A source is data. `normalise.py` compiles it to one DuckDB statement that reads every named field of a record in
a single pass over its JSON text (asking for the fields one by one costs six times as much).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

RawRecord = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is read of a format's records beside the event columns, in the same pass: fields that rules name."""

    paths: tuple[str, ...] = ()  # JSON paths; SQL knows their texts as `beside_0`, `beside_1` ...
    columns: Mapping[str, str] = field(default_factory=dict)  # column -> SQL giving VARCHAR, or VARCHAR[] for a list


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """One log format of one provider.

    SQL expressions are DuckDB's and may use every name of `fields` (text or NULL), then those of `fields_inside` and
    `read_inside` (was there such a text?), then every name of `before` and of `derived` (in the order given), `record`
    (the record's own text) and, with `explode`, `item`, `item_index` and `item_count`. The macros of `macros.py` are at
    hand.
    """

    format: str  # unique, e.g. "okta_system_log"
    provider: str  # e.g. "okta"
    title: str  # for people, e.g. "Okta System Log"
    recognises: Callable[[RawRecord], bool]  # is this decoded JSON object (or CSV row) of this format?
    fields: Mapping[str, str]  # name -> JSON path "$.a.b" (for text lines: a regular expression with one group)
    columns: Mapping[str, str]  # event column -> SQL; what is left out is NULL (see REQUIRED in normalise.py)
    derived: Mapping[str, str] = field(default_factory=dict)  # name -> SQL, used by later ones and by columns
    looks_into: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # field -> paths on from it that SQL reads
    inside: str | None = None  # SQL giving, out of `fields`, another text that may be JSON
    fields_inside: Mapping[str, str] = field(default_factory=dict)  # name -> JSON path in that text, read in one pass
    before: Mapping[str, str] = field(default_factory=dict)  # name -> SQL, used by `explode` and by all that follows
    explode: str | None = None  # SQL giving a list; one event per `item`, numbered `item_index` from 0
    ignores: str | None = None  # SQL: true for a record that is well formed but no event (counted, not an error)
    csv_record_column: str | None = None  # the CSV column that holds the whole record as JSON, if there is one
    unwraps: str | None = None  # SQL giving the record's text from `record`, for a record wrapped in another
    other_providers: tuple[str, ...] = ()  # names that the column `provider` may give instead (it is `provider` else)
    known: tuple[str, ...] | None = None  # of a mapping: JSON paths that are known and not read
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of a mapping: what it tells -> JSON paths
    recognises_line: Callable[[str], bool] | None = None  # text-line formats: is this line of this format?
    beside: Beside | None = None  # set for one reader, by who needs more than events
