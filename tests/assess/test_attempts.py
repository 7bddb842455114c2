"""What makes several rows one attempt, one fact apart from what leaves them several; and what holds of any rows."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attempt_folding import SCHEMA, Folding
from event_rows import Row, event_row
from tocsin.assess.attempts import COLUMNS, attempts

WRONG: Row = {"activity": "sign_in", "outcome": "failure", "reason": "wrong_password"}
ASKED: Row = {"activity": "challenge", "outcome": "unknown", "reason": "mfa_required"}
REFUSED: Row = {"activity": "challenge", "outcome": "failure", "reason": "mfa_denied"}
PASSED: Row = {"activity": "challenge", "outcome": "success"}
RIGHT: Row = {"activity": "sign_in", "outcome": "success", "reason": "first_factor"}
IN: Row = {"activity": "sign_in", "outcome": "success"}
INTERRUPT: Row = {"activity": "sign_in", "outcome": "unknown", "reason": "interrupt"}
SPENT: Row = {"activity": "session_use", "outcome": "success", "provider_code": "seacft"}
FACTOR: Row = {"activity": "factor_change", "outcome": "success"}


@pytest.fixture(scope="module")
def folding() -> Folding:
    return Folding()


def entra(uid: str, second: float, step: Row = WRONG, **facts: Any) -> Row:
    return event_row(uid, **({"provider": "entra", "correlation_uid": "c1", **step} | at(second) | facts))


def m365(uid: str, second: float, step: Row = WRONG, **facts: Any) -> Row:
    return entra(uid, second, step, **({"provider": "m365"} | facts))


def okta(uid: str, second: float, step: Row, **facts: Any) -> Row:
    return entra(uid, second, step, **({"provider": "okta", "correlation_uid": "t1"} | facts))


def at(second: float) -> Row:
    return {"hour": 9 + second / 3600}


CASES: dict[str, tuple[list[Row], list[list[str]]]] = {
    "an interrupt, the prompt and the success of one correlation": (
        [entra("a", 0, INTERRUPT), entra("b", 5, ASKED), entra("c", 30, IN), entra("d", 31, INTERRUPT)],
        [["a", "b", "c", "d"]],
    ),
    "the same without correlation": (
        [entra(uid, n * 5, step, correlation_uid=None) for n, (uid, step) in enumerate((("a", INTERRUPT), ("b", IN)))],
        [["a"], ["b"]],
    ),
    "steps a visit apart": ([entra("a", 0, ASKED), entra("b", 1801, IN)], [["a"], ["b"]]),
    "a wrong password, then the right one": ([entra("a", 0), entra("b", 3, IN)], [["a"], ["b"]]),
    "a wrong password twice within two seconds": ([entra("a", 0), entra("b", 2)], [["a", "b"]]),
    "a wrong password again three seconds later": ([entra("a", 0), entra("b", 3)], [["a"], ["b"]]),
    "two refusals for different reasons": (
        [entra("a", 0), entra("b", 1, WRONG | {"reason": "locked"})],
        [["a"], ["b"]],
    ),
    "twins of another account": ([entra("a", 0), entra("b", 1, account="bob@example.org")], [["a"], ["b"]]),
    "twins of another address": ([entra("a", 0), entra("b", 1, source_ip="203.0.113.6")], [["a"], ["b"]]),
    "a script that guesses each second under one correlation": (
        [entra(f"{n}", n) for n in range(6)],
        [["0", "1", "2"], ["3", "4"], ["5"]],
    ),
    "the same speed at a provider that writes no twins": (
        [entra(f"{n}", n, provider="keycloak") for n in range(3)],
        [["0"], ["1"], ["2"]],
    ),
    "a prompt, its denials and their repeats under one original request": (
        [
            entra("a", 0, ASKED),
            entra("b", 20, REFUSED, request_uid="a"),
            entra("c", 28, REFUSED, request_uid="a"),
            entra("d", 29, REFUSED, request_uid="a"),
        ],
        [["a", "b", "c", "d"]],
    ),
    "a sign-in stored in two of its states": (
        [entra("a", 0, ASKED, correlation_uid=None), entra("a/success", 30, IN, correlation_uid=None, request_uid="a")],
        [["a", "a/success"]],
    ),
    "two prompts of one correlation, each with its own original request": (
        [
            entra("a", 0, ASKED),
            entra("b", 20, REFUSED, request_uid="a"),
            entra("c", 60, ASKED),
            entra("d", 80, REFUSED, request_uid="c"),
        ],
        [["a", "b"], ["c", "d"]],
    ),
    "passwords tried again under one original request": (
        [entra("a", 0), entra("b", 10, request_uid="a"), entra("c", 20, IN, request_uid="a")],
        [["a"], ["b"], ["c"]],
    ),
    "prompt after prompt that nobody answers": ([entra("a", 0, ASKED), entra("b", 40, ASKED)], [["a"], ["b"]]),
    "one sign-in to several applications": (
        [entra("a", 0, IN), entra("b", 2, IN), entra("c", 20, IN)],
        [["a", "b", "c"]],
    ),
    "a further application much later": ([entra("a", 0, IN), entra("b", 61, IN)], [["a"], ["b"]]),
    "a mirror that names the request": ([entra("a", 0), m365("m", 90, request_uid="a")], [["a", "m"]]),
    "a mirror that has the request's own id": ([entra("a", 0), m365("a", 0)], [["a", "a"]]),
    "a mirror that names another request a minute away": (
        [entra("a", 0), m365("m", 61, request_uid="b")],
        [["a"], ["m"]],
    ),
    "a mirror that names nothing": (
        [entra("a", 0, correlation_uid=None), m365("m", 60, correlation_uid=None)],
        [["a", "m"]],
    ),
    "each row is repeated once": (
        [entra("a", 0), m365("m", 20, correlation_uid=None), m365("n", 40, correlation_uid=None)],
        [["a", "m"], ["n"]],
    ),
    "a mirror of another result": ([entra("a", 0), m365("m", 20, IN, correlation_uid=None)], [["a"], ["m"]]),
    "a mirror without address": ([entra("a", 0), m365("a", 0, source_ip=None)], [["a"], ["a"]]),
    "a mirror of a prompt known by its original request": (
        [entra("a", 0, ASKED), entra("b", 20, REFUSED, request_uid="a"), m365("m", 20, REFUSED, request_uid="b")],
        [["a", "b", "m"]],
    ),
    "the rows of an Okta transaction": (
        [
            okta("password", 0, RIGHT),
            okta("factor", 0.1, PASSED),
            okta("session", 0.2, IN),
        ],
        [["password", "factor", "session"]],
    ),
    "an Okta dialogue of three transactions in one session": (
        [
            okta("password", 0, RIGHT, correlation_uid="t1", session_uid="idx1"),
            okta("push", 1, ASKED | {"reason": None}, correlation_uid="t2", session_uid="idx1"),
            okta("denied", 20, REFUSED, correlation_uid="t3", session_uid="idx1"),
        ],
        [["password", "push", "denied"]],
    ),
    "two Okta transactions without a session": (
        [okta("a", 0, WRONG, correlation_uid="t1"), okta("b", 1, WRONG, correlation_uid="t2")],
        [["a"], ["b"]],
    ),
    "two tenants of Okta": ([okta("a", 0, WRONG), okta("b", 0, WRONG, tenant="t2")], [["a"], ["b"]]),
    "a failure and the record that it locked the account": (
        [
            okta("a", 0, REFUSED, correlation_uid="t1", provider_code="user.authentication.auth_via_mfa"),
            okta("b", 0.3, WRONG, correlation_uid="t2", reason="locked", provider_code="user.account.lock/LOCKED_OUT"),
        ],
        [["a", "b"]],
    ),
    "a failure at an account that was locked": (
        [
            okta("a", 0, WRONG, provider_code="user.session.start"),
            okta("b", 0.3, WRONG, correlation_uid="t2", reason="locked", provider_code="user.session.start/LOCKED_OUT"),
        ],
        [["a"], ["b"]],
    ),
    "the same change in two applications of Google": (
        [
            entra("a", 0, FACTOR, provider="google", provider_code="login/2sv_enroll", tenant="C01"),
            entra("b", 2, FACTOR, provider="google", provider_code="user_accounts/2sv_enroll", tenant=""),
        ],
        [["a", "b"]],
    ),
    "two changes in one application of Google": (
        [entra(uid, n, FACTOR, provider="google", provider_code="login/2sv_enroll") for n, uid in enumerate("ab")],
        [["a"], ["b"]],
    ),
    "two kinds of change in two applications of Google": (
        [
            entra("a", 0, FACTOR, provider="google", provider_code="login/2sv_enroll"),
            entra("b", 0, FACTOR, provider="google", provider_code="user_accounts/passkey_enrolled"),
        ],
        [["a"], ["b"]],
    ),
    "a chain of Auth0 under one correlation": (
        [
            entra("password", 0, RIGHT, provider="auth0"),
            entra("push", 1, ASKED, provider="auth0"),
            entra("rejected", 15, REFUSED, provider="auth0"),
            entra("push again", 20, ASKED, provider="auth0"),
            entra("approved", 30, PASSED, provider="auth0"),
            entra("in", 31, IN, provider="auth0"),
        ],
        [["password", "push", "rejected"], ["push again", "approved", "in"]],
    ),
    "a prompt that Auth0 tells of in three records, and one more that nobody answers": (
        [
            entra("asked", 0, ASKED, provider="auth0"),
            entra("begun", 0.3, ASKED | {"reason": None}, provider="auth0"),
            entra("sent", 0.9, ASKED | {"reason": None}, provider="auth0"),
            entra("sent again", 30, ASKED | {"reason": None}, provider="auth0"),
        ],
        [["asked", "begun", "sent"], ["sent again"]],
    ),
    "Auth0's steps that name no transaction": (
        [
            entra("push", 0, ASKED, provider="auth0", correlation_uid=None),
            entra("rejected", 15, REFUSED, provider="auth0", correlation_uid=None),
            entra("push again", 20, ASKED, provider="auth0", correlation_uid=None),
            entra("approved", 30, PASSED, provider="auth0", correlation_uid=None),
            entra("in", 31, IN, provider="auth0", correlation_uid="tx"),
            entra("token", 32, SPENT, provider="auth0", correlation_uid=None),
            entra("token of another hour", 3600, SPENT, provider="auth0", correlation_uid=None),
        ],
        [["push", "rejected"], ["push again", "approved", "in", "token"], ["token of another hour"]],
    ),
    "the same steps at a provider that names its requests": (
        [
            entra("push", 0, ASKED, provider="keycloak", correlation_uid=None),
            entra("rejected", 15, REFUSED, provider="keycloak", correlation_uid=None),
        ],
        [["push"], ["rejected"]],
    ),
    "two wrong passwords at Auth0 within a second": (
        [entra("a", 0, provider="auth0", correlation_uid=None), entra("b", 1, provider="auth0", correlation_uid=None)],
        [["a"], ["b"]],
    ),
    "a failure, and Auth0's record that it blocked the address for it": (
        [
            entra("a", 0, provider="auth0"),
            entra("b", 60, provider="auth0"),
            entra("lock", 61, WRONG | {"reason": "locked", "provider_code": "limit_wc"}, provider="auth0"),
            entra("tried on", 90, WRONG | {"reason": "locked", "provider_code": "limit_wc"}, provider="auth0"),
        ],
        [["a"], ["b", "lock"], ["tried on"]],
    ),
    "a page of a second factor that was left and shown again": (
        [entra(uid, n * 9, ASKED | {"reason": "interrupt"}, provider="keycloak") for n, uid in enumerate("ab")],
        [["a", "b"]],
    ),
    "an unknown name in two logs of authentik, of one request": (
        [entra("export", 0, provider="authentik"), entra("server", 0.2, provider="authentik")],
        [["export", "server"]],
    ),
    "two pushes of Duo": (
        [entra("a", 0, REFUSED, provider="duo", correlation_uid="a"), entra("b", 1, REFUSED, provider="duo")],
        [["a"], ["b"]],
    ),
    "uses of a session": ([entra(uid, 0, {"activity": "session_use"}) for uid in "ab"], [["a"], ["b"]]),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_are_the_attempts_that_they_tell_of(name: str, folding: Folding) -> None:
    rows, expected = CASES[name]
    assert folding.groups(rows) == expected


def test_an_attempt_is_named_for_its_first_row_the_directorys_before_its_mirrors(folding: Folding) -> None:
    rows = [entra("a", 0.9), m365("m", 0, request_uid="a"), entra("b", 2.5)]
    assert folding.of(rows) == {("entra", "a"): "entra:a", ("m365", "m"): "entra:a", ("entra", "b"): "entra:a"}


PROVIDERS = ("entra", "m365", "okta", "google", "keycloak", "auth0")
STEPS = (WRONG, ASKED, REFUSED, PASSED, RIGHT, IN, INTERRUPT, FACTOR, {"activity": "identify"}, {"activity": "consent"})
CODES = (None, "login/2sv_enroll", "user_accounts/2sv_enroll", "user.account.lock", "one")


@st.composite
def logs(draw: st.DrawFn, providers: tuple[str, ...] = PROVIDERS, steps: tuple[Row, ...] = STEPS) -> list[Row]:
    times = draw(st.lists(st.one_of(st.integers(0, 9_000), st.integers(0, 4_000_000)), min_size=1, max_size=10))
    rows = []
    for number, ms in enumerate(times):
        facts = {
            "provider": draw(st.sampled_from(providers)),
            "account": draw(st.sampled_from(["ann", "bob", None])),
            "source_ip": draw(st.sampled_from(["198.51.100.7", "198.51.100.9", None])),
            "correlation_uid": draw(st.sampled_from([None, "c1", "c2", ""])),
            "session_uid": draw(st.sampled_from([None, "s1"])),
            "request_uid": draw(st.sampled_from([None, None, *(f"e{earlier}" for earlier in range(number))])),
            "provider_code": draw(st.sampled_from(CODES)),
        }
        rows.append(event_row(f"e{number}", hour=9 + ms / 3_600_000, **(draw(st.sampled_from(steps)) | facts)))
    return rows


law = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@law
@given(log=logs(), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(folding: Folding, log: list[Row], seed: Random) -> None:
    assert folding.of(seed.sample(log, len(log))) == folding.of(log)


@law
@given(log=logs())
def test_folding_never_crosses_accounts_or_sources(folding: Folding, log: list[Row]) -> None:
    """A row belongs to exactly one attempt (`Folding.of` looks), named for a row of it; unknown is like nothing."""
    places = defaultdict(set)
    attempt = folding.of(log)
    for row in log:
        name = attempt[row["provider"], row["event_uid"]]
        places[name].add((row["account"] or row["event_uid"], row["source_ip"] or row["event_uid"]))
        provider, _, uid = name.partition(":")
        assert attempt[provider, uid] == name
    assert all(len(those) == 1 for those in places.values())


@law
@given(log=logs(), cut=st.integers(0, 4_000_000))
def test_a_silence_longer_than_a_visit_separates_attempts(folding: Folding, log: list[Row], cut: int) -> None:
    """Unless the provider itself says that both are one request."""
    begin = min(row["ts"] for row in log) + cut
    moved = [row | {"request_uid": None, "ts": row["ts"] + (row["ts"] >= begin) * 1_800_001} for row in log]
    requests = [row | {"correlation_uid": None} if row["provider"] == "okta" else row for row in moved]
    sides = defaultdict(set)
    attempt = folding.of(requests)
    for before, row in zip(log, requests, strict=True):
        sides[attempt[row["provider"], row["event_uid"]]].add(before["ts"] >= begin)
    assert all(len(those) == 1 for those in sides.values())


@law
@given(log=logs(providers=("entra",)), kept=st.lists(st.booleans(), min_size=10, max_size=10))
def test_the_mirror_of_a_log_adds_no_attempt(folding: Folding, log: list[Row], kept: list[bool]) -> None:
    """Whole or in part, with its own ids and times cut to seconds: every attempt keeps its rows and gets repeats."""
    mirrors = [
        row | {"provider": "m365", "event_uid": f"m{row['event_uid']}", "request_uid": row["event_uid"]}
        | {"ts": row["ts"] // 1000 * 1000, "tenant": "", "correlation_uid": None}
        for row, here in zip(log, kept, strict=False)
        if here and row["activity"] in ("sign_in", "challenge") and row["account"] and row["source_ip"]
    ]  # fmt: skip
    before, after = folding.of(log), folding.of([*log, *mirrors])
    assert {key: attempt for key, attempt in after.items() if key[0] == "entra"} == before
    assert set(after.values()) == set(before.values())
    assert all(after["m365", row["event_uid"]] == before["entra", row["request_uid"]] for row in mirrors)


def of_okta_requests(row: Row) -> bool:
    """Told by Okta of a sign-in, with account and source; the record of a lock is told of another."""
    tried = row["activity"] in ("sign_in", "challenge", "identify") and row["provider_code"] != "user.account.lock"
    return bool(row["provider"] == "okta" and tried and row["account"] and row["source_ip"] and row["correlation_uid"])


@law
@given(log=logs(providers=("okta", "google", "keycloak")), seed=st.randoms(use_true_random=False))
def test_rows_of_one_okta_transaction_stay_together_whatever_else_is_read(
    folding: Folding, log: list[Row], seed: Random
) -> None:
    for rows in ([row for row in log if seed.random() < 0.5], log):
        attempt = folding.of(rows)
        held = defaultdict(set)
        for row in filter(of_okta_requests, rows):
            place = (row["account"], row["source_ip"], row["correlation_uid"])
            held[place].add(attempt["okta", row["event_uid"]])
        assert all(len(those) == 1 for those in held.values())


def jumbled() -> pa.Table:
    random = Random(11)
    rows = []
    for number in range(400):
        facts = {
            "provider": random.choice(PROVIDERS),
            "account": random.choice(["ann", "bob", "eve", None]),
            "source_ip": random.choice(["198.51.100.7", "198.51.100.9", None]),
            "correlation_uid": random.choice([None, *(f"c{n}" for n in range(12))]),
            "session_uid": random.choice([None, "s1", "s2"]),
            "request_uid": random.choice([None, None, f"e{random.randrange(number + 1)}"]),
            "provider_code": random.choice(CODES),
        }
        ms = random.choice([random.randrange(20_000), random.randrange(10_000_000)])
        rows.append(event_row(f"e{number}", hour=9 + ms / 3_600_000, **(random.choice(STEPS) | facts)))
    return pa.Table.from_pylist([{name: row[name] for name in COLUMNS} for row in rows], schema=SCHEMA)


def test_rows_fold_alike_in_any_order() -> None:
    """Of a jumbled log."""
    log = jumbled()
    found = attempts(log)
    assert len(found) == 400
    assert attempts(log.take(pa.array(Random(5).sample(range(400), 400)))) == found
    assert 100 < len({*found.values()}) < 395
