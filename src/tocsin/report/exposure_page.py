"""The exposure as one HTML file that holds everything it shows, runs no script and asks nothing of a network."""

from __future__ import annotations

import jinja2
import markupsafe

from tocsin.exposure.answer import Exposure
from tocsin.exposure.drawn import Drawn
from tocsin.exposure.effects import EFFECTS, Kind
from tocsin.report import exposure_words as words
from tocsin.report import phrases
from tocsin.report.exposure_picture import picture
from tocsin.report.templates import escaping
from tocsin.report.visible import visible

ACCOUNTS_SHOWN = 200
CHANNELS_SHOWN = 50
CHANGES_SHOWN = 10
WAYS_SHOWN = 6


def render_exposure(answer: Exposure, drawn: Drawn) -> str:
    """The page as text."""
    opening = [one for one in answer.channels if one.opens or one.opens_possibly]
    scopes = (("everybody", "For everybody"), ("channel", "For one channel"), ("account", "For one account"))
    changes = [(label, words.best_changes(answer.changes, scope, CHANGES_SHOWN)) for scope, label in scopes]
    return (
        _environment()
        .get_template("exposure.html.j2")
        .render(
            answer=answer,
            title=title(answer),
            headline=words.headline(answer),
            picture=markupsafe.Markup(picture(drawn)),  # noqa: S704 - it escapes its text
            changes=[(label, rows) for label, rows in changes if rows],
            channels=opening[:CHANNELS_SHOWN],
            channels_more=max(len(opening) - CHANNELS_SHOWN, 0),
            accounts=answer.accounts[:ACCOUNTS_SHOWN],
            accounts_more=max(len(answer.accounts) - ACCOUNTS_SHOWN, 0),
            ways_shown=WAYS_SHOWN,
            rests=words.rests_on(answer.sources),
        )
    )


def title(answer: Exposure) -> str:
    """``3 of 12 accounts fall to one mailbox`` and the like: the gravest single fact."""
    top = next((one for one in answer.channels if one.opens), None)
    if top is None:
        return f"How {phrases.counted(answer.totals.accounts, 'account')} at risk can fall"
    what = "mailbox" if top.kind == Kind.MAILBOX else "number"
    least = "At least " if top.at_least else ""
    return f"{least}{phrases.counted(top.opens, 'account')} at risk would fall to one {what}".strip()


def _environment() -> jinja2.Environment:
    environment = escaping()
    environment.filters.update(
        visible=visible,
        number=phrases.number,
        clock=phrases.clock,
        attacks=words.attacks,
        change=words.change,
        way=words.way,
        gets_past=words.gets_past,
        stopped=lambda share: f"{share:.0%}",
        kind_words=lambda kind: EFFECTS[Kind(kind)].words,
    )
    environment.globals.update(counted=phrases.counted)
    return environment
