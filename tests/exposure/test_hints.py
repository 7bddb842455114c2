"""Masked addresses: what they may stand for, and that nothing certain ever follows from one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposed import answer, method, roster, ways
from tocsin.exposure import Registered
from tocsin.exposure.effects import Kind
from tocsin.exposure.hints import MOST_MATCHES, Known
from tocsin.exposure.registered import Gate, Named, Use, named

MAILBOXES = ("jane@gmail.example", "john@gmail.example", "jane@work.example", "j@g.example")
NUMBERS = ("+12025550134", "+442079460134", "+12025550189")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Ada@Mail.example", Named(kind=Kind.MAILBOX, value="ada@mail.example")),
        ("mailto:ada@mail.example", Named(kind=Kind.MAILBOX, value="ada@mail.example")),
        ("j***@g***.com", Named(kind=Kind.MAILBOX, hint="j***@g***.com")),
        ("a…e@mail.example", Named(kind=Kind.MAILBOX, hint="a…e@mail.example")),
        ("+1 (202) 555-0101", Named(kind=Kind.PHONE, value="+12025550101")),
        ("0044 20 7946 0958", Named(kind=Kind.PHONE, value="+442079460958")),
        ("signal:+12025550101", Named(kind=Kind.PHONE, value="+12025550101")),
        ("+1 2065555555x123", Named(kind=Kind.PHONE, value="+12065555555")),
        ("+XX XXXXXXX89", Named(kind=Kind.PHONE, hint="+XX XXXXXXX89")),
        ("+1 XXX-XXX-1337", Named(kind=Kind.PHONE, hint="+1 XXX-XXX-1337")),
        ("***-***-0134", Named(kind=Kind.PHONE, hint="***-***-0134")),
        ("•••• 34", Named(kind=Kind.PHONE, hint="•••• 34")),
        ("ask the helpdesk", None),
        ("@nobody", None),
        ("ada@", None),
        ("ada lovelace@mail.example", None),
        ("12", None),
        ("XXXXXXX", None),
        ("", None),
    ],
)
def test_what_people_write_for_a_channel(text: str, meaning: Named | None) -> None:
    assert named(text) == meaning


@pytest.mark.parametrize(
    ("kind", "hint", "fitting"),
    [
        (Kind.MAILBOX, "j***@g***.example", ("j@g.example", "jane@gmail.example", "john@gmail.example")),
        (Kind.MAILBOX, "ja**@*****.example", ("jane@gmail.example", "jane@work.example")),
        (Kind.MAILBOX, "*ohn@gmail.example", ("john@gmail.example",)),
        (Kind.MAILBOX, "k***@gmail.example", ()),
        (Kind.MAILBOX, "j***@gmail.com", ()),
        (Kind.PHONE, "+XX XXXXXXX34", ("+12025550134", "+442079460134")),
        (Kind.PHONE, "+1 XXXXXXXX34", ("+12025550134",)),
        (Kind.PHONE, "***-***-0189", ("+12025550189",)),
        (Kind.PHONE, "+49 XXXXXX34", ()),
    ],
)
def test_known_addresses_that_fit(kind: Kind, hint: str, fitting: tuple[str, ...]) -> None:
    assert Known(MAILBOXES, NUMBERS).matches(kind, hint) == fitting


@pytest.mark.parametrize(
    ("kind", "hint"), [(Kind.MAILBOX, "***@***"), (Kind.PHONE, "+XX XXXXXXX"), (Kind.PHONE, "+1 202 XXXXXXX")]
)
def test_a_hint_that_shows_nothing_at_its_end_names_nobody(kind: Kind, hint: str) -> None:
    assert Known(MAILBOXES, NUMBERS).matches(kind, hint) is None


def test_a_hint_that_fits_many_names_nobody() -> None:
    many = [f"j{letter}@g.example" for letter in string.ascii_lowercase[: MOST_MATCHES + 1]]
    assert Known(many, ()).matches(Kind.MAILBOX, "j*@g.example") is None
    assert Known(many[1:], ()).matches(Kind.MAILBOX, "j*@g.example") == tuple(many[1:])


def test_a_hint_made_to_cost_time_costs_its_length() -> None:
    """A pattern that goes back and forth would try every place of every letter."""
    known = Known(["a" * 60 + "@a.example"], ["+" + "1" * 40])
    assert known.matches(Kind.MAILBOX, "*a" * 100 + "*b*@a.example") == ()
    assert known.matches(Kind.PHONE, "*1" * 100 + "*2*1") == ()


LETTERS = st.text(string.ascii_lowercase + ".+-", min_size=1, max_size=6)


@given(LETTERS, LETTERS, st.data())
def test_an_address_fits_every_hint_made_of_it(local: str, domain: str, data: st.DataObject) -> None:
    """Whatever run of letters in the mailbox's name and in its domain is hidden."""
    address = f"{local}@{domain}.example"
    start = data.draw(st.integers(0, len(local) - 1))
    end = data.draw(st.integers(start + 1, len(local)))
    hint = f"{local[:start]}***{local[end:]}@{domain[:1]}**.example"
    assert address in (Known([address], ()).matches(Kind.MAILBOX, hint) or ())


def entra(number: str | None = None, hint: str | None = None) -> Registered:
    methods = (
        method(Kind.PHONE, Use.SECOND, value=number, hint=hint),
        method(Kind.PHONE, Use.RESET, value=number, hint=hint),
    )
    return Registered(
        provider="entra",
        names=("bo@b.example",),
        methods=methods,
        gates=(Gate(needs=1),),
        factors_told=True,
        mail_host=True,
    )


CLEO = "cleo@c.example;+12025550134"


def test_a_masked_number_leads_to_a_known_one_possibly_and_a_whole_one_for_certain() -> None:
    """One fact apart: what Entra shows of Bo's number, which is Cleo's."""
    whole = answer(roster("bo@b.example", CLEO), [entra(number="+12025550134")])
    assert ways(whole, "bo@b.example") == {"phone +12025550134"}
    assert {one.address: (one.opens, one.opens_possibly) for one in whole.channels} == {"+12025550134": (2, 0)}

    masked = answer(roster("bo@b.example", CLEO), [entra(hint="+1 XXXXXXXX34")])
    assert ways(masked, "bo@b.example") == {"phone +1 XXXXXXXX34", "? phone +12025550134"}
    assert {one.address: (one.opens, one.opens_possibly) for one in masked.channels} == {"+12025550134": (1, 1)}
    assert (masked.totals.hints, masked.totals.hints_matched) == (2, 2)
    assert any("possible, never certain" in note for note in masked.notes)


def test_what_follows_from_a_hint_alone_changes_no_figure() -> None:
    """The roster shows Bo's channel masked; Jane's mailbox fits it, and is a way in that is possible."""
    with_hint = answer(roster("bo@b.example;j***@m***.example", "jane@mail.example;+12025550101"))
    without = answer(roster("bo@b.example", "jane@mail.example;+12025550101"))
    assert ways(with_hint, "bo@b.example") == {
        "? mailbox j***@m***.example",
        "? phone +12025550101",
        "? password jane@mail.example",
        "? password bo@b.example",
    }
    assert with_hint.totals.attacks_in == without.totals.attacks_in == 0.24
    assert [one.remaining for one in with_hint.changes] == [one.remaining for one in without.changes]
