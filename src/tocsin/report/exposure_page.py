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
            gets_past_words=words.GETS_PAST,
            rests=words.rests_on(answer.sources),
        )
    )


def title(answer: Exposure) -> str:
    """``7 of 9 accounts at risk fall to one mailbox or number each; the worst opens 3``: the gravest single fact."""
    return words.one_thing(answer) or f"How {phrases.counted(answer.totals.accounts, 'account')} at risk can fall"


def _environment() -> jinja2.Environment:
    environment = escaping()
    environment.filters.update(
        visible=visible,
        number=phrases.number,
        clock=phrases.clock,
        attacks=words.attacks,
        about=words.about,
        change=words.change,
        way=words.way,
        gets_past=words.gets_past,
        stopped=lambda share: f"{share:.0%}",
        kind_words=lambda kind: EFFECTS[Kind(kind)].words,
    )
    environment.globals.update(counted=phrases.counted)
    return environment
