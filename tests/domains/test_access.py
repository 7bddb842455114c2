"""Whose access a name speaks of, one fact apart."""

from __future__ import annotations

import pytest

from tocsin.domains import Judge
from tocsin.domains.features import observe
from tocsin.domains.registered import registered


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mail-moldova.com", {"access_to_place": 1.0}),
        ("moldova-mail.com", {"access_to_place": 0.6}),
        ("login-moldova.com", {"access_to_place": 0.8}),
        ("vpn-moldova.com", {"access_to_place": 0.5}),
        ("webmail-university-ro.com", {"access_to_place": 1.0}),
        ("mailmoldova.com", {}),  # written as one
        ("team-moldova.com", {}),  # no access
        ("billing-mail-moldova.com", {}),  # a company's
        ("owa-lanternhill.com", {"access_first": 1.0}),
        ("mail-lanternhill.com", {"access_first": 1.0}),
        ("lanternhill-mail.com", {}),  # a company's
        ("verify-lanternhill.com", {"access_first": 0.75}),  # a site of members, perhaps
        ("verify-lanternhill.info", {"access_first": 1.0}),
        ("password-lanternhill.com", {"access_first": 0.6 * 0.8}),  # a keeper of passwords
        ("recovery-lanternhill.com", {}),  # of data, or of people
        ("lanternhill-owa.com", {}),
        ("owa-lh.com", {}),  # too short for an organisation
        ("owa-lanternhill-moldova.com", {"access_first": 1.0}),
    ],
)
def test_mail_or_signing_in_set_apart_from_a_place_or_a_name_says_whose_it_is(
    judge: Judge, name: str, expected: dict[str, float]
) -> None:
    values, _ = observe(registered(name), judge.vocabulary, judge.costs)
    assert {key: value for key, value in values.items() if key.startswith("access_")} == expected


def test_a_country_beside_a_sign_in_is_no_unknown_word_and_its_suffix_speaks_against_nothing(judge: Judge) -> None:
    values, _ = observe(registered("mail-moldova.md"), judge.vocabulary, judge.costs)
    assert "unknown_letters" not in values
    assert "suffix_country" not in values
    other, _ = observe(registered("team-moldova.md"), judge.vocabulary, judge.costs)
    assert other["unknown_letters"] > 0
    assert other["suffix_country"] == 1.0
