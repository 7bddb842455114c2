"""A real LemonLDAP::NG portal is used, and attacked, through its forms; what it wrote is read."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from normalised import read
from servers import lemonldap
from servers.browser import Browser
from servers.lemonldap import Account
from servers.mailbox import Mailbox, mailbox
from servers.sessions import recoveries

OWNER, ATTACKER, PHONE = "127.0.0.2", "127.0.0.66", "127.0.0.3"
ACCOUNTS = [
    Account(login="ada", password="correct-horse", mail="ada@example.org"),
    Account(login="bo", password="bo-secret-1", mail="bo@example.org"),
    Account(login="cleo", password="cleo-secret", mail="cleo@example.org"),
    Account(login="eve@example.org", password="eve-secret", mail="eve@example.org"),
]


@pytest.fixture(scope="module", params=["Log4perl", "Std"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The logger's name, and the log of everything that `_lives` does."""
    pytest.importorskip("aiosmtpd", reason="aiosmtpd is not installed")
    if lack := lemonldap.missing():
        pytest.skip(lack)
    log = tmp_path_factory.mktemp("lemonldap") / "portal.log"
    with (
        mailbox() as box,
        lemonldap.portal(ACCOUNTS, smtp_port=box.port, second_factor_for="cleo", logger=request.param) as portal,
    ):
        _lives(portal.url, box)
        shutil.copy(portal.log, log)
    return request.param, log


def _lives(url: str, box: Mailbox) -> None:
    def browser(address: str) -> Browser:
        return Browser(site=url, address=address)

    owner, attacker = browser(OWNER), browser(ATTACKER)
    owner.submit("/", user="ada", password="correct-horse")
    owner.get("/?logout=1")
    attacker.submit("/", user="ada", password="wrong")
    attacker.submit("/", user="nobody", password="wrong")

    # Started by the attacker and left, asked for twice; and for an address that nobody has.
    attacker.submit("/resetpwd", mail="bo@example.org")
    box.take("bo@example.org")
    _next_second()
    attacker.submit("/resetpwd", mail="bo@example.org")
    attacker.submit("/resetpwd", mail="nobody@example.org")

    # Started on the laptop, the link followed on the phone; the second time it is worth nothing.
    browser(OWNER).submit("/resetpwd", mail="ada@example.org")
    link = _link(box.take("ada@example.org"))
    _next_second()
    phone = browser(PHONE)
    form = phone.get(link)
    done = phone.post("/resetpwd", **form.hidden, newpassword="new-secret-1", confirmpassword="new-secret-1")
    assert 'trmsg="46"' in done.text  # PE_MAILOK
    browser(ATTACKER).get(link)
    signed_in = browser(PHONE).submit("/", user="ada", password="new-secret-1")
    assert 'trspan="yourApps"' in signed_in.text

    # The attacker starts for eve; eve signs in and changes her password for herself.
    browser(ATTACKER).submit("/resetpwd", mail="eve@example.org")
    _next_second()
    eve = browser(OWNER)
    eve.submit("/", user="eve@example.org", password="eve-secret")
    _next_second()
    changed = eve.post("/", oldpassword="eve-secret", newpassword="eve-secret-2", confirmpassword="eve-secret-2")
    assert 'trmsg="35"' in changed.text  # PE_PASSWORD_OK

    # A password known to the attacker stops at the second factor; the owner's passes.
    for address, right in ((ATTACKER, False), (OWNER, True)):
        visitor = browser(address)
        form = visitor.submit("/", user="cleo", password="cleo-secret")
        (code,) = re.findall(r"\b\d{6}\b", box.take("cleo@example.org"))
        visitor.post("/mail2fcheck", **form.hidden, code=code if right else str((int(code) + 1) % 1_000_000).zfill(6))


def _link(mail: str) -> str:
    found = re.search(r'href="(http[^"]*mail_token=[^"]*)"', mail)
    assert found is not None
    return found[1].replace("&amp;", "&")


def _next_second() -> None:
    """The log on standard error is told apart by seconds only."""
    time.sleep(1.05 - time.time() % 1)


