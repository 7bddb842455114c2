"""Sequences of rows and the sessions that they are, one readable file each, on every engine.

A file's part `in` gives rows: id, time (day 0 unless +Nd), provider, activity, outcome/reason, account,
address, user agent, then what else is set. The part `out` gives what comes of them: sessions with their acts
(rows of one act joined by +; a row that is no act of the requester in brackets) and each source's part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tocsin.events import EVENT
from tocsin.recovery import SESSIONS, SOURCE_PARTS, STEPS, sessions

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.txt"))
DAY_0 = datetime(2026, 9, 3, tzinfo=UTC)
LOG_END_DAY = 10
OPTIONS = {"thread": "correlation_uid", "channel": "channel_kind", "actor": "actor", "known": "account_known",
           "code": "provider_code", "number": "account_uid"}  # fmt: skip


def parts_of(sample: Path) -> tuple[list[str], list[str]]:
    lines = sample.read_text().splitlines()
    given, expected = lines.index("in"), lines.index("out")
    return lines[given + 1 : expected], lines[expected + 1 :]


def moment(text: str) -> int:
    match = re.fullmatch(r"(?:\+(\d+)d)?(\d+):(\d+):([\d.]+)", text)
    assert match, text
    days, hours, minutes, seconds = match.groups()
    return round(
        (
            DAY_0 + timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
        ).timestamp()
        * 1000
    )


def event(sample: str, line: str) -> dict[str, Any]:
    uid, time, provider, activity, ended, account, address, agent, *options = line.split()
    outcome, _, reason = ended.partition("/")
    row: dict[str, Any] = dict.fromkeys(EVENT.names)
    row |= {"account_known": "unknown", "provider_code": activity}
    row |= {OPTIONS[key]: value for key, value in (option.split("=") for option in options)}
    # Samples share one table: their names keep their accounts and correlations apart.
    thread = row["correlation_uid"]
    return row | {
        "event_uid": f"{sample}/{uid}", "provider": provider, "tenant": "t1", "ts": moment(time),
        "activity": activity, "outcome": outcome, "reason": reason or None,
        "account": None if account == "-" else f"{sample}/{account}",
        "source_ip": None if address == "-" else address, "user_agent": None if agent == "-" else agent,
        "correlation_uid": f"{sample}/{thread}" if thread else None, "raw_ref": "sample:1",
    }  # fmt: skip


def events() -> pa.Table:
    rows = [event(sample.stem, line) for sample in SAMPLES for line in parts_of(sample)[0] if line.strip()]
    end = "z +10d12:00:00 {} sign_in success end 192.0.2.1 Firefox"
    rows += [event(provider, end.format(provider)) for provider in sorted({row["provider"] for row in rows})]
    for row in rows:
        row["time"] = datetime.fromtimestamp(row["ts"] / 1000, UTC).replace(tzinfo=None)
        row["ingested_at"] = row["time"]
    return pa.Table.from_pylist(rows, schema=EVENT)


def clock(ts: int) -> str:
    time = datetime.fromtimestamp(ts / 1000, UTC)
    day = (time - DAY_0).days
    return (f"+{day}d" if day else "") + time.strftime("%H:%M:%S")


def told(session: dict[str, Any], steps: list[dict[str, Any]], parts: list[dict[str, Any]]) -> Iterator[str]:
    """A session in the words of the sample files; nothing that the three tables hold is left out."""

    def bare(uid: str | None) -> str:
        return "-" if uid is None else uid.rpartition("/")[2]

    acts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for step in sorted(steps, key=lambda step: (step["ts"], step["event_uid"])):
        acts[step["act_uid"]].append(step)
    shown = []
    for uid, rows in acts.items():
        assert [row["is_first_of_act"] for row in rows] == [True] + [False] * (len(rows) - 1)
        assert uid == f"{rows[0]['provider']}:{rows[0]['event_uid']}"
        names = "+".join(
            bare(row["event_uid"]) if row["is_source_step"] else f"({bare(row['event_uid'])})" for row in rows
        )
        shown.append(f"{names} {'/'.join(sorted({row['step'] for row in rows}))}")
    assert session["tenant"] == "t1"
    flags = [name for name in ("completed", "blocked", "cancelled") if session[name]]
    counts = [f"{session[name]} {name}" for name in ("starts", "messages", "proofs_failed", "proofs_passed")]
    yield (
        f"session {bare(session['recovery_session_uid'])} of {bare(session['account'])}"
        f" (known: {session['account_known']}) {clock(session['first_ts'])} to {clock(session['last_ts'])}"
        f" from {session['start_ip'] or '-'} {session['start_user_agent'] or '-'}"
    )
    yield "  acts: " + "; ".join(shown)
    yield f"  {', '.join(counts)}; channels {session['channels'] or '-'}; {' '.join(flags) or 'no flags'}"
    yield f"  reached {session['reached']}, ended {session['ended']}"
    for part in parts:
        did = [name for name in ("started", "continued", "completed") if part[name]]
        proofs = f"{part['proofs_failed']} failed, {part['proofs_passed']} passed"
        yield (
            f"  part {part['source_ip']} {part['user_agent'] or '-'} {clock(part['first_ts'])} to"
            f" {clock(part['last_ts'])}: {' '.join(did) or 'nothing'}; {proofs}"
        )


@pytest.fixture(scope="module")
def stories(engine: Any) -> dict[str, list[str]]:
    """What comes out of all samples at once, by sample."""
    table = engine.table(events())
    found = sessions(table, keep=lambda steps: engine.kept(steps, "recovery_steps"))
    rows = {name: engine.rows(getattr(found, name)) for name in ("steps", "sessions", "source_parts")}
    for name, schema in (("steps", STEPS), ("sessions", SESSIONS), ("source_parts", SOURCE_PARTS)):
        assert rows[name].schema.names == list(schema.names)
        assert rows[name].schema.types == [field.to_pyarrow() for field in schema.types]
    steps, parts = defaultdict(list), defaultdict(list)
    for step in rows["steps"].to_pylist():
        steps[step["recovery_session_uid"]].append(step)
    for part in rows["source_parts"].to_pylist():
        parts[part["recovery_session_uid"]].append(part)
    by_sample: dict[str, list[str]] = defaultdict(list)
    for session in sorted(rows["sessions"].to_pylist(), key=lambda row: (row["first_ts"], row["recovery_session_uid"])):
        uid = session["recovery_session_uid"]
        sample = uid.partition(":")[2].partition("/")[0]
        ordered = sorted(parts[uid], key=lambda part: (part["first_ts"], part["source_ip"]))
        by_sample[sample] += told(session, steps[uid], ordered)
    return by_sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_these_rows_are_these_sessions(sample: Path, stories: dict[str, list[str]]) -> None:
    assert stories[sample.stem] == parts_of(sample)[1]
