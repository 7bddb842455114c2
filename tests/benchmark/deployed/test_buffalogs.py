"""Each successful login is held against those before it, as BuffaLogs does."""

from __future__ import annotations

from deployed.buffalogs import Travel, fingerprint, kilometres
from deployed.peer import Act

from acts_by_hand import at

AMSTERDAM, UTRECHT, BERLIN, LIMA = (52.37, 4.90), (52.09, 5.12), (52.52, 13.40), (-12.05, -77.04)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36"
)
NEWER_CHROME = CHROME.replace("Chrome/144", "Chrome/145")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/26.2 Mobile/15E148 Safari/604.1"
)
RULE = Travel(
    places={
        "192.0.2.1": (AMSTERDAM, "NL"),
        "192.0.2.2": (UTRECHT, "NL"),
        "192.0.2.3": (BERLIN, "DE"),
        "192.0.2.4": (LIMA, "PE"),
    }
)
DAY = 86_400


def login(seconds: float, address: str, agent: str = CHROME, account: str = "ada@example.org") -> Act:
    return at(seconds, address=address, user_agent=agent, account=account, outcome="success", reason="")


def raised(*acts: Act) -> list[tuple[str, int]]:
    return [(one.rule, one.ms // 1000) for one in RULE(acts)]


def test_the_first_login_raises_nothing() -> None:
    assert raised(login(0, "192.0.2.4", FIREFOX)) == []


def test_a_login_without_a_place_is_dropped() -> None:
    assert raised(login(0, "192.0.2.1"), login(60, "192.0.2.99", FIREFOX)) == []


def test_a_new_device_is_another_system_or_browser_and_not_another_version_of_the_browser() -> None:
    assert raised(login(0, "192.0.2.1"), login(60, "192.0.2.1", NEWER_CHROME)) == []
    assert raised(login(0, "192.0.2.1"), login(60, "192.0.2.1", FIREFOX)) == [("new device", 60)]


def test_logins_of_mobile_devices_are_ignored_but_remembered() -> None:
    assert raised(login(0, "192.0.2.1"), login(60, "192.0.2.3", IPHONE)) == []
    assert raised(login(0, "192.0.2.1"), login(60, "192.0.2.3", IPHONE), login(5 * DAY, "192.0.2.3")) == []


def test_a_new_country_and_too_fast_to_get_there() -> None:
    hour = 3_600
    assert raised(login(0, "192.0.2.1"), login(hour, "192.0.2.3")) == [
        ("new country", hour),
        ("impossible travel", hour),
    ]
    assert raised(login(0, "192.0.2.1"), login(5 * hour, "192.0.2.3")) == [("new country", 5 * hour)]  # 576 km


def test_travel_within_a_country_or_to_a_known_address_is_none() -> None:
    assert raised(login(0, "192.0.2.1"), login(1, "192.0.2.2")) == []
    there_and_back = (login(0, "192.0.2.1"), login(DAY, "192.0.2.3"), login(DAY + 60, "192.0.2.1"))
    assert raised(*there_and_back) == [("new country", DAY)]


def test_a_country_not_visited_for_thirty_days_is_atypical() -> None:
    acts = (login(0, "192.0.2.1"), login(DAY, "192.0.2.3"))
    assert raised(*acts, login(31 * DAY - 1, "192.0.2.3")) == [("new country", DAY)]
    assert raised(*acts, login(31 * DAY, "192.0.2.3")) == [("new country", DAY), ("atypical country", 31 * DAY)]


def test_users_are_apart() -> None:
    assert raised(login(0, "192.0.2.1"), login(60, "192.0.2.4", account="bob@example.org")) == []


def test_a_device_is_system_major_version_device_and_browser() -> None:
    assert fingerprint(CHROME) == ("windows-10-other-chrome", "Windows")


def test_the_distance_is_the_great_circle() -> None:
    assert round(kilometres(AMSTERDAM, BERLIN)) == 576
    assert kilometres(LIMA, LIMA) == 0
