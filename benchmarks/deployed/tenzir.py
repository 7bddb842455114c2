"""Tenzir, installed from its wheel and run on the raw Okta log: Sigma rules on single events, and a windowed query.

It comes without identity detections of its own. What a user would give it: the kinds of event that public Sigma rules
for Okta watch (`tenzir_rules/`, written here), and failed sign-ins of many accounts from one address in an hour
(`summarize`, 20 accounts, the threshold that panther-analysis takes for failures).

    pip install tenzir
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from deployed.peer import Alert, Installed, NotRun

RULES = Path(__file__).parent / "tenzir_rules"
ACCOUNTS_AN_HOUR = 20
SECONDS = 1_800


def tenzir(tools: Path | None) -> Installed:
    """Tenzir, if its program lies in the folder."""
    return Installed(
        name="Tenzir (installed): Sigma rules for Okta, 20 accounts failed from one address in an hour",
        source="https://docs.tenzir.com",
        alerts=lambda logs, scratch: _alerts(tools, logs, scratch),
    )


def _alerts(tools: Path | None, logs: Path, scratch: Path) -> Sequence[Alert] | NotRun:
    program = tools / "tenzir" if tools else None
    if program is None or not program.exists():
        return NotRun("no program `tenzir` in the folder --tools (pip install tenzir)")
    log = next(iter(sorted(logs.glob("okta-system-log.jsonl*"))))
    read = f'from_file "{log}" {{ read_ndjson }}\n'
    matched = _run(program, scratch, read + f'sigma path="{RULES}"\n')
    crowded = _run(program, scratch, read + _SUMMARY)
    return [*map(_matched, matched), *map(_crowded, crowded)]


_SUMMARY = f"""where outcome.result == "FAILURE" and eventType == "user.session.start"
hour = published.floor(1h)
summarize ip=client.ipAddress, hour, users=count_distinct(actor.alternateId), last=max(published), \
uids=collect(uuid), names=distinct(actor.alternateId)
where users >= {ACCOUNTS_AN_HOUR}
"""


def _run(program: Path, scratch: Path, pipeline: str) -> Iterator[dict[str, object]]:
    (scratch / "pipeline.tql").write_text(pipeline + "write_ndjson\n", encoding="utf-8")
    done = subprocess.run(
        [program, "-f", scratch / "pipeline.tql"], cwd=scratch, capture_output=True, check=True, timeout=SECONDS
    )
    return (json.loads(line) for line in done.stdout.splitlines() if line.strip())


def _matched(finding: dict) -> Alert:  # type: ignore[type-arg]
    event = finding["evidences"][0]["data"]
    account = event["actor"]["alternateId"]
    return Alert(
        rule=finding["policy"]["name"],
        group=f"account {account}",
        ms=_ms(event["published"]),
        events=(("okta", event["uuid"]),),
        accounts=frozenset({("okta", account.lower())}),
    )


def _crowded(row: dict) -> Alert:  # type: ignore[type-arg]
    return Alert(
        rule="accounts an hour",
        group=f"address {row['ip']}",
        ms=_ms(row["last"]),
        events=tuple(("okta", uid) for uid in row["uids"]),
        accounts=frozenset(("okta", name.lower()) for name in row["names"]),
    )


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
