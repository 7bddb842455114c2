"""What installed tools print becomes alerts; a tool that is not there says so."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

from deployed import installed
from deployed.peer import Alert, NotRun
from deployed.tenzir import RULES, tenzir

FINDING = (
    '{"policy":{"name":"Factor taken away"},"evidences":[{"data":{"uuid":"u1","published":"2026-02-05T08:49:26.001Z",'
    '"actor":{"alternateId":"Ada@example.org"}}}]}'
)
CROWD = (
    '{"ip":"203.0.113.7","hour":"2026-02-03T06:00:00Z","users":2,"last":"2026-02-03T06:30:00Z","uids":["u2","u3"],'
    '"names":["ada@example.org","bob@example.org"]}'
)
PRETENDER = f"""#!{sys.executable}
import pathlib, sys
asked = pathlib.Path(sys.argv[2]).read_text()
assert "okta-system-log.jsonl" in asked
print({FINDING!r} if "sigma path=" in asked else {CROWD!r})
"""


def test_findings_and_rows_of_tenzir_become_alerts(tmp_path: Path) -> None:
    program = tmp_path / "tenzir"
    program.write_text(PRETENDER)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "okta-system-log.jsonl").touch()
    assert tenzir(tmp_path).alerts(tmp_path, tmp_path) == [
        Alert(
            rule="Factor taken away",
            group="account Ada@example.org",
            ms=1_770_281_366_001,
            events=(("okta", "u1"),),
            accounts=frozenset({("okta", "ada@example.org")}),
        ),
        Alert(
            rule="accounts an hour",
            group="address 203.0.113.7",
            ms=1_770_100_200_000,
            events=(("okta", "u2"), ("okta", "u3")),
            accounts=frozenset({("okta", "ada@example.org"), ("okta", "bob@example.org")}),
        ),
    ]


def test_tools_that_are_not_there_say_why(tmp_path: Path) -> None:
    for tool in installed(None):
        answer = tool.alerts(tmp_path, tmp_path)
        assert isinstance(answer, NotRun)
        assert answer.reason


def test_the_rules_for_tenzir_are_of_single_events_of_okta() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.yml"))]
    assert len(texts) == 4
    assert all("product: okta" in text and "correlation" not in text for text in texts)
