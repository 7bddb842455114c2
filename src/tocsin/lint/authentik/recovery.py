"""How an authentik site lets people recover their accounts: what its recovery flow asks for and leaves behind.

Email stage: `token_expiry` (minutes, or "hours=1;minutes=30"), `recovery_max_attempts` mails within
`recovery_cache_timeout`, encryption of its own connection where `use_global_settings` is off. Identification stage:
`pretend_user_exists`, `show_matched_user`. User login stage: `terminate_other_sessions`. User write stage:
`user_creation_mode` (goauthentik/authentik, `authentik/stages/*/models.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tocsin.lint import clauses
from tocsin.lint.authentik.blueprint import (
    IDENTIFICATION,
    LOGIN,
    MAIL,
    STAGES_PAGE,
    VALIDATE,
    WRITE,
    Blueprint,
    Entry,
    RecoveryFlow,
    Stage,
    recovery_flows,
)
from tocsin.lint.rule import Result, Rule, absent, broken, cannot_say, flag, kept

Check = Callable[[Blueprint], Iterator[Result]]

DAY_MINUTES = 24 * 60
MOST_MAILS = 10
"""Nobody needs ten links; authentik's own default is five within five minutes."""

_UNITS = {"weeks": 10080.0, "days": 1440.0, "hours": 60.0, "minutes": 1.0, "seconds": 1 / 60, "milliseconds": 1 / 60000}


def _each_flow(check: Callable[[RecoveryFlow], Iterator[Result]]) -> Check:
    def checked(blueprint: Blueprint) -> Iterator[Result]:
        flows = recovery_flows(blueprint)
        if not flows:
            yield cannot_say("entries", "the file holds no recovery flow")
        for flow in flows:
            yield from check(flow)

    return checked


def _each(model: str, none: str, check: Callable[[Stage, Entry], Result]) -> Check:
    """A check of every stage of a model in a recovery flow; `none` says what is so without one."""

    def checked(flow: RecoveryFlow) -> Iterator[Result]:
        stages = flow.of(model)
        if not stages and flow.whole:
            yield kept(flow.at, flow.name, none)
        elif not stages:
            yield cannot_say(flow.at, "stages of the flow stand in another file", flow.name)
        for stage, entry in stages:
            yield check(stage, entry)

    return _each_flow(checked)


def minutes_of(text: object) -> float | None:
    """How many minutes a duration stands for; None: it is none."""
    if isinstance(text, int) and not isinstance(text, bool):
        return float(text)
    if not isinstance(text, str):
        return None
    total = 0.0
    for part in re.split(r"[;,]", text):
        match = re.fullmatch(r"\s*([a-z]+)=(-?\d{1,12}(?:\.\d{1,12})?)\s*", part)
        if not match or match.group(1) not in _UNITS:
            return None
        total += float(match.group(2)) * _UNITS[match.group(1)]
    return total


def _lifetime(stage: Stage, entry: Entry) -> Result:
    at, stands = stage.field("token_expiry"), entry.get("token_expiry")
    minutes = minutes_of(stands)
    if stands is None:
        return absent(at)
    if minutes is None:
        return cannot_say(at, "this is no duration", stands)
    if minutes > DAY_MINUTES:
        return broken(at, stands, f"a link is good for {minutes / 60:,.0f} hours, 24 are allowed by mail")
    return kept(at, stands, f"a link is good for {minutes:,.0f} minutes")


def _no_proof(flow: RecoveryFlow) -> Iterator[Result]:
    proofs = [*flow.of(MAIL), *flow.of(VALIDATE)]
    if proofs:
        yield kept(proofs[0][0].at, proofs[0][1].model, "the flow asks for a proof")
    elif not flow.whole:
        yield cannot_say(flow.at, "stages of the flow stand in another file", flow.name)
    elif flow.of(WRITE):
        yield broken(flow.at, flow.name, "whoever knows a name sets a new password")
    else:
        yield kept(flow.at, flow.name, "the flow changes nothing")


