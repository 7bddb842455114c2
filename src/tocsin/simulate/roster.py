"""The roster: the people at risk, enrolled by their organisations."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from random import Random

from .people import DIALLING, Account

SHARE = (0.02, 0.06)  # of all accounts, by seed


def enrol(rng: Random, accounts: Sequence[Account]) -> list[Account]:
    """Choose the people at risk and set their category. Sought people are likelier, and some are in every
    house.
    """
    wanted = max(4, round(len(accounts) * rng.uniform(*SHARE)))
    keyed = [
        (rng.random() ** (1 / account.organisation.roster_weight), account)
        for account in accounts
        if not account.student
    ]
    keyed.sort(key=lambda pair: (-pair[0], pair[1].number))  # weighted draw without replacement
    chosen = sorted((account for _, account in keyed[:wanted]), key=lambda account: account.number)
    for account in chosen:
        account.category = account.organisation.category
    return chosen


def write_roster(path: Path, roster: Sequence[Account], rng: Random) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("account", "organisation", "category", "recovery", "contact"))
        for account in roster:
            recovery = ";".join(value for _, value in account.channels)
            prefix = DIALLING.get(account.place.country, "+1202555")
            contact = f"{rng.choice(('signal', 'phone'))}:{prefix}{rng.randrange(10**5, 10**6)}"
            rows.writerow((account.name, account.organisation.name, account.category, recovery, contact))
