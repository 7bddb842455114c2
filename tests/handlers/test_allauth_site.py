"""A real django-allauth site is used, and attacked, through its forms; what its accounts' log says is read."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from normalised import read
from servers.allauth_site import site
from servers.browser import Browser
from servers.mailbox import Mailbox, mailbox
from servers.sessions import recoveries

OWNER, PHONE, ATTACKER = "127.0.0.2", "127.0.0.3", "127.0.0.66"
ADA, BO, CLEO, DORA, NOBODY = (f"{name}@example.org" for name in ("ada", "bo", "cleo", "dora", "nobody"))
SECOND, NEW = "ada@private.example", "dora@new.example"
USERS = {ADA: "correct-horse-1", BO: "bo-secret-123", CLEO: "cleo-secret-1", DORA: "dora-secret-1"}

LACKING = [name for name in ("allauth", "aiosmtpd", "fido2", "qrcode") if find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")


@dataclass(kw_only=True)
class Story:
    log: Path
    errors: Path
    secrets: list[str] = field(default_factory=list)  # what was typed, mailed or set as cookie and opens something


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("allauth")
    with mailbox() as box, site(folder, USERS, smtp_port=box.port) as running:
        told = Story(log=running.log, errors=running.errors, secrets=list(USERS.values()))
        _lives(running.url, box, told)
    return told


def _lives(url: str, box: Mailbox, told: Story) -> None:
    def browser(address: str) -> Browser:
        # No proxy is trusted: what a client says of its address counts for nothing.
        return Browser(site=url, address=address, headers={"X-Forwarded-For": "192.0.2.99"})

    def sign_in(visitor: Browser, login: str, password: str) -> Any:
        return visitor.submit("/accounts/login/", login=login, password=password)

    owner = browser(OWNER)
    assert sign_in(owner, ADA, USERS[ADA]).text == "in"
    owner.submit("/accounts/email/", email=SECOND, action_add="")
    owner.get(_link(box.take(SECOND), "confirm-email"))
    told.secrets.append(owner.cookies["sessionid"])
    owner.get("/accounts/logout/")

    attacker = browser(ATTACKER)
    sign_in(attacker, ADA, "wrong-guess-1")
    sign_in(attacker, NOBODY, "wrong-guess-2")
    told.secrets += ["wrong-guess-1", "wrong-guess-2"]

    # Started and left; started for nobody; started so often that the site refuses.
    attacker.submit("/accounts/password/reset/", email=NOBODY)
    for _ in range(3):
        attacker.submit("/accounts/password/reset/", email=BO)
    assert box.recipients().count(BO) == 2

    # Asked for on the laptop with the second address, the link followed on the phone, and once more by a stranger.
    browser(OWNER).submit("/accounts/password/reset/", email=SECOND)
    link = _link(box.take(SECOND), "password/reset/key")
    told.secrets += [link.rstrip("/").rpartition("-")[2], "new-secret-12"]
    phone = browser(PHONE)
    form = phone.get(link)
    phone.submit(form.url, password1="new-secret-12", password2="another-12")
    phone.submit(form.url, password1="new-secret-12", password2="new-secret-12")
    assert sign_in(phone, ADA, "new-secret-12").text == "in"
    browser(ATTACKER).get(link)

    # A password changed by who is signed in is no recovery.
    dora = browser(OWNER)
    sign_in(dora, DORA, USERS[DORA])
    dora.submit("/accounts/password/change/", oldpassword=USERS[DORA], password1="dora-new-123",
                password2="dora-new-123")  # fmt: skip
    told.secrets.append("dora-new-123")
    # She moves to another address: added, confirmed, made the first, the old one taken off.
    dora.submit("/accounts/email/", email=NEW, action_add="")
    dora.get(_link(box.take(NEW), "confirm-email"))
    dora.submit("/accounts/email/", email=NEW, action_primary="")
    dora.submit("/accounts/email/", email=DORA, action_remove="")

    # A second factor: set up, wrong code for the attacker who has the password, backup code for the owner, taken off.
    cleo = browser(OWNER)
    sign_in(cleo, CLEO, USERS[CLEO])
    page = cleo.submit("/accounts/2fa/totp/activate/", password=USERS[CLEO])  # which is asked for anew
    (secret,) = set(re.findall(r"\b[A-Z2-7]{32}\b", page.text))
    cleo.post("/accounts/2fa/totp/activate/", **page.hidden, code=_totp(secret))
    (backup, *_) = re.findall(r"\b\d{8}\b", cleo.get("/accounts/2fa/recovery-codes/").text)
    told.secrets += [secret, backup]
    attacker = browser(ATTACKER)
    form = sign_in(attacker, CLEO, USERS[CLEO])
    attacker.post(form.url, **form.hidden, code="12345678")
    cleo = browser(OWNER)
    form = sign_in(cleo, CLEO, USERS[CLEO])
    assert cleo.post(form.url, **form.hidden, code=backup).text == "in"
    page = cleo.submit("/accounts/2fa/totp/deactivate/", password=USERS[CLEO])
    cleo.post(page.url, **page.hidden)

    # Too many wrong passwords: the site does not even look at the right one.
    for _ in range(3):
        sign_in(browser(ATTACKER), BO, "wrong-guess-3")
    sign_in(browser(ATTACKER), BO, USERS[BO])


def _link(mail: str, part: str) -> str:
    found = re.search(rf"http://\S+{part}\S+", mail)
    assert found is not None
    return found[0]


def _totp(secret: str) -> str:
    """RFC 6238, six digits; good for two seconds more at least."""
    if time.time() % 30 > 28:
        time.sleep(2)
    digest = hmac.digest(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


STORY = [
    # activity, outcome, reason, account, known, address, channel, value
    ("sign_in", "success", None, ADA, "true", OWNER, None, None),
    ("channel_change", "success", None, ADA, "true", OWNER, "email", SECOND),  # added
    ("channel_change", "success", None, ADA, "true", OWNER, "email", SECOND),  # confirmed
    ("session_end", "success", None, ADA, "true", OWNER, None, None),
    ("sign_in", "failure", "wrong_password", ADA, "true", ATTACKER, None, None),
    ("sign_in", "failure", "unknown_account", NOBODY, "false", ATTACKER, None, None),
    ("recovery_start", "failure", "unknown_account", NOBODY, "false", ATTACKER, None, None),
    ("recovery_start", "success", None, BO, "true", ATTACKER, "email", BO),
    ("recovery_start", "success", None, BO, "true", ATTACKER, "email", BO),
    ("recovery_start", "failure", "locked", BO, "unknown", ATTACKER, "email", BO),
    ("recovery_start", "success", None, ADA, "true", OWNER, "email", SECOND),
    ("recovery_proof", "success", None, ADA, "true", PHONE, "email", None),
    ("recovery_complete", "failure", "policy", ADA, "true", PHONE, None, None),
    ("recovery_complete", "success", None, ADA, "true", PHONE, None, None),
    ("sign_in", "success", None, ADA, "true", PHONE, None, None),
    ("recovery_proof", "failure", "wrong_proof", ADA, "true", ATTACKER, "email", None),
    ("sign_in", "success", None, DORA, "true", OWNER, None, None),
    ("credential_change", "success", None, DORA, "true", OWNER, None, None),
    ("channel_change", "success", None, DORA, "true", OWNER, "email", NEW),  # added
    ("channel_change", "success", None, DORA, "true", OWNER, "email", NEW),  # confirmed
    ("channel_change", "success", None, DORA, "true", OWNER, "email", NEW),  # made the first
    ("channel_change", "success", None, NEW, "true", OWNER, "email", DORA),  # taken off
    ("sign_in", "success", None, CLEO, "true", OWNER, None, None),
    ("factor_change", "success", None, CLEO, "true", OWNER, "app", None),
    ("factor_change", "success", None, CLEO, "true", OWNER, "code", None),
    ("sign_in", "success", "first_factor", CLEO, "true", ATTACKER, None, None),
    ("challenge", "failure", "mfa_denied", CLEO, "true", ATTACKER, "app", None),
    ("sign_in", "success", "first_factor", CLEO, "true", OWNER, None, None),
    ("challenge", "success", None, CLEO, "true", OWNER, "code", None),
    ("sign_in", "success", None, CLEO, "true", OWNER, None, None),
    ("factor_change", "success", None, CLEO, "true", OWNER, "app", None),
    ("factor_change", "success", None, CLEO, "true", OWNER, "code", None),
    *[("sign_in", "failure", "wrong_password", BO, "true", ATTACKER, None, None)] * 3,
    ("sign_in", "failure", "locked", BO, "true", ATTACKER, None, None),
]


def test_what_was_done_is_what_is_read(story: Story) -> None:
    events, rejected = read(story.log)
    assert rejected == []
    names = ("activity", "outcome", "reason", "account", "account_known", "source_ip", "channel_kind", "channel_value")
    assert [tuple(event.get(name) for name in names) for event in events] == STORY
    assert {event["user_agent"] for event in events} == {Browser(site="").user_agent}
    assert {event["provider"] for event in events} == {"django_allauth"}


def test_each_run_through_the_reset_form_is_one_session(story: Story, duck_engine: Any) -> None:
    """Completed from another address than it began (the used link that a stranger tries in the same minute belongs to
    it); refused after two mails; unknown."""
    assert recoveries(story.log, duck_engine) == [
        (ADA, "true", OWNER, 1, 1, 1, "completed", "completed"),
        (BO, "true", ATTACKER, 1, 1, 0, "message_sent", "blocked"),
        (NOBODY, "false", ATTACKER, 1, 0, 0, "identified", "abandoned"),
    ]


def test_the_log_holds_nothing_that_opens_anything(story: Story) -> None:
    """No password, right or wrong, no key of a link, no code, no session's key."""
    written = story.log.read_text()
    assert len(story.secrets) > 8
    assert [secret for secret in story.secrets if secret in written] == []


def test_the_site_never_stumbled_over_its_log(story: Story) -> None:
    assert "Traceback" not in story.errors.read_text()


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(tmp_path: Path) -> None:
    """What the client put before it is ignored; who comes around the proxy has no address that can be told."""
    with mailbox() as box, site(tmp_path, {}, smtp_port=box.port, proxies=1) as running:
        for seen in ("192.0.2.99, 203.0.113.44", "203.0.113.45", None):
            headers = {"X-Forwarded-For": seen} if seen else {}
            visitor = Browser(site=running.url, headers=headers)
            visitor.submit("/accounts/login/", login=NOBODY, password="wrong-guess-1")
    lines = [json.loads(line) for line in running.log.read_text().splitlines()]
    assert [line.get("address") for line in lines] == ["203.0.113.44", "203.0.113.45", None]
