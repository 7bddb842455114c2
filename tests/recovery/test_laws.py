"""What holds of recovery sessions whatever the rows are."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.events import EVENT
from tocsin.recovery import Rules, concerning_recovery, sessions

Row = dict[str, Any]
Found = dict[str, list[Row]]
Run = Callable[[list[Row]], Found]

START = 1_790_000_000_000
RECOVERY = ("recovery_start", "recovery_message", "recovery_proof", "recovery_complete")
REACHED = ("identified", "started", "message_sent", "proof_tried", "completed")
LIFETIME = Rules().lifetime_ms
ENDINGS = {
    "recovery_start": ("success", "failure/unknown_account", "failure/not_enrolled", "failure/locked"),
    "recovery_message": ("success", "success/by_system"),
    "recovery_proof": ("success", "failure/wrong_proof", "unknown/cancelled", "failure/locked"),
    "recovery_complete": ("success", "failure/policy", "unknown"),
    "identify": ("success", "unknown/cancelled"),
    "credential_change": ("success", "success/by_admin"),
    "challenge": ("success", "failure/mfa_denied"),
    "sign_in": ("success", "failure/wrong_password"),
}
ADDRESSES = (None, "198.51.100.7", "198.51.100.9", "203.0.113.5", "2001:db8:1:2::5")

law = settings(
    max_examples=15, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def row(number: int, draw: Callable[[tuple[Any, ...]], Any], ms: int) -> Row:
    activity = draw((*RECOVERY, *RECOVERY, *ENDINGS))
    outcome, _, reason = draw(ENDINGS[activity]).partition("/")
    provider, account, address = (
        draw(("entra", "m365", "keycloak", "okta", "google", "lemonldap")), draw(("ann", "bob")), draw(ADDRESSES)
    )  # fmt: skip
    thread = draw((None, None, "1", "2"))
    return dict.fromkeys(EVENT.names) | {
        "event_uid": f"e{number}", "provider": provider, "tenant": "t1", "ts": START + ms,
        "activity": activity, "outcome": outcome, "reason": reason or None,
        "account": account, "account_known": "unknown",
        "provider_code": draw(("one", "other", "changed/anywhere")), "channel_kind": draw((None, "email", "sms")),
        "source_ip": address, "user_agent": draw((None, "Firefox", "curl")) if address else None,
        # As providers do it: a correlation is one source's flow for one account.
        "correlation_uid": thread and f"{provider}-{account}-{address}-{thread}", "raw_ref": "f:1",
    }  # fmt: skip


@st.composite
def logs(draw: st.DrawFn) -> list[Row]:
    spans = st.one_of(st.integers(0, 120), st.integers(0, 7200), st.integers(0, 50 * 3600))
    times = draw(st.lists(spans, min_size=1, max_size=14))

    def choose(options: tuple[Any, ...]) -> Any:
        return draw(st.sampled_from(options))

    return [row(number, choose, seconds * 1000) for number, seconds in enumerate(times)]


def moment(one: Row) -> datetime:
    return datetime.fromtimestamp(one["ts"] / 1000, UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """The three tables of some rows, sorted. The expressions are compiled once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection = ibis.duckdb.connect(threads=1)
        engine = connection.con
        engine.register("none", EVENT.empty_table())
        engine.execute("CREATE TEMP TABLE events AS FROM none")
        steps = connection.compile(sessions(connection.table("events")).steps)
        engine.execute(f"CREATE TEMP TABLE steps AS {steps}")
        engine.execute(f"PREPARE fill AS INSERT INTO steps {steps}")
        found = sessions(connection.table("events"), keep=lambda _: connection.table("steps"))
        for name in ("steps", "sessions", "source_parts"):
            query = connection.compile(getattr(found, name))
            engine.execute(f"PREPARE {name} AS SELECT * FROM ({query}) ORDER BY ALL")

    def rows_of(name: str) -> list[Row]:
        result = engine.execute(f"EXECUTE {name}")
        columns = [column[0] for column in result.description]
        return [dict(zip(columns, values, strict=True)) for values in result.fetchall()]

    def run(rows: list[Row]) -> Found:
        for one in rows:
            one["time"] = one["ingested_at"] = moment(one)
        engine.register("log", pa.Table.from_pylist(rows, schema=EVENT))
        engine.execute("DELETE FROM events; DELETE FROM steps; INSERT INTO events FROM log; EXECUTE fill")
        return {name: rows_of(name) for name in ("steps", "sessions", "source_parts")}

    yield run
    connection.disconnect()


def session_of(found: Found) -> dict[str, str]:
    return {step["event_uid"]: step["recovery_session_uid"] for step in found["steps"]}


def acts(found: Found) -> int:
    return len({step["act_uid"] for step in found["steps"]})


