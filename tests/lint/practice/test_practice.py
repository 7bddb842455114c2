"""Each rule about practice is broken by what its sample shows, and kept one fact away.

A line of a sample is an event of Okta (`event_rows.event_row`); `shows` marks the evidence. All samples stand side by
side in one store, a tenant each, and with each an ordinary recovery of somebody else, so that silence is never the
reason for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from event_rows import Row, event_row, event_table
from tocsin.engines import DuckEngine
from tocsin.lake import Covered
from tocsin.lake.seen import seen
from tocsin.lint import PRACTICE_RULES, SEVERITIES, Found, PracticeRule
from tocsin.lint.judge import Practice
from tocsin.lint.practice import judge_logs
from tocsin.lint.practice.logs import looked_at

SAMPLES = Path(__file__).parent / "samples"
NAMES = sorted(folder.name for folder in SAMPLES.iterdir())

ORDINARY: list[Row] = [
    {"uid": "o1", "activity": "sign_in", "time": "2026-02-01T08:00:00Z", "session_uid": "s-0"},
    {"uid": "o2", "activity": "session_use", "time": "2026-02-01T08:05:00Z", "session_uid": "s-0"},
    {"uid": "o3", "activity": "channel_change", "time": "2026-01-01T08:00:00Z", "channel_kind": "app"},
    {"uid": "o4", "activity": "recovery_start", "time": "2026-02-20T08:00:00Z"},
    {"uid": "o5", "activity": "recovery_message", "time": "2026-02-20T08:01:00Z", "channel_kind": "email"},
    {"uid": "o6", "activity": "recovery_proof", "time": "2026-02-20T08:02:00Z", "channel_kind": "email"},
    {"uid": "o7", "activity": "recovery_proof", "time": "2026-02-20T08:03:00Z", "channel_kind": "app"},
    {"uid": "o8", "activity": "recovery_complete", "time": "2026-02-20T08:04:00Z"},
]
"""A recovery as it should be, of somebody who does nothing else."""

GONE = {
    "channel_change": ("practice_new_channel_restores", "changes of recovery channels"),
    "session_use": ("practice_sessions_go_on", "use of open sessions"),
    "recovery_message": ("practice_messages_flood", "recovery messages"),
}


def _sample(name: str, kind: str) -> list[Row]:
    lines = (SAMPLES / name / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _changed(name: str, uid: str, **facts: str) -> list[Row]:
    """A sample that breaks its rule, with other facts in one line."""
    return [one | facts if one["uid"] == uid else one for one in _sample(name, "broken")]


def _in(tenant: str, lines: Sequence[Row], account: str = "ada@example.org") -> list[Row]:
    """The events of a sample, told apart from those of all others."""
    rows = []
    for one in lines:
        facts = {name: value for name, value in one.items() if name not in ("uid", "shows", "account")}
        for name in ("session_uid", "correlation_uid"):
            if name in facts:
                facts[name] = f"{tenant} {facts[name]}"
        who = f"{one.get('account', account)} {tenant}"
        rows.append(event_row(f"{tenant} {one['uid']}", tenant=tenant, account=who, **facts))
    return rows


WORLD = {
    **{f"broken {name}": _sample(name, "broken") for name in NAMES},
    **{f"kept {name}": _sample(name, "kept") for name in NAMES},
    "ordinary": [],
    "by an administrator": _changed("practice_new_channel_restores", "changed", reason="by_admin"),
    "its own session": _changed("practice_sessions_go_on", "r-done", session_uid="s-1"),
    "somebody else's session": _changed("practice_sessions_go_on", "use", account="carol"),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    rows = [row for tenant, lines in WORLD.items() for row in [*_in(tenant, lines), *_in(tenant, ORDINARY, "eve")]]
    for gone in GONE:
        rows += _in(f"without {gone}", [one for one in ORDINARY if one["activity"] != gone])
    rows += _in("without recoveries", [one for one in ORDINARY if not one["activity"].startswith("recovery")])
    rows += [one | {"provider": "own"} for one in _in("own log", ORDINARY)]
    engine = DuckEngine(scratch=tmp_path_factory.mktemp("scratch"))
    events = engine.table("events", event_table(rows))
    covered = [
        Covered(
            provider=provider, tenant=tenant, files=1, events=len(rows), duplicates=0, rejected=0,
            first=datetime(2026, 1, 1), last=datetime(2026, 3, 1), gaps=(), acts=acts,  # noqa: DTZ001
            formats=("okta_system_log",) if provider == "okta" else ("own_log",),
        )
        for (provider, tenant), acts in seen(engine, events).items()
    ]  # fmt: skip
    try:
        return judge_logs(engine, looked_at(engine, events), covered)
    finally:
        engine.close()


def _found(judged: Practice, tenant: str) -> list[Found]:
    return [one for one in judged[0] if one.place.tenant == tenant]


def _kept(judged: Practice, tenant: str) -> dict[str, str]:
    return {one.rule: one.fact for one in judged[1] if one.place.tenant == tenant}


def _unsaid(judged: Practice, tenant: str) -> dict[str, str]:
    return {one.rule: one.fact for one in judged[2] if one.place.tenant == tenant}


@pytest.mark.parametrize("name", NAMES)
def test_what_the_sample_shows_breaks_the_rule(name: str, judged: Practice) -> None:
    """By the marked events, no more and no fewer."""
    tenant = f"broken {name}"
    (one,) = [one for one in _found(judged, tenant) if one.rule == name]
    marked = {f"{tenant} {line['uid']}" for line in WORLD[tenant] if line.get("shows")}
    assert {event.event_uid for event in one.evidence} == marked
    assert len(one.evidence) == len(marked)


@pytest.mark.parametrize("name", NAMES)
def test_one_fact_away_the_rule_is_kept(name: str, judged: Practice) -> None:
    assert name not in [one.rule for one in _found(judged, f"kept {name}")]
    assert name in _kept(judged, f"kept {name}")


def test_every_rule_has_a_sample_but_the_one_that_no_log_shows() -> None:
    assert set(NAMES) == {rule.name for rule in PRACTICE_RULES if rule.finds is not None}
    assert [rule.name for rule in PRACTICE_RULES if rule.finds is None] == ["practice_owners_told"]


def test_an_ordinary_recovery_breaks_nothing(judged: Practice) -> None:
    assert _found(judged, "ordinary") == []
    assert sorted(_kept(judged, "ordinary")) == NAMES
    assert _unsaid(judged, "ordinary") == {
        "practice_owners_told": "this log holds no record of the notices that owners get"
    }


def test_what_the_log_shows_in_part_is_kept_with_the_condition(judged: Practice) -> None:
    fact = _kept(judged, "ordinary")["practice_codes_guessed"]
    assert fact.startswith("no recovery bore more than 10 wrong proofs, as far as the log shows (Identity Engine")


@pytest.mark.parametrize("gone", GONE)
def test_a_kind_of_act_that_is_not_in_the_log_leaves_it_open(gone: str, judged: Practice) -> None:
    rule, words = GONE[gone]
    assert rule not in _kept(judged, f"without {gone}")
    fact = f"the log holds no {words}: there were none, or the export left them out"
    assert _unsaid(judged, f"without {gone}")[rule] == fact


@pytest.mark.parametrize("tenant", ["without recoveries", "own log"])
def test_a_log_without_known_recoveries_says_so_once(tenant: str, judged: Practice) -> None:
    """The second is of a format of which it is not known what it shows."""
    assert (_found(judged, tenant), _kept(judged, tenant)) == ([], {})
    assert _unsaid(judged, tenant) == {"practice": "the log shows no recoveries, or it is not known what it shows"}


@pytest.mark.parametrize("tenant", ["by an administrator", "its own session", "somebody else's session"])
def test_what_looks_the_same_and_is_harmless_breaks_nothing(tenant: str, judged: Practice) -> None:
    assert _found(judged, tenant) == []


def test_cases_and_accounts_are_counted(judged: Practice) -> None:
    (one,) = _found(judged, "broken practice_old_links_work")[:1]
    assert (one.rule, one.cases, one.accounts) == ("practice_old_links_work", 2, 2)
    assert one.fact == "2 recoveries of 2 accounts with a link or code past its time"
    assert one.fix.startswith("Security > Authentication > Password")


@pytest.mark.parametrize("one", PRACTICE_RULES, ids=[rule.name for rule in PRACTICE_RULES])
def test_a_rule_is_whole(one: PracticeRule) -> None:
    assert one.name.startswith("practice_")
    assert one.severity in SEVERITIES
    assert one.clauses
    assert one.needs
    assert (one.finds is None) == bool(one.unsaid)
    assert all(text.endswith(".") for text in (one.why, one.fix, *one.fixes.values()))
