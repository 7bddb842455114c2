"""The counting rules on a few rows each, and every count re-derived from the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attempt_folding import Folding
from event_rows import Row
from small_site import act, table
from tocsin.assess.assess import Assessed, Person, Population, Recovery, assessed, evidence_rows
from tocsin.assess.assessment import CategoryCounts, Counts, DayCounts
from tocsin.assess.evidence import EVIDENCE
from tocsin.campaigns import Houses
from tocsin.campaigns.acts import COLUMNS
from tocsin.events import Activity
from tocsin.report.figures import CATEGORY_FIGURES, FIGURES, derive

PLACE = {"source_ip": "45.9.1.7", "network": "AS900", "country": "NL", "client": "curl"}
ROSTER = {
    "ada@example.org": Person(organisation="The Daily Example", category="media"),
    "bob@example.org": Person(organisation="Example for Office", category="campaign"),
}
HOUSES = Houses({("example.org", "okta", "okta", True): 1000}, accounts=1000)
EXISTING = Population(known=frozenset({("okta", "ada@example.org")}), houses=HOUSES)
NO_RECOVERY = Recovery(session={}, step={}, act={}, first_of_act=frozenset(), continued=frozenset())


def event(uid: str, activity: str, second: float = 0.0, *, account: str = "ada@example.org", **facts: Any) -> Row:
    return act(uid, account, PLACE, activity=activity, hour=3 + second / 3600, **facts)


def events_of(rows: Sequence[Row]) -> pa.Table:
    return table(rows).select(COLUMNS).sort_by([("ts", "ascending"), ("event_uid", "ascending")])


@cache
def folding() -> Folding:
    return Folding()


def evidence_of(rows: Sequence[Row], recovery: Recovery = NO_RECOVERY) -> list[dict[str, Any]]:
    events = events_of(rows)
    return evidence_rows(events, recovery, folding().of(events.to_pylist()), EXISTING, ROSTER)


def counted(rows: Sequence[Row], recovery: Recovery = NO_RECOVERY) -> Assessed:
    events, evidence = events_of(rows), evidence_of(rows, recovery)
    return assessed(
        evidence,
        events,
        recovery,
        campaign_id="2026-02-abc",
        detected_at=None,
        population=EXISTING,
        roster=ROSTER,
        owners={},
        reasons=[],
        techniques=[],
    )


def counts(rows: Sequence[Row], recovery: Recovery = NO_RECOVERY) -> Counts:
    return counted(rows, recovery).campaign.counts


def figures(
    attempts: int, tried: int, probed: int, attacked: int, compromised: int, *, guesses: int = 0, prompts: int = 0
) -> Counts:
    return Counts(
        identification_attempts=attempts,
        identifiers_tried=tried,
        accounts_probed=probed,
        accounts_attacked=attacked,
        accounts_compromised=compromised,
        password_guesses=guesses,
        factor_prompts=prompts,
    )


def session(*uids: str, provider: str = "okta", continued: bool = False) -> Recovery:
    """One recovery session of these rows, in one act each but for the last, which is a companion of the first."""
    return Recovery(
        session={(provider, uid): "R1" for uid in uids},
        step={(provider, uid): "started" for uid in uids},
        act={(provider, uid): f"{provider}:{uid}" for uid in uids[:-1]}
        | {(provider, uids[-1]): f"{provider}:{uids[0]}"},
        first_of_act=frozenset({(provider, uids[0])}),
        continued=frozenset({("R1", PLACE["source_ip"])} if continued else ()),
    )


START = event("start", "recovery_start")
MESSAGE = event("message", "recovery_message", 2, channel_kind="email")
PROOF = event("proof", "recovery_proof", 60, outcome="failure", reason="wrong_proof", channel_kind="email")
DONE = event("done", "recovery_complete", 90, channel_kind="email")


def test_a_recovery_that_is_started_and_left_is_one_attempt() -> None:
    """The message that the system sent is evidence and no second attempt."""
    assert counts([START, MESSAGE], session("start", "message")) == figures(1, 1, 1, 0, 0)


def mailed(*uids: str) -> Recovery:
    """One recovery session of which the log shows the mails alone."""
    keys = [("okta", uid) for uid in uids]
    return Recovery(
        session=dict.fromkeys(keys, "R1"),
        step=dict.fromkeys(keys, "message"),
        act={key: f"/{key[1]}" for key in keys},
        first_of_act=frozenset(keys),
        continued=frozenset(),
    )


def test_where_only_the_messages_are_logged_each_of_them_is_an_attempt() -> None:
    """Okta's mail carries the requester's address; exports filtered to `system.email` hold nothing else."""
    again = event("again", "recovery_message", 200, channel_kind="email")
    assert counts([MESSAGE, again], mailed("message", "again")) == figures(2, 1, 1, 0, 0)


def test_a_recovery_that_goes_on_is_an_attack_and_no_attempt() -> None:
    went_on = session("start", "message", "proof", continued=True)
    assert counts([START, MESSAGE, PROOF], went_on) == figures(0, 1, 0, 1, 0)


def test_a_recovery_that_is_completed_is_a_compromise_and_counts_as_attacked_too() -> None:
    whole = session("start", "message", "proof", "done", continued=True)
    assert counts([START, MESSAGE, PROOF, DONE], whole) == figures(0, 1, 0, 1, 1)


def test_a_credential_change_that_ends_a_recovery_is_access() -> None:
    """Providers that log the end of a reset as a change of password: the recovery model says which."""
    change = event("change", "credential_change", 90)
    ended = Recovery(
        session={("okta", "change"): "R1"},
        step={("okta", "change"): "completed"},
        act={("okta", "change"): "okta:change"},
        first_of_act=frozenset(),
        continued=frozenset(),
    )
    assert [row["role"] for row in counted([change], ended).evidence.to_pylist()] == ["access"]
    assert [row["role"] for row in counted([change]).evidence.to_pylist()] == ["persistence"]


def unknown(uid: str, second: float, *, account: str = "nobody@example.org", **facts: Any) -> Row:
    missing = {"outcome": "failure", "reason": "unknown_account", "account_known": "false"}
    return event(uid, "sign_in", second, account=account, **(missing | facts))


@pytest.mark.parametrize(
    ("seconds", "correlations", "attempts"),
    [
        (1.0, ("c1", "c1"), 1),  # one request, written twice
        (1.0, ("c1", "c2"), 2),  # two requests
        (1.0, (None, None), 2),  # nothing says that they are one
        (3.0, ("c1", "c1"), 2),  # tried again in the same dialogue
    ],
    ids=["twins", "two requests", "no correlation", "again"],
)
def test_entras_two_rows_of_one_request_are_one_attempt(
    seconds: float, correlations: tuple[str | None, str | None], attempts: int
) -> None:
    rows = [
        unknown(f"row{number}", number * seconds, provider="entra", correlation_uid=correlation)
        for number, correlation in enumerate(correlations)
    ]
    assert counts(rows) == figures(attempts, 1, 0, 0, 0)


def test_the_unified_audit_logs_repeat_of_an_attempt_counts_once() -> None:
    """Both rows are evidence; one counts. A repeat more than the directory has rows is an attempt of its own."""
    directory = unknown("entra", 0, provider="entra")
    repeat, later = unknown("m365", 20, provider="m365"), unknown("later", 40, provider="m365")
    assert counts([directory, repeat]) == figures(1, 1, 0, 0, 0)
    assert len(counted([directory, repeat]).evidence) == 2
    assert counts([directory, repeat, later]) == figures(2, 1, 0, 0, 0)
    assert counts([directory, unknown("m365", 90, provider="m365")]) == figures(2, 1, 0, 0, 0)


def wrong(uid: str, second: float = 0.0, **facts: Any) -> Row:
    return event(uid, "sign_in", second, outcome="failure", reason="wrong_password", **facts)


def test_an_account_in_two_of_microsofts_logs_is_one_account_under_entra() -> None:
    both = counted([wrong("e", provider="entra"), wrong("m", 20, provider="m365")])
    assert [(one.provider, one.account) for one in both.campaign.accounts] == [("entra", "ada@example.org")]
    assert both.campaign.counts == figures(0, 1, 0, 1, 0, guesses=1)


def test_where_only_the_unified_audit_log_speaks_the_account_stays_there() -> None:
    other = wrong("e", provider="entra", account="bob@example.org")
    alone = counted([other, wrong("m", 20, provider="m365")])
    assert sorted((one.provider, one.account) for one in alone.campaign.accounts) == [
        ("entra", "bob@example.org"),
        ("m365", "ada@example.org"),
    ]


def prompt(uid: str, second: float, outcome: str, reason: str | None, **facts: Any) -> Row:
    facts = {"provider": "entra", "correlation_uid": "c1"} | facts
    return event(uid, "challenge", second, outcome=outcome, reason=reason, **facts)


def test_guesses_and_prompts_are_counted_by_attempt_and_every_row_stays_evidence() -> None:
    """A wrong password with its repeat in the other log; one prompt, refused, which took three rows; one that was
    passed."""
    rows = [
        wrong("e", provider="entra"),
        wrong("m", provider="m365", request_uid="e"),
        prompt("p1", 10, "unknown", "mfa_required"),
        prompt("p2", 30, "failure", "mfa_denied", request_uid="p1"),
        prompt("p3", 36, "failure", "mfa_denied", request_uid="p1"),
        prompt("q1", 60, "unknown", "mfa_required"),
        event("q2", "sign_in", 70, provider="entra", correlation_uid="c1", request_uid="q1"),
    ]
    found = counted(rows)
    assert found.campaign.counts == figures(0, 1, 0, 1, 1, guesses=1, prompts=2)
    told = [(row["event_uid"], row["role"], row["attempt_uid"]) for row in found.evidence.to_pylist()]
    assert told == [
        ("e", "attack", "entra:e"),
        ("m", "attack", "entra:e"),
        ("p1", "attack", "entra:p1"),
        ("p2", "attack", "entra:p1"),
        ("p3", "attack", "entra:p1"),
        ("q1", "attack", "entra:q1"),
        ("q2", "access", "entra:q1"),
    ]
    for name, rows_told in (("password_guesses", ["e", "m"]), ("factor_prompts", ["p1", "p2", "p3", "q1"])):
        derived = derive(found.campaign, name, found.evidence)
        assert (derived.rows["event_uid"].to_pylist(), derived.agrees) == (rows_told, True)


def test_days_count_acts_by_the_day_they_began_in_their_furthest_role() -> None:
    """Midnight passes between a prompt and its answer, and between an attempt and its repeat."""
    late = 20.9999 * 3600
    rows = [
        unknown("u", late, provider="entra"),
        unknown("mu", late + 20, provider="m365"),
        prompt("p", late, "unknown", "mfa_required"),
        event("in", "sign_in", late + 20, provider="entra", correlation_uid="c1"),
        wrong("w", late + 40, provider="entra"),
    ]
    assert counted(rows).campaign.days == [
        DayCounts(day="2026-02-02", identification=1, attack=0, access=1, persistence=0),
        DayCounts(day="2026-02-03", identification=0, attack=1, access=0, persistence=0),
    ]


def test_the_days_of_a_campaign_hold_as_many_attempts_as_its_counts() -> None:
    """A message that went out is neither an attempt to identify nor an attack."""
    left, went_on = session("start", "message"), session("start", "message", "proof", continued=True)
    for rows, recovery in (([START, MESSAGE], left), ([START, MESSAGE, PROOF], went_on)):
        campaign = counted(rows, recovery).campaign
        assert sum(day.identification for day in campaign.days) == campaign.counts.identification_attempts
    assert [day.attack for day in counted([START, MESSAGE, PROOF], went_on).campaign.days] == [1]


def test_the_same_name_at_two_providers_is_two_accounts_and_one_identifier() -> None:
    assert counts([wrong("o"), wrong("k", 5, provider="keycloak")]) == figures(0, 1, 0, 2, 0, guesses=2)


def test_stages_are_cumulative_and_probed_are_those_that_stayed() -> None:
    """One looked up, one attacked after it was looked up, one compromised: 1 probed, 2 attacked, 1 compromised."""
    rows = [
        event("p", "identify", account="eve@example.org"),
        event("a1", "identify", 1, account="bob@example.org"),
        wrong("a2", 2, account="bob@example.org"),
        event("c", "sign_in", 3),
    ]
    found = counted(rows).campaign
    assert found.counts == figures(2, 3, 1, 2, 1, guesses=1)
    assert [(one.account, one.stage, one.category) for one in found.accounts] == [
        ("ada@example.org", "compromised", "media"),
        ("bob@example.org", "attacked", "campaign"),
        ("eve@example.org", "probed", None),
    ]
    assert found.by_category == {
        "campaign": CategoryCounts(probed=0, attacked=1, compromised=0),
        "media": CategoryCounts(probed=0, attacked=1, compromised=1),
    }


def test_identifiers_that_do_not_exist_are_counted_apart() -> None:
    rows = [unknown(f"u{number}", number, account=f"name{number}@example.org") for number in range(3)]
    found = counted([*rows, wrong("w", 9)])
    assert found.campaign.counts == figures(3, 4, 0, 1, 0, guesses=1)
    assert [one.account for one in found.campaign.accounts] == ["ada@example.org"]
    stages = {row["account"]: row["stage"] for row in found.evidence.to_pylist()}
    assert stages == {"ada@example.org": "attacked"} | {f"name{number}@example.org": None for number in range(3)}


def test_an_account_that_another_record_proves_exists() -> None:
    """The row itself does not tell; the site knows ada at okta and does not know her at keycloak."""
    at: Row = {"account_known": "unknown", "outcome": "failure", "reason": "wrong_password"}
    assert counts([event("o", "sign_in", **at)]) == figures(0, 1, 0, 1, 0, guesses=1)
    assert counts([event("k", "sign_in", provider="keycloak", **at)]).accounts_attacked == 0


def test_a_row_of_evidence_holds_what_leads_back_to_the_record() -> None:
    (row,) = counted([unknown("u", 0, provider="keycloak", raw_ref="keycloak.jsonl:17")]).evidence.to_pylist()
    assert row == {
        "campaign_id": "2026-02-abc",
        "event_uid": "u",
        "provider": "keycloak",
        "role": "identification",
        "attempt_uid": "keycloak:u",
        "counts_as": "identification_attempt",
        "time": datetime(2026, 2, 2, 3, tzinfo=UTC).replace(tzinfo=None),
        "activity": "sign_in",
        "outcome": "failure",
        "reason": "unknown_account",
        "account": "nobody@example.org",
        "account_provider": "keycloak",
        "account_exists": False,
        "stage": None,
        "category": None,
        "source_ip": "45.9.1.7",
        "raw_ref": "keycloak.jsonl:17",
    }


EVENTS = st.builds(
    lambda number, activity, second, **facts: (number, activity, second, facts),
    st.integers(0, 10_000),
    st.sampled_from(sorted(Activity)),
    st.integers(0, 600),
    provider=st.sampled_from(["entra", "m365", "okta"]),
    outcome=st.sampled_from(["success", "failure", "unknown"]),
    reason=st.sampled_from([None, "unknown_account", "wrong_password", "interrupt", "first_factor"]),
    account=st.sampled_from(["ada@example.org", "bob@example.org", "eve@example.org", "nobody@example.org"]),
    account_known=st.sampled_from(["true", "false", "unknown"]),
    correlation_uid=st.sampled_from([None, "c1", "c2"]),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(EVENTS, min_size=1, max_size=12, unique_by=lambda one: one[0]))
def test_every_count_is_rederived_from_the_evidence(drawn: list[tuple[int, str, int, Row]]) -> None:
    """Whatever the rows: `tocsin explain` counts what the assessment states, over all and in each category."""
    rows = [event(f"e{number}", activity, second, **facts) for number, activity, second, facts in drawn]
    if not evidence_of(rows):
        return
    found = counted(rows)
    assert found.evidence.schema == EVIDENCE
    names = [figure.name for figure in FIGURES]
    names += [f"{name}.{category}" for name in CATEGORY_FIGURES for category in found.campaign.by_category]
    disagreeing = [name for name in names if not derive(found.campaign, name, found.evidence).agrees]
    assert disagreeing == []
    stated = found.campaign.counts
    assert stated.accounts_compromised <= stated.accounts_attacked
    assert stated.accounts_probed + stated.accounts_attacked == len(found.campaign.accounts)


@settings(deadline=None, max_examples=30)
@given(st.lists(EVENTS, min_size=1, max_size=8, unique_by=lambda one: one[0]), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_listed_changes_no_row(drawn: list[tuple[int, str, int, Row]], random: Any) -> None:
    rows = [event(f"e{number}", activity, second, **facts) for number, activity, second, facts in drawn]
    assert evidence_of(random.sample(rows, len(rows))) == evidence_of(rows)


def test_people_at_risk_at_other_providers_are_no_part_of_what_could_be_chosen() -> None:
    """Private mailboxes elsewhere say nothing of whom somebody chose who tests a whole house."""
    names = {("example.org", "okta", "okta", True): 100, ("mail.example", "keycloak", "keycloak", True): 900}
    held = {"ada@example.org": frozenset({"okta"}), "bob@mail.example": frozenset({"keycloak"})}
    population = Population(
        known=frozenset(), houses=Houses(names, 1000), at_risk={one: one for one in held}, at_risk_at=held
    )
    [one] = population.reached({"eve@example.org": frozenset({"okta"})})
    assert one == (frozenset({"eve@example.org"}), {"ada@example.org": "ada@example.org"}, {"example.org": 100})
    both = population.reached(held)
    assert {frozenset(reach.houses) for reach in both} == {frozenset({"example.org"}), frozenset({"mail.example"})}
