"""Ways in and changes as people say them."""

from __future__ import annotations

import pytest

from tocsin.exposure.answer import Change, Taken, WayIn
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


@pytest.mark.parametrize(("value", "said"), [(0.0, "0"), (2.0, "2"), (4.68, "4.68"), (1234.5, "1,234.5")])
def test_attacks_that_get_in(value: float, said: str) -> None:
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
