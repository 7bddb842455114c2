"""The re-stated leaky bucket held against CrowdSec itself, replaying the same failures through the same scenarios.

    apt-get download crowdsec && dpkg -x crowdsec_*.deb unpacked      (1.4.6 in Debian 12; nothing is installed)
    python benchmarks/crowdsec_replay.py STORE --programs unpacked/usr/bin

STORE is the store of a scan. Both get every provider's failures (`deployed.crowdsec.EVERY_FAILURE`); what is compared
is which scenario alerted on which address in which second. CrowdSec's own interface listens on this machine alone.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deployed.acts import acts
from deployed.crowdsec import AUTHENTIK_SCENARIOS, EVERY_FAILURE, KEYCLOAK_SCENARIOS
from deployed.leaky_bucket import LeakyBucket
from deployed.peer import Act

SCENARIOS = (*KEYCLOAK_SCENARIOS, *AUTHENTIK_SCENARIOS)
PORT = 18_089
SECONDS = 1_800

Told = Counter[tuple[str, str, int]]  # (scenario, address, second since 1970) -> alerts

_FIELDS = {"source_ip": "ip", "username": "user"}
_PARSERS: dict[str, dict[str, object]] = {
    "s00-raw/line": {
        "filter": "evt.Line.Labels.type == 'failures'",
        "onsuccess": "next_stage",
        "name": "replay/line",
        "statics": [{"parsed": "message", "expression": "evt.Line.Raw"}],
    },
    "s01-parse/failure": {
        "filter": "evt.Line.Labels.type == 'failures'",
        "onsuccess": "next_stage",
        "name": "replay/failure",
        "pattern_syntax": {"FAILURE": "^%{PART:when} %{PART:ip} %{PART:user}$"},
        "nodes": [
            {
                "grok": {
                    "name": "FAILURE",
                    "apply_on": "message",
                    "statics": [{"meta": meta, "expression": f"evt.Parsed.{name}"} for meta, name in _FIELDS.items()]
                    + [{"meta": "log_type", "value": "failed"}],
                }
            }
        ],
        "statics": [{"target": "evt.StrTime", "expression": "evt.Parsed.when"}],
    },
    "s02-enrich/time": {
        "filter": "evt.StrTime != ''",
        "name": "replay/time",
        "statics": [
            {"method": "ParseDate", "expression": "evt.StrTime"},
            {"target": "MarshaledTime", "expression": "evt.Enriched.MarshaledTime"},
        ],
    },
}


def ours(fed: Sequence[Act]) -> Told:
    """What the re-stated scenarios tell."""
    return Counter(
        (scenario.name, one.group.removeprefix("address "), one.ms // 1000)
        for scenario in SCENARIOS
        for one in scenario(fed)
    )


def theirs(fed: Sequence[Act], programs: Path, folder: Path) -> Told:
    """What CrowdSec tells, replaying a file."""
    lines = (f"{_stamp(act.ms)} {act.address} {act.account}\n" for act in fed)
    (folder / "failures.log").write_text("".join(lines), encoding="utf-8")
    config = _configured(folder)
    for program, *arguments in (
        ("cscli", "machines", "add", "replay", "--auto", "--force", "-f", f"{folder}/login.yaml"),
        ("crowdsec", "-dsn", f"file://{folder}/failures.log", "-type", "failures"),
    ):
        command = [str(programs / program), "-c", str(config), *arguments]
        subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=SECONDS)
    with sqlite3.connect(folder / "data" / "crowdsec.db") as told:
        rows = told.execute("SELECT scenario, source_ip, stopped_at FROM alerts").fetchall()
    return Counter((name.removeprefix("replay/"), address, _second(stopped)) for name, address, stopped in rows)


def _configured(folder: Path) -> Path:
    """Its files. JSON is YAML, too."""
    base = folder / "config"
    for name in ("parsers/s00-raw", "parsers/s01-parse", "parsers/s02-enrich", "scenarios", "patterns", "hub"):
        (base / name).mkdir(parents=True)
    (folder / "data").mkdir()
    _write(
        base / "hub" / ".index.json", {kind: {} for kind in ("parsers", "scenarios", "collections", "postoverflows")}
    )
    (base / "patterns" / "parts").write_text("PART [^ ]+\n", encoding="utf-8")
    _write(base / "simulation.yaml", {"simulation": False})
    _write(
        base / "profiles.yaml", {"name": "ban", "filters": ["true"], "decisions": [{"type": "ban", "duration": "4h"}]}
    )
    for name, parser in _PARSERS.items():
        _write(base / "parsers" / f"{name}.yaml", parser)
    for scenario in SCENARIOS:
        _write(base / "scenarios" / f"{scenario.name}.yaml", _scenario(scenario))
    config = base / "config.yaml"
    _write(
        config,
        {
            "common": {"daemonize": False, "log_media": "stdout", "log_level": "info", "log_dir": f"{folder}"},
            "config_paths": {
                "config_dir": f"{base}/",
                "data_dir": f"{folder}/data/",
                "simulation_path": f"{base}/simulation.yaml",
                "hub_dir": f"{base}/hub/",
                "index_path": f"{base}/hub/.index.json",
            },
            # One routine each: otherwise events of one bucket overtake each other.
            "crowdsec_service": {"parser_routines": 1, "buckets_routines": 1},
            "cscli": {"output": "human"},
            "db_config": {"type": "sqlite", "db_path": f"{folder}/data/crowdsec.db", "log_level": "info"},
            "api": {
                "client": {"credentials_path": f"{folder}/login.yaml"},
                "server": {"listen_uri": f"127.0.0.1:{PORT}", "profiles_path": f"{base}/profiles.yaml"},
            },
            "prometheus": {"enabled": False},
        },
    )
    return config


def _scenario(scenario: LeakyBucket) -> dict[str, object]:
    distinct = {"distinct": "evt.Meta.username"} if scenario.distinct else {}
    return distinct | {
        "type": "leaky",
        "name": f"replay/{scenario.name}",
        "description": scenario.name,
        "filter": "evt.Meta.log_type == 'failed'",
        "groupby": "evt.Meta.source_ip",
        "capacity": scenario.capacity,
        "leakspeed": f"{scenario.leak_ms}ms",
        "blackhole": f"{scenario.blackhole_ms}ms",
        "labels": {"service": "replay", "remediation": True},
    }


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def _stamp(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _second(stopped: str) -> int:
    return int(datetime.fromisoformat(stopped[:19]).replace(tzinfo=UTC).timestamp())


def main(arguments: Sequence[str] | None = None) -> None:
    """Say how many alerts both tell and which only one does; exit 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--programs", type=Path, required=True, help="folder of `crowdsec` and `cscli`")
    asked = parser.parse_args(arguments)
    fed = [act for act in acts(asked.store, EVERY_FAILURE) if act.address and act.account and " " not in act.account]
    with tempfile.TemporaryDirectory() as scratch:
        original = theirs(fed, asked.programs.resolve(), Path(scratch))
    restated = ours(fed)
    both, only_ours, only_theirs = restated & original, restated - original, original - restated
    print(f"{len(fed):,} failures: {both.total():,} alerts told by both,", end=" ")
    print(f"{only_ours.total():,} by the re-statement alone, {only_theirs.total():,} by CrowdSec alone")
    for one in (*only_ours, *only_theirs):
        print(*one)
    sys.exit(bool(only_ours or only_theirs))


if __name__ == "__main__":
    main()
