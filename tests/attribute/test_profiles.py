"""Private profiles are read strictly, and a bad one costs no good one."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tocsin.attribute import Actor, Claim
from tocsin.attribute.actor import Hours, Indicator
from tocsin.attribute.profiles import read_profiles
from tocsin.errors import UsageError

WHOLE = """
actor: RIVER OTTER
authority: Example CERT
source: case 2026-014
since: 2026-02-01
names:
  - {name: Otter, source: a colleague's note}
  - name: Weasel
country: NO
languages: [fa]
targets: {categories: [media, diaspora], countries: [NO, GB]}
techniques: [T1110.003, F1006.003]
hours: {timezone: Asia/Tehran, start: 08:00, end: 17:30, days_off: [thursday, friday]}
indicators:
  - {kind: ip, value: 203.0.113.7, first_seen: 2026-01-03, last_seen: 2026-02-01}
  - {kind: network, value: as64500}
  - {kind: domain, value: Outlook-Check.Example., source: mail of 3 May, seized: 2026-06-01}
  - {kind: client, value: python-requests/2.19}
"""


def test_a_profile_is_an_actor_of_its_own_authority(tmp_path: Path) -> None:
    (tmp_path / "otter.yml").write_text(WHOLE)

    def claim(name: str, source: str = "case 2026-014") -> Claim:
        return Claim(actor="RIVER OTTER", name=name, authority="Example CERT", source=source, since="2026-02-01")

    def indicator(kind: str, value: str, source: str = "case 2026-014", **days: date) -> Indicator:
        return Indicator(kind=kind, value=value, actor="RIVER OTTER", source=source, **days)  # type: ignore[arg-type]

    assert read_profiles(tmp_path) == (
        [
            Actor(
                authority="Example CERT",
                name="RIVER OTTER",
                id="otter.yml",
                source="case 2026-014",
                names=(claim("RIVER OTTER"), claim("Otter", "a colleague's note"), claim("Weasel")),
                country="NO",
                categories=frozenset({"media", "diaspora"}),
                target_countries=frozenset({"NO", "GB"}),
                techniques=frozenset({"T1110.003", "F1006.003"}),
                hours=Hours(timezone="Asia/Tehran", start=8.0, end=17.5, days_off=(3, 4)),
                languages=frozenset({"fa"}),
                indicators=(
                    indicator("ip", "203.0.113.7", first_seen=date(2026, 1, 3), last_seen=date(2026, 2, 1)),
                    indicator("network", "AS64500"),
                    indicator("domain", "outlook-check.example", "mail of 3 May", seized=date(2026, 6, 1)),
                    indicator("client", "python-requests/2.19"),
                ),
            )
        ],
        [],
    )


WRONG = {
    "nothing": ("", "Expected `object`, got `null`"),
    "no actor": ("country: IR", "missing required field `actor`"),
    "unknown key": ("actor: A\nindicator: []", "unknown field `indicator`"),
    "key twice": ("actor: A\nactor: B", "actor stands twice"),
    "alias": ("actor: &a A\nsource: *a", "a profile has no aliases"),
    "bomb": (
        "a: &a [x, x]\n" + "\n".join(f"{b}: &{b} [*{a}, *{a}]" for a, b in pairwise("abcdefghijklmnop")),
        "a profile has no aliases",
    ),
    "depth": ("actor: " + "[" * 3000 + "]" * 3000, "nested deeper than 8"),
    "python tag": ("actor: !!python/object/apply:os.system [id]", "Expected `str`, got `array`"),
    "another's authority": ("actor: A\nauthority: misp", "misp is another's name"),
    "control character": ('actor: "A\\e[31m"', "actor: holds a character that nobody sees, U+001B"),
    "direction": (
        'actor: A\nnames: [{name: "\\u202Eevil"}]',
        "names[0].name: holds a character that nobody sees, U+202E",
    ),
    "long name": ("actor: " + "x" * 201, "actor: longer than 200 characters"),
    "many values": ("actor: A\nnames: [" + "a," * 60_000 + "]", "more than 50,000 values"),
    "megabyte": ("actor: " + "x" * (1 << 20), "larger than 512 KiB"),
    "category": ("actor: A\ntargets: {categories: [banks]}", "targets.categories: banks is not one of campaign"),
    "country": ("actor: A\ncountry: Iran", "country: Iran is no two-letter code"),
    "technique": ("actor: A\ntechniques: [phishing]", "techniques: phishing is no id like T1110.003"),
    "zone": ("actor: A\nhours: {timezone: ../../etc/passwd, start: 08:00, end: 17:00}", "is no zone like"),
    "time": ("actor: A\nhours: {timezone: UTC, start: 8, end: 17:00}", "hours.start: 8 is no time like 08:30"),
    "short day": ("actor: A\nhours: {timezone: UTC, start: 08:00, end: 09:00}", "a working day has 3 to 16 hours"),
    "ip": ("actor: A\nindicators: [{kind: ip, value: 300.1.1.1}]", "indicators[0].value"),
    "kind": (
        "actor: A\nindicators: [{kind: hash, value: aaaa}]",
        "Invalid enum value 'hash' - at `$.indicators[0].kind`",
    ),
    "domain": ("actor: A\nindicators: [{kind: domain, value: outlоok.example}]", "not in its ASCII form (xn--)"),
    "days": (
        "actor: A\nindicators: [{kind: ip, value: 192.0.2.1, first_seen: 2026-02-02, last_seen: 2026-01-01}]",
        "before",
    ),
    "broken": ("actor: [A", "no YAML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_profile_is_refused_with_file_and_reason_and_the_others_stand(case: str, tmp_path: Path) -> None:
    text, reason = WRONG[case]
    (tmp_path / "a.yml").write_text("actor: GOOD")
    (tmp_path / "b.yml").write_text(text, encoding="utf-8")
    actors, (refused,) = read_profiles(tmp_path)
    assert [one.name for one in actors] == ["GOOD"]
    assert refused.file == str(tmp_path / "b.yml")
    assert reason in refused.reason
    assert refused.reason.isprintable()


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"actor: \xff\xfe")
    assert [one.reason for one in read_profiles(tmp_path)[1]] == ["no UTF-8 text"]


def test_an_actor_described_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("actor: A")
    actors, refused = read_profiles(tmp_path)
    assert [one.id for one in actors] == ["a.yml"]
    assert [one.reason for one in refused] == ["another file describes A by own profile already"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        read_profiles(tmp_path / "none")
