"""What the fields of an unknown log may be, by their names and by what their values look like.

A guess only fills a draft that a person looks through; it is never used to read a log.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tocsin.inspect.paths import leaves, shape

DISTINCT_KEPT = 60

COLUMNS = (
    # Column, names, what its values look like (None: anything).
    ("source_ip", r"ip|addr|remote|client|from|host", ("IP address",)),
    ("user_agent", r"agent|browser|^ua$", ("user agent", "text")),
    ("account", r"user_?name|login|e?mail|upn|account|user|principal|subject|identifier|member|kunde|who|name$", None),
    ("session_uid", r"sess|sid$", None),
    ("correlation_uid", r"correl|trace|request_?id|flow|ticket|transaction|txn", None),
    ("account_uid", r"user\W?_?id|uid|account_?id|user.*\.id|who.*\.id", None),
    ("tenant", r"tenant|realm|^org|organi[sz]ation|customer", None),
)
EVENT_UID = re.compile(r"(^|[._])(event_?|record_?|log_?)?(id|uuid|guid|nr)$", re.IGNORECASE)
CODE = re.compile(r"event|action|activity|operation|what|verb|^type$|kind|vorgang|\.type$|^msg$|message", re.IGNORECASE)
ENDED = re.compile(r"success|^ok$|result|outcome|status|error|reason|why|ergebnis|\.ok$|failure", re.IGNORECASE)
OWNER = re.compile(r"^(app|application|service|program|product|logger|source|system|component)$", re.IGNORECASE)
NOT_CLIENT = re.compile(r"server|dest|local|target|host", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9 _.:/-]{0,59}\Z")
"""A value that may be a word of the application, and no name, number or secret."""

SECRET = re.compile(r"pass|token|secret|key|cookie|hash|otp|pin$", re.IGNORECASE)

TIMES = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?", "iso"),
    (r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}", "%d/%b/%Y:%H:%M:%S %z"),
    (r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d", "%d.%m.%Y %H:%M:%S"),
    (r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "%Y/%m/%d %H:%M:%S"),
    (r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M", "%m/%d/%Y %I:%M:%S %p"),
    (r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d", "%m/%d/%Y %H:%M:%S"),
    (r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d", "%b %d %H:%M:%S"),
    (r"1\d{9}(?:\.\d{1,9})?", "seconds"),
    (r"1\d{12}", "milliseconds"),
    (r"1\d{15}", "microseconds"),
    (r"1\d{18}", "nanoseconds"),
)
"""What a time looks like, and the format that a mapping gives it."""

DATES = ((r"\d{4}-\d\d-\d\d", "%Y-%m-%d"), (r"\d\d\.\d\d\.\d{4}", "%d.%m.%Y"), (r"\d{1,2}/\d{1,2}/\d{4}", "%m/%d/%Y"))
CLOCK = r"\d{1,2}:\d\d:\d\d"
TIME_NAME = re.compile(r"time|date|stamp|^ts$|\bat$|when|created|published|datum", re.IGNORECASE)

ACTS = (
    (r"(reset|forgot|recover|lost|vergessen).*(sent|mail|message|link|sms)", "recovery_message"),
    (r"(reset|forgot|recover|lost).*(done|complete|finish|success|changed)", "recovery_complete"),
    (r"(reset|forgot|recover|lost).*(verif|proof|confirm|token|answer|code)", "recovery_proof"),
    (r"reset|forgot|recover|lost.?pass|vergessen", "recovery_start"),
    (r"(mfa|otp|2fa|factor|authenticator).*(enrol|add|remove|delete|disable|register)", "factor_change"),
    (r"mfa|otp|2fa|factor|challenge|push", "challenge"),
    (r"log.?out|sign.?out|log.?off|abmeld", "session_end"),
    (r"log.?in|sign.?in|log.?on|anmeld|auth", "sign_in"),
    (r"pass.*(chang|updat|set)", "credential_change"),
    (r"(mail|phone|recovery).*(chang|updat|add|set)", "channel_change"),
    (r"profile|user.*updat", "profile_change"),
    (r"consent|grant", "consent"),
    (r"admin", "admin_act"),
)
FAILED = re.compile(
    r"fail|error|denied|invalid|bad|wrong|reject|unknown|nobody|no such|not.found|lock|falsch|^false$", re.I
)
WENT_WELL = re.compile(r"succ|^ok$|^true$|complete|done|passed|accepted|granted|erfolg", re.I)
REASONS = (
    (r"unknown|nobody|no.such|not.found|no.user|nonexist|does.not.exist", "unknown_account"),
    (r"lock|throttl|rate", "locked"),
    (r"disabl|suspend|inactive", "disabled"),
    (r"expire", "expired"),
    (r"otp|mfa|code|token", "wrong_proof"),
    (r"pass|credential", "wrong_password"),
)


@dataclass(kw_only=True)
class Seen:
    """One field over the records."""

    path: str
    records: int = 0
    shapes: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)  # of the first DISTINCT_KEPT

    def take(self, value: Any) -> None:
        self.records += 1
        self.shapes[shape(value)] += 1
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if text in self.values or len(self.values) < DISTINCT_KEPT:
            self.values[text] += 1

    @property
    def few(self) -> bool:
        """Does it hold words of the application: few of them, again and again?"""
        return len(self.values) < DISTINCT_KEPT and all(WORD.match(text) for text in self.values)

    def looks(self, names: Iterable[str]) -> bool:
        return sum(self.shapes[name] for name in names) * 10 >= self.records * 8

    def all_match(self, pattern: str) -> bool:
        return bool(self.values) and all(re.fullmatch(pattern, text) for text in self.values)


def seen_fields(records: Iterable[dict[str, Any]]) -> list[Seen]:
    """The records' fields, the commonest first."""
    found: dict[str, Seen] = {}
    for record in records:
        for path, value in leaves(record).items():
            found.setdefault(path, Seen(path=path)).take(value)
    return sorted(found.values(), key=lambda one: -one.records)


