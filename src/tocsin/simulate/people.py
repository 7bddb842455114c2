"""Accounts and the habits of their owners: where they live, what they use, when and how often they work."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import import_module
from random import Random

from .clients import Client, Device, draw_computer, draw_phone
from .networks import Address, Network, Place, draw_address, draw_network, places_in
from .tenants import Organisation, Tenant, _base62, _guid

# Documented ranges of habit; every account draws its own.
WORK_START_MINUTES = (525, 70)  # mean and spread of the start of the day, minutes after local midnight
HOME_MOVES_PER_DAY = 1 / 75  # a home line gets a new address about every 75 days ...
RESTLESS_HOMES = 0.08  # ... but some lines get one every day
VPN_USERS, RELAY_USERS, MULTIFACTOR = (
    0.05,
    0.07,
    (0.35, 0.85),
)  # shares of accounts; MFA share varies per tenant


class Account:
    """One account at one provider, with its owner's habits."""

    __slots__ = (
        "_homes",
        "blocks",
        "category",
        "channels",
        "devices",
        "display",
        "factor",
        "family",
        "given",
        "home_network",
        "home_v6",
        "legacy_uid",
        "line",
        "mobile_network",
        "moves",
        "multifactor",
        "name",
        "number",
        "office_share",
        "organisation",
        "place",
        "rate",
        "relay_share",
        "restless",
        "secondary",
        "student",
        "tenant",
        "trip",
        "uid",
        "vpn_share",
        "work_minutes",
        "work_start",
    )

    def __init__(
        self, rng: Random, organisation: Organisation, number: int, given: str, family: str, name: str
    ) -> None:
        self.name = name
        self.given, self.family = given, family
        self.display = f"{given} {family}"
        self.organisation = organisation
        self.tenant: Tenant = organisation.tenant
        self.category: str | None = None  # set if the person is on the roster
        self.number = number
        self.uid, self.legacy_uid = _native_uid(rng, self.tenant.provider)
        local = rng.random() < 0.85
        self.place: Place = organisation.place if local else rng.choice(places_in(organisation.place.country))
        self.home_network: Network = draw_network(rng, "residential", self.place.country)
        self.mobile_network: Network = draw_network(rng, "mobile", self.place.country)
        self.home_v6 = bool(self.home_network.v6) and rng.random() < 0.35
        self.restless = rng.random() < RESTLESS_HOMES
        self.moves = rng.expovariate(HOME_MOVES_PER_DAY)  # day of the (first) new address
        self.student = rng.random() < organisation.students
        self.devices = _devices(rng, self.student)
        self.rate = rng.lognormvariate(0, 0.75)  # activity against the mean
        mean, spread = WORK_START_MINUTES
        self.work_start = rng.gauss(mean + (75 if self.student else 0), spread)
        self.work_minutes = rng.gauss(530, 50)
        self.office_share = min(0.97, max(0.0, rng.gauss(organisation.office_days, 0.25)))
        self.vpn_share = rng.uniform(0.2, 0.9) if rng.random() < VPN_USERS else 0.0
        self.relay_share = rng.uniform(0.3, 0.8) if rng.random() < RELAY_USERS else 0.0
        self.multifactor = False
        self.factor = rng.choices(("push", "totp", "sms", "security_key"), weights=(50, 28, 17, 5))[0]
        self.channels: list[tuple[str, str]] = []  # (email | phone, value)
        self.trip: tuple[int, int, Address] | None = None  # (first day, last day, where they stay)
        self.secondary: Account | None = None  # of the same person, and the first one's recovery mailbox
        self.line = self.uid  # whose home line it is
        self.blocks: dict[str, str] = {}  # what writers render once for this account
        self._homes: dict[int, Address] = {}

    def home(self, day: int, *, v6: bool = False) -> Address:
        """The address of the home line on that day; asking does not disturb anybody's dice."""
        lease = day if self.restless and not v6 else int(day >= self.moves)
        key = lease * 2 + v6
        found = self._homes.get(key)
        if found is None:
            own = Random(f"{self.line}/home/{lease}/{v6}")
            found = self._homes[key] = draw_address(own, self.home_network, self.place, v6=v6)
        return found

    def live_with(self, other: Account) -> None:
        """Be the same person's: one home, the same devices, the same hours."""
        self.line, self._homes = other.line, other._homes
        self.place, self.home_network, self.mobile_network = other.place, other.home_network, other.mobile_network
        self.home_v6, self.restless, self.moves = other.home_v6, other.restless, other.moves
        self.devices, self.student = other.devices, other.student
        self.work_start, self.work_minutes = other.work_start, other.work_minutes
        self.vpn_share, self.relay_share = other.vpn_share, other.relay_share

    @property
    def computer(self) -> Device:
        return self.devices[0]

    def client(self, day: date, *, phone: bool = False) -> Client:
        for device in self.devices:
            if device.is_phone == phone:
                return device.client(day)
        return self.devices[0].client(day)


