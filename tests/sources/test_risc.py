"""Security events of OpenID RISC become a provider's word about an account elsewhere.

The records follow the examples of https://openid.net/specs/openid-risc-1_0.html.
"""

from __future__ import annotations

from pathlib import Path

from normalised import expected, read

SAMPLE = Path(__file__).parent / "samples/risc_set"


def test_the_sample_gives_exactly_these_rows() -> None:
    """A subject given by the issuer's own number names no account; an account that was enabled warns of nothing."""
    assert read(SAMPLE / "raw.jsonl") == (expected(SAMPLE / "expected.jsonl"), [])
