"""What is measured of a site before anything is weighed."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from small_site import found_in, work
from tocsin.enrich import ROSTER


def _person(account: str, *recovery: str) -> dict[str, object]:
    return {"account": account, "category": "media", "recovery": recovery}


def test_of_the_mailboxes_that_a_roster_names_those_with_an_account_here_stand_for_their_owners(duck: Any) -> None:
    """The others, and people who are in no log, are no part of the population."""
    rows = list(work(range(3)))
    accounts = sorted({row["account"] for row in rows})
    roster = pa.Table.from_pylist(
        [_person(accounts[0], accounts[1], "elsewhere@mail.example"), _person("nobody@example.org", accounts[2])],
        schema=ROSTER,
    )
    site = found_in(duck, rows, roster).site
    assert site.at_risk == {accounts[0]: accounts[0], accounts[1]: accounts[0], accounts[2]: "nobody@example.org"}
    assert sum(site.houses.within().values()) == len(accounts)
    assert (site.weighed.accounts, site.weighed.roster_size) == (len(accounts), 1)


def test_a_name_at_two_providers_is_two_accounts_and_one_name(duck: Any) -> None:
    here = list(work(range(2)))
    there = [{**row, "provider": "okta" if row["provider"] != "okta" else "entra"} for row in here]
    site = found_in(duck, [*here, *there]).site
    assert (site.weighed.accounts, sum(site.houses.within().values())) == (4, 2)