def _devices(rng: Random, student: bool) -> list[Device]:
    devices = [draw_computer(rng)]
    if rng.random() < (0.85 if student else 0.7):
        devices.append(draw_phone(rng))
    if rng.random() < 0.12:
        devices.append(draw_computer(rng))
    return devices


def _native_uid(rng: Random, provider: str) -> tuple[str, str]:
    if provider == "okta":
        return "00u" + _base62(rng, 14) + "4x6", ""
    if provider == "google":
        return "1" + str(rng.randrange(10**19, 10**20)), ""
    return _guid(rng), f"1003{rng.getrandbits(48):012X}"


LOCALES = {
    "US": "en_US",
    "GB": "en_GB",
    "DE": "de_DE",
    "FR": "fr_FR",
    "NL": "nl_NL",
    "SE": "sv_SE",
    "NO": "no_NO",
}


@cache
def name_lists(country: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Given and family names of a country, from Faker's lists (names only, no weights)."""
    provider = import_module(f"faker.providers.person.{LOCALES.get(country, 'en_US')}").Provider
    return _tuple(provider.first_names), _tuple(provider.last_names)


def _tuple(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if len(name) < 16))


_FOLD = str.maketrans({"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "ł": "l", "đ": "d"})


def fold(name: str) -> str:
    """The letters of a name as they stand in an address."""
    plain = unicodedata.normalize("NFKD", name.translate(_FOLD)).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalnum())


def login(form: str, given: str, family: str, domain: str, number: int = 0) -> str:
    suffix = str(number) if number else ""
    first, last = fold(given), fold(family)
    local = {"flast": first[:1] + last, "first_last": f"{first}_{last}"}.get(form, f"{first}.{last}")
    return f"{local}{suffix}@{domain}"


def populate(rng: Random, organisations: Sequence[Organisation]) -> list[Account]:
    """All accounts, in the order of their organisations."""
    accounts: list[Account] = []
    taken: set[str] = set()
    multifactor = {organisation.tenant.key: rng.uniform(*MULTIFACTOR) for organisation in organisations}
    for organisation in organisations:
        given_names, family_names = name_lists(organisation.place.country)
        for _ in range(organisation.size):
            given, family = rng.choice(given_names), rng.choice(family_names)
            name = _free_name(rng, organisation, given, family, taken)
            account = Account(rng, organisation, len(accounts), given, family, name)
            account.multifactor = rng.random() < multifactor[account.tenant.key] * (0.7 if account.student else 1)
            account.channels = _channels(rng, account)
            accounts.append(account)
    return accounts


def _free_name(rng: Random, organisation: Organisation, given: str, family: str, taken: set[str]) -> str:
    form = organisation.login
    if form == "student":
        initials = (fold(given)[:1] + fold(family)[:2]).ljust(3, "x")
        while True:
            name = f"{initials}{rng.randrange(100, 10_000)}@{organisation.domain}"
            if name not in taken:
                break
    else:
        number = 0
        name = login(form, given, family, organisation.domain)
        while name in taken:
            number = number + 1 if number else 2
            name = login(form, given, family, organisation.domain, number)
    taken.add(name)
    return name


MAILBOXES = ("postbox.example", "quickmail.example", "freemail.example", "inbox-home.example")
DIALLING = {
    "US": "+1202555",
    "GB": "+447700900",
    "DE": "+491555",
    "FR": "+33639",
    "NL": "+316",
    "SE": "+4670",
    "NO": "+474",
}


def _channels(rng: Random, account: Account) -> list[tuple[str, str]]:
    channels = []
    if rng.random() < 0.78:
        style = rng.choice(("first.last", "flast", "first_last"))
        channels.append(
            (
                "email",
                login(
                    style,
                    account.given,
                    account.family,
                    rng.choice(MAILBOXES),
                    rng.choice((0, 0, rng.randrange(1, 99))),
                ),
            )
        )
    if rng.random() < 0.66 or not channels:
        channels.append(("phone", DIALLING.get(account.place.country, "+1202555") + f"{rng.randrange(10**5, 10**6)}"))
    return channels
