"""The curve: the share of a campaign's tries made by each day, and where it was detected, as an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import altair as alt
import vl_convert

WIDTH, HEIGHT = 640, 300
INK, CAMPAIGN, BELL = "#333333", "#8a8a8a", "#b3261e"
BAR_DAYS, BAR_SHARE = 7, 0.2  # by when, and with how little done, a campaign should be found


def curve_svg(curves: Sequence[Sequence[float]], marks: Sequence[tuple[float, float]]) -> str:
    """Curves hold the share made by the end of day 0, 1, ... after the first attempt; marks are (days, share)."""
    days = min(len(curve) for curve in curves)
    rows = [
        {
            "day": day,
            "median": median(curve[day] for curve in curves),
            "least": min(curve[day] for curve in curves),
            "most": max(curve[day] for curve in curves),
        }
        for day in range(days)
    ]
    x = alt.X(
        "day:Q",
        title="days since the first attempt",
        scale=alt.Scale(domain=[0, days - 1], nice=False),
        axis=alt.Axis(grid=False),
    )
    percent = alt.Axis(format="%", grid=False)
    base = alt.Chart(alt.Data(values=rows))
    band = base.mark_area(color=CAMPAIGN, opacity=0.25).encode(x=x, y="least:Q", y2="most:Q")
    line = base.mark_line(color=CAMPAIGN, strokeWidth=2.5).encode(
        x=x, y=alt.Y("median:Q", title="attempts made", axis=percent, scale=alt.Scale(domain=[0, 1]))
    )
    goal = alt.Chart(alt.Data(values=[{"from": 0, "to": BAR_DAYS, "low": 0, "high": BAR_SHARE}]))
    box = goal.mark_rect(fill="none", stroke=INK, strokeDash=[4, 3]).encode(
        x="from:Q", x2="to:Q", y="low:Q", y2="high:Q"
    )
    layers = [band, line, box, _words(BAR_DAYS + 0.3, BAR_SHARE / 2, "to be found in here", INK)]
    if marks:
        points = [{"day": day, "share": share} for day, share in marks]
        layers.append(
            alt.Chart(alt.Data(values=points))
            .mark_point(color=BELL, filled=True, size=60, opacity=0.8)
            .encode(x="day:Q", y="share:Q")
        )
        middle, share = median(day for day, _ in marks), median(share for _, share in marks)
        text = f"detected: after {middle:.1f} days, with {share:.0%} of the attempts made (median of {len(marks)})"
        layers.append(_words(0.3, 0.93, text, BELL))
    chart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, background="white")
    chart = chart.configure_view(stroke=None).configure(font="sans-serif")
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _words(day: float, share: float, text: str, color: str) -> alt.Chart:
    at = alt.Chart(alt.Data(values=[{"day": day, "share": share, "text": text}]))
    return at.mark_text(align="left", color=color, fontSize=13).encode(x="day:Q", y="share:Q", text="text:N")
