"""Values of rules against texts, as the Sigma specification has them, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sigma_site import asked, okta
from tocsin.engines import Engine, opened


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    found = opened(request.param, scratch=tmp_path_factory.mktemp("scratch"))
    yield found
    found.close()


# What a rule asks of `displayMessage` -> texts that it matches and texts one fact away that it does not.
TEXTS: dict[str, tuple[dict[str, object], list[str], list[str]]] = {
    "whole, without regard to case": ({"": "Api Token"}, ["API TOKEN", "api token"], ["api token ", "the api token"]),
    "letters of other languages": ({"": "ÅSA Ødegård"}, ["åsa ødegård"], ["asa odegard"]),
    "cased": ({"|cased": "Api"}, ["Api"], ["api", "API"]),
    "contains, an underscore is itself": ({"|contains": "api_token"}, ["my API_token"], ["my apiXtoken"]),
    "contains, a percent sign is itself": ({"|contains": "100%"}, ["is 100% sure"], ["is 1000 sure"]),
    "startswith": ({"|startswith": "ab"}, ["Abc"], ["cab"]),
    "endswith": ({"|endswith": "ab"}, ["cAB"], ["abc"]),
    "an asterisk is any text": ({"": "a*c"}, ["ac", "aXYc", "a\nc"], ["aXYd", "Xac"]),
    "a question mark is one character": ({"": "a?c"}, ["aXc", "a.c"], ["ac", "aXXc"]),
    "an escaped asterisk is itself": ({"": r"a\*c"}, ["a*c"], ["abc"]),
    "an escaped question mark is itself": ({"": r"a\?c"}, ["a?c"], ["abc"]),
    "two backslashes are one": ({"": r"a\\*"}, ["a\\b", "a\\"], ["a*", "ab"]),
    "a backslash before a letter is itself": ({"": r"a\b"}, ["a\\b"], ["ab"]),
    "regular characters are themselves": ({"": "a.c|(d)*"}, ["a.c|(d)e"], ["abc|(d)e"]),
    "nothing but an asterisk is anything": ({"": "*"}, ["x", ""], []),
    "empty is empty": ({"": ""}, [""], ["x", " "]),
    "one of several": ({"": ["a", "b*"]}, ["A", "bcd"], ["c"]),
    "all of several": ({"|contains|all": ["foo", "bar"]}, ["barFOO"], ["foo", "bar"]),
    "a number": ({"": 50053}, ["50053"], ["500530", "5005"]),
    "a truth": ({"": True}, ["true", "True"], ["false", "1"]),
    "numbers compared": ({"|gte": 10, "|lt": 100}, ["10", "99.5"], ["9.99", "100", "x", ""]),
    "a regular expression is searched with case": ({"|re": "b+c$"}, ["abbc"], ["abBc", "abcd"]),
    "a regular expression without case": ({"|re|i": "b+c$"}, ["abBC"], ["abcd"]),
    "a dot is no line break": ({"|re": "a.c"}, ["abc"], ["a\nc"]),
    "a dot is a line break with s": ({"|re|s": "a.c"}, ["a\nc"], ["a\n\nc"]),
    "lines with m": ({"|re|m": "^b$"}, ["a\nb\nc"], ["ab"]),
    "letters of other languages without case": ({"|re|i": "^åsa$"}, ["ÅSA", "Åsa"], ["asa"]),
    "the end is the end": ({"|re": "Xy$"}, ["aXy"], ["aXy\n", "aXyz"]),
    "a brace is itself": ({"|re": "a{b,c}"}, ["xa{b,c}"], ["ab", "a{b"]),
    "a bracket in a class is itself": ({"|re": "^[[x&&]y$"}, ["[y", "xy", "&y"], ["y", "]y"]),
    "a closing bracket in a class is itself": ({"|re": "^[]z]{2}$"}, ["]z", "z]"], ["]", "zz]"]),
    "a group with a name": ({"|re": "^(?P<a_b>n+)m$"}, ["nnm"], ["m"]),
    "an IPv4 network": ({"|cidr": "10.20.0.0/14"}, ["10.20.0.1", "10.23.255.255"], ["10.24.0.0", "110.20.0.1", "10.2"]),
    "an IPv6 network": (
        {"|cidr": "2001:db8::/33"},
        ["2001:db8::1", "2001:0DB8:7fff::", "2001:db8:0:0:0:0:0:1"],
        ["2001:db8:8000::1", "2001:db9::1", "::2001:db8"],
    ),
    "the loopback network": ({"|cidr": "::1/128"}, ["::1", "0:0:0:0:0:0:0:1"], ["::11", "1::1", "::1:1"]),
    "base64": ({"|base64": "foo bar"}, ["Zm9vIGJhcg=="], ["foo bar"]),
    "base64 at any place": (
        {"|base64offset|contains": "/bin/sh"},
        ["xL2Jpbi9zaA==", "b3Ivc2g=L2Jpbi9za", "IC9iaW4vc2g", "ICAvYmluL3No"],
        ["/bin/sh"],
    ),
    "dashes of Windows": ({"|windash|contains": " -enc "}, ["x -enc y", "x /enc y", "x –enc y"], ["x enc y"]),
    "not equal": ({"|neq": "a"}, ["b"], ["A"]),
}


def _rules() -> str:
    documents = []
    for title, (asked_of, _, _) in TEXTS.items():
        selection = {f"displayMessage{modifiers}": value for modifiers, value in asked_of.items()}
        documents.append(
            {"title": title, "logsource": {"product": "okta"}, "detection": {"it": selection, "condition": "it"}}
        )
    return yaml.safe_dump_all(documents, allow_unicode=True)


def test_a_value_matches_what_the_specification_says(engine: Engine, tmp_path: Path) -> None:
    """Every text is asked of every rule's value; a rule matches just the texts that its line names or shares."""
    texts = list(dict.fromkeys(text for _, good, bad in TEXTS.values() for text in (*good, *bad)))
    records = [
        okta(f"u{number}", displayMessage=text, actor={"alternateId": f"{number}@example.org"})
        for number, text in enumerate(texts)
    ]
    site = asked(engine, tmp_path, _rules(), records)
    assert [(one.title, one.reason) for one in site.rules.left] == []
    uid_of = {text: f"u{number}" for number, text in enumerate(texts)}
    wrong = []
    for title, (_, good, bad) in TEXTS.items():
        held = set(site.matched.get(title, ()))
        wrong += [(title, "should match", text) for text in good if uid_of[text] not in held]
        wrong += [(title, "should not match", text) for text in bad if uid_of[text] in held]
    assert wrong == []