def time_field(fields: list[Seen]) -> tuple[list[str], str] | None:
    """The paths of the time (date and clock may stand apart), and its format."""
    scored = []
    for place, one in enumerate(fields):
        for pattern, name in TIMES:
            if one.all_match(pattern):
                named = bool(TIME_NAME.search(one.path))
                if named or name not in ("seconds", "milliseconds"):
                    scored.append((one.records, named, -one.path.count("."), -place, [one.path], name))
                break
    if scored:
        return max(scored)[4:]
    clocks = [one.path for one in fields if one.all_match(CLOCK)]
    for one in fields:
        for pattern, name in DATES:
            if clocks and one.all_match(pattern):
                return [one.path, clocks[0]], f"{name} %H:%M:%S"
    return None


def columns(fields: list[Seen], records: int, taken: set[str]) -> dict[str, str]:
    """Event column -> path."""
    found: dict[str, str] = {}
    for column, names, shapes in COLUMNS:
        best: tuple[float, str] | None = None
        for one in fields:
            fits = re.search(names, one.path, re.IGNORECASE)
            score: float
            if one.path in taken or one.path in found.values() or SECRET.search(one.path):
                continue
            if shapes == ("IP address",):
                if not one.looks(shapes):
                    continue
                score = one.records + (records if fits else 0) - (2 * records if NOT_CLIENT.search(one.path) else 0)
            elif fits is None or (shapes and not one.looks(shapes)) or one.looks(("true or false",)):
                continue
            else:
                # The names stand in the order in which they are preferred.
                rank = next(number for number, name in enumerate(names.split("|")) if re.search(name, one.path, re.I))
                score = one.records + records / (rank + 1) + (records if one.looks(("mail address",)) else 0)
                if column == "account" and (
                    one.path.lower().endswith(("id", "type")) or (one.few and len(one.values) < 2 < records)
                ):
                    continue
            if best is None or score > best[0]:
                best = (score, one.path)
        if best is not None:
            found[column] = best[1]
    for one in fields:
        whole = one.records == records > 2 and len(one.values) == min(records, DISTINCT_KEPT)
        if whole and EVENT_UID.search(one.path) and one.path not in (*taken, *found.values()):
            return {"event_uid": one.path, **found}
    return found


def code_field(fields: list[Seen], taken: set[str]) -> Seen | None:
    """The field that says what was done."""
    fits = [one for one in fields if one.path not in taken and one.few and CODE.search(one.path)]
    fits = [one for one in fits if not one.looks(("true or false", "number"))]
    known = [sum(activity(text) is not None for text in one.values) for one in fits]
    return max(
        zip(known, fits, strict=True), key=lambda one: (one[0], one[1].records, len(one[1].values)), default=(0, None)
    )[1]


def end_fields(fields: list[Seen], taken: set[str]) -> list[Seen]:
    """Fields that say how it ended and why."""
    return [
        one for one in fields if one.path not in taken and one.few and ENDED.search(one.path) and len(one.values) <= 20
    ][:3]


def activity(text: str) -> str | None:
    """What an application's word for an act may mean."""
    return next((act for pattern, act in ACTS if re.search(pattern, text, re.IGNORECASE)), None)


def ended(text: str, *, by_reason: bool = True) -> dict[str, str | bool]:
    """What an application's word says about the outcome: columns of a rule."""
    if FAILED.search(text):
        reason = next((name for pattern, name in REASONS if re.search(pattern, text, re.IGNORECASE)), None)
        said: dict[str, str | bool] = {"outcome": "failure"}
        if reason:
            said["reason"] = reason
        if reason in ("unknown_account", "wrong_password"):
            said["account_known"] = reason == "wrong_password"
        return said
    if WENT_WELL.search(text):
        return {"outcome": "success"}
    reason = next((name for pattern, name in REASONS if by_reason and re.search(pattern, text, re.IGNORECASE)), None)
    return {"outcome": "failure", "reason": reason} if reason in ("wrong_password", "locked", "disabled") else {}
