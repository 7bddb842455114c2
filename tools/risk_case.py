"""Draw the case of docs/risk.md and write its numbers into the page.

    python tools/risk_case.py

A site of forty people and one of them, Anna, over seven weeks; then three acts in her account. Everything that the page
says of them is what `tocsin.risk` makes of these events.
"""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import altair as alt
import pyarrow as pa
import vl_convert

from tocsin.engines import opened
from tocsin.report.risk_words import odds_words, sentences
from tocsin.risk import reasons, risk_of

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "risk.md"
BEGIN, END = "<!-- case: written by tools/risk_case.py -->", "<!-- end of the case -->"

DAY_MS = 86_400_000
BEGAN = int(datetime(2026, 1, 12, tzinfo=UTC).timestamp() * 1000)  # a Monday
DAYS = 49

ANNA = "anna@example.org"
FIREFOX = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0", "Firefox/Windows")
CHROME = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/144.0.0.0 Safari/537.36", "Chrome/Windows")
PHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) Version/18.2 Mobile Safari/604.1", "Mobile Safari/iOS")
CLIENTS = (FIREFOX, CHROME, CHROME, PHONE)

HOME = {"source_ip": "198.51.100.17", "prefix": "198.51.100.0/24", "network": "AS64500", "country": "SE"}
OFFICE = {"source_ip": "203.0.113.8", "prefix": "203.0.113.0/24", "network": "AS64501", "country": "SE"}
TRAIN = {"source_ip": "192.0.2.77", "prefix": "192.0.2.0/24", "network": "AS64502", "country": "SE"}
RENTED = {"source_ip": "198.18.4.9", "prefix": "198.18.4.0/24", "network": "AS64510", "country": "NL"}
LINES = ("AS64500", "AS64502", "AS64503", "AS64504")

ASKED = {
    "train": "Anna signs in from the train",
    "phone": "Anna signs in from home with a new telephone",
    "recovery": "Somebody completes a recovery of Anna's password",
}

INK, STRANGER, OWNER, QUIET = "#333333", "#b3261e", "#2a6f4e", "#8a8a8a"

PARTS = {
    "source": "network and place",
    "client": "client",
    "attack": "refused from there",
    "prior": "how often she signs in",
}


def events() -> pa.Table:
    """The site's log, as enriched events."""
    chance = random.Random(7)
    rows = []
    for number in range(40):
        account = ANNA if number == 0 else f"p{number:02d}@example.org"
        home = HOME if number == 0 else _home(number, chance)
        client = FIREFOX if number == 0 else CLIENTS[number % 4]
        for day in range(DAYS):
            weekend = day % 7 > 4
            if chance.random() < (0.3 if weekend else 0.75):
                where = OFFICE if not weekend and chance.random() < 0.5 else home
                rows.append(_row(f"{number}-{day}", account, where, client, day, chance.uniform(7, 21)))
            if number and number % 9 == 0 and day % 17 == 3:
                rows.append(_row(f"{number}-{day}-t", account, TRAIN, client, day, 7.5))
    for number in range(60):
        day, hour = chance.randrange(20, DAYS), chance.uniform(0, 24)
        rows.append(
            _row(f"no-{number}", f"p{number % 55:02d}@example.org", RENTED, CHROME, day, hour, outcome="failure")
        )
    rows.append(_row("train", ANNA, TRAIN, FIREFOX, DAYS, 7.2))
    rows.append(_row("phone", ANNA, HOME, PHONE, DAYS, 19.5))
    rows.append(_row("recovery", ANNA, RENTED, CHROME, DAYS + 1, 3.4, activity="recovery_complete"))
    return pa.Table.from_pylist(rows)


def _home(number: int, chance: random.Random) -> dict[str, str]:
    prefix = f"100.64.{number}"
    country = "SE" if chance.random() < 0.9 else "FI"
    network = chance.choice(LINES) if country == "SE" else "AS64520"
    return {"source_ip": f"{prefix}.5", "prefix": f"{prefix}.0/24", "network": network, "country": country}


def _row(
    uid: str, account: str, place: dict[str, str], client: tuple[str, str], day: int, hour: float, **facts: str
) -> Any:
    ts = BEGAN + day * DAY_MS + int(hour * 3_600_000)
    said = {"activity": "sign_in", "outcome": "success", "reason": "", "actor": None, "client_key": None} | facts
    where = {"user_agent": client[0], "client": client[1], **place}
    return {
        "event_uid": uid,
        "provider": "okta",
        "ts": ts,
        "day_number": ts // DAY_MS,
        "account": account,
        "raw_ref": "okta.jsonl",
        **said,
        **where,
    }


