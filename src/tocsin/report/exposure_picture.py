"""The access graph as a picture (SVG): base items on the left, accounts that lead on in the middle, accounts at risk on
the right; a line for each way in, red where most attacks get past, dashed where it is only possible.

Laid out here, in layers, for it must be drawn without a script or a program beside Tocsin. Everything written into it
is escaped, and made visible first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tocsin.exposure.drawn import Drawn, Leg, Stop
from tocsin.exposure.effects import Kind
from tocsin.report.exposure_words import OF_ACCOUNT, gets_past
from tocsin.report.phrases import counted
from tocsin.report.visible import visible

ROW, GAP, PAD, HEAD = 24, 16, 16, 56
PILL_HEIGHT = 18
LETTER = 6.4
"""Width of a letter at 12 px, on the wide side."""

ARROWS = "".join(
    f'<marker id="exposure-{grade}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
    f' markerUnits="userSpaceOnUse" orient="auto"><path class="arrow is-{grade}" d="M 0 0.5 L 8 4 L 0 7.5 z"/></marker>'
    for grade in ("open", "hard", "shut")
)

STYLE = """
svg.exposure { --ink: #1c1a17; --muted: #5c574d; --paper: #fbfaf6; --raised: #f3f0e8; --rule: #b9b2a2;
  --open: #a8231f; --hard: #b06a14; --shut: #5b7d63;
  font-family: "Helvetica Neue", "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
@media (prefers-color-scheme: dark) { svg.exposure { --ink: #e9e5dc; --muted: #aaa497; --paper: #15171a;
  --raised: #1e2125; --rule: #4a4f57; --open: #ee6f66; --hard: #dc9a45; --shut: #7fae8a; } }
svg.exposure text { font-size: 12px; fill: var(--ink); }
svg.exposure .small { font-size: 11px; fill: var(--muted); }
svg.exposure .head { font-size: 11px; font-weight: 700; letter-spacing: .04em; fill: var(--muted); }
svg.exposure .strong { font-weight: 700; }
svg.exposure .paper { fill: var(--paper); }
svg.exposure .box { fill: var(--raised); stroke: var(--rule); }
svg.exposure .account { fill: var(--paper); stroke: var(--ink); stroke-width: 1.2; }
svg.exposure .pill { fill: var(--paper); stroke: var(--rule); }
svg.exposure .line { fill: none; stroke-width: 1.6; }
svg.exposure .open { stroke: var(--open); stroke-width: 2.4; }
svg.exposure .hard { stroke: var(--hard); }
svg.exposure .shut { stroke: var(--shut); stroke-width: 1.2; }
svg.exposure .possible { stroke-dasharray: 5 4; }
svg.exposure .share { font-size: 11px; font-weight: 700; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
svg.exposure .is-open { fill: var(--open); }
svg.exposure .is-hard { fill: var(--hard); }
svg.exposure .is-shut { fill: var(--shut); }
"""


@dataclass(frozen=True, kw_only=True)
class Column:
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a stop's box is."""

    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


SHORT = {
    Kind.PASSWORD: "password",
    Kind.MAILBOX: "mailbox",
    Kind.PHONE: "phone",
    Kind.QUESTION: "question",
    Kind.PROMPT: "prompt",
    Kind.APP_CODE: "app code",
    Kind.TOKEN_CODE: "token code",
    Kind.SAVED_CODE: "saved code",
    Kind.KEY: "key",
    Kind.STEP: "second step",
    Kind.PASS: "access pass",
    Kind.CONTACT: "contact",
    Kind.OTHER: "other method",
}
"""What fits into a pill."""

OUTSIDE, FIRST_PILLS = Column(left=PAD, width=230), Column(left=320, width=150)
BETWEEN, PILLS = Column(left=524, width=220), Column(left=834, width=150)
ACCOUNTS = Column(left=1040, width=264)
WITHOUT_BETWEEN = {"pills": Column(left=360, width=190), "accounts": Column(left=610, width=290)}


NOTHING = (
    '<svg class="exposure" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 400 40" width="400" height="40">'
    f'<style>{STYLE}</style><text x="10" y="25">No account at risk is known.</text></svg>'
)


def picture(content: Drawn) -> str:
    """One SVG element."""
    if not content.accounts and not content.between:
        return NOTHING
    return _Picture(content).drawn()


class _Picture:
    def __init__(self, content: Drawn) -> None:
        self._content = content
        self._into: dict[int, list[Leg]] = {}
        for leg in content.legs:
            self._into.setdefault(leg.target, []).append(leg)
        wide = bool(content.between)
        self._pills = PILLS if wide else WITHOUT_BETWEEN["pills"]
        self._accounts = ACCOUNTS if wide else WITHOUT_BETWEEN["accounts"]
        self._column: dict[int, Column] = {}
        for stops, column in (
            (content.outside, OUTSIDE),
            (content.between, BETWEEN),
            (content.accounts, self._accounts),
        ):
            self._column.update({one.number: column for one in stops})
        self._place: dict[int, Place] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        content = self._content
        order = sorted(content.outside, key=lambda one: (-one.opens, one.name))
        rank = {one.number: place for place, one in enumerate([*order, *content.between])}
        far = len(rank)

        def first(stop: Stop) -> tuple[int, str]:
            """Accounts that rest on the same thing stand together."""
            needs = [rank[one] for leg in self._into.get(stop.number, ()) for one in leg.stops if one in rank]
            return min(needs, default=far), stop.name

        top = float(HEAD)
        for stop in sorted(content.accounts, key=first):
            height = self._height(stop)
            self._place[stop.number] = Place(top=top, height=height)
            top += height + GAP
        self._stack(content.between)
        self._stack(content.outside)

    def _stack(self, stops: Sequence[Stop]) -> None:
        """Each as near as can be to what it leads to, none over another."""
        wished = sorted(((self._wish(stop), stop.name, stop) for stop in stops), key=lambda one: one[:2])
        top = float(HEAD)
        for wish, _, stop in wished:
            height = self._height(stop)
            top = max(top, wish - height / 2)
            self._place[stop.number] = Place(top=top, height=height)
            top += height + GAP

    def _wish(self, stop: Stop) -> float:
        ends = [
            self._slot(target, slot)
            for target, legs in self._into.items()
            if target in self._place
            for slot, leg in enumerate(legs)
            if stop.number in leg.stops
        ]
        return sum(ends) / len(ends) if ends else HEAD

    def _slot(self, target: int, slot: int) -> float:
        """The height at which the way comes in."""
        return self._place[target].middle + (slot - (len(self._into[target]) - 1) / 2) * ROW

    def _height(self, stop: Stop) -> float:
        if stop.kind != "account":
            return 38.0
        return max(44.0, ROW * len(self._into.get(stop.number, ())) + 10)

    def drawn(self) -> str:
        bottom = max(place.top + place.height for place in self._place.values())
        width = self._accounts.right + PAD
        height = bottom + 84
        lines: list[str] = []
        pills: list[str] = []
        for number, legs in self._into.items():
            for slot, leg in enumerate(legs):
                self._leg(number, slot, leg, lines, pills)
        boxes = [self._box(stop) for stop in (*self._content.outside, *self._content.between, *self._content.accounts)]
        title, described = self._title()
        return "\n".join(
            [
                '<svg class="exposure" xmlns="http://www.w3.org/2000/svg" role="img"'
                f' viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
                ' aria-labelledby="exposure-title exposure-text">',
                f'<title id="exposure-title">{escape(title)}</title>',
                f'<desc id="exposure-text">{escape(described)}</desc>',
                f"<style>{STYLE}</style><defs>{ARROWS}</defs>",
                f'<rect class="paper" x="0" y="0" width="{width:g}" height="{height:g}"/>',
                *self._heads(),
                *lines,
                *pills,
                *boxes,
                *self._legend(bottom + 30),
                "</svg>",
            ]
        )

    def _title(self) -> tuple[str, str]:
        shown = len(self._content.accounts) + len(self._content.between)
        text = "; ".join(
            f"{visible(one.name)} opens {counted(one.opens, 'account')}"
            for one in sorted(self._content.outside, key=lambda one: (-one.opens, one.name))[:5]
            if one.opens
        )
        return f"Ways into {counted(shown, 'account')}", text or "No mailbox or number opens an account by itself."

    def _heads(self) -> list[str]:
        heads = [(self._accounts.left, "Accounts at risk"), (self._pills.left, "of their own")]
        if self._content.outside:
            heads.append((OUTSIDE.left, "Mailboxes and numbers"))
        if self._content.between:
            heads += [(BETWEEN.left, "Accounts that lead on"), (FIRST_PILLS.left, "of their own")]
        return [f'<text class="head" x="{left:g}" y="24">{escape(text)}</text>' for left, text in heads]

    def _leg(self, target: int, slot: int, leg: Leg, lines: list[str], pills: list[str]) -> None:
        column = self._column[target]
        middle = column is BETWEEN
        own = FIRST_PILLS if middle else self._pills
        y, end = self._slot(target, slot), column.left
        style = f"line {_grade(leg.success)}{' possible' if leg.possible else ''}"
        joint = end - 46
        if leg.own:
            words = " + ".join(
                f"{SHORT[kind]} {visible(masked)}".strip() if masked else SHORT[kind] for kind, masked in leg.own
            )
            text = f"and {words}" if leg.stops else words
            wide = min(own.width, len(text) * LETTER + 16)
            pills.append(_pill(own.left, y, wide, text))
            lines.append(_path(style, f"M {own.left + wide:g} {y:g} H {end:g}", arrow=True))
            joint = own.left
        elif len(leg.stops) > 1:
            lines.append(_path(style, f"M {joint:g} {y:g} H {end:g}", arrow=True))
            pills.append(f'<circle class="pill" cx="{joint:g}" cy="{y:g}" r="9"/>')
            pills.append(f'<text class="small" x="{joint:g}" y="{y + 4:g}" text-anchor="middle">and</text>')
        else:
            joint = end
        for stop in leg.stops:
            way = self._curve(stop, joint, y, own.left, past_between=not middle)
            lines.append(_path(style, way, arrow=joint == end))
        pills.append(
            f'<text class="share is-{_grade(leg.success)}" x="{end - 6:g}" y="{y - 4:g}" text-anchor="end">'
            f"{escape(gets_past(leg.success))}</text>"
        )

    def _curve(self, stop: int, end: float, y: float, level_from: float, *, past_between: bool) -> str:
        """From the stop to the place: level where pills stand, and around the accounts between."""
        column, place = self._column[stop], self._place[stop]
        start = column.right
        if start >= end:  # an account beside it in the same column, or further on
            low, bend = place.top + place.height - 5, column.left - 40
            return f"M {column.left:g} {low:g} C {bend:g} {low:g} {bend:g} {y:g} {end:g} {y:g}"
        turn = min(level_from, end)
        way, at, x = f"M {start:g} {place.middle:g}", place.middle, start
        if column is OUTSIDE and past_between and self._content.between:
            lane = self._lane(y)
            way += _bend(x, at, FIRST_PILLS.left - 12, lane) + f" H {BETWEEN.right + 12:g}"
            x, at = BETWEEN.right + 12, lane
        return f"{way}{_bend(x, at, turn, y)} H {end:g}"

    def _lane(self, wish: float) -> float:
        """The height nearest to the wish at which no account between stands in the way."""
        taken = sorted(
            (place.top - 10, place.top + place.height + 10)
            for place in (self._place[one.number] for one in self._content.between)
        )
        free = [wish]
        for top, bottom in taken:
            free += [top, bottom]
        clear = [one for one in free if not any(top < one < bottom for top, bottom in taken)]
        return min(clear, key=lambda one: (abs(one - wish), one))

    def _box(self, stop: Stop) -> str:
        place, column = self._place[stop.number], self._column[stop.number]
        account = stop.kind == "account"
        letters = int((column.width - 20) / LETTER)
        name = visible(stop.name, limit=200)
        shown = name if len(name) <= letters else name[: letters - 1] + "…"
        below = self._below(stop)
        middle = place.middle
        return (
            f'<g><title>{escape(name)}: {escape(below)}</title><rect class="{"account" if account else "box"}"'
            f' x="{column.left:g}" y="{place.top:g}" width="{column.width:g}" height="{place.height:g}" rx="4"/>'
            f'<text class="strong" x="{column.left + 10:g}" y="{middle - 3:g}">{escape(shown)}</text>'
            f'<text class="small" x="{column.left + 10:g}" y="{middle + 12:g}">{escape(below)}</text></g>'
        )

    def _below(self, stop: Stop) -> str:
        opens = f"opens {counted(stop.opens, 'account')}" if stop.opens else ""
        if stop.kind != "account":
            return f"{OF_ACCOUNT[Kind(stop.kind)]}{', ' + opens if opens else ''}"
        return f"{_falls(stop.success)}{', ' + opens if opens else ''}"

    def _legend(self, top: float) -> list[str]:
        parts = [
            ("line open", "every attack gets past"),
            ("line hard", "some get past (share of targeted attacks, as published)"),
            ("line shut", "none did"),
            ("line hard possible", "only possible"),
        ]
        drawn, x = [], float(PAD)
        for style, text in parts:
            drawn.append(_path(style, f"M {x:g} {top:g} H {x + 30:g}"))
            drawn.append(f'<text class="small" x="{x + 37:g}" y="{top + 4:g}">{escape(text)}</text>')
            x += 60 + len(text) * 5.6
        note = "A pill is what belongs to the account itself and is needed, too."
        if left_out := self._content.accounts_left_out:
            note += f" {counted(left_out, 'further account')} at risk not drawn."
        drawn.append(f'<text class="small" x="{PAD}" y="{top + 26:g}">{escape(note)}</text>')
        return drawn


def _falls(share: float | None) -> str:
    if share is None:
        return "no certain way is known"
    if share in (0.0, 1.0):
        return "every attack gets in" if share else "no attack of the study got in"
    return f"{gets_past(share)} of attacks get in"


def _grade(share: float) -> str:
    return "open" if share >= 0.5 else "hard" if share > 0 else "shut"


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    """A curve that leaves and arrives level."""
    half = (x + to_x) / 2
    return f" C {half:g} {y:g} {half:g} {to_y:g} {to_x:g} {to_y:g}"


def _path(style: str, way: str, *, arrow: bool = False) -> str:
    end = f' marker-end="url(#exposure-{style.split()[1]})"' if arrow else ""
    return f'<path class="{style}" d="{way}"{end}/>'


def _pill(left: float, y: float, width: float, text: str) -> str:
    letters = int((width - 12) / (LETTER * 0.92))
    shown = text if len(text) <= letters else text[: letters - 1] + "…"
    return (
        f'<g><title>{escape(text)}</title><rect class="pill" x="{left:g}" y="{y - PILL_HEIGHT / 2:g}" width="{width:g}"'
        f' height="{PILL_HEIGHT}" rx="9"/><text class="small" x="{left + 8:g}" y="{y + 4:g}">{escape(shown)}</text></g>'
    )
