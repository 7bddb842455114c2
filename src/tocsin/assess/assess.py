"""Campaign events to an assessment: roles, stages, counts with evidence, aim, verdict."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pyarrow as pa

from tocsin.assess.assessment import (
    EVIDENCE_ROLES,
    Campaign,
    CampaignAccount,
    CategoryCounts,
    Counts,
    DayCounts,
    Infrastructure,
    Targeting,
)
from tocsin.assess.attempts import MIRROR
from tocsin.assess.evidence import EVIDENCE
from tocsin.assess.roles import STAGE_OF_ROLE, STAGE_ORDER, role
from tocsin.assess.targeting import Reach, aim_at
from tocsin.assess.ways import channels_tried, ways_in
from tocsin.campaigns import Houses, directory
from tocsin.events import Activity

ATTEMPT = "identification_attempt"

STARTS = ("identified", "started", "blocked")
"""Steps of a recovery that are its start."""

Key = tuple[str, str]  # provider, event_uid or account


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """What the recovery model says about the campaign's rows."""

    session: Mapping[Key, str]  # (provider, event_uid) -> recovery session
    step: Mapping[Key, str]  # (provider, event_uid) -> step of the recovery
    act: Mapping[Key, str]  # (provider, event_uid) -> act of the recovery that it tells of
    first_of_act: frozenset[Key]
    continued: frozenset[tuple[str, str]]  # (recovery session, address) that went on after starting

    @cached_property
    def opened(self) -> frozenset[str]:
        """Recovery sessions of which some record shows the start."""
        return frozenset(self.session[key] for key, step in self.step.items() if step in STARTS)


@dataclass(frozen=True, kw_only=True)
class Population:
    """Existing accounts at this site."""

    known: frozenset[Key]  # (directory, account) that a record proves, among those a campaign may have met
    houses: Houses
    at_risk: Mapping[str, str] = field(default_factory=dict)  # existing account -> whom on the roster it stands for
    at_risk_at: Mapping[str, frozenset[str]] = field(default_factory=dict)  # the same -> directories that hold it

    def reached(self, accounts: Mapping[str, frozenset[str]]) -> list[Reach]:
        """What a campaign could choose from at each provider, by the accounts that it went for there; where it went for
        one account at several, it counts at the first by name."""
        met: dict[str, set[str]] = defaultdict(set)
        for account, providers in accounts.items():
            met[min(map(directory, providers))].add(account)
        found = []
        for provider, held in met.items():
            people = {one: who for one, who in self.at_risk.items() if provider in self.at_risk_at[one]}
            found.append(Reach(frozenset(held), people, self.houses.within({provider})))
        return found


@dataclass(frozen=True, kw_only=True)
class Person:
    """What the roster says of an account."""

    organisation: str | None
    category: str


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """One campaign with its evidence."""

    campaign: Campaign
    evidence: pa.Table  # EVIDENCE
    rows: Sequence[Mapping[str, Any]]  # the same as `evidence_rows` gave them


def evidence_rows(
    events: pa.Table,
    recovery: Recovery,
    attempts: Mapping[Key, str],
    population: Population,
    roster: Mapping[str, Person],
) -> list[dict[str, object]]:
    """EVIDENCE rows (without campaign id) of one operator's events, in order of time; what shows nothing drops out.

    `attempts`: to which attempt each event belongs (`attempts.py`).
    """
    rows: list[dict[str, object]] = []
    for event in one_identity(events).to_pylist():
        key: Key = (event["provider"], event["event_uid"])
        account: Key = (event["home"], event["account"])
        exists = event["account_known"] == "true" or (directory(account[0]), account[1]) in population.known
        session = recovery.session.get(key)
        continued = session is not None and (session, event["source_ip"]) in recovery.continued
        ends = recovery.step.get(key) == "completed" and event["activity"] == Activity.CREDENTIAL_CHANGE.value
        shows = role(
            activity=Activity.RECOVERY_COMPLETE.value if ends else event["activity"],
            outcome=event["outcome"],
            reason=event["reason"],
            exists=exists,
            continued=continued,
        )
        if shows is None:
            continue
        person = roster.get(event["account"])
        rows.append(
            {
                "event_uid": event["event_uid"],
                "provider": event["provider"],
                "role": shows,
                "attempt_uid": recovery.act.get(key) or attempts[key],
                "counts_as": None,
                "time": datetime.fromtimestamp(event["ts"] / 1000, UTC).replace(tzinfo=None),
                "activity": event["activity"],
                "outcome": event["outcome"],
                "reason": event["reason"],
                "account": event["account"],
                "account_provider": event["home"],
                "account_exists": exists,
                "stage": STAGE_OF_ROLE[shows] if exists else None,
                "category": person.category if person else None,
                "source_ip": event["source_ip"],
                "raw_ref": event["raw_ref"],
            }
        )
    for number in _attempts_to_identify(rows, recovery):
        rows[number]["counts_as"] = ATTEMPT
    return rows


