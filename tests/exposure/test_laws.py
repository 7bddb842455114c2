"""Laws of any roster: a further channel makes nothing safer, and the ranking agrees with making the change."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from exposed import answer, method, roster
from tocsin.exposure import Exposure, Registered
from tocsin.exposure.effects import Kind
from tocsin.exposure.registered import Gate, Method, Named, Use, named

NAMES = [f"{letter}@x.example" for letter in "abcde"]
CHANNELS = [*NAMES, "m@mail.example", "n@mail.example", "+12025550101", "+12025550102"]

People = dict[str, frozenset[str]]

people = st.fixed_dictionaries({name: st.frozensets(st.sampled_from(CHANNELS), max_size=3) for name in NAMES})
steps = st.fixed_dictionaries({name: st.sampled_from([None, Kind.PROMPT, Kind.APP_CODE, Kind.KEY]) for name in NAMES})


def registered(held: People, second: dict[str, Kind | None]) -> list[Registered]:
    """At Google the channels restore the account; every second account is at Okta, where they reset the password."""
    found = []
    for place, (name, channels) in enumerate(held.items()):
        use = Use.RESET if place % 2 else Use.RESTORE
        methods: list[Method] = []
        for one in sorted(channels):
            what = named(one)
            assert isinstance(what, Named)
            methods.append(method(what.kind, use, value=what.value))
        if kind := second[name]:
            methods.append(method(kind, Use.SECOND))
        found.append(
            Registered(
                provider="okta" if place % 2 else "google",
                names=(name,),
                methods=tuple(methods),
                password=True,
                gates=(Gate(needs=1),),
                factors_told=True,
                mail_host=True,
            )
        )
    return found


def exposed(held: People, second: dict[str, Kind | None]) -> Exposure:
    return answer(roster(*held), registered(held, second))


def taken(found: Exposure) -> dict[str, list[frozenset[tuple[str, str]]]]:
    """What each way takes, by account."""
    return {
        one.account: [frozenset((item.kind, item.name) for item in way.take) for way in one.ways]
        for one in found.accounts
    }


@given(people, steps, st.sampled_from(NAMES), st.sampled_from(CHANNELS))
@settings(max_examples=120, deadline=None)
def test_a_further_channel_makes_no_account_safer(
    held: People, second: dict[str, Kind | None], name: str, channel: str
) -> None:
    before, after = exposed(held, second), exposed(held | {name: held[name] | {channel}}, second)
    was = {one.account: one.success or 0.0 for one in before.accounts}
    assert all((one.success or 0.0) >= was[one.account] for one in after.accounts)
    now = taken(after)
    for account, ways in taken(before).items():
        assert all(any(less <= way for less in now[account]) for way in ways)


@given(people, steps)
@settings(max_examples=120, deadline=None)
def test_what_a_retired_channel_leaves_is_what_is_left_without_it(held: People, second: dict[str, Kind | None]) -> None:
    """Every account of the roster strikes the channel off, and the answer is asked for anew."""
    found = exposed(held, second)
    for one in found.changes:
        if one.scope == "channel":
            without = {name: channels - {one.target} for name, channels in held.items()}
            assert abs(exposed(without, second).totals.attacks_in - one.remaining) < 0.011


@given(people, steps)
@settings(max_examples=120, deadline=None)
def test_a_channel_counts_the_accounts_that_it_opens(held: People, second: dict[str, Kind | None]) -> None:
    """Forward from the channel, and backward from the sets: a base item opens whom it is a whole way into."""
    found = exposed(held, second)
    ways = taken(found)
    for one in found.channels:
        if not one.is_account:
            alone = frozenset(((one.kind, one.address),))
            assert set(one.accounts) == {account for account, sets in ways.items() if alone in sets}


@given(people, steps, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_roster_changes_nothing_but_the_order(
    held: People, second: dict[str, Kind | None], shuffle: object
) -> None:
    names = sorted(held, key=lambda _: shuffle.random())  # type: ignore[attr-defined]
    records = registered(held, second)
    one, other = answer(roster(*held), records), answer(roster(*names), list(reversed(records)))
    assert one.totals == other.totals
    assert one.changes == other.changes
    assert one.channels == other.channels
    assert {name: set(ways) for name, ways in taken(one).items()} == {
        name: set(ways) for name, ways in taken(other).items()
    }
