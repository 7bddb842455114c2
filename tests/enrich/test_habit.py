"""The days on which an account was used, and how usual a source is for it, on every engine."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from event_rows import event_row
from small_site import ENRICHED
from tocsin.enrich import FEATURES, familiarity, let_in, owner_days

Row = dict[str, Any]

DAYS = pa.schema(
    [
        ("account", pa.string()),
        ("source_ip", pa.string()),
        ("network", pa.string()),
        ("client", pa.string()),
        ("country", pa.string()),
        ("day_number", pa.int32()),
    ]
)
ACTS = pa.schema([("provider", pa.string()), ("event_uid", pa.string()), *DAYS])

HOME = {"source_ip": "81.2.3.4", "network": "AS1", "client": "Firefox", "country": "DE"}
TRAIN = {"source_ip": "90.1.1.1", "network": "AS2", "client": "Firefox", "country": "DE"}
EXIT = {"source_ip": "45.9.1.7", "network": "AS900", "client": "curl", "country": "NL"}


@pytest.mark.parametrize(
    ("activity", "outcome", "reason", "enters"),
    [
        ("sign_in", "success", None, True),
        ("session_use", "success", None, True),
        ("challenge", "success", None, True),
        ("sign_in", "success", "first_factor", False),
        ("sign_in", "failure", "wrong_password", False),
        ("sign_in", "unknown", None, False),
        ("challenge", "unknown", None, False),
        ("recovery_complete", "success", None, False),
        ("credential_change", "success", None, False),
    ],
)
def test_who_is_let_in_has_passed_every_proof(
    duck_engine: Any, activity: str, outcome: str, reason: str | None, enters: bool
) -> None:
    """A right password that a second factor follows is not yet in; a recovery is no owner's day: anybody may do one."""
    row = event_row("1", activity=activity, outcome=outcome, reason=reason)
    events = duck_engine.table(pa.Table.from_pylist([row], schema=ENRICHED))
    assert len(duck_engine.rows(events.filter(let_in(events)))) == enters


def test_owner_days_are_distinct_and_name_account_and_source(duck_engine: Any) -> None:
    def event(uid: str, place: Row, **facts: Any) -> Row:
        return event_row(uid, activity="sign_in", source_ip=place["source_ip"], **facts) | place | {"day_number": 100}

    rows = [
        event("morning", HOME),
        event("noon", HOME, provider="entra"),
        event("evening", TRAIN),
        event("failed", EXIT, outcome="failure"),
        event("nobody", EXIT, account=None),
        event("nowhere", EXIT | {"source_ip": None}),
    ]
    days = duck_engine.rows(owner_days(duck_engine.table(pa.Table.from_pylist(rows, schema=ENRICHED))))
    lived = [{"account": "ada@example.org", "day_number": 100, **place} for place in (HOME, TRAIN)]
    assert days.select(DAYS.names).to_pylist() == lived


def test_familiarity_counts_days_before_and_finds_the_first_after(engine: Any) -> None:
    """Ada lives at home on days 1, 2 and 4 and takes the train on day 6; the act's own day never speaks for it."""
    days = [{"account": "ada", "day_number": day, **HOME} for day in (1, 2, 4)]
    days += [{"account": "ada", "day_number": 6, **TRAIN}, {"account": "bob", "day_number": 3, **EXIT}]

    def weighed(uid: str, place: Row, day: int, account: str = "ada") -> Row:
        return {"provider": "okta", "event_uid": uid, "account": account, "day_number": day, **place}

    acts = [
        weighed("at home", HOME, 4),
        weighed("from the train", TRAIN, 4),
        weighed("from an exit", EXIT, 4),
        weighed("nothing known", dict.fromkeys(FEATURES), 4),
        weighed("somebody new", HOME, 4, account="eve"),
    ]
    found = engine.rows(
        familiarity(
            engine.table(pa.Table.from_pylist(acts, schema=ACTS), "acts"),
            engine.table(pa.Table.from_pylist(days, schema=DAYS), "days"),
        )
    )

    def measured(history: tuple[int, int], stayed: int = 0, **by_feature: tuple[int, int | None]) -> Row:
        seen = {feature: by_feature.get(feature, (0, None)) for feature in FEATURES}
        before = {f"{feature}_before": held[0] for feature, held in seen.items()}
        after = {f"{feature}_after": held[1] for feature, held in seen.items()}
        days = {"source_ip_stayed": stayed, "history_before": history[0], "history_after": history[1]}
        return before | after | days

    expected = [
        measured((2, 1), source_ip=(2, None), network=(2, None), client=(2, 6), country=(2, 6)),
        measured((2, 1), 1, source_ip=(0, 6), network=(0, 6), client=(2, 6), country=(2, 6)),
        measured((2, 1)),
        measured((2, 1)),
        measured((0, 0)),
    ]
    by_uid = {row["event_uid"]: row for row in found.to_pylist()}
    assert [by_uid[act["event_uid"]] for act in acts] == [act | held for act, held in zip(acts, expected, strict=True)]
