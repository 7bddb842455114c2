"""A mapping that says something it cannot say is refused, with the key, what is wrong and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapped_samples import MAPPINGS
from tocsin.errors import MappingError
from tocsin.sources import SOURCES, read_mappings

GOOD = """
provider = "club"
kind = "json"
recognise = { app = "club", "user.name" = { present = true } }

[time]
field = "at"

[fields]
account = "user.name"

[[rules]]
when = { what = "login" }
activity = "sign_in"

[[rules]]
when = { ok = false }
outcome = "failure"
"""


def refused(tmp_path: Path, text: str) -> tuple[str, str]:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as error:
        read_mappings([path], SOURCES)
    assert error.value.exit_code == 2
    assert error.value.message.startswith(str(path))
    return error.value.message.removeprefix(f"{path}: "), error.value.remedy


def test_the_good_one_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD)
    (source,) = read_mappings([path], SOURCES).sources
    assert (source.format, source.provider, source.title) == ("club_json", "club", "club log")


@pytest.mark.parametrize(
    ("before", "after", "said", "remedy"),
    [
        # Unknown keys: with their path and the nearest known one.
        ("kind =", "knid =", "`knid` is no key of a mapping", "Did you mean `kind`? Keys here: provider, kind, time,"),
        ("[time]\n", "[time]\nfromat = 'iso'\n", "`time.fromat` is no key of a mapping", "Did you mean `format`?"),
        ("account =", "acount =", "`fields.acount` is no key of a mapping", "Did you mean `account`?"),
        ("outcome =", "outcom =", "`rules[1].outcom` is no key of a mapping", "Did you mean `outcome`?"),
        ("[fields]", "[zebra]", "`zebra` is no key of a mapping", "Keys here: provider,"),
        (
            "{ present = true }",
            "{ presents = true }",
            "`recognise.user.name.presents` is no condition",
            "quote it whole",
        ),
        ("{ ok = false }", "{ user.ok = false }", "`rules[1].when.user.ok` is no condition", '"user.ok" = ...'),
        # Wrong words: with the allowed ones.
        (
            '"sign_in"',
            '"signin"',
            "`rules[0].activity` cannot be 'signin'",
            "Did you mean 'sign_in'? It is one of identify,",
        ),
        ('"failure"', '"failed"', "`rules[1].outcome` cannot be 'failed'", "It is one of success, failure, unknown."),
        ('"failure"', '"failure"\nreason="bad"', "`rules[1].reason` cannot be 'bad'", "It is one of unknown_account,"),
        (
            '"failure"',
            '"failure"\naccount_known="yes"',
            "`rules[1].account_known` cannot be 'yes'",
            "true, false, unknown",
        ),
        ('"json"', '"yaml"', "`kind` cannot be 'yaml'", "It is one of json, csv, text."),
        # Wrong types.
        ('provider = "club"', "provider = 5", "provider: expected `str`, got `int`", "docs/own-log.md"),
        ('field = "at"', "field = 1.5", "time.field: expected `str | array`, got `float`", "docs/own-log.md"),
        ('provider = "club"', "", "object missing required field `provider`", "docs/own-log.md"),
        # Names.
        ('"club"\nkind', '"Our Club"\nkind', "provider = 'Our Club' cannot be used", "Use small letters"),
        (
            '"club"\nkind',
            '"okta"\nkind',
            "provider = 'okta' is the name of one that Tocsin reads itself",
            "okta_export",
        ),
        (
            "kind =",
            'format = "okta_system_log"\nkind =',
            "there is another format of the name 'okta_system_log'",
            "format",
        ),
        # Paths, times and patterns.
        ('"user.name"\n', '"user..name"\n', "`fields.account`: 'user..name' is no path", "docs/own-log.md"),
        ('"user.name"\n', '"a*"\n', "`fields.account`: 'a*' is no path", "docs/own-log.md"),
        ('"user.name"\n', '""\n', "`fields.account`: an empty path leads nowhere", "docs/own-log.md"),
        (
            '"at"',
            '"at"\nformat = "unix"',
            "`time.format` cannot be 'unix': it is neither a word nor a pattern",
            "It is iso,",
        ),
        ('"at"', '"at"\nformat = "%Q"', "`time.format` cannot be '%Q': %Q means nothing in it", "It is iso,"),
        ('"at"', '"at"\nformat = "%b %d"', "`time.format` '%b %d' has no year", "Add time.year"),
        ('"at"', '"at"\nyear = 2026', "`time.year` cannot be 2026 here", "patterns without a year"),
        (
            '"at"',
            '"at"\nzone = "Berlin"',
            "`time.zone` cannot be 'Berlin': there is no such time zone",
            "Europe/Berlin",
        ),
        ('"at"', '"at"\nformat = "seconds"\nzone = "UTC"', "`time.zone` is of no use with seconds", "Remove it"),
        ('"at"', "[]", "`time.field` names no field", "Say where"),
        ('"login"', "{ matches = '(?=x)' }", "`rules[0].when.what` is no regular expression that can be used", "RE2"),
        ('"login"', "{ }", "`rules[0].when.what` asks nothing", "matches = ..."),
        ("recognise = {", "unread = [''] # {", "`unread[0]`: an empty path leads nowhere", "docs/own-log.md"),
        ("recognise = {", "# {", "`recognise` is missing", "Say what every record of this log has"),
        (
            'activity = "sign_in"',
            'activity = "sign_in"\nignore = true',
            "`rules[0]` ignores its records and",
            "Remove one",
        ),
        ('"json"', '"json"\npattern = "x"', "`pattern` is for text only", "Remove it"),
        ('"json"', '"csv"\ninside = "log"', "`inside` is for JSON only", "Remove it"),
        ('"json"', '"text"', "`pattern` is missing", "A text log needs a regular expression"),
        (
            '"json"',
            '"text"\npattern = "(a)(?P<at>b)"',
            "`pattern` is no regular expression that can be used",
            "Give every",
        ),
        ('"json"', '"text"\npattern = "(?P<at>b)"', "`recognise.app`: `pattern` has no group 'app'", "Its groups: at."),
        # No TOML at all.
        ("[time]", "[time", " is no TOML", "Put text in quotes"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_would_be_right(
    before: str, after: str, said: str, remedy: str, tmp_path: Path
) -> None:
    assert before in GOOD
    message, how = refused(tmp_path, GOOD.replace(before, after, 1))
    assert said in message
    assert remedy in how


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.toml cannot be read: No such file"):
        read_mappings([tmp_path / "none.toml"], SOURCES)


def test_two_mappings_of_one_format_are_refused() -> None:
    with pytest.raises(MappingError, match="another format of the name 'club_portal'"):
        read_mappings([MAPPINGS[0], MAPPINGS[0]], SOURCES)
