"""A year of sign-ins with the published statistics of a large service, and takeovers planted in it.

Published figures are those of the RBA data set (Wiefling et al., github.com/das-group/rba-dataset, CC BY 4.0, with
"Pump Up Password Security!", ACM TOPS 2022, doi 10.1145/3546069): 31.3 million attempts of 3.3 million users in a year
at a Norwegian single sign-on, and a sample of 141,141 rows of it. No row of it is used. What is not published is set
here and named ASSUMED.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

DAYS = 366
DAY_MS = 86_400_000
BEGIN_DAY = (datetime(2025, 2, 3, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days  # a Monday

SUCCESSES_PER_USER = 31.3e6 * 0.415 / 3.3e6
"""Published: attempts, share of successes, users."""

SUCCESS = 0.415

ATTEMPTS = {
    "NO": 43.9,
    "US": 26.2,
    "RU": 4.5,
    "BR": 3.8,
    "PL": 3.0,
    "DE": 2.9,
    "IN": 1.5,
    "UA": 1.4,
    "AU": 1.4,
    "GB": 1.4,
}
SUCCESS_IN = {"NO": 65, "GB": 52, "PL": 41, "BR": 32, "UA": 31, "IN": 28, "US": 26, "DE": 15, "RU": 0.6}
"""Published: per cent of attempts by country, and how many of those succeed (AU: not published; the mean is taken).
The other tenth of the attempts, from countries that are not named, is left out."""

LARGEST = {"NO": (("AS29695", 0.61), ("AS41164", 0.11)), "US": (("AS393398", 0.84),)}
"""Published as shares of all attempts (27, 4.7 and 22 %), here of their country's."""

DEVICES = {"mobile": 63.6, "desktop": 25.7, "tablet": 2.7}
"""Published; the 5.6 % bots are left out among owners. Of the takeovers 85 % are made from a desktop."""

HOURS = np.array([4.0, 2.6, 1.6, 1.3, 1.4, 2.1, 3.4, 4.8, 5.6, 5.6, *[5.2] * 8, *[4.6] * 3, *[4.0] * 3])
WEEKDAYS = np.array([1.0, 1.06, 1.02, 1.0, 0.97, 0.86, 0.93])
"""Published: hours 0 to 9 UTC carry 1.3 to 5.6 % each; Tuesday is the busiest day, Saturday has 19 % less."""

ATTACK_COUNTRIES = {"US": 76, "NO": 6, "PL": 4, "RO": 3, "RU": 3, "NL": 3, "VN": 3, "BR": 2}
"""Published for attack addresses: the first four; the rest ASSUMED."""

TRIP_KNOWN, TRIP_MEDIAN, TRIP_SPREAD = 0.043, 540.0, float(np.log(680 / 473) / 1.349)
"""Published: round-trip time known in 4.3 %, median 540 ms, quartiles 473 and 680."""

# ASSUMED: how an owner lives.
AT_HOME, ON_MOBILE, AT_SECOND, NEAR, ABROAD = 0.62, 0.28, 0.08, 0.014, 0.006
NEW_ADDRESS = 0.04  # a visit, that the home's provider has given another address by then
NEW_DEVICE, UPDATE_DAYS, SECOND_DEVICE = 0.006, 35, 0.25
TRIP_JITTER = 0.04
CARRIER_ADDRESSES = 4000
HOME_NETWORKS = 25  # of a country, beside the largest

TYPOS = 0.15  # refused attempts of owners, for each that succeeds
ATTACK_REFUSED = 0.16  # of the refused, from known attack addresses (published: 9.6 % of all attempts)

CLIENTS = {
    "mobile": (("Mobile Safari/iOS", 0.55), ("Chrome Mobile/Android", 0.33), ("Samsung Internet/Android", 0.12)),
    "desktop": (
        ("Chrome/Windows", 0.55),
        ("Edge/Windows", 0.2),
        ("Safari/Mac OS X", 0.14),
        ("Firefox/Windows", 0.08),
        ("Firefox/Linux", 0.03),
    ),
    "tablet": (("Mobile Safari/iPadOS", 0.7), ("Chrome/Android", 0.3)),
}
"""ASSUMED: clients within the published device types."""

