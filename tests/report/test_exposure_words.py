"""Ways in and changes as people say them."""

from __future__ import annotations

import pytest

from tocsin.exposure.answer import AccountExposure, Change, Channel, Exposure, Sources, Taken, Totals, WayIn
from tocsin.report import exposure_words as words

ADA, BO = "ada@a.example", "bo@b.example"


def taken(kind: str, name: str, account: str | None = None) -> Taken:
    return Taken(kind=kind, name=name, account=account)


def own(kind: str, account: str = ADA, provider: str = "okta") -> Taken:
    return taken(kind, f"{account} at {provider}", account)


@pytest.mark.parametrize(
    ("take", "through", "said"),
    [
        ([taken("mailbox", "m@mail.example")], ["m@mail.example"], "mailbox m@mail.example"),
        ([taken("phone", "+12025550101")], ["+12025550101"], "phone +12025550101"),
        ([taken("password", ADA, ADA)], [], "password"),
        ([own("step"), own("password")], [], "password + second step at Okta"),
        (
            [own("password", BO, "google"), own("step", BO, "google")],
            [BO],
            f"password + second step at Google Workspace of {BO}, through {BO}",
        ),
        (
            [own("prompt"), taken("mailbox", "m@mail.example")],
            ["m@mail.example"],
            "mailbox m@mail.example + prompt on the device at Okta",
        ),
        ([taken("phone", "+1 XXX89", ADA)], [], "phone shown as +1 XXX89"),
        ([taken("phone", f"of {ADA} at entra", ADA)], [], "registered phone (address not told) at Microsoft Entra"),
        ([own("password", "\u202eevil")], [], "password at Okta of ⟨U+202E⟩evil"),
    ],
)
def test_a_way_in(take: list[Taken], through: list[str], said: str) -> None:
    one = WayIn(take=take, through=through, by=[], success=1.0, possible=False)
    assert words.way(one, account=ADA) == said


@pytest.mark.parametrize(
    ("share", "said"), [(None, "–"), (0.0, "none"), (0.0576, "5.8%"), (0.24, "24%"), (1.0, "100%")]
)
def test_what_gets_past(share: float | None, said: str) -> None:
    assert words.gets_past(share) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (0.8, "under 1"), (1.0, "1"), (2.5, "3"), (4.68, "5"), (1234.4, "1,234")]
)
def test_accounts_lost_are_whole(value: float, said: str) -> None:
    assert words.attacks(value) == said


def test_a_change_names_its_target_first() -> None:
    one = Change(
        scope="channel",
        change="channel_retired",
        target="<desk>@mail.example",
        remaining=1.0,
        prevented=1.0,
        ways_closed=1,
        accounts=1,
    )
    assert words.change(one) == "<desk>@mail.example: it restores no account any more"


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "none"), (0.8, "fewer than one"), (2.0, "2"), (4.68, "about 5"), (48.4, "about 48")]
)
def test_people_are_counted_in_whole_numbers(value: float, said: str) -> None:
    assert words.about(value) == said


def test_the_headline_leads_with_who_falls_to_one_mailbox_or_number() -> None:
    """By hand: desk@mail.example gives Ada and Bo, a number gives Dana; Eve's way needs two things."""
    people = [
        ("ada", [taken("mailbox", "desk@mail.example")]),
        ("bo", [taken("mailbox", "desk@mail.example")]),
        ("dana", [taken("phone", "+12025550153")]),
        ("eve", [taken("mailbox", "e@mail.example"), own("prompt")]),
    ]
    held = exposure(people, {"desk@mail.example": ["ada", "bo"], "+12025550153": ["dana"]})
    assert words.headline(held).startswith(
        "3 of 4 accounts at risk fall to one mailbox or number each; the worst opens 2. Were each of the 4 accounts"
        " attacked once by somebody who means that person, about 3 of 4 would be lost by the cheapest certain way"
    )
    assert words.one_thing(exposure(people[3:], {})) == ""


def exposure(people: list[tuple[str, list[Taken]]], opens: dict[str, list[str]]) -> Exposure:
    accounts = [
        AccountExposure(
            account=name,
            organisation=None,
            category=None,
            success=1.0,
            ways=[WayIn(take=take, through=[], by=[], success=1.0, possible=False)],
            more_ways=False,
            contact_falls=False,
        )
        for name, take in people
    ]
    channels = [
        Channel(
            address=address,
            kind="phone" if address.startswith("+") else "mailbox",
            is_account=False,
            opens=len(names),
            opens_possibly=0,
            at_least=False,
            accounts=names,
            registered_by=len(names),
        )
        for address, names in opens.items()
    ]
    totals = Totals(
        accounts=len(people),
        with_certain_way=len(people),
        with_possible_way_only=0,
        without_way=0,
        attacks_in=3.24,
        second_steps_not_told=0,
        contacts_that_fall=0,
        hints=0,
        hints_matched=0,
    )
    return Exposure(
        schema="tocsin.exposure/1",
        generated_at="2026-03-02T10:00:00Z",
        sources=Sources(roster=None, files=0, records={}, channels_in_logs=0, accounts=0, not_in_use=0, rejected=0),
        totals=totals,
        accounts=accounts,
        channels=channels,
        changes=[],
        effects=[],
        notes=[],
        rejected=[],
    )
