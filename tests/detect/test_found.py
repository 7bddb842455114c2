"""Hits become findings: split by silence, named the same every time, each event once."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tocsin.detect import FINDING_EVENT, PATTERNS, Finding
from tocsin.detect.found import EVENTS_NAMED, in_order, told

HOUR_MS = 3_600_000
(GUESSING,) = [one for one in PATTERNS if one.name == "password_guessing"]

HITS = pa.schema(
    [
        ("key", pa.string()),
        ("note", pa.string()),
        ("provider", pa.string()),
        ("tenant", pa.string()),
        ("event_uid", pa.string()),
        ("ts", pa.int64()),
        ("activity", pa.string()),
        ("outcome", pa.string()),
        ("account", pa.string()),
        ("source_ip", pa.string()),
        ("raw_ref", pa.string()),
    ]
)


def hit(uid: str, hour: float, **facts: Any) -> dict[str, Any]:
    usual = {
        "key": "ada@example.org",
        "note": None,
        "provider": "okta",
        "tenant": "",
        "activity": "sign_in",
        "outcome": "failure",
        "account": "ada@example.org",
        "source_ip": "198.51.100.66",
        "raw_ref": f"okta.jsonl:{uid}",
    }
    return usual | {"event_uid": uid, "ts": round(hour * HOUR_MS)} | facts


def findings(*hits: dict[str, Any]) -> list[Finding]:
    return [one for one, _ in told(GUESSING, pa.Table.from_pylist(list(hits), schema=HITS))]


def uids(one: Finding) -> list[str]:
    return [uid for _, uid in one.event_uids]


def test_a_silence_longer_than_the_pattern_s_begins_a_new_finding() -> None:
    found = findings(hit("1", 0), hit("2", 24), hit("3", 48.01))
    assert [uids(one) for one in found] == [["1", "2"], ["3"]]
    assert [(one.first_seen, one.last_seen) for one in found] == [
        ("1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z"),
        ("1970-01-03T00:00:36Z", "1970-01-03T00:00:36Z"),
    ]


def test_every_key_has_findings_of_its_own() -> None:
    other = hit("2", 0.5, key="bob@example.org", account="bob@example.org")
    assert [one.account for one in findings(hit("1", 0), other)] == ["ada@example.org", "bob@example.org"]


def test_the_order_of_hits_changes_nothing() -> None:
    hits = [hit(str(number), number / 3) for number in range(20)]
    assert findings(*hits) == findings(*reversed(hits))


def test_later_events_keep_the_id_and_an_earlier_one_changes_it() -> None:
    (before,) = findings(hit("2", 1), hit("3", 2))
    (later,) = findings(hit("2", 1), hit("3", 2), hit("4", 3))
    (earlier,) = findings(hit("1", 0), hit("2", 1), hit("3", 2))
    assert later.id == before.id != earlier.id
    assert before.id.startswith("f-")
    assert len(before.id) == 12


def test_an_event_with_two_notes_counts_once() -> None:
    (one,) = findings(hit("1", 0, note="a"), hit("1", 0, note="b"), hit("2", 1))
    assert (one.events, uids(one)) == (2, ["1", "2"])


def test_accounts_sources_providers_and_tenants_are_those_of_the_events() -> None:
    (one,) = findings(
        hit("1", 0, tenant="t1"),
        hit("2", 1, account="bob@example.org", source_ip=None, provider="entra", tenant="t2"),
        hit("3", 2, account=None, source_ip="192.0.2.1"),
    )
    assert (one.account, one.source_ip, one.accounts, one.sources) == (None, None, 2, 2)
    assert (one.providers, one.tenants) == (["entra", "okta"], ["t1", "t2"])


def test_a_finding_names_its_first_hundred_events_and_all_stand_beside_it() -> None:
    hits = [hit(f"{number:04}", number / 60) for number in range(EVENTS_NAMED + 5)]
    [(one, events)] = told(GUESSING, pa.Table.from_pylist(hits, schema=HITS))
    assert (one.events, len(one.event_uids)) == (EVENTS_NAMED + 5, EVENTS_NAMED)
    assert events.schema.equals(FINDING_EVENT)
    assert events["event_uid"].to_pylist() == [row["event_uid"] for row in hits]
    assert set(events["finding_id"].to_pylist()) == {one.id}


@pytest.mark.parametrize("account", ["\ud800", "a" * 100_000, "\u202ex"])
def test_a_hostile_name_makes_a_finding_like_any_other(account: str) -> None:
    text = account.encode(errors="surrogatepass").decode(errors="replace")
    (one,) = findings(hit("1", 0, account=text, key=text))
    assert one.account == text


def test_the_gravest_come_first_then_the_earliest() -> None:
    (first,), (second,) = findings(hit("1", 5)), findings(hit("2", 3))
    grave = Finding(**{name: getattr(first, name) for name in first.__struct_fields__} | {"level": "high", "id": "f-0"})
    assert in_order([first, second, grave]) == [grave, second, first]
