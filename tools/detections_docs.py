"""Writes docs/detections.md from the detections themselves: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from tocsin.detect import PATTERNS, Pattern
from tocsin.report.phrases import TECHNIQUE_WORDS

TARGET = Path(__file__).parents[1] / "docs" / "detections.md"

HEAD = """# Detections

Written by `make docs` from `src/tocsin/detect/`. A detection makes findings: one suspicious pattern each, with the
events that show it. A finding is worth a look and proves nothing by itself; Tocsin never calls one a campaign. How
campaigns are inferred from all acts together: [how-campaigns-are-found.md](how-campaigns-are-found.md).

`tocsin findings` lists those that no campaign explains, `tocsin campaign ID` those of a campaign, `tocsin explain f-ID`
the events of one with file and line. In the JSON they are `findings`, and each campaign lists the ids of those that
most of whose events are its own; their techniques are among the campaign's.

Your own Sigma rules make findings, too: [sigma.md](sigma.md).

## Words that all of them use

- *Usual*: an account was let in with the same address, network, client or country on an earlier day. In the first 14
  days of an account what it goes on using is usual, too. The day itself never speaks.
- *The owner's own* source: an address that is usual, or a network and client that both are.
- *Strange*: a network that is new to the account, with a client that is new to it as well; where the log names no
  client, from a country that is new to it; in a rented network (hosting, VPN, Tor), with either. An exit of a privacy
  relay is never strange, nor is anything of an account without history.
- *Source*: an address; of IPv6 the /64.
- Events of one key (an account, a source, a session) are one finding until they are silent for the time given.

Every number below is a default with its reason; their false alarms were looked at on synthetic worlds only.
"""


def rendered() -> str:
    """The page: a table of all, then a section for each."""
    rows = [f"| [{one.title}](#{one.name}) | {one.level} | {one.role} | {_ids(one)} |" for one in PATTERNS]
    table = "\n".join(["| finding | level | shows | techniques |", "|---|---|---|---|", *rows])
    return "\n".join([HEAD, f"## All of them\n\n{table}\n", *map(_section, PATTERNS)])


def _ids(pattern: Pattern) -> str:
    return ", ".join(pattern.techniques)


def _section(pattern: Pattern) -> str:
    about = (sys.modules[f"tocsin.detect.{pattern.name}"].__doc__ or "").strip()
    techniques = ", ".join(f"{one} ({TECHNIQUE_WORDS.get(one, one)})" for one in pattern.techniques)
    facts = [
        f"- Level {pattern.level}; shows: {pattern.role}; {techniques}.",
        f"- One finding until {_hours(pattern.quiet_hours)} without an event.",
        *(f"- Known false alarm: {note}" for note in pattern.false_positives),
    ]
    numbers = [f"| {one.name} | {one.value:,} {one.unit} | {one.why} |" for one in pattern.parameters]
    table = "\n".join(["| number | value | why |", "|---|---|---|", *numbers]) + "\n" if numbers else ""
    return f"## {pattern.name}\n\n{about}\n\n" + "\n".join(facts) + "\n" + (f"\n{table}" if table else "")


def _hours(hours: int) -> str:
    return f"{hours // 24} days" if hours > 24 and hours % 24 == 0 else f"{hours} hours"


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
