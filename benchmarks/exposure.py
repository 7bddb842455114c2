"""Cost of `tocsin exposure`: accounts a second, beside what loading the same files costs, and how it grows.

    .venv/bin/python benchmarks/exposure.py [ACCOUNTS]

A made-up organisation of which everybody is at risk: two thirds at Entra with one to three methods, one third at Google
with recovery mailboxes and numbers, one account in twenty recovered through a colleague (chains and rings), one in
fifty through a shared mailbox. Four sizes up to ACCOUNTS (100,000), each in a process of its own. Seconds are of the
processor. What it is held against, in the same process: Python's own `json` and `csv` loading the same files.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random

from tocsin.enrich import read_roster
from tocsin.exposure import exposure, read_exports

ACCOUNTS = 100_000
SIZES = (0.125, 0.25, 0.5, 1.0)

METHODS = ("mobilePhone", "email", "microsoftAuthenticatorPush", "softwareOneTimePasscode", "fido2SecurityKey")


def organisation(folder: Path, accounts: int, seed: int = 1) -> tuple[Path, list[Path]]:
    """Roster and exports of so many accounts."""
    rng = Random(seed)
    names = [f"person{number}@org{number % 40}.example" for number in range(accounts)]
    entra, google = [], []
    roster = folder / "people.csv"
    with roster.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(("account", "organisation", "category", "recovery", "contact"))
        for number, name in enumerate(names):
            mailbox = f"private{number}@mail.example"
            if rng.random() < 0.05:
                mailbox = rng.choice(names)
            elif rng.random() < 0.02:
                mailbox = f"desk{rng.randrange(20)}@mail.example"
            phone = f"+1202{number:07}"
            if number % 3:
                entra.append(
                    {
                        "id": f"id-{number}",
                        "userPrincipalName": name,
                        "isAdmin": rng.random() < 0.03,
                        "isSsprCapable": rng.random() < 0.8,
                        "methodsRegistered": rng.sample(METHODS, rng.randint(1, 3)),
                    }
                )
                recovery = f"{mailbox};{phone}"
            else:
                google.append(
                    {
                        "primaryEmail": name,
                        "isEnrolledIn2Sv": rng.random() < 0.6,
                        "recoveryEmail": mailbox,
                        "recoveryPhone": phone if rng.random() < 0.7 else None,
                    }
                )
                recovery = ""
            rows.writerow((name, f"org{number % 40}", "media", recovery, f"signal:+1303{number:07}"))
    exports = [folder / "entra.json", folder / "google.json"]
    exports[0].write_text(json.dumps({"value": entra}))
    exports[1].write_text(json.dumps({"kind": "admin#directory#users", "users": google}))
    return roster, exports


def measured(accounts: int) -> dict[str, float]:
    """Seconds of each part."""
    with tempfile.TemporaryDirectory() as name:
        roster, exports = organisation(Path(name), accounts)
        marks = [time.process_time()]
        for path in exports:
            json.loads(path.read_bytes())
        with roster.open(encoding="utf-8", newline="") as lines:
            list(csv.DictReader(lines))
        marks.append(time.process_time())
        people, _ = read_roster(roster)
        reading = read_exports(exports)
        marks.append(time.process_time())
        found = exposure(roster=people, reading=reading, now=datetime(2026, 4, 1))  # noqa: DTZ001
        marks.append(time.process_time())
    assert len(found.answer.accounts) == accounts
    assert not found.answer.rejected
    load, read, answer = (after - before for before, after in pairwise(marks))
    return {"accounts": accounts, "load": load, "read": read, "answer": answer}


def shown(rows: list[dict[str, float]]) -> str:
    """A table, and the last row against the first."""
    lines = ["accounts    load s  read s  answer s  accounts/s   times loading"]
    for row in rows:
        whole = row["read"] + row["answer"]
        lines.append(
            f"{row['accounts']:8,.0f}  {row['load']:8.2f}  {row['read']:6.2f}  {row['answer']:8.2f}"
            f"  {row['accounts'] / whole:10,.0f}  {whole / row['load']:14.1f}"
        )
    first, last = rows[0], rows[-1]
    grown = (last["read"] + last["answer"]) / (first["read"] + first["answer"])
    lines.append(f"{last['accounts'] / first['accounts']:.0f} times the accounts cost {grown:.1f} times as much.")
    return "\n".join(lines)


def main() -> None:
    if len(sys.argv) > 2:
        print(json.dumps(measured(int(sys.argv[2]))))
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS
    rows = []
    for share in SIZES:
        child = [sys.executable, __file__, "one", str(int(most * share))]
        rows.append(json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout))
    print(shown(rows))


if __name__ == "__main__":
    main()
