"""What `--watch-schema` ends with when fields are gone."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.errors import TocsinError
from tocsin.inspect.inspection import Change

TOLD = 3


class SchemaChanged(TocsinError):
    """Fields that detection rests on are missing where they are expected: what is built on them would see nothing."""

    def __init__(self, changes: Sequence[Change]) -> None:
        said = [
            f"{one.title}: {one.field} ({one.means}) is missing in {one.missing} of {one.expected} records"
            f" of {one.file}" + (f", perhaps it is called {one.renamed_to} now" if one.renamed_to else "")
            for one in changes
        ]
        more = f"; and {len(said) - TOLD} more" if len(said) > TOLD else ""
        super().__init__(
            f"the shape of a log has changed: {'; '.join(said[:TOLD])}{more}",
            remedy="Until Tocsin reads the new shape, do not take silence of these logs for calm. Tell the project,"
            " with the output of --json, which holds no values.",
        )