@pytest.mark.parametrize(
    ("detection", "reason"),
    [
        ({"it": {"a|contains|expand": "%inside%"}, "condition": "it"}, "the placeholder %inside% stands for values"),
        (
            {"it": {"a|re": "(?=x)y"}, "condition": "it"},
            "no Sigma rule (Regular expression '(?=x)y' is invalid: RE2 says invalid perl operator",
        ),
        (
            {"it": {"a|re": "(a{1000}){1000}"}, "condition": "it"},
            "no Sigma rule (Regular expression '(a{1000}){1000}' is invalid: RE2 says invalid repetition size",
        ),
        ({"it": {"a|cidr": "10.0.0.300/8"}, "condition": "it"}, "no Sigma rule (Invalid CIDR expression"),
        ({"it": {"a|hour": 3}, "condition": "it"}, "a is no time here"),
        ({"it": {"a|wrong": "x"}, "condition": "it"}, "no Sigma rule (Unknown modifier"),
        ({"it": {"a": "x"}, "condition": "that"}, "Detection 'that' not defined"),
        ({"it": {"a": "x"}, "condition": "it | count() by b > 5"}, "The pipe syntax in Sigma conditions"),
        ({"it": {"a": "x"}, "condition": "it and"}, "Expected"),
        ({"it": {"a": "x"}, "condition": "x" * 20_000}, "no Sigma rule (its condition is longer"),
        ({"it": {"a": "x"}}, "no Sigma rule (Sigma rule must contain at least one condition"),
    ],
)
def test_a_rule_that_cannot_be_converted_is_left_with_its_reason(
    detection: dict[str, object], reason: str, tmp_path: Path, duck_engine: object
) -> None:
    engine = opened("duckdb", scratch=tmp_path / "scratch")
    bad = {"title": "bad", "logsource": {"product": "okta"}, "detection": detection}
    good = {
        "title": "good",
        "logsource": {"product": "okta"},
        "detection": {"it": {"eventType": "user.*"}, "condition": "it"},
    }
    site = asked(engine, tmp_path, yaml.safe_dump_all([bad, good]), [okta("u1")])
    assert [(one.title, one.reason[: len(reason)]) for one in site.rules.left] == [("bad", reason)]
    assert site.matched == {"good": ["u1"]}
    engine.close()


def test_on_spark_a_pattern_that_repeats_a_repetition_is_left(tmp_path: Path) -> None:
    """Java's engine tries every way in turn; DuckDB's does not."""
    from tocsin.detect.sigma import read_rules
    from tocsin.sources import SOURCES

    rule = {
        "title": "bomb",
        "logsource": {"product": "okta"},
        "detection": {"it": {"displayMessage|re": "(a+)+$"}, "condition": "it"},
    }
    file = tmp_path / "rule.yml"
    file.write_text(yaml.safe_dump(rule), encoding="utf-8")
    assert len(read_rules([file], SOURCES, engine="duckdb").rules) == 1
    on_spark = read_rules([file], SOURCES, engine="spark")
    assert on_spark.rules == ()
    assert [one.reason for one in on_spark.left] == [
        "its regular expression repeats a repetition, on which Spark might never end; without --engine spark it runs"
    ]
