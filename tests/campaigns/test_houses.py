"""How many accounts are within a campaign's reach."""

from __future__ import annotations

import ibis
import pyarrow as pa

from tocsin.campaigns import Houses
from tocsin.engines import Engine

PAIRS = [
    ("okta", "ada@party.example"),
    ("okta", "bob@party.example"),
    ("keycloak", "bob@party.example"),
    ("keycloak", "eve@mail.example"),
    ("google", "joe@news.example"),
    ("keycloak", "joe@news.example"),
    ("okta", "joe@news.example"),
    ("entra", "nobody"),
]


def proven(duck: Engine) -> ibis.Table:
    return duck.table("proven_pairs", pa.table([*map(list, zip(*PAIRS, strict=True))], names=["provider", "account"]))


def test_an_account_at_several_providers_is_one_name(duck: Engine) -> None:
    houses = Houses.counted(duck, proven(duck))
    assert houses.within() == {"party.example": 2, "mail.example": 1, "news.example": 1, "": 1}
    assert houses.accounts == len(PAIRS)


def test_accounts_elsewhere_are_out_of_reach(duck: Engine) -> None:
    """Whoever is at three providers counts as within everybody's."""
    houses = Houses.counted(duck, proven(duck))
    assert houses.within({"okta"}) == {"party.example": 2, "news.example": 1}
    assert houses.within({"keycloak"}) == {"party.example": 1, "mail.example": 1, "news.example": 1}


def test_microsofts_directory_and_its_mail_are_one_reach(duck: Engine) -> None:
    houses = Houses.counted(duck, proven(duck))
    assert houses.within({"m365"}) == houses.within({"entra"}) == {"": 1, "news.example": 1}
