"""Who knows a new password: what the account shows at home after it was replaced."""

from __future__ import annotations

import pytest

from tocsin.campaigns.own_recoveries import ECHO_MS, TYPED, TYPED_MS, WENT_ON, Told, proved, since_replaced, went_on

HOME, OTHER, EXIT = "192.0.2.1", "198.51.100.4", "203.0.113.9"
AT = 10_000_000
NEXT = AT + 3_600_000
BEFORE = Told(1_000, "sign_in", HOME, "home")
BACK = Told(NEXT, "sign_in", HOME, "home")
RESET = Told(NEXT - 1_000, "admin_act", None, None)


def test_a_sign_in_at_home_next_shows_that_its_owner_knows_it() -> None:
    assert went_on([BEFORE, BACK], AT, {EXIT})
    assert proved([BEFORE, BACK], (), AT, {EXIT}) == WENT_ON


@pytest.mark.parametrize("line", [[BEFORE], [BACK], [BEFORE, RESET, BACK], [BEFORE, BACK._replace(source_ip=EXIT)]])
def test_where_nobody_is_at_home_next_or_a_reset_comes_first_nothing_is_shown(line: list[Told]) -> None:
    assert proved(line, ((NEXT - 2_000, HOME),), AT, {EXIT}) == 0.0


def test_whoever_mistypes_it_at_home_and_gets_in_types_it() -> None:
    """A session or a key that stayed good is refused nothing."""
    assert proved([BEFORE, BACK], ((NEXT - 2_000, HOME),), AT, {EXIT}) == WENT_ON + TYPED


@pytest.mark.parametrize(
    "refused", [(NEXT - 2_000, OTHER), (NEXT - TYPED_MS - 1, HOME), (NEXT + 1, HOME), (AT - 1, HOME)]
)
def test_refused_elsewhere_or_long_before_or_after_is_another_matter(refused: tuple[int, str]) -> None:
    assert proved([BEFORE, BACK], (refused,), AT, {EXIT}) == WENT_ON


def test_typed_at_a_place_never_seen_before_it_may_be_anybody() -> None:
    journey = Told(NEXT + 9_000_000, "sign_in", OTHER, "hotel")
    assert proved([BEFORE, BACK, journey], ((journey.ts - 2_000, OTHER),), AT, {EXIT}) == WENT_ON


def test_what_is_typed_after_a_reset_is_another_password() -> None:
    later = Told(NEXT + 9_000_000, "sign_in", HOME, "home")
    reset = Told(NEXT + 8_000_000, "admin_act", None, None)
    assert proved([BEFORE, BACK, reset, later], ((later.ts - 2_000, HOME),), AT, {EXIT}) == WENT_ON
    assert proved([BEFORE, BACK, later], ((later.ts - 2_000, HOME),), AT, {EXIT}) == WENT_ON + TYPED


def test_the_echo_of_the_change_in_another_log_is_nothing_that_followed() -> None:
    echo = Told(AT + ECHO_MS, "credential_change", None, None)
    assert since_replaced([BACK, echo, BEFORE], AT, {EXIT}) == [BACK]
    assert since_replaced([BACK, echo._replace(ts=echo.ts + 1)], AT, {EXIT})[0].activity == "credential_change"