def case() -> tuple[pa.Table, dict[str, dict[str, Any]]]:
    """The events, and RISK of the acts asked about."""
    log = events()
    typed = pa.schema([field if field.type != pa.null() else field.with_type(pa.string()) for field in log.schema])
    log = log.cast(typed)
    with tempfile.TemporaryDirectory() as scratch:
        engine = opened("duckdb", scratch=Path(scratch))
        rows = engine.rows(risk_of(engine, engine.table("case", log)))
        engine.close()
    return log, {row["event_uid"]: row for row in rows.to_pylist() if row["event_uid"] in ASKED}


def text(found: dict[str, dict[str, Any]]) -> str:
    """The case as the page tells it."""
    parts = []
    for uid, title in ASKED.items():
        why = reasons(found[uid])
        lines = [f"**{title}: {odds_words(why.odds)}**", ""]
        lines += [f"- {one}" for one in sentences(why)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def timeline(log: pa.Table) -> alt.LayerChart:
    """Where Anna was let in, day by day, and the three acts."""
    names = {"AS64500": "home (AS64500)", "AS64501": "office (AS64501)", "AS64502": "train (AS64502)"}
    rows = [
        {
            "day": (row["ts"] - BEGAN) / DAY_MS,
            "place": names.get(row["network"], f"{row['country']} ({row['network']})"),
            "kind": "asked about" if row["event_uid"] in ASKED else "earlier",
        }
        for row in log.to_pylist()
        if row["account"] == ANNA and row["outcome"] == "success"
    ]
    order = [*names.values(), "NL (AS64510)"]
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X("day:Q", title="days", scale=alt.Scale(domain=[0, DAYS + 2]), axis=alt.Axis(grid=False))
    y = alt.Y("place:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(grid=True))
    color = alt.Color("kind:N", scale=alt.Scale(domain=["earlier", "asked about"], range=[QUIET, STRANGER]), title=None)
    return (
        base.mark_point(filled=True, size=70, opacity=0.9)
        .encode(x=x, y=y, color=color)
        .properties(width=560, height=130, title="Where Anna's account was let in")
    )


def bars(found: dict[str, dict[str, Any]]) -> alt.VConcatChart:
    """What each part says, for each act."""
    charts = []
    for uid, title in ASKED.items():
        row = found[uid]
        values = [
            {
                "part": word,
                "log": row[f"{part}_log_odds"],
                "who": "a stranger" if row[f"{part}_log_odds"] > 0 else "the owner",
                "odds": odds_words(2.718281828 ** row[f"{part}_log_odds"]),
            }
            for part, word in PARTS.items()
        ]
        base = alt.Chart(alt.Data(values=values))
        x = alt.X("log:Q", title=None, scale=alt.Scale(domain=[-7.5, 7.5]), axis=None)
        y = alt.Y(
            "part:N", title=None, sort=list(PARTS.values()), axis=alt.Axis(ticks=False, domain=False, labelLimit=200)
        )
        color = alt.Color(
            "who:N",
            scale=alt.Scale(domain=["the owner", "a stranger"], range=[OWNER, STRANGER]),
            title="likelier",
        )
        bar = base.mark_bar(height=14).encode(x=x, y=y, color=color)
        right = base.transform_filter("datum.log > 0").mark_text(align="left", dx=4, color=INK, fontSize=11)
        left = base.transform_filter("datum.log <= 0").mark_text(align="right", dx=-4, color=INK, fontSize=11)
        zero = alt.Chart(alt.Data(values=[{"log": 0}])).mark_rule(color=INK).encode(x=x)
        told = odds_words(reasons(row).odds)
        layers = alt.layer(bar, zero, right.encode(x=x, y=y, text="odds:N"), left.encode(x=x, y=y, text="odds:N"))
        charts.append(layers.properties(width=460, height=90, title=f"{title}: {told}"))
    return alt.vconcat(*charts, spacing=18)


def svg(chart: Any) -> str:
    """As a file that browsers draw."""
    chart = chart.properties(background="white").configure_view(stroke=None).configure(font="sans-serif")
    return str(vl_convert.vegalite_to_svg(chart.to_dict())) + "\n"


def page(found: dict[str, dict[str, Any]]) -> str:
    """The page with the case in its place."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n\n{text(found)}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    """Write the pictures and the page."""
    log, found = case()
    (DOCS / "risk-case-visits.svg").write_text(svg(timeline(log)), encoding="utf-8")
    (DOCS / "risk-case-parts.svg").write_text(svg(bars(found)), encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
