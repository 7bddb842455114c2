"""Alerts become an answer that the open scorer takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deployed.answer import Belonging, grouped, joined, with_companions
from deployed.peer import Alert
from scorer import Event, Labelled, scored

BELONGING = Belonging(
    campaign={("okta", "1"): "spray", ("okta", "2"): "spray", ("okta", "3"): "other"},
    goes_with={("okta", "m1"): ("okta", "1")},
)


def raised(group: str, seconds: int, *uids: str, account: str = "ada@example.org") -> Alert:
    return Alert(
        rule="r",
        group=group,
        ms=1000 * seconds,
        events=tuple(("okta", uid) for uid in uids),
        accounts=frozenset({("okta", account)}),
    )


def test_alerts_of_one_group_are_one_campaign_detected_by_the_first_that_is_right() -> None:
    alerts = [raised("a", 10, "b1"), raised("a", 20, "1"), raised("b", 5, "b2")]
    found = {one.id: one for one in grouped(alerts, BELONGING, entered=False)}
    assert found["a"].events == {("okta", "b1"), ("okta", "1")}
    assert found["a"].detected_at == datetime.fromtimestamp(20, UTC)
    assert found["b"].detected_at == datetime.fromtimestamp(5, UTC)
    assert found["a"].compromised == frozenset()


def test_a_tool_that_alerts_on_success_names_accounts_that_were_entered() -> None:
    (found,) = grouped([raised("a", 10, "1")], BELONGING, entered=True)
    assert found.compromised == {("okta", "ada@example.org")}


def test_a_message_stands_for_the_start_that_sent_it() -> None:
    (found,) = with_companions(grouped([raised("a", 10, "m1")], BELONGING, entered=False), BELONGING)
    assert found.events == {("okta", "m1"), ("okta", "1")}


def test_groups_that_hold_a_campaigns_record_are_joined_and_the_others_left() -> None:
    alerts = [
        raised("a", 10, "1", account="ada@example.org"),
        raised("b", 5, "2", "b1", account="bob@example.org"),
        raised("c", 1, "b2"),
        raised("d", 7, "3", account="eve@example.org"),
    ]
    answer = {one.id: one for one in joined(grouped(alerts, BELONGING, entered=False), BELONGING)}
    assert sorted(answer) == ["c", "joined other", "joined spray"]
    spray = answer["joined spray"]
    assert spray.events == {("okta", "1"), ("okta", "2"), ("okta", "b1")}
    assert spray.attacked == {("okta", "ada@example.org"), ("okta", "bob@example.org")}
    assert spray.detected_at == datetime.fromtimestamp(5, UTC)


def test_the_scorer_counts_the_joined_ones_as_one_campaign_and_the_rest_as_false() -> None:
    first = datetime(2026, 2, 1, tzinfo=UTC)
    events = tuple(
        Event(campaign="spray", key=("okta", f"{n}"), role="attack", time=first + timedelta(hours=n)) for n in (1, 2)
    )
    truth = Labelled(
        id="spray", verdict="targeted", events=events, attacked=frozenset(), compromised=frozenset(), attempts=0
    )
    alerts = [raised("a", 10, "1"), raised("b", 20, "2"), raised("c", 30, "b2")]
    found = grouped(alerts, BELONGING, entered=False)
    apart, together = scored([truth], frozenset(), found), scored([truth], frozenset(), joined(found, BELONGING))
    assert (apart.campaigns[0].events_right, apart.fragments, apart.false) == (1, 1, 1)
    assert (together.campaigns[0].events_right, together.fragments, together.false) == (2, 0, 1)
