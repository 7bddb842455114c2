"""`tocsin lint` as a person meets it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from command_line import Tocsin
from lint_samples import FOLDER
from tocsin.lint import PRACTICE_RULES

DEFAULT = FOLDER / "keycloak_realm" / "default.json"
KEPT = FOLDER / "keycloak_realm" / "kept.json"
OKTA = FOLDER.parents[1] / "sources" / "samples" / "okta_system_log" / "raw.jsonl"


def test_findings_are_no_error(tocsin: Tocsin) -> None:
    said = tocsin("lint", DEFAULT)
    assert said.code == 0
    assert "1 document judged. 10 findings (4 high, 4 medium, 2 low); 6 kept; 4 cannot be said." in said.out
    assert "A link by mail is all it takes  keycloak_mail_alone" in said.out
    assert "realm school: verifyEmail = false" in said.out
    assert "Fix: Realm settings > Login > Email settings: switch 'Verify email' on." in said.out
    assert "NIST SP 800-63B-4 §4.2.2.2, OWASP ASVS 5.0 §6.4.3" in said.out
    assert said.err == ""


def test_fail_on_gives_an_exit_code_for_pipelines(tocsin: Tocsin, tmp_path: Path) -> None:
    low = tmp_path / "low.json"
    low.write_text(json.dumps(json.loads(KEPT.read_text()) | {"revokeRefreshToken": False}))
    assert tocsin("lint", DEFAULT, "--fail-on", "high").code == 1
    assert tocsin("lint", low, "--fail-on", "medium").code == 0
    assert tocsin("lint", low, "--fail-on", "low").code == 1
    assert tocsin("lint", KEPT, "--fail-on", "low").code == 0


def test_a_file_that_is_not_judged_fails_a_pipeline(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    assert tocsin("lint", KEPT, tmp_path / "broken.json").code == 0
    assert tocsin("lint", KEPT, tmp_path / "broken.json", "--fail-on", "high").code == 1


def test_json_holds_each_finding_with_clause_fact_and_fix(tocsin: Tocsin, tmp_path: Path) -> None:
    tocsin("lint", DEFAULT, "--json", tmp_path / "lint.json")
    document = json.loads((tmp_path / "lint.json").read_text())
    assert document["schema"] == "tocsin.lint/1"
    (one,) = [found for found in document["findings"] if found["rule"] == "keycloak_unconfirmed_address"]
    assert one == {
        "rule": "keycloak_unconfirmed_address",
        "title": "Recovery addresses are not confirmed",
        "severity": "medium",
        "why": "A mistyped or planted address restores the account; it takes a way to set one first.",
        "place": {
            "of": "file",
            "file": str(DEFAULT),
            "document": "realm school",
            "at": "verifyEmail",
            "value": "false",
            "provider": None,
            "tenant": None,
        },
        "fact": "an address that nobody confirmed can restore the account",
        "fix": "Realm settings > Login > Email settings: switch 'Verify email' on.",
        "clauses": [
            {
                "id": "NIST SP 800-63B-4 §4.2.1.2",
                "asks": "a code or link that is sent is random (six digits at least), good for ten minutes by text or"
                " voice and for 24 hours by mail, guessed at only so often, and goes to an address that the owner has"
                " confirmed",
                "url": "https://pages.nist.gov/800-63-4/sp800-63b.html",
            }
        ],
        "source": "https://www.keycloak.org/docs/latest/server_admin/#_login-page-settings",
        "cases": 1,
        "accounts": 0,
        "evidence": [],
    }
    assert [found["severity"] for found in document["findings"]] == ["high"] * 4 + ["medium"] * 4 + ["low"] * 2


def test_a_file_of_no_known_kind_is_told_and_costs_no_other(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    said = tocsin("lint", tmp_path / "broken.json", KEPT)
    assert said.code == 0
    assert "Not judged:" in said.out
    assert "broken.json: it is no JSON: Input data was truncated." in said.out
    assert "1 document judged. No finding;" in said.out


def test_nothing_that_could_be_judged_is_an_error(tocsin: Tocsin, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    said = tocsin("lint", tmp_path / "broken.json")
    assert (said.code, said.err) == (1, "tocsin: no file could be judged\n")


def test_without_files_it_says_what_to_give(tocsin: Tocsin) -> None:
    said = tocsin("lint")
    assert said.code == 2
    assert "nothing to check" in said.err


def test_all_rules_are_listed(tocsin: Tocsin) -> None:
    said = tocsin("lint", "--rules")
    assert said.code == 0
    assert "keycloak_reset_link_lifetime" in said.out
    assert "NIST SP 800-63B-4 §4.2.1.2" in said.out


def test_what_hides_in_a_file_is_shown(tocsin: Tocsin, tmp_path: Path) -> None:
    odd = tmp_path / "odd.json"
    odd.write_text(json.dumps(json.loads(DEFAULT.read_text()) | {"realm": "\x1b[2Jgone [red]"}))
    out = tocsin("lint", odd).out
    assert "\x1b" not in out
    assert "realm ⟨U+001B⟩[2Jgone [red]" in out


@pytest.fixture
def store(tocsin: Tocsin, tmp_path: Path) -> Path:
    """The store of a scan of Okta's sample records."""
    logs = tmp_path / "logs"
    logs.mkdir()
    shutil.copy(OKTA, logs / "okta.jsonl")
    assert tocsin("scan", logs, "--store", tmp_path / "store").code == 0
    return tmp_path / "store"


def test_the_logs_of_a_store_are_judged_beside_files(tocsin: Tocsin, store: Path, tmp_path: Path) -> None:
    said = tocsin("lint", KEPT, "--store", store, "--all", "--json", tmp_path / "lint.json")
    assert said.code == 0
    assert said.out.startswith("1 document and the logs in the store judged.")
    document = json.loads((tmp_path / "lint.json").read_text())
    assert document["store"] == str(store)
    of_logs = [
        one for part in ("findings", "kept", "cannot_say") for one in document[part] if one["place"]["of"] == "log"
    ]
    assert {one["place"]["provider"] for one in of_logs} == {"okta"}
    assert {one["rule"] for one in of_logs} == {rule.name for rule in PRACTICE_RULES}


def test_the_logs_of_a_store_can_be_judged_alone(tocsin: Tocsin, store: Path) -> None:
    said = tocsin("lint", "--store", store)
    assert said.code == 0
    assert said.out.startswith("The logs in the store judged.")


def test_a_store_that_is_not_there_is_an_error(tocsin: Tocsin, tmp_path: Path) -> None:
    said = tocsin("lint", "--store", tmp_path / "gone")
    assert said.code == 1
    assert "there is no store" in said.err
    assert not (tmp_path / "gone").exists()
