"""The codes of ISO 639-1 are all there."""

from __future__ import annotations

from tocsin.attribute.languages import LANGUAGE_CODES


def test_there_are_183_codes_of_two_letters() -> None:
    """As many as the Library of Congress lists since `bh` went in 2021 and `sh` in 2000."""
    assert len(LANGUAGE_CODES) == 183
    assert {len(code) for code in LANGUAGE_CODES} == {2}
    assert LANGUAGE_CODES & {"bh", "sh", "xx"} == set()