def _mail_alone(flow: RecoveryFlow) -> Iterator[Result]:
    mails, seconds = flow.of(MAIL), flow.of(VALIDATE)
    if seconds:
        yield kept(seconds[0][0].at, seconds[0][1].model, "the flow asks for an authenticator beside the mail")
    elif not flow.whole:
        yield cannot_say(flow.at, "stages of the flow stand in another file", flow.name)
    elif mails:
        yield broken(mails[0][0].at, MAIL, "a link by mail is the only proof, also for accounts with a second factor")
    else:
        yield kept(flow.at, flow.name, "no link goes out by mail")


def _signed_in(stage: Stage, entry: Entry) -> Result:
    return broken(stage.at, entry.model, "whoever resets the password is signed in without it")


def _sessions(stage: Stage, entry: Entry) -> Result:
    return _switch(
        stage, entry, "terminate_other_sessions", True,
        "sessions that were open before a recovery go on", "other sessions end after a recovery",
    )  # fmt: skip


def _limit(stage: Stage, entry: Entry) -> Result:
    at, most = stage.field("recovery_max_attempts"), entry.get("recovery_max_attempts")
    if most is None:
        return absent(at)
    if isinstance(most, bool) or not isinstance(most, int):
        return cannot_say(at, "this is no number", most)
    if most > MOST_MAILS:
        return broken(at, most, f"more than {MOST_MAILS} mails go out one upon another")
    return kept(at, most, "mails are limited")


def _tells(stage: Stage, entry: Entry) -> Result:
    return _switch(
        stage, entry, "pretend_user_exists", True,
        "the form tells which names have an account", "the form takes every name alike",
    )  # fmt: skip


def _shows(stage: Stage, entry: Entry) -> Result:
    return _switch(
        stage, entry, "show_matched_user", False,
        "the form shows name and picture of an account to whoever types it", "the form shows no account",
    )  # fmt: skip


def _in_clear(stage: Stage, entry: Entry) -> Result:
    own = entry.get("use_global_settings")
    at = stage.field("use_global_settings")
    if own is True:
        return cannot_say(at, "the server's settings (AUTHENTIK_EMAIL__...) decide, and are not in the file", True)
    if own is None:
        return absent(at)
    if True in (entry.get("use_tls"), entry.get("use_ssl")):
        return kept(stage.field("use_tls"), entry.get("use_tls"), "mail goes out encrypted")
    if entry.get("use_tls") is False and entry.get("use_ssl") is False:
        return broken(stage.field("use_tls"), False, "links go to the mail server in the clear")
    return absent(stage.field("use_tls"))


def _creates(stage: Stage, entry: Entry) -> Result:
    at, mode = stage.field("user_creation_mode"), entry.get("user_creation_mode")
    if mode is None:
        return absent(at)
    if mode == "never_create":
        return kept(at, mode, "recovery makes no accounts")
    return broken(at, mode, "a recovery may make a new account")


def _switch(stage: Stage, entry: Entry, name: str, good: bool, otherwise: str, so: str) -> Result:
    at, value = stage.field(name), entry.get(name)
    if value is not None and not isinstance(value, bool):
        return cannot_say(at, "this is neither true nor false", value)
    return flag(at, value, good=good, otherwise=otherwise, so=so)


NO_MAIL, NO_LOGIN = "no link goes out by mail", "the flow signs nobody in"