EVENTS = pa.schema(
    [
        pa.field("event_uid", pa.string(), nullable=False),
        pa.field("provider", pa.string(), nullable=False),
        pa.field("ts", pa.int64(), nullable=False),
        pa.field("day_number", pa.int32(), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string()),
        pa.field("account", pa.string()),
        pa.field("actor", pa.string()),
        pa.field("source_ip", pa.string()),
        pa.field("prefix", pa.string()),
        pa.field("network", pa.string()),
        pa.field("country", pa.string()),
        pa.field("user_agent", pa.string()),
        pa.field("client_key", pa.string()),
        pa.field("client", pa.string()),
        pa.field("round_trip_ms", pa.int64()),
        pa.field("raw_ref", pa.string(), nullable=False),
    ]
)
"""The columns of enriched events that risk is told from."""

KINDS = ("owner", "naive", "look-alike")


@dataclass(frozen=True, kw_only=True)
class RiskWorld:
    events: pa.Table  # EVENTS
    kind: dict[str, str]  # event_uid -> one of KINDS, for the takeovers


@dataclass
class _Rows:
    """Columns as they grow; addresses as numbers inside their network."""

    account: np.ndarray
    ts: np.ndarray
    country: np.ndarray
    network: np.ndarray
    host: np.ndarray
    client: np.ndarray
    version: np.ndarray
    trip: np.ndarray


def risk_world(seed: int, *, accounts: int, takeovers: int) -> RiskWorld:
    """Attempts to sign in of a year, with `takeovers` of each kind of attacker among those that succeed."""
    rng = np.random.default_rng(seed)
    site = _Site()
    owners = _owners(rng, site, accounts)
    victims = _victims(rng, owners, 2 * takeovers)
    naive = _naive(rng, site, owners, victims[:takeovers])
    alike = _look_alike(rng, site, owners, victims[takeovers:])
    kinds = np.repeat(KINDS, [len(owners.ts), len(naive.ts), len(alike.ts)])
    events = _table(site, [owners, naive, alike])
    order = np.argsort(events["ts"].to_numpy(), kind="stable")
    uids = np.array(events["event_uid"].to_pylist())
    kind = dict(zip(uids[kinds != "owner"].tolist(), kinds[kinds != "owner"].tolist(), strict=True))
    events = _with_failures(rng, site, owners, naive, events.take(pa.array(order)))
    return RiskWorld(events=events, kind=kind)


