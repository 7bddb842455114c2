"""What is a hit and what is not, one fact apart."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domains import Judge
from tocsin.domains.feature_table import FEATURES
from tocsin.domains.names import clean
from tocsin.domains.protect import Organisation

HITS = [
    "confirm-account-session.info",
    "accounts.google.com.session-check.info",
    "login-microsoftonline.example.co",
    "google-verify.github.io",
    "micr0soft-login.com",
    "my-sharepoint.net",
    "account-verifiy.org",
    "hesap-dogrulama.com",
    "konto-bestaetigung.info",
    "podtverzhdenie-pochta.com",
    "id-ukr-net.online",
    "accounts.google.com.web.app",
    "secure.login.microsoftonline.com.evil.tk",
    "webmail-moldova.com",  # somebody's mail
    "owa-lanternhill.org",  # a server of an organisation that nobody named
    "ua-login.space",
    "kakao-corp.cloud",  # a brand as a company
    "linkedin-support-desk.com",  # a brand of people
    "client-support.hopto.org",  # nothing but lure words below a dynamic DNS provider
    "drive365online.live",
    "office-update-center.info",  # a brand's name that others bear, beside lure words
    "files-request.com",  # a joining word that makes an address
    "login-tutanota.de.lanternhill.net",
    "login-icloud.com-alerts.net",
    "mail-lanternhill.org",  # begins like an organisation's server
    "lanternhill-my-sharepoint.com",  # an organisation's place at a provider
    "lanternhill-identity-mail.com",  # words about accounts and mail beside a name
    "googlecom.net",  # an address without its dots
    "protonrnai1-login.com",
    "inprotonrnai1.com",  # between joining letters
    "confirmidentity.net",  # two kinds of words about accounts, written as one
    "recoverymailaccount.com",
    "accountt-helpdesk.org",
    "shareing-files.com",  # no form that grammar allows
    "id-challenge.net",
    "google-security.com",
    "okta-login.com",
    "dropboxhelpdesk.site",
    "overenie-hesla.com",  # Slovak: verification
    "lanternhill-drive.com",  # a place for somebody's documents
    "docs-lanternhill.net",
    "mail-lanternhill-gov-np.com",  # a suffix with hyphens for dots
    "gmx-de.site",  # a brand with a hyphen for the dot
    "seznam.space",  # a mail provider under a cheap suffix
    "weryfikacja.online",  # one word of another language under a cheap suffix
    "myaccount.servehttp.com",  # one word below a dynamic DNS provider
    "yahoo-my-lanternhill.hopto.org",
    "lanternhill-webmail.online",
    "login.naver.lanternhill.online",
    "lanternhilllnstitute.org",  # a look-alike letter in a long word
    "drive-google.com.co",  # not the brand's own name under a country's suffix
    "check-lanternhill-status.live",
    "lanternhill-account.hol.es",  # below a hoster that gives names away
    "com-lanternhill.net",  # as if an address ran on into it
    "com-93847561.site",
    "google-sign-in.com",  # a word written as two
]

NO_HITS = [
    "google.com",  # the brand's own
    "accounts.google.com",
    "google.co.ma",
    "github.io",  # a hoster
    "duckdns.org",
    "mail.example.org",  # words below a name are ordinary
    "login.example.edu",
    "secure-dns.co",
    "essayservicehelp.com",
    "recovery.example.org",
    "sharepoint.example.org",
    "outlook.servicehouse.example",  # many name a server so
    "contoso.onmicrosoft.com",
    "google.github.io",
    "example.org",
    "office-moldova.com",
    "moldova-hotel.com",
    "lanternhill-mail.org",
    "lanternhill-owa.org",
    "lanternhill-sharepoint.com",
    "lanternhill-identity.com",
    "lanternhillcom.net",
    "facebook-login.com",  # held by the brand's owner
    "best-challenge.net",
    "dropboxhelpdesk.com",  # how the owner's own sites are called, too
    "identitymail.com",
    "kakao-hotel.cloud",
    "lantern-support-desk.com",
    "client-support.com",
    "meter-support.hopto.org",
    "hotel-request.com",
    "login.microsoft.lanternrecovery.com",
    "login.microsoft.51verify.com",
    "outlook.recovery-lanternhill.com",
    "outlook.updatepanel.cc",
    "login.microsoft.accountview.net",
    "lanternhill-museum.com",
    "test-drive-design.com",
    "lanternhill-yahoo-hotel.com",
    "seznam.example",
    "weryfikacja.pl",
    "lanternhillinstitute.org",
    "lanternhill-outlook.com",
    "googleservice.com",
    "naver.lanternhill.com",
    "check-lanternhill-status.com",
    "kakao-museum.hopto.example",
    "lanternhill-account.github.io",
    "comlanternhill.net",
    "email-lanternhill.com",
    "proto-services.online",
    "lanternhill-com.com",
    "lantern-sign-in-hill.com",
]


@pytest.mark.parametrize("name", HITS)
def test_a_name_made_to_take_passwords_is_a_hit(judge: Judge, name: str) -> None:
    verdict = judge.judge(name)
    assert verdict is not None
    assert verdict.probability >= judge.model.above
    assert verdict.reasons


@pytest.mark.parametrize("name", NO_HITS)
def test_a_harmless_name_is_none(judge: Judge, name: str) -> None:
    verdict = judge.judge(name)
    assert verdict is None or verdict.probability < judge.model.above


@pytest.mark.parametrize(
    ("shown", "reads"),
    [
        ("аpple-login.com", "apple-login"),
        ("gооgle.com", "google"),
        ("аррӏе-login.com", "apple-login"),
        ("υαηοο.com", "yahoo"),
    ],
)
def test_letters_of_another_script_are_read_as_the_eye_reads_them(judge: Judge, shown: str, reads: str) -> None:
    verdict = judge.judge(clean(shown))
    assert verdict is not None
    assert verdict.probability >= judge.model.above
    assert any(f"reads '{reads}'" in reason for reason in verdict.reasons)


def test_of_a_hoster_only_what_its_customer_chose_is_judged(judge: Judge) -> None:
    verdict = judge.judge("google-verify.github.io")
    assert verdict is not None
    assert verdict.judged == "google-verify.github.io"
    assert "github.io is a hoster: only 'google-verify', which its customer chose, is judged." in verdict.reasons


def test_an_organisation_to_protect_makes_its_look_alikes_hits_and_its_own_never() -> None:
    organisation = Organisation(name="Lanternhill", domains=("lanternhill.example",), words=("lanternhill",))
    judge = Judge([organisation])
    verdict = judge.judge("lanternhill-login.com")
    assert verdict is not None
    assert verdict.looks_like == ("Lanternhill",)
    assert verdict.probability >= judge.model.above
    misspelt = judge.judge("lantemhill-mail.com")
    assert misspelt is not None
    assert misspelt.looks_like == ("Lanternhill",)
    assert misspelt.probability >= judge.model.above
    assert judge.judge("login.lanternhill.example") is None


def test_weights_keep_within_their_bounds(judge: Judge) -> None:
    for name, feature in FEATURES.items():
        assert feature.low <= judge.model.weights[name] <= feature.high


def test_no_name_without_two_words_or_a_brand_can_reach_the_threshold(judge: Judge) -> None:
    """What the sieve passes over could not have been a hit: thousands of names, made of words and of letters."""
    chance = random.Random(7)
    texts = [word.text for word in judge.vocabulary.words if word.spelling == "exact" and "." not in word.text]
    suffixes = ["com", "info", "support", "online", "co.uk", "github.io", "edu"]
    passed_over = 0
    for _ in range(4000):
        letters = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=chance.randint(1, 6)))
        pieces = [*chance.sample(texts, chance.choice([1, 1, 2])), letters]
        chance.shuffle(pieces)
        name = chance.choice(["", "-", ".", "-"]).join(pieces).strip("-.") + "." + chance.choice(suffixes)
        if judge.worth(name):
            continue
        passed_over += 1
        verdict = judge.weigh(name)
        assert verdict is None or verdict.probability < judge.model.above, name
    assert passed_over > 500


@given(st.from_regex(r"[a-z0-9_-]{1,20}(\.[a-z0-9_-]{1,20}){1,4}", fullmatch=True))
def test_any_clean_name_is_judged_without_a_fault(judge: Judge, name: str) -> None:
    verdict = judge.weigh(name)
    assert verdict is None or 0 <= verdict.probability <= 1


@pytest.mark.parametrize("piece", [10, 64, 1 << 20])
def test_many_names_are_sifted_as_each_by_itself(judge: Judge, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces, too, of which some are shorter than a name."""
    monkeypatch.setattr("tocsin.domains.candidates.PIECE", piece)
    names = [*HITS, *NO_HITS]
    text = "".join(f"{name}\n" for name in names).encode()
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == 10).astype(np.int64) + 1
    together = set(judge.candidates.of(text, ends).tolist())
    assert together == {number for number, name in enumerate(names) if judge.worth(name)}