RULES: tuple[Rule[Blueprint], ...] = (
    Rule(
        name="authentik_no_proof",
        title="Recovery asks for no proof",
        kind="authentik_blueprint",
        clauses=(clauses.METHODS, clauses.RESET_KEEPS_FACTORS),
        severity="high",
        why="Whoever knows a name has the account.",
        fix="Flows and Stages > Flows > the recovery flow > Stage Bindings: bind an Email Stage before the User Write"
        " Stage.",
        source=f"{STAGES_PAGE}/email/",
        check=_each_flow(_no_proof),
    ),
    Rule(
        name="authentik_mail_alone",
        title="A link by mail is all it takes",
        kind="authentik_blueprint",
        clauses=(clauses.TWO_PROOFS, clauses.RESET_KEEPS_FACTORS),
        severity="high",
        why="Whoever reads the mailbox has the account: the way in of 2019.",
        fix="Flows and Stages > Flows > the recovery flow > Stage Bindings: bind an Authenticator Validation Stage"
        " after the Email Stage, with 'Not configured action' Continue for those without a second factor.",
        source=f"{STAGES_PAGE}/authenticator_validate/",
        check=_each_flow(_mail_alone),
    ),
    Rule(
        name="authentik_link_lifetime",
        title="Recovery links are good for too long",
        kind="authentik_blueprint",
        clauses=(clauses.ISSUED_CODES, clauses.URL_TOKENS),
        severity="high",
        why="Whoever gets into the mailbox later finds a link that still opens the account.",
        fix="Flows and Stages > Stages > the Email Stage: set 'Token expiration' to hours=24 or less (minutes=30 is"
        " usual).",
        source=f"{STAGES_PAGE}/email/",
        check=_each(MAIL, NO_MAIL, _lifetime),
    ),
    Rule(
        name="authentik_sessions_go_on",
        title="Open sessions survive a recovery",
        kind="authentik_blueprint",
        clauses=(clauses.RESET, clauses.OTHER_SESSIONS),
        severity="medium",
        why="The owner takes his account back, and the intruder stays signed in.",
        fix="Flows and Stages > Stages > the User Login Stage of the recovery flow: switch 'Terminate other sessions'"
        " on.",
        source=f"{STAGES_PAGE}/user_login/",
        check=_each(LOGIN, NO_LOGIN, _sessions),
    ),
    Rule(
        name="authentik_mail_limit",
        title="Recovery mails are not limited",
        kind="authentik_blueprint",
        clauses=(clauses.REQUEST,),
        severity="medium",
        why="A flood of mails buries the one that matters, or wears the owner out.",
        fix="Flows and Stages > Stages > the Email Stage: set 'Account Recovery Max Attempts' to 5.",
        source=f"{STAGES_PAGE}/email/",
        check=_each(MAIL, NO_MAIL, _limit),
    ),
    Rule(
        name="authentik_tells_accounts",
        title="The recovery form tells who has an account",
        kind="authentik_blueprint",
        clauses=(clauses.REQUEST, clauses.NO_DEDUCTION),
        severity="medium",
        why="It is how 2,700 names were sorted into 241 accounts worth an attack.",
        fix="Flows and Stages > Stages > the Identification Stage: switch 'Pretend user exists' on.",
        source=f"{STAGES_PAGE}/identification/",
        check=_each(IDENTIFICATION, "the flow asks for no name", _tells),
    ),
    Rule(
        name="authentik_shows_account",
        title="The recovery form shows whose account it is",
        kind="authentik_blueprint",
        clauses=(clauses.REQUEST, clauses.NO_DEDUCTION),
        severity="low",
        why="It confirms a guessed name, with a face.",
        fix="Flows and Stages > Stages > the Identification Stage: switch 'Show matched user' off.",
        source=f"{STAGES_PAGE}/identification/",
        check=_each(IDENTIFICATION, "the flow asks for no name", _shows),
    ),
    Rule(
        name="authentik_mail_in_clear",
        title="Links go to the mail server in the clear",
        kind="authentik_blueprint",
        clauses=(clauses.ISSUED_CODES, clauses.URL_TOKENS),
        severity="medium",
        why="A link read on its way opens the account, for whoever is on the way to the mail server.",
        fix="Flows and Stages > Stages > the Email Stage: switch 'Use TLS' or 'Use SSL' on.",
        source=f"{STAGES_PAGE}/email/",
        check=_each(MAIL, NO_MAIL, _in_clear),
    ),
    Rule(
        name="authentik_creates_accounts",
        title="A recovery may make an account",
        kind="authentik_blueprint",
        clauses=(clauses.URL_TOKENS,),
        severity="medium",
        why="A recovery that finds no account ends in a new one, which nobody enrolled.",
        fix="Flows and Stages > Stages > the User Write Stage of the recovery flow: set 'Never create users'.",
        source=f"{STAGES_PAGE}/user_write/",
        check=_each(WRITE, "the flow writes no accounts", _creates),
    ),
    Rule(
        name="authentik_signed_in_after_recovery",
        title="A recovery signs in",
        kind="authentik_blueprint",
        clauses=(clauses.RESET,),
        severity="low",
        why="The reader of the mail goes around what the sign-in asks for.",
        fix="Flows and Stages > Flows > the recovery flow > Stage Bindings: take the User Login Stage out.",
        source=f"{STAGES_PAGE}/user_login/",
        check=_each(LOGIN, NO_LOGIN, _signed_in),
    ),
)