@law
@given(log=logs(), seed=st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(run: Run, log: list[Row], seed: Random) -> None:
    assert run(seed.sample(log, len(log))) == run(log)


@law
@given(log=logs())
def test_every_recovery_row_belongs_to_one_session_of_one_account(run: Run, log: list[Row]) -> None:
    found = run(log)
    steps = [step["event_uid"] for step in found["steps"]]
    assert len(steps) == len(set(steps))
    assert {one["event_uid"] for one in log if one["activity"] in RECOVERY} <= set(steps)
    named = {one["event_uid"]: one["account"] for one in log}
    accounts = defaultdict(set)
    for step in found["steps"]:
        accounts[step["recovery_session_uid"]].add(named[step["event_uid"]])
    assert all(len(those) == 1 for those in accounts.values())
    assert {one["recovery_session_uid"]: {one["account"]} for one in found["sessions"]} == accounts
    assert {part["recovery_session_uid"] for part in found["source_parts"]} <= set(accounts)


@law
@given(log=logs())
def test_an_act_has_one_first_row_and_one_session(run: Run, log: list[Row]) -> None:
    by_act = defaultdict(list)
    for step in run(log)["steps"]:
        by_act[step["act_uid"]].append(step)
    for uid, rows in by_act.items():
        first = min(rows, key=lambda one: (one["ts"], one["event_uid"]))
        assert uid == f"{first['provider']}:{first['event_uid']}"
        assert [one for one in rows if one["is_first_of_act"]] == [first]
        assert len({one["recovery_session_uid"] for one in rows}) == 1


@law
@given(log=logs(), at=st.integers(0, 13))
def test_the_same_act_in_one_more_log_adds_no_act(run: Run, log: list[Row], at: int) -> None:
    twin = log[at % len(log)] | {"event_uid": "twin", "provider_code": "twin log"}
    assert acts(run([*log, twin])) <= acts(run(log))


@law
@given(log=logs(), later=logs(), seconds=st.integers(61, 30 * 3600))
def test_a_later_row_never_lowers_how_far_a_session_got(
    run: Run, log: list[Row], later: list[Row], seconds: int
) -> None:
    end = max(one["ts"] for one in log)
    added = later[0] | {"event_uid": "later", "ts": end + seconds * 1000}
    before, after = run(log), run([*log, added])
    reached, now = (
        {one["recovery_session_uid"]: REACHED.index(one["reached"]) for one in found["sessions"]}
        for found in (before, after)
    )
    session = session_of(after)
    assert all(now[session[event]] >= reached[was] for event, was in session_of(before).items())


@law
@given(log=logs(), cut=st.integers(0, 50 * 3600))
def test_a_silence_longer_than_a_token_lives_separates_sessions(run: Run, log: list[Row], cut: int) -> None:
    late = {one["event_uid"] for one in log if one["ts"] >= START + cut * 1000}
    moved = [one | {"ts": one["ts"] + (LIFETIME + 1) * (one["event_uid"] in late)} for one in log]
    sides = defaultdict(set)
    for event, session in session_of(run(moved)).items():
        sides[session].add(event in late)
    assert all(len(those) == 1 for those in sides.values())


@law
@given(log=logs(), seconds=st.integers(-(10**8), 10**8))
def test_shifting_all_times_changes_nothing_else(run: Run, log: list[Row], seconds: int) -> None:
    def shifted(rows: list[Row], by: int) -> list[Row]:
        return [
            one | {name: value + by for name, value in one.items() if name in ("ts", "first_ts", "last_ts")}
            for one in rows
        ]

    moved = run(shifted(log, seconds * 1000))
    assert {name: shifted(rows, -seconds * 1000) for name, rows in moved.items()} == run(log)


def jumbled_log() -> pa.Table:
    random = Random(7)
    rows = [
        row(number, random.choice, 1000 * random.choice((random.randrange(600), random.randrange(10**5))))
        for number in range(400)
    ]
    for one in rows:
        one["account"] += str(random.randrange(8))
        one["time"] = one["ingested_at"] = moment(one)
    return pa.Table.from_pylist(rows, schema=EVENT)


def test_only_the_events_that_concern_recovery_need_be_read(duck_engine: Any) -> None:
    """Of all others only the ends of the logs are asked for."""
    events = duck_engine.table(jumbled_log())
    few = duck_engine.kept(concerning_recovery(events))
    whole, part = sessions(events), sessions(events, concerned=few)
    assert 0 < len(duck_engine.rows(few)) < 400
    for name in ("steps", "sessions", "source_parts"):
        assert duck_engine.rows(getattr(part, name)) == duck_engine.rows(getattr(whole, name))


def test_spark_finds_in_a_jumbled_log_what_duckdb_finds(duck_engine: Any, spark_engine: Any) -> None:
    log = jumbled_log()

    def found(engine: Any) -> list[pa.Table]:
        tables = sessions(engine.table(log), keep=engine.kept)
        return [engine.rows(getattr(tables, name)) for name in ("steps", "sessions", "source_parts")]

    assert found(spark_engine) == found(duck_engine)
