"""What an Entra sign-in's error code says: activity, outcome, reason, and whether the account exists.

`entra_codes.csv` is the table, one code a row. `source` says where a row comes from: `docs` is Microsoft's
"Microsoft Entra authentication & authorization error codes" (MicrosoftDocs/entra-docs,
docs/identity-platform/reference-error-codes.md), `lookup` its live page
https://login.microsoftonline.com/error. About a third of all nonzero codes in a real tenant are steps of
the user interface, not refusals: they are `interrupt` with outcome `unknown`. The Microsoft 365 log writes
the same codes by `name`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files

from tocsin.sources.code_table import looked_up, quoted

TABLE_VERSION = "2026-03"
"""When the table was last held against its sources."""

UNLISTED = {"activity": "sign_in", "outcome": "unknown", "reason": "other", "known": "unknown"}
"""A code the table does not list may be an interrupt as well as a refusal: its outcome is unknown."""

OF_PASSWORD = ("wrong_password", "unknown_account", "locked", "disabled")
"""Reasons that only a presented password can have, so that the attempt is a sign-in even in the"
" background."""


def rows() -> Iterator[dict[str, str]]:
    """The table's rows: code, name, activity, outcome, reason, known, source, meaning."""
    text = files("tocsin.sources").joinpath("entra_codes.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def by_code(column: str, code: str) -> str:
    """SQL that gives a column of the table for the SQL expression `code` (a number or a name as text)."""
    table = {key: row[column] for row in rows() for key in (row["code"], row["name"])}
    return (
        f"CASE WHEN {code} IS NOT NULL THEN"
        f" nullif(coalesce({looked_up(code, table)}, {quoted(UNLISTED[column])}), '') END"
    )
