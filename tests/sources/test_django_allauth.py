"""The accounts' log of a Django site becomes the right rows. A real site is driven in tests/handlers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from normalised import expected, read, read_records

SAMPLE = Path(__file__).parent / "samples" / "django_allauth"


def record(event: str, **told: Any) -> dict[str, Any]:
    return {"log": "tocsin.accounts/1", "id": "a1", "time": "2026-03-02T08:00:00.000000+00:00", "event": event, **told}


def test_sample_gives_the_expected_rows() -> None:
    """Whole rows, in the order of the file."""
    events, rejected = read(SAMPLE / "raw.jsonl")
    assert rejected == []
    assert events == expected(SAMPLE / "expected.jsonl")


def test_an_event_of_tomorrow_is_kept_and_claims_nothing(tmp_path: Path) -> None:
    (row,) = read_records([record("passkey_shared", reason="because", account="ada@example.org")], tmp_path)
    assert (row["activity"], row["outcome"], row.get("reason"), row["provider_code"]) == (
        "other",
        "unknown",
        None,
        "passkey_shared",
    )


@pytest.mark.parametrize(("known", "word"), [(True, "true"), (False, "false"), (None, "unknown"), ("yes", "unknown")])
def test_whether_an_account_exists_is_what_the_site_said(known: Any, word: str, tmp_path: Path) -> None:
    (row,) = read_records([record("user_login_failed", reason="wrong_password", account_known=known)], tmp_path)
    assert row["account_known"] == word
