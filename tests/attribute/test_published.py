"""Published lists of domains are facts with their source and date."""

from __future__ import annotations

from datetime import date

from shared_data import SHARED, needs_shared_data
from tocsin.attribute.published import published_domains, published_names


@needs_shared_data
def test_the_domains_are_those_of_the_lists() -> None:
    lists = {"Phosphorus": "phosphorus_2019_court.txt", "Strontium": "strontium_2019_07.txt"}
    for actor, file in lists.items():
        stated = [one.value for one in published_domains() if one.actor == actor]
        assert sorted(stated) == sorted((SHARED / "domains" / file).read_text().split())


def test_seven_domains_stand_on_both_lists() -> None:
    held: dict[str, set[str]] = {}
    for one in published_domains():
        held.setdefault(one.value, set()).add(one.actor)
    assert sorted(domain for domain, actors in held.items() if len(actors) > 1) == [
        "accounts-web-mail.com",
        "com-mailbox.com",
        "customer-certificate.com",
        "session-users-activities.com",
        "support-servics.net",
        "user-profile-credentials.com",
        "verify-linke.com",
    ]


def test_a_domain_says_where_it_stands_and_since_when_another_holds_it() -> None:
    (one,) = [fact for fact in published_domains() if fact.value == "outlook-verify.net"]
    assert one.actor == "Phosphorus"
    assert one.source.startswith("court order of March 2019")
    assert one.seized == date(2019, 3, 27)


def test_further_names_have_their_source() -> None:
    (ajax,) = [one for one in published_names()["microsoft", "Mint Sandstorm"] if one.name == "Ajax Security Team"]
    assert (ajax.since, ajax.source) == (
        "2019-03-27",
        "Microsoft, New steps to protect customers from hacking, 27 March 2019",
    )
