"""Charts of a campaign as inline SVG, drawn here and now: the page that shows them needs no script.

Colours are the page's CSS variables, so that light, dark and print agree; text sizes hold at the drawn
width, so each chart is drawn once for wide and once for narrow screens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert

from tocsin.assess.assessment import EVIDENCE_ROLES, CategoryCounts, DayCounts
from tocsin.report.phrases import STAGE_WORDS, number
from tocsin.report.visible import category_name

WIDE, NARROW = 880, 330

ROLE_WORDS = {
    "identification": "Identification attempts",
    "attack": "Attacks",
    "access": "Access gained",
    "persistence": "Ways back in set up",
}

_PANEL_HEIGHT = {"identification": 92, "attack": 64, "access": 34, "persistence": 34}
_BAR_STEP = 26
_TICKS = 4  # numbers on an axis, of few accounts one for each
_LABEL_WIDTH = 190
_TEXT_SIZE = 12


def timeline(days: Sequence[DayCounts], *, width: int, name: str) -> str:
    """Acts by day, one panel for each role that occurred. Each panel has its own scale, from zero."""
    every = _every_day(days)
    shown = [role for role in EVIDENCE_ROLES if any(getattr(one, role) for one in days)]
    panels = [_panel(every, role, width, last=role == shown[-1]) for role in shown]
    chart = alt.vconcat(*panels, spacing=14)
    spans = f"{every[0].day} to {every[-1].day}"
    parts = [f"{ROLE_WORDS[role]}: {number(sum(getattr(one, role) for one in days))}" for role in shown]
    return _svg(chart, name=name, title=f"Acts of the campaign by day, {spans}", description="; ".join(parts))


def targets(by_category: Mapping[str, CategoryCounts], *, width: int, name: str) -> str:
    """Accounts by category, a stacked bar each: compromised, attacked, only looked up."""
    rows = []
    for category, counts in by_category.items():
        total = counts.attacked + counts.probed
        label = category_name(category, limit=32)
        stages = (counts.compromised, counts.attacked - counts.compromised, counts.probed)
        for order, (stage, value) in enumerate(zip(("compromised", "attacked", "probed"), stages, strict=True)):
            rows.append({"category": label, "stage": stage, "accounts": value, "order": order, "total": total})
    longest = max((counts.attacked + counts.probed for counts in by_category.values()), default=1)
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(height=_BAR_STEP - 10)
        .encode(
            y=alt.Y(
                "category:N",
                title=None,
                sort=alt.EncodingSortField("total", op="max", order="descending"),
                axis=alt.Axis(domain=False, ticks=False, labelLimit=_LABEL_WIDTH, labelPadding=8),
            ),
            x=alt.X(
                "accounts:Q",
                title="accounts",
                axis=alt.Axis(tickCount=min(_TICKS, max(longest, 1)), format=",d", domain=False, ticks=False),
            ),
            order="order:Q",
            color=alt.Color(
                "stage:N",
                legend=None,
                scale=alt.Scale(
                    domain=["compromised", "attacked", "probed"],
                    range=["var(--compromised)", "var(--attacked)", "var(--probed)"],
                ),
            ),
        )
        .properties(width=width - _LABEL_WIDTH, height=alt.Step(_BAR_STEP))
    )
    said = [
        f"{category_name(kind)}: {counts.attacked} attacked, {counts.compromised} "
        f"{STAGE_WORDS['compromised']}, {counts.probed} {STAGE_WORDS['probed']}"
        for kind, counts in by_category.items()
    ]
    return _svg(bars, name=name, title="Accounts by category", description="; ".join(said))


def _every_day(days: Sequence[DayCounts]) -> list[DayCounts]:
    """The days with those between on which nothing happened."""
    held = {date.fromisoformat(one.day[:10]): one for one in days}
    first, last = min(held), max(held)
    span = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    nothing = dict.fromkeys(EVIDENCE_ROLES, 0)
    return [held.get(one) or DayCounts(day=one.isoformat(), **nothing) for one in span]


def _panel(days: Sequence[DayCounts], role: str, width: int, *, last: bool) -> Any:
    rows = [{"day": one.day[:10], "events": getattr(one, role)} for one in days]
    peak = max(row["events"] for row in rows)
    labelled = max(len(days) // (width // 75), 1)
    labels = [row["day"] for row in rows[::labelled]]
    axis = alt.Axis(
        values=labels,
        labelExpr="utcFormat(toDate(datum.value), '%-d %b')",
        labelAngle=0,
        labelOverlap=True,
        labels=last,
        ticks=last,
        domain=True,
    )
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color=f"var(--{role})")
        .encode(
            x=alt.X("day:O", title=None, axis=axis, scale=alt.Scale(paddingInner=0.18, paddingOuter=0)),
            y=alt.Y(
                "events:Q",
                title=None,
                scale=alt.Scale(domain=[0, peak], nice=False),
                axis=alt.Axis(values=[0, peak], format=",d", domain=False, ticks=False, minExtent=34),
            ),
        )
        .properties(
            width=width - 44,
            height=_PANEL_HEIGHT[role],
            title=alt.TitleParams(
                ROLE_WORDS[role],
                anchor="start",
                fontSize=_TEXT_SIZE,
                fontWeight="bold",
                color="var(--ink)",
                offset=6,
            ),
        )
    )


def _svg(chart: Any, *, name: str, title: str, description: str) -> str:
    """The chart as an `svg` element that scales with the page and speaks its title and description."""
    configured = chart.configure(
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="var(--muted)",
            titleColor="var(--muted)",
            gridColor="var(--rule)",
            domainColor="var(--muted)",
            tickColor="var(--muted)",
            labelFontSize=_TEXT_SIZE,
            titleFontSize=_TEXT_SIZE,
            titleFontWeight="normal",
        ),
    )
    text = vl_convert.vegalite_to_svg(configured.to_dict())
    text = text.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    root = ElementTree.fromstring(text)  # noqa: S314 - written by our own renderer a line above
    for element in root.iter():
        for attribute in [one for one in element.attrib if one.startswith("aria-") or one == "role"]:
            del element.attrib[attribute]
        element.attrib.pop("font-family", None)
    root.set("style", f"max-width:{root.get('width')}px")
    for attribute in ("version", "width", "height"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    labels = [f"{name}-title", f"{name}-desc"]
    root.set("aria-labelledby", " ".join(labels))
    for place, (tag, words, label) in zip(
        count(), (("title", title, labels[0]), ("desc", description, labels[1])), strict=False
    ):
        element = ElementTree.Element(tag, id=label)
        element.text = words
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")