class _Site:
    """The countries, networks and clients of the site's owners."""

    def __init__(self) -> None:
        mean = SUCCESS * 100
        success = {code: share * SUCCESS_IN.get(code, mean) for code, share in ATTEMPTS.items()}
        self.countries = np.array([*success, *(code for code in ATTACK_COUNTRIES if code not in success)])
        weights = np.array([success.get(code, 0.05) for code in self.countries])
        self.country_share = weights / weights.sum()
        self.networks: list[str] = []
        self.network_country: list[int] = []
        self.homes: list[tuple[np.ndarray, np.ndarray]] = []
        self.carriers: list[np.ndarray] = []
        self.hosting: list[np.ndarray] = []
        for number, code in enumerate(self.countries):
            largest = LARGEST.get(code, ())
            rest = 1.0 - sum(share for _, share in largest)
            tail = 1.0 / np.arange(1, HOME_NETWORKS + 1)
            names = [name for name, _ in largest] + [f"AS{60_000 + 100 * number + n}" for n in range(HOME_NETWORKS)]
            shares = np.array([*(share for _, share in largest), *(rest * tail / tail.sum())])
            self.homes.append((self._add(names, number), shares))
            self.carriers.append(self._add([f"AS{70_000 + 10 * number + n}" for n in range(3)], number))
            self.hosting.append(self._add([f"AS{80_000 + 10 * number + n}" for n in range(8)], number))
        self.clients = [name for held in CLIENTS.values() for name, _ in held]
        total = sum(DEVICES.values())
        self.client_share = np.array(
            [DEVICES[device] / total * share for device, held in CLIENTS.items() for _, share in held]
        )
        desktop = dict(CLIENTS["desktop"])
        self.attack_share = np.array(
            [
                0.85 * desktop[name] if name in desktop else 0.15 * share
                for name, share in zip(self.clients, self.client_share, strict=True)
            ]
        )
        self.attack_share /= self.attack_share.sum()
        self.attack_country_share = np.array([float(ATTACK_COUNTRIES.get(code, 0)) for code in self.countries])
        self.attack_country_share /= self.attack_country_share.sum()

    def _add(self, names: list[str], country: int) -> np.ndarray:
        begin = len(self.networks)
        self.networks += names
        self.network_country += [country] * len(names)
        return np.arange(begin, len(self.networks))

    def home_in(self, rng: np.random.Generator, country: np.ndarray) -> np.ndarray:
        """A network of somebody who lives in each of these countries."""
        found = np.empty(len(country), np.int64)
        for number in np.unique(country):
            at = np.flatnonzero(country == number)
            names, shares = self.homes[number]
            found[at] = rng.choice(names, len(at), p=shares / shares.sum())
        return found

    def one_of(self, rng: np.random.Generator, networks: list[np.ndarray], country: np.ndarray) -> np.ndarray:
        held = np.array([networks[number] for number in range(len(networks))])
        return np.asarray(held[country, rng.integers(0, held.shape[1], len(country))], np.int64)


def _owners(rng: np.random.Generator, site: _Site, accounts: int) -> _Rows:
    spread = 1.2  # ASSUMED: most sign in a few times a year, some every day
    mean = rng.lognormal(np.log(SUCCESSES_PER_USER) - spread**2 / 2, spread, accounts)
    counts = np.minimum(1 + rng.poisson(mean), 300)
    who = np.repeat(np.arange(accounts), counts)
    ts = _moments(rng, len(who))
    order = np.lexsort((ts, who))
    who, ts = who[order], ts[order]
    country = rng.choice(len(site.countries), accounts, p=site.country_share)
    home, second = site.home_in(rng, country), site.home_in(rng, country)
    carrier = site.one_of(rng, site.carriers, country)
    where = rng.choice(5, len(who), p=[AT_HOME, ON_MOBILE, AT_SECOND, NEAR, ABROAD])
    there = country[who].copy()
    away = np.flatnonzero(where == 4)
    there[away] = rng.choice(len(site.countries), len(away), p=site.country_share)
    # Somebody abroad is in another country than his own.
    there[away] = np.where(there[away] == country[who[away]], (there[away] + 1) % len(site.countries), there[away])
    network = np.select(
        [where == 0, where == 1, where == 2], [home[who], carrier[who], second[who]], site.home_in(rng, there)
    )
    lease = _grown(who, rng.random(len(who)) < NEW_ADDRESS)
    fixed = who * 64 + lease % 32
    host = np.select(
        [where == 0, where == 1, where == 2],
        [fixed, rng.integers(0, CARRIER_ADDRESSES, len(who)), who * 64 + 63],
        rng.integers(1 << 32, 1 << 33, len(who)),
    )
    device = _grown(who, rng.random(len(who)) < NEW_DEVICE)
    first = rng.choice(len(site.clients), (accounts, 8), p=site.client_share)
    other = (rng.random(len(who)) < 0.3) & (rng.random(accounts) < SECOND_DEVICE)[who]
    client = first[who, np.where(other, 7, device % 7)]
    return _Rows(
        account=who,
        ts=ts,
        country=there,
        network=network,
        host=host,
        client=client,
        version=_version(rng, client, ts),
        trip=_trip(rng, who, network),
    )


