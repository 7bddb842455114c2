"""One account's time as inline SVG: the state it was in, what the campaign did, and what others did.

Drawn by hand: three lanes over a common time need no chart language, and colours are the page's own.
"""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

from tocsin.assess.after import Aftermath
from tocsin.report.chain_words import STATE_WORDS
from tocsin.report.phrases import clock, counted, moment

WIDTH, LABEL, RIGHT = 880, 130, 12
LANES = (("State", 26), ("The campaign", 62), ("Others", 98))
HEIGHT = 132
DOT = 5

STATE_COLOUR = {
    "probed": "var(--probed)",
    "attacked": "var(--attacked)",
    "compromised": "var(--compromised)",
    "contained": "var(--muted)",
    "secured": "var(--covered)",
}

THING_COLOUR = {"session": "var(--access)", "mail": "var(--access)", "password": "var(--access)"}


def account_timeline(told: Aftermath, *, last: str, name: str, account: str) -> str:
    """The picture; `last` is the end of the logs, `name` makes its ids the only ones of the page."""
    times = [state.at for state in told.states]
    times += [deed.at for deed in told.deeds] + [answer.at for answer in told.answers]
    start, end = moment(min(times)), max(moment(max(times)), moment(last))
    length = max((end - start) / timedelta(seconds=1), 60.0)

    def x(at: str) -> float:
        share = (moment(at) - start) / timedelta(seconds=1) / length
        return round(LABEL + min(max(share, 0.0), 1.0) * (WIDTH - LABEL - RIGHT), 1)

    root = ElementTree.Element("svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    _text(root, "title", f"What became of {account}", id=f"{name}-title")
    said = "; ".join(f"{STATE_WORDS.get(one.state, one.state)} from {clock(one.at)}" for one in told.states)
    did = f"{counted(len(told.deeds), 'act')} of the campaign, {counted(len(told.answers), 'answer')}"
    _text(root, "desc", f"{said}; {did}", id=f"{name}-desc")
    for label, y in LANES:
        _text(root, "text", label, x="0", y=str(y + 4), fill="var(--ink)", **{"font-size": "12"})
        _line(root, LABEL, y, WIDTH - RIGHT, y)
    until = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    for number, one in enumerate(told.states):
        following = told.states[number + 1].at if number + 1 < len(told.states) else until
        left, right = x(one.at), x(following)
        colour = STATE_COLOUR.get(one.state, "var(--muted)")
        width = str(round(max(right - left, 2.0), 1))
        band = ElementTree.SubElement(root, "rect", x=str(left), y="20", width=width, height="12", fill=colour)
        _text(band, "title", f"{STATE_WORDS.get(one.state, one.state)}: {clock(one.at)}")
    for deed in told.deeds:
        colour = THING_COLOUR.get(deed.thing, "var(--persistence)")
        dot = _dot(root, x(deed.at), LANES[1][1], colour, hollow=deed.remains is False)
        _text(dot, "title", f"{deed.thing} {deed.effect}: {clock(deed.at)}")
    for answer in told.answers:
        dot = _dot(root, x(answer.at), LANES[2][1], "var(--covered)", hollow=False)
        _text(dot, "title", f"{answer.by}: {answer.answer}: {clock(answer.at)}")
    for anchor, where, words in (("start", LABEL, clock(min(times))), ("end", WIDTH - RIGHT, clock(until))):
        place = {"x": str(where), "y": str(HEIGHT - 6), "text-anchor": anchor, "font-size": "12"}
        _text(root, "text", words, fill="var(--muted)", **place)
    return ElementTree.tostring(root, encoding="unicode")


def _text(parent: ElementTree.Element, tag: str, words: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = words


def _line(parent: ElementTree.Element, x1: float, y1: float, x2: float, y2: float) -> None:
    place = {"x1": str(x1), "y1": str(y1), "x2": str(x2), "y2": str(y2)}
    ElementTree.SubElement(parent, "line", {**place, "stroke": "var(--rule)"})


def _dot(parent: ElementTree.Element, x: float, y: float, colour: str, *, hollow: bool) -> ElementTree.Element:
    """A ring where what was added is gone again."""
    fill = "var(--paper)" if hollow else colour
    place = {"cx": str(x), "cy": str(y), "r": str(DOT), "fill": fill, "stroke": colour, "stroke-width": "2"}
    return ElementTree.SubElement(parent, "circle", place)
