"""Numbers, dates, lists and the field's words as people say them, in English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

CATEGORY_WORDS = {
    "campaign": "political campaigns",
    "political-party": "political parties",
    "government": "government",
    "media": "the media",
    "diaspora": "diaspora communities",
    "think-tank": "think tanks",
    "ngo": "non-governmental organisations",
    "academia": "academia",
    "other": "other groups on the roster",
}

CHANNEL_WORDS = {
    "email": "a secondary mailbox",
    "sms": "a text message to a phone",
    "voice": "a call to a phone",
    "question": "a security question",
    "app": "an authenticator app",
    "key": "a security key",
    "contact": "a recovery contact",
    "code": "a saved backup code",
    "other": "another recovery channel",
}

PROVIDER_WORDS = {
    "okta": "Okta",
    "entra": "Microsoft Entra",
    "google": "Google Workspace",
    "keycloak": "Keycloak",
    "lemonldap": "LemonLDAP::NG",
    "django_allauth": "Django site with allauth",
    "m365": "Microsoft 365",
    "microsoft365": "Microsoft 365",
    "authentik": "authentik",
    "auth0": "Auth0",
    "duo": "Duo",
    "onelogin": "OneLogin",
    "zitadel": "Zitadel",
    "ocsf": "OCSF events of other products",
    "risc": "Notices from other providers (RISC)",
    "unrecognised": "Files of no known format",
}

TECHNIQUE_WORDS = {
    "F1006.003": "Account takeover through self-service recovery",
    "T1078": "Valid accounts",
    "T1078.004": "Valid accounts: cloud accounts",
    "T1087": "Account discovery",
    "T1087.004": "Account discovery: cloud account",
    "T1098": "Account manipulation",
    "T1098.002": "Account manipulation: email delegate permissions",
    "T1098.005": "Account manipulation: device registration",
    "T1110": "Brute force",
    "T1110.001": "Brute force: password guessing",
    "T1110.003": "Brute force: password spraying",
    "T1110.004": "Brute force: credential stuffing",
    "T1111": "Multi-factor authentication interception",
    "T1114.003": "Email collection: forwarding rule",
    "T1528": "Steal application access token",
    "T1539": "Steal web session cookie",
    "T1550.001": "Use of application access tokens",
    "T1550.004": "Use of web session cookies",
    "T1556": "Modify authentication process",
    "T1556.006": "Modify multi-factor authentication",
    "T1557": "Adversary in the middle",
    "T1566": "Phishing",
    "T1586.002": "Compromise of email accounts",
    "T1589": "Gather victim identity information",
    "T1589.001": "Gather victim identity information: credentials",
    "T1589.002": "Gather victim identity information: email addresses",
    "T1621": "Multi-factor request generation",
    "T1656": "Impersonation",
}

STAGE_WORDS = {
    "probed": "looked up only",
    "attacked": "attacked",
    "compromised": "compromised",
}

VERDICT_WORDS = {
    "targeted": "aimed at people at risk",
    "opportunistic": "not aimed at people at risk",
    "undetermined": "aim not determined",
}


def number(value: int) -> str:
    """`2712` as ``2,712``."""
    return f"{value:,}"


def counted(value: int, one: str, many: str | None = None) -> str:
    """``no accounts``, ``1 account``, ``2,712 accounts``."""
    many = many or f"{one}s"
    if value == 0:
        return f"no {many}"
    return f"{number(value)} {one if value == 1 else many}"


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def sentence(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def share(fraction: float) -> str:
    """A share as per cent, with one decimal below ten and a floor that does not read as zero."""
    percent = fraction * 100
    if 0 < percent < 0.1:
        return "under 0.1%"
    text = f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}".removesuffix(".0")
    return f"{text}%"


def chance(p_value: float) -> str:
    """A p-value in plain words, with its figure behind: ``by chance alone, less than once in 10,000 times``."""
    if p_value < 0.0001:
        return "so many or more would come by chance alone less than once in 10,000 times (p < 0.0001)"
    often = (
        f"about once in {number(round(1 / p_value))} times" if p_value <= 0.1 else f"{p_value * 100:.0f} times in 100"
    )
    return f"so many or more would come by chance alone {often} (p = {p_value:.2g})"


def moment(text: str) -> datetime:
    """An RFC 3339 time as an aware UTC time."""
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)


def day(text: str) -> str:
    """``3 August 2019``."""
    return _day(moment(text).date())


def clock(text: str | None) -> str:
    """``3 Aug 2019 14:05``, in UTC; a dash where there is no time."""
    if not text:
        return "–"
    when = moment(text)
    return f"{when.day} {when:%b %Y %H:%M}"


def days_between(start: str, end: str) -> int:
    """Calendar days (UTC) that a period touches, both ends counted."""
    return (moment(end).date() - moment(start).date()).days + 1


def period(start: str, end: str) -> str:
    """``3 August to 1 September 2019``, or the one day; what both dates share is said once."""
    first, last = moment(start).date(), moment(end).date()
    if first == last:
        return _day(first)
    if first.year != last.year:
        return f"{_day(first)} to {_day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{first.day} to {_day(last)}"


def brief_period(start: str, end: str) -> str:
    """``3 Aug to 1 Sep 2019``, for tables."""
    first, last = moment(start), moment(end)
    until = f"{last.day} {last:%b %Y}"
    if first.date() == last.date():
        return until
    return f"{first.day} {first:%b}{f' {first.year}' if first.year != last.year else ''} to {until}"


def stretch(start: str, end: str) -> str:
    """A stretch of time with its hours unless it is whole days: ``on 3 August 2019 from 04:00 to 09:00
    UTC``.
    """
    first, last = moment(start), moment(end)
    midnight = time(0, 0)
    if first.time() == midnight and last.time() == midnight and last - first >= timedelta(days=1):
        until = (last - timedelta(days=1)).isoformat()
        return f"{'on' if days_between(start, until) == 1 else 'from'} {period(start, until)}"
    if first.date() == last.date():
        return f"on {_day(first.date())} from {first:%H:%M} to {last:%H:%M} UTC"
    return f"from {_day(first.date())} {first:%H:%M} to {_day(last.date())} {last:%H:%M} UTC"


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