STORY: list[tuple[str, str, str | None, str | None, str, str, str | None]] = [
    # activity, outcome, reason, account, known, address, channel
    ("sign_in", "success", None, "ada", "true", OWNER, None),
    ("session_end", "success", None, "ada", "true", OWNER, None),
    ("sign_in", "failure", "wrong_password", "ada", "true", ATTACKER, None),
    ("sign_in", "failure", "unknown_account", "nobody", "false", ATTACKER, None),
    ("recovery_start", "success", None, "bo@example.org", "true", ATTACKER, "email"),
    ("recovery_start", "success", None, "bo@example.org", "true", ATTACKER, "email"),  # already sent
    ("recovery_start", "success", None, "bo@example.org", "true", ATTACKER, "email"),  # and sent again
    ("recovery_start", "failure", "unknown_account", "nobody@example.org", "false", ATTACKER, None),
    ("recovery_start", "success", None, "ada@example.org", "true", OWNER, "email"),
    ("recovery_complete", "success", None, "ada@example.org", "true", PHONE, None),
    ("recovery_proof", "failure", "wrong_proof", None, "unknown", ATTACKER, None),
    ("sign_in", "success", None, "ada", "true", PHONE, None),
    ("recovery_start", "success", None, "eve@example.org", "true", ATTACKER, "email"),
    ("sign_in", "success", None, "eve@example.org", "true", OWNER, None),
    ("credential_change", "success", None, "eve@example.org", "true", OWNER, None),
    ("sign_in", "success", "first_factor", "cleo", "true", ATTACKER, None),
    ("challenge", "failure", "mfa_denied", "cleo", "true", ATTACKER, None),
    ("sign_in", "success", "first_factor", "cleo", "true", OWNER, None),
    ("challenge", "success", None, "cleo", "true", OWNER, "email"),
    ("sign_in", "success", None, "cleo", "true", OWNER, None),
    ("sign_in", "success", None, "cleo", "true", OWNER, None),  # the portal says so twice
]


def _as_plain_lines(rows: list[Any]) -> list[Any]:
    """The same without path and address: which form it was stays open, and a lookup has a line of its own."""
    plain = []
    for activity, outcome, reason, account, known, address, channel in rows:
        own = address if activity in ("session_end", "credential_change", "recovery_complete") else None
        lookup = ("identify", "failure", "unknown_account", account, "false", None, None)
        if reason == "unknown_account":
            plain.append(lookup)
            if activity == "sign_in":
                continue
        said = "credential_change" if activity == "recovery_complete" else activity
        plain.append((said, outcome, reason, account, known, own, channel))
    return plain


def test_what_was_done_is_what_is_read(story: tuple[str, Path]) -> None:
    logger, log = story
    events, rejected = read(log)
    assert rejected == []
    names = ("activity", "outcome", "reason", "account", "account_known", "source_ip", "channel_kind")
    rows = [tuple(event.get(name) for name in names) for event in events]
    assert rows == (STORY if logger == "Log4perl" else _as_plain_lines(STORY))
    agents = {event.get("user_agent") for event in events}
    assert agents == ({Browser(site="").user_agent} if logger == "Log4perl" else {None})


def test_each_run_through_the_reset_form_is_one_session(story: tuple[str, Path], duck_engine: Any) -> None:
    """Completed from another address; started twice and left; unknown; left while the owner changed the password."""
    logger, log = story
    whence = (lambda address: address) if logger == "Log4perl" else (lambda _: None)
    assert recoveries(log, duck_engine) == [
        ("", "unknown", whence(ATTACKER), 0, 0, 0, "proof_tried", "abandoned"),
        ("ada@example.org", "true", OWNER if logger == "Log4perl" else PHONE, 1, 1, 0, "completed", "completed"),
        ("bo@example.org", "true", whence(ATTACKER), 1, 1, 0, "message_sent", "abandoned"),
        ("eve@example.org", "true", whence(ATTACKER), 1, 1, 0, "message_sent", "abandoned"),
        ("nobody@example.org", "false", whence(ATTACKER), 1, 0, 0, "identified", "abandoned"),
    ]