def _attempts_to_identify(rows: Sequence[Mapping[str, object]], recovery: Recovery) -> list[int]:
    """One row of each identification attempt: of a recovery the first row of a start that was left; of anything else
    the first row, the directory's own before its mirror's, of an attempt that offered no proof."""
    found: list[int] = []
    first: dict[str, tuple[bool, int]] = {}
    proven = {str(row["attempt_uid"]) for row in rows if row["role"] in ("attack", "access")}
    for number, row in enumerate(rows):
        key = (str(row["provider"]), str(row["event_uid"]))
        if row["role"] != "identification":
            continue
        if session := recovery.session.get(key):
            # Where the log does not tell of the start, the message that answered it does.
            shown = Activity.RECOVERY_START if session in recovery.opened else Activity.RECOVERY_MESSAGE
            if row["activity"] == shown.value and key in recovery.first_of_act:
                found.append(number)
        elif row["activity"] != Activity.RECOVERY_MESSAGE.value and row["attempt_uid"] not in proven:
            attempt = str(row["attempt_uid"])
            first[attempt] = min(first.get(attempt, (True, len(rows))), (row["provider"] == MIRROR, number))
    return sorted([*found, *(number for _, number in first.values())])


def one_identity(events: pa.Table) -> pa.Table:
    """The events with accounts of Microsoft's unified audit log under the directory they live in.

    `m365` repeats what `entra` logs of the same account. Where both speak of an account in this campaign, it is one
    account, named once, under entra; where the unified audit log is all there is, it stays.
    """
    providers = events["provider"].to_pylist()
    accounts = events["account"].to_pylist()
    directory = {account for provider, account in zip(providers, accounts, strict=True) if provider == "entra"}
    home = [
        "entra" if provider == "m365" and account in directory else provider
        for provider, account in zip(providers, accounts, strict=True)
    ]
    return events.append_column("home", pa.array(home, pa.string()))


