"""A Django site that uses django-allauth and writes the accounts' log, served by a process of its own on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers.mailbox import free_port

SOURCES = Path(__file__).parents[2] / "src"


@dataclass(frozen=True, kw_only=True)
class Site:
    url: str
    log: Path
    errors: Path


def settings(folder: Path, smtp_port: int, proxies: int) -> dict[str, Any]:
    """As docs/django-allauth.md has it; the rest is what a small site has."""
    return {
        "SECRET_KEY": "only-for-this-test",
        "ALLOWED_HOSTS": ["127.0.0.1"],
        "ROOT_URLCONF": __name__,
        "USE_TZ": True,
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "site.db")}},
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "allauth",
            "allauth.account",
            "allauth.mfa",
        ],
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "tocsin.handlers.allauth.AccountsMiddleware",
        ],
        "TOCSIN_TRUSTED_PROXIES": proxies,
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": smtp_port,
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_LOGIN_METHODS": ["email"],
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "optional",
        "ACCOUNT_CONFIRM_EMAIL_ON_GET": True,
        "ACCOUNT_LOGOUT_ON_GET": True,
        "ACCOUNT_RATE_LIMITS": {"login_failed": "3/5m/key", "reset_password": "20/m/ip,2/m/key"},
        "LOGGING": {
            "version": 1,
            "handlers": {
                "accounts": {
                    "class": "tocsin.handlers.accounts.AccountsFile",
                    "filename": str(folder / "accounts.jsonl"),
                },
            },
            "loggers": {"tocsin.accounts": {"handlers": ["accounts"], "level": "INFO", "propagate": False}},
        },
    }


@contextmanager
def site(folder: Path, users: dict[str, str], *, smtp_port: int, proxies: int = 0) -> Iterator[Site]:
    """A running site with these users (address to password; their addresses are confirmed)."""
    port = free_port()
    given = {"folder": str(folder), "users": users, "smtp_port": smtp_port, "proxies": proxies, "port": port}
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCES), str(Path(__file__).parents[1])])}
    errors = folder / "errors.log"
    with errors.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", f"from servers.allauth_site import serve; serve({json.dumps(given)!r})"],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, process, errors)
        yield Site(url=url, log=folder / "accounts.jsonl", errors=errors)
    finally:
        process.terminate()
        process.wait(20)


def _await(url: str, process: subprocess.Popen[bytes], errors: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{url}/accounts/login/", timeout=30):
                return
        except OSError as problem:
            if isinstance(problem, urllib.error.HTTPError):
                problem.close()
                deadline = 0
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"the site does not answer: {problem}\n{errors.read_text()[-3000:]}") from problem
        time.sleep(0.05)


def serve(given: str) -> None:
    """The site itself, in a process of its own."""
    options = json.loads(given)

    import django
    from django.conf import settings as django_settings

    configured = settings(Path(options["folder"]), options["smtp_port"], options["proxies"])
    django_settings.configure(**configured)
    django.setup()

    from allauth.account.models import EmailAddress
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import include, path

    globals()["urlpatterns"] = [
        path("accounts/", include("allauth.urls")),
        path("", lambda request: HttpResponse("in" if request.user.is_authenticated else "out")),
    ]
    call_command("migrate", verbosity=0)
    for email, password in options["users"].items():
        user = get_user_model().objects.create_user(username=email, email=email, password=password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    server = ThreadedWSGIServer(("127.0.0.1", options["port"]), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    server.serve_forever()
