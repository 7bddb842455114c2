"""What one mailbox or number opens by itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from exposed import answer, method, roster
from tocsin.exposure import Registered
from tocsin.exposure.answer import Channel
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Gate, Use


def opened(*lines: str) -> dict[str, tuple[int, list[str]]]:
    return {one.address: (one.opens, one.accounts) for one in answer(roster(*lines)).channels}


def test_a_shared_mailbox_opens_everybody_who_registers_it_and_everybody_behind_them() -> None:
    """Ada and bo register the desk, cleo registers bo's mailbox."""
    assert opened(
        "ada@a.example;desk@mail.example", "bo@a.example;desk@mail.example", "cleo@a.example;bo@a.example"
    ) == {
        "desk@mail.example": (3, ["ada@a.example", "bo@a.example", "cleo@a.example"]),
        "bo@a.example": (1, ["cleo@a.example"]),
    }


def test_in_a_ring_each_mailbox_opens_the_others_and_not_itself() -> None:
    assert opened("ada@a.example;bo@a.example", "bo@a.example;cleo@a.example", "cleo@a.example;ada@a.example") == {
        "ada@a.example": (2, ["bo@a.example", "cleo@a.example"]),
        "bo@a.example": (2, ["ada@a.example", "cleo@a.example"]),
        "cleo@a.example": (2, ["ada@a.example", "bo@a.example"]),
    }


def test_a_channel_behind_which_a_second_step_stands_opens_nothing_by_itself() -> None:
    """Two facts apart: the same number is the second step, or an app is."""

    def entra(*steps: object) -> list[Registered]:
        reset = method(Kind.PHONE, Use.RESET, value="+12025550101")
        return [
            Registered(
                provider="entra",
                names=("ada@a.example",),
                methods=(reset, *steps),  # type: ignore[arg-type]
                gates=(Gate(needs=1),),
                factors_told=True,
                mail_host=True,
            )
        ]

    app = method(Kind.APP_CODE, Use.SECOND)
    number = method(Kind.PHONE, Use.SECOND, value="+12025550101")
    assert [one.opens for one in answer(roster("ada@a.example"), entra(app)).channels] == [0]
    assert [one.opens for one in answer(roster("ada@a.example"), entra(number)).channels] == [1]


def test_the_one_that_opens_most_stands_first() -> None:
    found = answer(
        roster("ada@a.example;x@mail.example;z@mail.example", "bo@a.example;z@mail.example", "z@mail.example")
    ).channels
    assert found[0] == Channel(
        address="z@mail.example",
        kind="mailbox",
        is_account=True,
        opens=2,
        opens_possibly=0,
        at_least=False,
        accounts=["ada@a.example", "bo@a.example"],
        registered_by=2,
    )


NAMES = [f"{letter}@x.example" for letter in "abcdef"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from([*NAMES, "m@mail.example"])), max_size=12))
@settings(max_examples=100, deadline=None)
def test_a_channel_opens_an_account_exactly_when_it_is_one_of_its_access_sets(pairs: list[tuple[str, str]]) -> None:
    """Registered mailboxes at random: counting forward agrees with the sets, where the mailbox is a base item."""
    lines = [";".join([name, *sorted({to for one, to in pairs if one == name})]) for name in NAMES]
    found = answer(roster(*lines))
    outside = {one.address: set(one.accounts) for one in found.channels if not one.is_account}
    by_sets = {
        account.account
        for account in found.accounts
        for way in account.ways
        if not way.possible and [item.name for item in way.take] == ["m@mail.example"]
    }
    assert outside.get("m@mail.example", set()) == by_sets