def assessed(
    rows: Sequence[Mapping[str, object]],
    events: pa.Table,
    recovery: Recovery,
    *,
    campaign_id: str,
    detected_at: datetime | None,
    population: Population,
    roster: Mapping[str, Person],
    owners: Mapping[str, tuple[str, str | None]],
    reasons: Sequence[str],
    techniques: Iterable[str],
) -> Assessed:
    """The campaign those evidence rows make. `owners`: kind and owner of each address."""
    accounts = _accounts(rows, roster)
    counts = Counts(
        identification_attempts=sum(row["counts_as"] == ATTEMPT for row in rows),
        identifiers_tried=len({row["account"] for row in rows}),
        accounts_probed=sum(one.stage == "probed" for one in accounts),
        accounts_attacked=sum(one.stage != "probed" for one in accounts),
        accounts_compromised=sum(one.stage == "compromised" for one in accounts),
        password_guesses=len(acts_of(rows, "sign_in", ("attack",))),
        factor_prompts=len(acts_of(rows, "challenge", ("attack", "access"))),
    )
    gone_for = {one.account for one in accounts}
    providers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        providers[str(row["account"])].add(str(row["provider"]))
    tested = aim_at(population.reached({one: frozenset(providers[one]) for one in gone_for}))
    table = pa.Table.from_pylist([{**row, "campaign_id": campaign_id} for row in rows], schema=EVIDENCE)
    times = [row["time"] for row in rows]
    campaign = Campaign(
        id=campaign_id,
        first_seen=stamp(min(times)),  # type: ignore[type-var, arg-type]
        last_seen=stamp(max(times)),  # type: ignore[type-var, arg-type]
        detected_at=stamp(detected_at) if detected_at else None,
        verdict=tested.verdict,
        counts=counts,
        by_category=_by_category(accounts),
        accounts=accounts,
        infrastructure=_infrastructure(rows, events, owners),
        techniques=sorted(set(techniques)),
        targeting=Targeting(
            statistic=tested.statistic,
            p_value=tested.p_value,
            roster_share=tested.roster_share,
            population_share=tested.population_share,
            within=list(tested.within),
        ),
        attribution=[],
        days=_days(rows),
        channels=channels_tried(rows, events),
        ways_in=ways_in(rows, events, recovery.session),
        providers=dict(Counter(str(row["provider"]) for row in rows)),
        reasons=list(reasons),
    )
    return Assessed(campaign=campaign, evidence=table, rows=rows)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _accounts(rows: Sequence[Mapping[str, object]], roster: Mapping[str, Person]) -> list[CampaignAccount]:
    held: dict[Key, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        if row["account_exists"]:
            held[str(row["account_provider"]), str(row["account"])].append(row)
    accounts = []
    for (provider, account), mine in held.items():
        person = roster.get(account)
        accounts.append(
            CampaignAccount(
                account=account,
                provider=provider,
                stage=max((str(row["stage"]) for row in mine), key=STAGE_ORDER.index),
                category=person.category if person else None,
                organisation=person.organisation if person else None,
                first_seen=stamp(min(row["time"] for row in mine)),  # type: ignore[type-var, arg-type]
                last_seen=stamp(max(row["time"] for row in mine)),  # type: ignore[type-var, arg-type]
            )
        )
    return sorted(accounts, key=lambda one: (-STAGE_ORDER.index(one.stage), one.account, one.provider))


def _by_category(accounts: Sequence[CampaignAccount]) -> dict[str, CategoryCounts]:
    stages: dict[str, Counter[str]] = defaultdict(Counter)
    for one in accounts:
        if one.category is not None:
            stages[one.category][one.stage] += 1
    return {
        category: CategoryCounts(
            probed=held["probed"],
            attacked=held["attacked"] + held["compromised"],
            compromised=held["compromised"],
        )
        for category, held in sorted(stages.items())
    }


def acts_of(rows: Iterable[Mapping[str, object]], activity: str, roles: Sequence[str]) -> set[object]:
    """The attempts of which a row is of that activity and in one of the roles."""
    return {row["attempt_uid"] for row in rows if row["activity"] == activity and row["role"] in roles}


def _days(rows: Sequence[Mapping[str, object]]) -> list[DayCounts]:
    """Acts by the day on which they began, each in the furthest of its roles; identification attempts as counted.

    A message that went out is evidence, and no act of the source."""
    furthest: dict[object, tuple[int, str]] = {}
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        day = str(row["time"])[:10]
        if row["counts_as"] == ATTEMPT:
            days[day]["identification"] += 1
        if row["role"] != "identification" and row["activity"] != Activity.RECOVERY_MESSAGE.value:
            reached = EVIDENCE_ROLES.index(str(row["role"]))
            before, began = furthest.get(row["attempt_uid"], (reached, day))
            furthest[row["attempt_uid"]] = (max(before, reached), began)
    for reached, day in furthest.values():
        days[day][EVIDENCE_ROLES[reached]] += 1
    return [
        DayCounts(
            day=day,
            identification=held["identification"],
            attack=held["attack"],
            access=held["access"],
            persistence=held["persistence"],
        )
        for day, held in sorted(days.items())
    ]


def _infrastructure(
    rows: Sequence[Mapping[str, object]], events: pa.Table, owners: Mapping[str, tuple[str, str | None]]
) -> list[Infrastructure]:
    shown = {(str(row["provider"]), str(row["event_uid"])) for row in rows}
    seen: dict[tuple[str, str], list[tuple[int, str | None, str]]] = defaultdict(list)
    columns = ("provider", "event_uid", "ts", "source_ip", "network", "country", "user_agent")
    for provider, uid, ts, ip, network, country, agent in zip(
        *[events[name].to_pylist() for name in columns], strict=True
    ):
        if (provider, uid) not in shown:
            continue
        for kind, value in (("ip", ip), ("network", network), ("client", agent)):
            if value:
                seen[kind, value].append((ts, country, ip or ""))
    found = []
    for (kind, value), uses in seen.items():
        network_kind, owner = owners.get(value, (None, None)) if kind == "ip" else (None, None)
        countries = {country for _, country, _ in uses if country}
        found.append(
            Infrastructure(
                kind=kind,
                value=value,
                events=len(uses),
                owner=owner,
                network_kind=network_kind,
                country=countries.pop() if kind == "ip" and len(countries) == 1 else None,
                first_seen=stamp(datetime.fromtimestamp(min(ts for ts, _, _ in uses) / 1000, UTC)),
                last_seen=stamp(datetime.fromtimestamp(max(ts for ts, _, _ in uses) / 1000, UTC)),
            )
        )
    order = ("ip", "network", "client")
    return sorted(found, key=lambda one: (order.index(one.kind), -one.events, one.value))
