"""Middleware for a Django site that uses django-allauth: tells the accounts' log what happens to its accounts.

Most of it the site says by itself, by Django's and allauth's signals
(https://docs.allauth.org/en/latest/account/signals.html, https://docs.allauth.org/en/latest/mfa/signals.html).
They say nothing of a reset that is asked for, nor of a link that is followed: these are told by the views' names and
answers. Whether an account exists is told to the log only: the page stays as allauth made it.

Settings of the site: `TOCSIN_TRUSTED_PROXIES`, how many proxies of its own stand before it (0 where it is not set).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from tocsin.handlers.accounts import client_address, digest, tell

CHANNELS = {"totp": "app", "webauthn": "key", "recovery_codes": "code"}
"""allauth's `Authenticator.Type`."""

RESET, RESET_LINK, SIGN_IN = "account_reset_password", "account_reset_password_from_key", "account_login"
LINK_FOLLOWED = "set-password"
"""What allauth puts in the place of a link's key once it has kept the key in the session."""


class AccountsMiddleware:
    """Put it last in `MIDDLEWARE`. It changes no request and no answer."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self._get_response = get_response
        _connect()

    def __call__(self, request: Any) -> Any:
        response = self._get_response(request)
        _without_harm(_answered, request, response)
        return response


def _without_harm(told_to: Callable[..., None], *given: Any, **named: Any) -> None:
    """A log that cannot be written must not keep anybody out of the site, whatever went wrong."""
    try:
        told_to(*given, **named)
    except Exception:
        logging.getLogger(__name__).exception("could not tell the accounts' log")


def _answered(request: Any, response: Any) -> None:
    view = request.resolver_match.view_name if request.resolver_match else None
    if view == RESET and request.method == "POST":
        _reset_asked(request, response)
    elif view == RESET_LINK:
        _reset_continued(request, response)
    elif view == SIGN_IN and request.method == "POST":
        _sign_in_limited(request, response)


def _reset_asked(request: Any, response: Any) -> None:
    email = request.POST.get("email", "").strip()
    if not email:
        return
    if response.status_code == 429:
        _tell(request, "password_reset_limited", **_typed(email), channel="email", channel_value=email)
        return
    users = _users_by_email(email)
    for user in users:
        sent = response.status_code == 302
        reason = (None if user.is_active else "disabled") if sent else "other"
        _tell(request, "password_reset_requested", reason, **_of(user), channel="email", channel_value=email)
    if not users:
        _tell(request, "password_reset_requested", "unknown_account", **_typed(email, known=False))


def _reset_continued(request: Any, response: Any) -> None:
    """The link of a mail, and the form behind it. A new password that was taken is told by a signal."""
    named = _user_of_link(request.resolver_match.kwargs.get("uidb36", ""))
    who = _of(named) if named is not None else {}
    context = getattr(response, "context_data", None) or {}
    followed = request.resolver_match.kwargs.get("key") != LINK_FOLLOWED
    if response.status_code == 429:
        _tell(request, "password_reset_limited", **who, channel="email")
    elif context.get("token_fail"):
        _tell(request, "password_reset_link", "wrong_proof", **who, channel="email")
    elif followed and response.status_code == 302:
        _tell(request, "password_reset_link", **who, channel="email")
    elif request.method == "POST" and response.status_code == 200:
        _tell(request, "password_reset_refused", "policy", **who)


def _sign_in_limited(request: Any, response: Any) -> None:
    """allauth does not even ask the password of who tried too often, so no signal tells of it."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    codes = {error.code for errors in form.errors.as_data().values() for error in errors} if form is not None else set()
    if response.status_code == 429 or "too_many_login_attempts" in codes:
        typed = request.POST.get("login", "").strip()
        users = _users_named(typed)
        for who in [_of(user) for user in users] or [_typed(typed, known=False)]:
            _tell(request, "user_login_limited", "locked", **who)


def _connect() -> None:
    """Listen to the signals of Django and allauth; those that this version of allauth has."""
    from allauth.account import signals as account
    from django.contrib.auth import signals as django

    _listen(django, {"user_login_failed": _login_failed})
    _listen(django, dict.fromkeys(("user_logged_in", "user_logged_out"), _plain))
    _listen(account, dict.fromkeys(("user_signed_up", "password_set", "password_changed", "password_reset"), _plain))
    _listen(account, dict.fromkeys(("email_added", "email_removed", "email_confirmed", "email_changed"), _email))
    _listen(account, dict.fromkeys(("login_code_rejected", "password_reset_code_rejected"), _code_rejected))
    _listen(account, {"authentication_step_completed": _step_completed})
    if _installed("allauth.mfa"):
        from allauth.mfa import signals as mfa

        changed = ("authenticator_added", "authenticator_removed", "authenticator_reset")
        _listen(mfa, dict.fromkeys((*changed, "authenticator_used", "authentication_failed"), _authenticator))


