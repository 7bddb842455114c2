"""The curves: takeovers caught against owners asked, with the rules as points beside them, as an SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert

WIDTH, HEIGHT = 330, 300
INK, RULE, SCORE = "#333333", "#8a8a8a", "#b3261e"


def risk_svg(
    curves: Mapping[str, Sequence[Sequence[float]]],
    rules: Sequence[Mapping[str, Any]],
    needed: Mapping[str, Mapping[str, float]],
) -> str:
    """Curves hold (rate, detection) by kind of attacker; `needed` the rates at which so much is caught."""
    rules = sorted(rules, key=lambda row: float(row["asked"]))
    panels = [_panel(kind, curves[kind], rules, needed[kind]) for kind in curves]
    names = [f"{number} {row['rule']}" for number, row in enumerate(rules, 1)]
    half = (len(names) + 1) // 2
    title = alt.TitleParams(
        [" · ".join(names[:half]), " · ".join(names[half:])],
        anchor="start",
        fontSize=11,
        fontWeight="normal",
        color=INK,
    )
    chart = alt.hconcat(*panels, spacing=40).properties(background="white", title=title)
    chart = chart.configure_view(stroke=None).configure(font="sans-serif")
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def _panel(
    kind: str, curve: Sequence[Sequence[float]], rules: Sequence[Mapping[str, Any]], needed: Mapping[str, float]
) -> alt.LayerChart:
    x = alt.X(
        "rate:Q",
        title="owners' visits asked for a further proof",
        scale=alt.Scale(type="log", domain=[1e-4, 1]),
        axis=alt.Axis(format="~%", values=[0.0001, 0.001, 0.01, 0.1, 1], grid=False),
    )
    y = alt.Y(
        "caught:Q", title="takeovers caught", scale=alt.Scale(domain=[0, 1.05]), axis=alt.Axis(format="%", grid=False)
    )
    line = alt.Chart(alt.Data(values=[{"rate": rate, "caught": caught} for rate, caught in curve]))
    points = [
        {"rate": max(row["asked"], 1e-4), "caught": row[kind]["rule"], "name": str(number)}
        for number, row in enumerate(rules, 1)
    ]
    dots = alt.Chart(alt.Data(values=points))
    marks = [
        {"rate": rate, "caught": float(share), "name": f"{float(share):.0%} at {rate:.1%}"}
        for share, rate in needed.items()
    ]
    reached = alt.Chart(alt.Data(values=marks))
    return alt.layer(
        line.mark_line(color=SCORE, strokeWidth=2.5).encode(x=x, y=y),
        dots.mark_point(color=RULE, filled=True, size=50, opacity=1).encode(x=x, y=y),
        dots.mark_text(dy=13, color=INK, fontSize=11).encode(x=x, y=y, text="name:N"),
        reached.mark_point(color=SCORE, filled=True, size=70, opacity=1).encode(x=x, y=y),
        reached.mark_text(align="right", dx=-8, dy=-7, color=SCORE, fontSize=11, fontWeight="bold").encode(
            x=x, y=y, text="name:N"
        ),
    ).properties(width=WIDTH, height=HEIGHT, title=f"{kind} attackers")
