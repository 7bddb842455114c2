"""What is seen in names of nothing but lure words: the same words say more where names cost little."""

from __future__ import annotations

import pytest

from tocsin.domains import Judge
from tocsin.domains.features import observe
from tocsin.domains.protect import Organisation
from tocsin.domains.registered import registered

WANTED = ("hyphened_under_cheap", "mail_twice", "loose_hyphened", "channel_hyphened", "rarity", "organisation_alone")


def seen(judge: Judge, name: str) -> set[str]:
    return {feature for feature in observe(registered(name), judge.vocabulary, judge.costs)[0] if feature in WANTED}


@pytest.mark.parametrize(
    ("name", "worth"),
    [
        ("account-service.online", 1.0),
        ("secure-mail.site", 1.0),
        ("document-portal.tk", 0.8),  # given away to everybody
        ("check-link.live", 0.5),
        ("service-team.site", 0.25),
        ("account-hosting.online", 0.0),  # what hosters are called by
        ("account-service.com", 0.0),
        ("account-service.de", 0.0),
        ("account-service.us", 0.0),  # a country's
        ("accountservice.online", 0.0),  # written as one
        ("account-lanternhill.online", 0.0),  # a name beside them
    ],
)
def test_lure_words_with_hyphens_say_more_where_names_cost_little(judge: Judge, name: str, worth: float) -> None:
    values, _ = observe(registered(name), judge.vocabulary, judge.costs)
    assert values.get("hyphened_under_cheap", 0.0) == worth


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("mail-inbox.com", {"mail_twice", "channel_hyphened", "rarity"}),
        ("mail-notification.com", {"channel_hyphened", "rarity"}),
        ("security-settings.com", {"loose_hyphened", "rarity"}),
        ("check-browser.com", {"loose_hyphened", "rarity"}),
        ("support-servics.com", {"loose_hyphened", "rarity"}),  # spelled wrongly
        ("support-services.com", set()),
        ("mobile-portal.com", set()),
        ("calendar-event.com", set()),  # about meetings
        ("cloud-storage.com", set()),  # about stored files
        ("blue-cloud.com", set()),  # "blue" is no mail server "blu" and a letter
    ],
)
def test_words_that_sites_are_made_of_say_nothing_by_themselves(judge: Judge, name: str, features: set[str]) -> None:
    assert seen(judge, name) == features


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("gmail-retry.tk", {"brand_in_part", "brand_apart_cheap"}),
        ("retry-yahoo.space", {"brand_in_part", "brand_apart_cheap"}),
        ("google-sign.tk", {"brand_with_filler", "brand_hyphened", "brand_apart_cheap"}),
        ("gmail-retry.com", {"brand_in_part"}),
        ("gmail-retry.de", {"brand_in_part"}),
        ("gmailretry.tk", set()),  # written as one
        ("kakao-hotel.cloud", {"brand_in_part"}),  # a trade
        ("roundcube-lanternhill.com", {"brand_in_part"}),
        ("drive-google.gq", {"brand_with_my", "brand_hyphened", "brand_hyphened_under_cheap"}),
        ("httpsdrive-google.gq", {"brand_with_my", "brand_hyphened", "brand_hyphened_under_cheap"}),
        ("mydrive-google.gq", {"brand_with_my", "brand_hyphened", "brand_hyphened_under_cheap"}),
    ],
)
def test_a_provider_set_apart_says_more_where_names_cost_little(judge: Judge, name: str, features: set[str]) -> None:
    wanted = {
        "brand_in_part",
        "brand_apart_cheap",
        "brand_with_filler",
        "brand_hyphened",
        "brand_with_my",
        "brand_hyphened_under_cheap",
    }
    assert wanted & observe(registered(name), judge.vocabulary, judge.costs)[0].keys() == features


def test_a_letter_doubled_beside_a_digit_is_a_provider_misspelt(judge: Judge) -> None:
    """Two mistakes, of which neither alone is read as the right word."""
    for name in ("accounts-gooog1e.com", "drive-gooog1e.online", "yahooo-verify.com", "mail-outt1ook.com"):
        verdict = judge.judge(name)
        assert verdict is not None
        assert verdict.probability >= judge.model.above, name


@pytest.mark.parametrize(
    ("name", "apart"),
    [
        ("lanternhill-drive.com", True),
        ("docs-lanternhill.com", True),
        ("lanternhill-files.com", False),  # a site that keeps files
        ("share-lanternhill.com", False),
        ("lanternhill-files.online", True),
        ("lh-share-docs.com", True),  # two words about documents
        ("lh-docs.com", False),
    ],
)
def test_shared_documents_set_apart_from_a_name(judge: Judge, name: str, apart: bool) -> None:
    assert ("documents_apart" in observe(registered(name), judge.vocabulary, judge.costs)[0]) is apart


def test_a_protected_organisations_name_below_another_suffix_is_a_hit_however_it_is_spelled() -> None:
    judge = Judge([Organisation(name="Daily Compass", domains=("daily-compass.example",), words=("daily-compass",))])
    for name in ("daily-compass.net", "dai1y-compass.com", "daily-cornpass.org", "dailly-compass.co.uk"):
        verdict = judge.judge(name)
        assert verdict is not None
        assert verdict.probability >= judge.model.above, name
        assert verdict.looks_like == ("Daily Compass",)
    assert judge.judge("www.daily-compass.example") is None
    for name in ("daily-news.net", "compass-daily.com", "lanternhill-daily-compass.com"):
        found = judge.judge(name)
        assert found is None or found.probability < judge.model.above, name


def test_a_short_name_of_a_protected_organisation_may_be_somebody_elses() -> None:
    judge = Judge([Organisation(name="Compass", domains=("compass.example",), words=("compass",))])
    verdict = judge.judge("compass.net")
    assert verdict is not None
    assert verdict.probability < judge.model.above
