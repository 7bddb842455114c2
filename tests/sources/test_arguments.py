"""Arguments of macros are worked out once, and only those that every record may be asked for."""

from __future__ import annotations

import pytest

from tocsin.sources.arguments import apart


def test_an_argument_that_is_more_than_a_name_gets_one() -> None:
    names: dict[str, str] = {}
    said = "CASE WHEN kind = 'a' THEN account_name(coalesce(filled(email), name)) ELSE ip_address(ip) END"
    assert apart(said, names) == "CASE WHEN kind = 'a' THEN account_name(argument_0) ELSE ip_address(ip) END"
    assert names == {"coalesce(filled(email), name)": "argument_0"}


def test_the_same_argument_has_the_same_name_in_all_expressions() -> None:
    names: dict[str, str] = {}
    first = apart("event_time(coalesce(a, b))", names)
    second = apart("event_time(coalesce(c, b)) > event_time(coalesce(a, b))", names)
    assert (first, second) == ("event_time(argument_0)", "event_time(argument_1) > event_time(argument_0)")


def test_parentheses_in_texts_close_nothing() -> None:
    names: dict[str, str] = {}
    assert apart("account_name(nullif(name, 'it''s (')) || ')'", names) == "account_name(argument_0) || ')'"
    assert names == {"nullif(name, 'it''s (')": "argument_0"}


@pytest.mark.parametrize(
    "said",
    [
        "account_name(name)",  # a name already
        "account_name(regexp_extract(words, '[a-z]+'))",  # dear, and perhaps asked for behind a CASE
        "account_name(json_extract_string(record, '$.a'))",
        "ip_address(addresses[1])",
        "list_transform(names, lambda one: account_name(coalesce(one, other)))",  # of the lambda's own variable
        "filled(coalesce(a, b))",
    ],
)
def test_what_is_left_as_it_is(said: str) -> None:
    names: dict[str, str] = {}
    assert (apart(said, names), names) == (said, {})
