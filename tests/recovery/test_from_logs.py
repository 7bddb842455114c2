"""Steps of a recovery as providers log them come out as one session: the sample logs, read and joined."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tocsin.recovery import sessions
from tocsin.sources import SOURCES, Reader

SAMPLES = Path(__file__).parents[1] / "sources" / "samples"


@pytest.mark.parametrize(
    ("sample", "account", "starts", "messages", "proofs_failed"),
    [
        ("auth0_log/raw.json", "ada@example.org", 1, 1, 1),
        # Nothing is logged there when a name is typed into the form.
        ("authentik_event/raw.json", "ada@example.org", 0, 1, 1),
        ("onelogin_event/raw.json", "ada lovelace", 1, 1, 0),
    ],
)
def test_a_logged_recovery_is_one_session(
    sample: str, account: str, starts: int, messages: int, proofs_failed: int, engine: Any
) -> None:
    reader = Reader(SOURCES, ingested_at=datetime(2026, 4, 1, tzinfo=UTC), workers=1)
    events = pa.concat_tables(block.events for block in reader.read(SAMPLES / sample))
    found = sessions(engine.table(events), keep=lambda steps: engine.kept(steps, "recovery_steps"))
    (session,) = (row for row in engine.rows(found.sessions).to_pylist() if row["account"] == account)
    assert (session["reached"], session["ended"]) == ("completed", "completed")
    said = (session["starts"], session["messages"], session["proofs_failed"])
    assert said == (starts, messages, proofs_failed)