def _listen(signals: Any, receivers: dict[str, Callable[..., None]]) -> None:
    for name, receiver in receivers.items():
        if (signal := getattr(signals, name, None)) is not None:

            def received(*, said: str = name, told_to: Callable[..., None] = receiver, **given: Any) -> None:
                _without_harm(told_to, said, given.pop("request", None), **given)

            signal.connect(received, weak=False, dispatch_uid=f"tocsin.{name}")


def _plain(event: str, request: Any, user: Any = None, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        _tell(request, event, **_of(user))


def _login_failed(event: str, request: Any, credentials: dict[str, Any] | None = None, **_: Any) -> None:
    given = credentials or {}
    typed = str(given.get("email") or given.get("username") or given.get("login") or given.get("phone") or "").strip()
    users = _users_named(typed)
    for user in users:
        _tell(request, event, "wrong_password" if user.is_active else "disabled", **_of(user))
    if not users:
        _tell(request, event, "unknown_account", **_typed(typed, known=False))


def _step_completed(event: str, request: Any, user: Any = None, method: str = "", **given: Any) -> None:
    """A right password that a second factor is still asked for after; other steps are told by their own signals."""
    again = given.get("reauthenticated", False)  # by who is signed in already
    if method == "password" and not again and user is not None and _installed("allauth.mfa"):
        from allauth.mfa.utils import is_mfa_enabled

        if is_mfa_enabled(user):
            _tell(request, event, "first_factor", **_of(user))


def _code_rejected(event: str, request: Any, user: Any = None, **_: Any) -> None:
    _tell(request, event, "wrong_proof", **(_of(user) if user is not None else {}))


def _email(event: str, request: Any, **given: Any) -> None:
    address = given.get("email_address") or given.get("to_email_address")
    if address is None:
        return
    who, before = _of(address.user), given.get("from_email_address")
    if before is not None:
        who["account"] = before.email  # the user carries the new address already
    _tell(request, event, **who, channel="email", channel_value=address.email)


def _authenticator(event: str, request: Any, user: Any = None, authenticator: Any = None, **_: Any) -> None:
    reason = "mfa_denied" if event == "authentication_failed" else None
    channel = CHANNELS.get(str(getattr(authenticator, "type", "")), "other")
    _tell(request, event, reason, **_of(user if user is not None else authenticator.user), channel=channel)


def _of(user: Any) -> dict[str, str | bool | None]:
    """The account by the name that stays the same whatever was typed to reach it."""
    return {"account": user.email or user.get_username(), "account_id": str(user.pk), "account_known": True}


def _typed(name: str, known: bool | None = None) -> dict[str, str | bool | None]:
    return {"account": name or None, "account_known": known}


def _tell(request: Any, event: str, reason: str | None = None, /, **told: str | bool | None) -> None:
    if request is not None:
        from django.conf import settings

        proxies = getattr(settings, "TOCSIN_TRUSTED_PROXIES", 0)
        meta, session = request.META, getattr(request, "session", None)
        told["address"] = client_address(meta.get("REMOTE_ADDR"), meta.get("HTTP_X_FORWARDED_FOR"), proxies)
        told["user_agent"] = meta.get("HTTP_USER_AGENT")
        told["session"] = digest(session.session_key) if session is not None else None
    tell(event=event, reason=reason, **told)


def _users_named(typed: str) -> list[Any]:
    """Whom a name at the sign-in form can mean. The same look-ups whether there is such an account or not."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    named = list(model.objects.filter(**{f"{model.USERNAME_FIELD}__iexact": typed})[:1])
    return _users_by_email(typed) or named


def _users_by_email(email: str) -> list[Any]:
    """Whose address it is to the letter, as allauth asks at its forms; of several, who has confirmed it."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth import get_user_model

    wanted = email.lower()
    held = [one for one in EmailAddress.objects.filter(email=wanted).select_related("user") if one.email == wanted]
    confirmed = {one.user for one in held if one.verified}
    others = {user for user in get_user_model().objects.filter(email__iexact=wanted) if user.email.lower() == wanted}
    return sorted(confirmed or {one.user for one in held} | others, key=lambda user: str(user.pk))


def _user_of_link(uid: str) -> Any:
    from allauth.account.utils import url_str_to_user_pk
    from django.contrib.auth import get_user_model
    from django.core.exceptions import ValidationError

    try:
        return get_user_model().objects.filter(pk=url_str_to_user_pk(uid)).first()
    except (ValueError, OverflowError, ValidationError):
        return None


def _installed(app: str) -> bool:
    from django.apps import apps

    return bool(apps.is_installed(app))
