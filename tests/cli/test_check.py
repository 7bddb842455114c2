"""`tocsin check`: three answers, in words and as JSON, each of them exit code 0."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from command_line import Tocsin
from okta_records import MARCH, lines, record

ROSTER = "account,organisation,category\nada@example.org,The Daily Example,media\n"


def quiet_month() -> str:
    """Ada signs in every morning for four weeks, mistypes now and then, and once forgets the password."""
    written = []
    for day in range(28):
        at = MARCH + timedelta(days=day)
        failed = json.loads(record(1_000 + day, at=at - timedelta(minutes=1)))
        failed["outcome"] = {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"}
        written += [failed] if day % 7 == 0 else []
        written.append(json.loads(record(day, at=at)))
        if day % 9 == 0:
            reset = json.loads(record(2_000 + day, at=at - timedelta(minutes=5)))
            reset |= {"eventType": "user.account.reset_password", "target": []}
            reset["debugContext"]["debugData"] = {"requestUri": "/api/v1/authn/recovery/password"}
            written.append(reset)
    return "".join(json.dumps(one) + "\n" for one in written)


@pytest.fixture
def quiet(tocsin: Tocsin) -> Path:
    """A scan of a month in which nothing happened."""
    Path("okta.jsonl").write_text(quiet_month())
    Path("people.csv").write_text(ROSTER)
    assert tocsin("scan", "okta.jsonl", "--roster", "people.csv", "--store", "store").code == 0
    return Path("store")


def test_nothing_found_says_what_is_covered_and_what_could_not_have_been_shown(tocsin: Tocsin, quiet: Path) -> None:
    said = tocsin("check", "The Daily Example", "--store", quiet, "--json", "answer.json")
    assert said.code == 0
    assert "Nothing found in what the logs cover" in said.out
    assert "28 days with records from 2 to 29 March 2026" in said.out
    answer = json.loads(Path("answer.json").read_text())
    assert (answer["schema"], answer["answer"], answer["read_as"]) == (
        "tocsin.check/1",
        "nothing_found",
        "organisation",
    )
    assert answer["covers"][0]["days"] == {"system_log": [["2026-03-02", "2026-03-29"]]}
    assert "mailbox_rule" in {one["kind"] for one in answer["could_not_show"]}
    assert answer["words"][0].startswith("No campaign was found")


def test_the_domain_and_the_account_are_answered_like_the_organisation(tocsin: Tocsin, quiet: Path) -> None:
    for name in ("example.org", "ada@example.org"):
        said = tocsin("check", name, "--store", quiet)
        assert (said.code, "Nothing found in what the logs cover" in said.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["The Dayly Example"], "near it: The Daily Example"),
        (["other.example"], "no log that was read holds an account of theirs"),
        (["The Daily Example", "--since", "2026-05-01", "--until", "2026-05-20"], "on too few days (0)"),
    ],
)
def test_what_cannot_be_said_is_answered_with_the_reason(
    tocsin: Tocsin, quiet: Path, arguments: list[str], why: str
) -> None:
    said = tocsin("check", *arguments, "--store", quiet)
    assert said.code == 0
    assert "Cannot say" in said.out
    assert why in said.out


def test_another_roster_may_be_asked(tocsin: Tocsin, quiet: Path) -> None:
    Path("other.csv").write_text(ROSTER.replace("The Daily Example", "Weekly"))
    assert "Nothing found" in tocsin("check", "Weekly", "--store", quiet, "--roster", "other.csv").out
    assert "Cannot say" in tocsin("check", "Weekly", "--store", quiet).out


def test_a_few_sign_ins_of_one_hour_allow_no_answer(tocsin: Tocsin) -> None:
    Path("okta.jsonl").write_text(lines(0, 30))
    tocsin("scan", "okta.jsonl")
    said = tocsin("check", "ada@example.org")
    assert "Cannot say" in said.out
    assert "no failed sign-ins stand in the System Log" in said.out


def answers(tocsin: Tocsin, names: list[str], *options: object) -> dict[str, str]:
    found = {}
    for name in names:
        assert tocsin("check", name, *options, "--json", "answer.json").code == 0
        found[name] = json.loads(Path("answer.json").read_text())["answer"]
    return found


def test_a_scan_without_the_log_of_a_provider_knows_less(tocsin: Tocsin, month: Path, scanned_month: Path) -> None:
    """Whom the campaign went for at Okta is evidence in a scan of all logs, and cannot be said without Okta's."""
    with (month / "roster.csv").open(newline="", encoding="utf-8") as file:
        names = sorted({row["organisation"] for row in csv.DictReader(file)})
    whole = answers(tocsin, names, "--store", scanned_month, "--roster", month / "roster.csv")
    assert "evidence_found" in whole.values()
    logs = [one for one in sorted((month / "logs").iterdir()) if "okta" not in one.name]
    assert tocsin("scan", *logs, "--roster", month / "roster.csv", "--store", "less").code == 0
    less = answers(tocsin, names, "--store", "less")
    assert ("evidence_found", "cannot_say") in {(whole[name], less[name]) for name in names}
    assert ("cannot_say", "nothing_found") not in {(whole[name], less[name]) for name in names}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "2026-03-02"], "a period needs both ends"),
        (["--since", "2026-03-02", "--until", "walrus"], "'walrus' is no day"),
        (["--since", "2026-02-30"], "'2026-02-30' is no day"),
        (["--until", "2026-02-30"], "'2026-02-30' is no day"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], "2026-03-01 lies before 2026-03-02"),
    ],
)
def test_a_period_that_is_none_is_a_usage_error(
    tocsin: Tocsin, quiet: Path, arguments: list[str], message: str
) -> None:
    said = tocsin("check", "example.org", "--store", quiet, *arguments)
    assert (said.code, message in said.err) == (2, True)


def test_a_name_is_not_missed_on_a_roster_that_is_not_there(tocsin: Tocsin, quiet: Path) -> None:
    missed = " ".join(tocsin("check", "Radio Lantern", "--store", quiet).out.split())
    assert "nobody of that name is on the roster" in missed
    assert tocsin("scan", "okta.jsonl", "--no-roster", "--store", quiet).code == 0
    said = tocsin("check", "Radio Lantern", "--store", quiet, "--json", "answer.json")
    told = " ".join(said.out.split())
    assert "there is no roster that says which accounts are theirs (--roster names one)" in told
    assert "on the roster" not in told
    assert [one["lack"] for one in json.loads(Path("answer.json").read_text())["because"]] == ["no_roster"]


def test_without_a_scan_there_is_nothing_to_ask(tocsin: Tocsin) -> None:
    said = tocsin("check", "example.org")
    assert (said.code, "no scan was run from" in said.err) == (1, True)
