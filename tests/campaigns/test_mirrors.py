"""An act that a second log repeats is no second act."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from event_rows import Row
from small_site import BROWSERS, found_in, guess, person, roster, sign_in, work
from tocsin.campaigns.mirrors import LOGS_APART_MS, repeats
from tocsin.engines import Engine

PEOPLE = range(30)
LATE_MS = 2_500
"""By how much the copies are late."""


def _entra(rows: list[Row]) -> list[Row]:
    return [{**row, "provider": "entra"} for row in rows]


def _with_mirror(rows: list[Row]) -> list[Row]:
    copies = [
        {**row, "provider": "m365", "event_uid": f"copy/{row['event_uid']}", "ts": row["ts"] + LATE_MS} for row in rows
    ]
    return [*rows, *copies]


def _told(engine: Engine, rows: list[Row]) -> list[tuple[object, ...]]:
    """Sources, suspicious sources, and what was done in which account, of each campaign; copies left out."""
    return [
        (
            one.suspects.sources, one.suspects.core,
            {uid for uid in one.events["event_uid"].to_pylist() if not uid.startswith("copy/")},
        )
        for one in found_in(engine, rows, roster(*range(12))).campaigns
    ]  # fmt: skip


HIDEOUTS = [
    {"source_ip": f"45.9.{number}.7", "network": "AS900", "country": "NL", "client": "curl"} for number in range(3)
]
CAMPAIGN = [
    guess(f"g/{one}/{again}", person(one), HIDEOUTS[one % 3], day=9 + one // 3, hour=3 + again / 60)
    for one in range(12)
    for again in range(2)
]
TAKEN = [sign_in(f"in/{one}", person(one), HIDEOUTS[one % 3], day=9 + one // 3, hour=3.1) for one in (2, 5)]


def _away(number: int) -> Row:
    """Where one person alone is on a journey."""
    return {"source_ip": f"92.4.{number}.4", "network": f"AS{700 + number}", "country": "FR", "client": BROWSERS[0]}


FORGOTTEN = [guess(f"away/{one}", person(one), _away(one), day=10, hour=15 + one / 60) for one in range(20, 24)]


def test_who_mistypes_once_at_a_place_of_their_own_is_one_person_whichever_logs_tell_it(duck: Engine) -> None:
    rows = _entra([*work(PEOPLE), *FORGOTTEN])
    assert _told(duck, rows) == []
    assert _told(duck, _with_mirror(rows)) == []


@pytest.mark.parametrize("beside", [[], FORGOTTEN])
def test_the_copies_of_another_log_change_nothing_about_a_campaign(duck: Engine, beside: list[Row]) -> None:
    rows = _entra([*work(PEOPLE), *CAMPAIGN, *TAKEN, *beside])
    expected = _told(duck, rows)
    assert [{row["event_uid"] for row in [*CAMPAIGN, *TAKEN]}] == [uids for *_, uids in expected]
    assert _told(duck, _with_mirror(rows)) == expected


def test_an_account_of_two_logs_of_one_directory_is_one_account(duck: Engine) -> None:
    weighed = found_in(duck, _with_mirror(_entra([*work(PEOPLE)]))).site.weighed
    assert (weighed.accounts, weighed.roster_size) == (len(PEOPLE), 12)
    assert weighed.exists.all()


def test_only_a_near_row_of_the_mirror_alike_is_a_copy() -> None:
    asked = [
        ("entra", 0, 100_000, False),
        ("m365", 0, 100_000 + LOGS_APART_MS, True),
        ("m365", 0, 100_000 - LOGS_APART_MS, True),
        ("m365", 0, 100_001 + LOGS_APART_MS, False),
        ("m365", 1, 100_000, False),  # of another account
        ("okta", 0, 100_000, False),
        ("entra", 2, 0, False),
        ("m365", 3, 300_000, False),
    ]
    providers, alike, times, expected = zip(*asked, strict=True)
    found = repeats(pa.chunked_array([providers]), np.array(alike), np.array(times))
    assert found.tolist() == list(expected)


def test_a_log_without_its_directory_repeats_nothing() -> None:
    assert repeats(pa.chunked_array([["m365", "m365"]]), np.array([0, 0]), np.array([1, 2])).tolist() == [False, False]
