"""What CrowdSec's database tells is counted like what the re-statement tells."""

from __future__ import annotations

import json
import stat
import sys
from collections import Counter
from pathlib import Path

from crowdsec_replay import SCENARIOS, ours, theirs

from acts_by_hand import at_each

PRETENDER = f"""#!{sys.executable}
import pathlib, sqlite3
with sqlite3.connect("data/crowdsec.db") as told:
    told.execute("CREATE TABLE IF NOT EXISTS alerts (scenario, source_ip, stopped_at)")
    if pathlib.Path(__file__).name == "crowdsec":
        lines = pathlib.Path("failures.log").read_text().splitlines()
        when, address, _ = lines[5].split()
        told.execute("INSERT INTO alerts VALUES ('replay/keycloak-bf', ?, ?)", (address, when[:-1].replace("T", " ")))
"""


def test_alerts_of_both_are_by_scenario_address_and_second(tmp_path: Path) -> None:
    for name in ("cscli", "crowdsec"):
        program = tmp_path / name
        program.write_text(PRETENDER)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    folder = tmp_path / "folder"
    folder.mkdir()
    fed = at_each(0, 1, 2, 3, 4, 5)
    assert theirs(fed, tmp_path, folder) == Counter({("keycloak-bf", "203.0.113.7", 5): 1})
    assert ours(fed) == Counter({("keycloak-bf", "203.0.113.7", 5): 1, ("authentik-bf", "203.0.113.7", 5): 1})
    assert (folder / "failures.log").read_text().startswith("1970-01-01T00:00:00.000Z 203.0.113.7 ada@example.org\n")
    slow = json.loads((folder / "config" / "scenarios" / "keycloak-user-enum-slow-bf.yaml").read_text())
    assert (slow["capacity"], slow["leakspeed"], slow["distinct"]) == (10, "60000ms", "evt.Meta.username")
    assert len(list((folder / "config" / "scenarios").iterdir())) == len(SCENARIOS) == 6