def _moments(rng: np.random.Generator, n: int) -> np.ndarray:
    days = np.arange(DAYS)
    weights = WEEKDAYS[days % 7]
    day = rng.choice(days, n, p=weights / weights.sum())
    hour = rng.choice(24, n, p=HOURS / HOURS.sum())
    return (BEGIN_DAY + day) * DAY_MS + hour * 3_600_000 + rng.integers(0, 3_600_000, n)


def _grown(who: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """How many steps each account has made so far; rows are in order of account and time."""
    total = np.cumsum(steps)
    first = np.searchsorted(who, who)
    return np.asarray(total - total[first], np.int64)


def _version(rng: np.random.Generator, client: np.ndarray, ts: np.ndarray) -> np.ndarray:
    """Browsers are updated every few weeks; some are late by one."""
    return np.asarray((ts // DAY_MS - BEGIN_DAY + 3 * client) // UPDATE_DAYS - (rng.random(len(ts)) < 0.2), np.int64)


def _trip(rng: np.random.Generator, who: np.ndarray, network: np.ndarray) -> np.ndarray:
    """The same account through the same network takes about as long every time. -1: not told."""
    seat = (who.astype(np.uint64) * np.uint64(1_000_003) + network.astype(np.uint64)) % np.uint64(99_991)
    usual = np.random.default_rng(7).normal(0.0, TRIP_SPREAD, 99_991)[seat.astype(np.int64)]
    told = rng.random(len(who)) < TRIP_KNOWN
    taken = TRIP_MEDIAN * np.exp(usual + rng.normal(0.0, TRIP_JITTER, len(who)))
    return np.where(told, taken.astype(np.int64), -1)


def _victims(rng: np.random.Generator, owners: _Rows, n: int) -> np.ndarray:
    """Rows of owners after which their accounts are taken over: any account, each once."""
    rows = rng.permutation(len(owners.ts))
    _, first = np.unique(owners.account[rows], return_index=True)
    return np.asarray(rng.permutation(rows[first])[:n], np.int64)


def _when(rng: np.random.Generator, owners: _Rows, victims: np.ndarray) -> np.ndarray:
    return np.asarray(owners.ts[victims] + rng.integers(3_600_000, 14 * DAY_MS, len(victims)), np.int64)


def _naive(rng: np.random.Generator, site: _Site, owners: _Rows, victims: np.ndarray) -> _Rows:
    """From wherever attack addresses are, mostly hosting, each used for several accounts, with whatever client."""
    n = len(victims)
    pool = max(1, n // 4)
    country = rng.choice(len(site.countries), pool, p=site.attack_country_share)
    hosting = rng.random(pool) < 0.6  # ASSUMED
    network = np.where(hosting, site.one_of(rng, site.hosting, country), site.home_in(rng, country))
    used = rng.integers(0, pool, n)
    client = rng.choice(len(site.clients), n, p=site.attack_share)
    ts, who = _when(rng, owners, victims), owners.account[victims]
    return _Rows(
        account=who,
        ts=ts,
        country=country[used],
        network=network[used],
        host=(1 << 34) + used,
        client=client,
        version=_version(rng, client, ts),
        trip=_trip(rng, who + 500_000, network[used]),
    )


def _look_alike(rng: np.random.Generator, site: _Site, owners: _Rows, victims: np.ndarray) -> _Rows:
    """From the victim's own country, through networks that its people use, with a client as common as any there."""
    country = np.array(site.network_country)[owners.network[victims]]
    network = np.where(
        rng.random(len(victims)) < 0.8, site.home_in(rng, country), site.one_of(rng, site.carriers, country)
    )
    client = rng.choice(len(site.clients), len(victims), p=site.client_share)
    ts, who = _when(rng, owners, victims), owners.account[victims]
    return _Rows(
        account=who,
        ts=ts,
        country=country,
        network=network,
        host=rng.integers(1 << 35, 1 << 36, len(victims)),
        client=client,
        version=_version(rng, client, ts),
        trip=_trip(rng, who + 900_000, network),
    )


def _table(site: _Site, parts: list[_Rows]) -> pa.Table:
    def all_of(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    ts, network, host, client = (all_of(name) for name in ("ts", "network", "host", "client"))
    n = len(ts)
    prefix = (host >> 6).astype(str)
    names = np.array(site.networks)[network]
    place = np.char.add(np.char.add(names, ":"), prefix)
    trip = all_of("trip")
    clients = np.array(site.clients)[client]
    return pa.table(
        {
            "event_uid": np.char.add("e", np.arange(n).astype(str)),
            "provider": np.full(n, "simulated"),
            "ts": ts,
            "day_number": (ts // DAY_MS).astype(np.int32),
            "activity": np.full(n, "sign_in"),
            "outcome": np.full(n, "success"),
            "reason": pa.nulls(n, pa.string()),
            "account": np.char.add("u", all_of("account").astype(str)),
            "actor": pa.nulls(n, pa.string()),
            "source_ip": np.char.add(np.char.add(place, "."), (host & 63).astype(str)),
            "prefix": place,
            "network": names,
            "country": site.countries[all_of("country")],
            "user_agent": np.char.add(np.char.add(clients, " "), all_of("version").astype(str)),
            "client_key": pa.nulls(n, pa.string()),
            "client": clients,
            "round_trip_ms": pa.array(trip, mask=trip < 0),
            "raw_ref": np.full(n, "simulated:1"),
        }
    ).cast(EVENTS)


def _with_failures(rng: np.random.Generator, site: _Site, owners: _Rows, pool: _Rows, events: pa.Table) -> pa.Table:
    """Refused attempts beside them, in every country as many as its published share of success has it."""
    success = np.array([SUCCESS_IN.get(one, SUCCESS * 100) / 100 for one in site.countries])
    held = np.bincount(owners.country, minlength=len(site.countries))
    refused = (held * (1 - success) / success).astype(np.int64)
    typos = np.minimum(refused, (held * TYPOS).astype(np.int64))
    wanted = rng.integers(0, len(pool.ts), int(refused.sum() * ATTACK_REFUSED))
    # No more from a country than are refused there.
    nth = _nth(pool.country[wanted])
    attacks = wanted[nth < (refused - typos)[pool.country[wanted]]]
    of_attacks = np.bincount(pool.country[attacks], minlength=len(held))
    parts = []
    mistyped = np.concatenate(
        [rng.choice(np.flatnonzero(owners.country == one), typos[one]) for one in range(len(held)) if typos[one]]
    )
    parts.append(_taken(owners, mistyped, _moments(rng, len(mistyped))))
    parts.append(_taken(pool, attacks, _moments(rng, len(attacks))))
    country = np.repeat(np.arange(len(held)), refused - typos - of_attacks)
    n = len(country)
    network = np.where(rng.random(n) < 0.5, site.one_of(rng, site.hosting, country), site.home_in(rng, country))
    client, ts = rng.choice(len(site.clients), n, p=site.client_share), _moments(rng, n)
    who = rng.choice(owners.account, n)
    noise = rng.integers(1 << 36, 1 << 37, n)
    parts.append(
        _Rows(
            account=who,
            ts=ts,
            country=country,
            network=network,
            host=noise,
            client=client,
            version=_version(rng, client, ts),
            trip=np.full(n, -1),
        )
    )
    table = _table(site, parts)
    n = len(table)
    for name, values in (("event_uid", np.char.add("f", np.arange(n).astype(str))), ("outcome", np.full(n, "failure"))):
        at = EVENTS.get_field_index(name)
        table = table.set_column(at, EVENTS.field(name), pa.array(values))
    return pa.concat_tables([events, table.cast(EVENTS)])


def _nth(values: np.ndarray) -> np.ndarray:
    """How many of the same value stand before each."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    found = np.empty(len(values), np.int64)
    found[order] = np.arange(len(values)) - np.searchsorted(ranked, ranked)
    return found


def _taken(rows: _Rows, at: np.ndarray, ts: np.ndarray) -> _Rows:
    held = {
        name: getattr(rows, name)[at] for name in ("account", "country", "network", "host", "client", "version", "trip")
    }
    return _Rows(ts=ts, **held)
