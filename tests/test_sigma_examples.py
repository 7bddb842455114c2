"""The rules in examples/sigma find what they say, and nothing in what is one fact away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from event_rows import Row
from sigma_site import asked, by_title, okta
from small_site import act, table
from tocsin.detect.sigma import read_rules
from tocsin.engines import Engine, opened
from tocsin.sources import SOURCES

FOLDER = Path(__file__).parents[1] / "examples" / "sigma"

HOUSE = {"source_ip": "203.0.113.5", "network": "AS1", "country": "NO", "client": "Firefox"}


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    if request.param == "spark":
        request.getfixturevalue("spark_engine")
    found = opened(request.param, scratch=tmp_path_factory.mktemp("scratch"))
    yield found
    found.close()


def test_all_of_them_run() -> None:
    rules = read_rules([FOLDER], SOURCES)
    assert (rules.left, rules.elsewhere) == ((), ())
    speaking = [one for one in rules.every if one.speaks]
    assert {one.about.file.name for one in speaking} == {one.name for one in FOLDER.glob("*.yml")}
    assert all(one.about.techniques and one.about.false_positives for one in speaking)


def rows(name: str, *, activity: str, number: int, apart: float, day: int = 0, **facts: object) -> list[Row]:
    """So many acts, `apart` hours, each on an account of its own where `account` has a place for the number."""
    account = str(facts.pop("account", "ada@example.org"))
    place = HOUSE | {"source_ip": facts.pop("source_ip", HOUSE["source_ip"])}
    return [
        act(f"{name}{n}", account.format(n=n), place, activity=activity, day=day, hour=8 + n * apart, **facts)
        for n in range(number)
    ]


def test_columns_and_ocsf_on_every_engine(engine: Engine) -> None:
    """Each attack stands beside the same with one fact changed; ids say which is which."""
    events: Sequence[Row] = [
        # five accounts in 48 hours, from another address four
        *rows("look", activity="recovery_start", number=5, apart=12, account="l{n}@example.org", source_ip="192.0.2.1"),
        *rows("few", activity="recovery_start", number=4, apart=12, account="l{n}@example.org", source_ip="192.0.2.2"),
        # a factor after the recovery, or before it
        *rows("rec", activity="recovery_complete", number=1, apart=0, account="bea@example.org", day=5),
        *rows("new", activity="factor_change", number=1, apart=0, account="bea@example.org", day=6),
        *rows("old", activity="factor_change", number=1, apart=0, account="cleo@example.org", day=5),
        *rows("late", activity="recovery_complete", number=1, apart=0, account="cleo@example.org", day=6),
        # six prompts and an answer, or five
        *rows("ask", activity="challenge", number=6, apart=0.05, account="dan@example.org", outcome="failure"),
        act("gave-in", "dan@example.org", HOUSE, activity="challenge", hour=8.5),
        *rows("bell", activity="challenge", number=5, apart=0.05, account="eve@example.org", outcome="failure"),
        act("answered", "eve@example.org", HOUSE, activity="challenge", hour=8.5),
        # to another domain, or to our own
        act("out", "fay@example.org", HOUSE, activity="mailbox_rule", channel_value="x@mail.example"),
        act("within", "fay@example.org", HOUSE, activity="mailbox_rule", channel_value="x@desk.example.org"),
        # eight accounts in twelve hours, or let in
        *rows("spray", activity="sign_in", number=8, apart=1.5, account="s{n}@example.org", source_ip="192.0.2.3",
              outcome="failure"),
        *rows("work", activity="sign_in", number=8, apart=1.5, account="s{n}@example.org", source_ip="192.0.2.4"),
    ]  # fmt: skip
    rules = read_rules([FOLDER], SOURCES, engine=engine.name)
    assert by_title(engine, engine.table("acts", table(events)), rules) == {
        "One address asks for the recovery of many accounts": [f"look{n}" for n in range(5)],
        "A recovery and then a new factor or recovery channel": ["new0", "rec0"],
        "Many prompts in vain, and then one was answered": [*(f"ask{n}" for n in range(6)), "gave-in"],
        "Mail is forwarded to another domain": ["out"],
        "Sign-ins of many accounts fail from one address": [f"spray{n}" for n in range(8)],
    }


def test_a_reset_by_an_administrator_from_behind_a_proxy(engine: Engine, tmp_path: Path) -> None:
    reset: dict[str, Any] = {
        "eventType": "user.mfa.factor.reset_all",
        "outcome": {"result": "SUCCESS"},
        "actor": {"alternateId": "desk@example.org"},
        "target": [{"alternateId": "ada@example.org", "type": "User"}],
        "securityContext": {"isProxy": True},
    }
    records = [
        okta("bad", **reset),
        okta("straight", **reset | {"securityContext": {"isProxy": False}}),
        okta("own", **reset | {"actor": {"alternateId": "Ada@example.org"}}),
    ]
    rule = (FOLDER / "okta_factor_reset_by_admin_from_proxy.yml").read_text(encoding="utf-8")
    assert list(asked(engine, tmp_path, rule, records).matched.values()) == [["bad"]]


def test_a_device_code_on_a_device_that_is_not_managed(engine: Engine, tmp_path: Path) -> None:
    sign_in: dict[str, Any] = {
        "id": "bad",
        "createdDateTime": "2026-03-02T08:00:00Z",
        "userPrincipalName": "ada@example.org",
        "appId": "a",
        "clientAppUsed": "Mobile Apps and Desktop clients",
        "authenticationProtocol": "deviceCode",
        "status": {"errorCode": 0},
        "deviceDetail": {"isManaged": False},
    }
    records = [
        sign_in,
        sign_in | {"id": "managed", "deviceDetail": {"isManaged": True}},
        sign_in | {"id": "refused", "status": {"errorCode": 50126}},
        sign_in | {"id": "typed", "authenticationProtocol": "none"},
    ]
    rule = (FOLDER / "entra_device_code_by_stranger.yml").read_text(encoding="utf-8")
    assert list(asked(engine, tmp_path, rule, {"graph.jsonl": records}).matched.values()) == [["bad"]]
