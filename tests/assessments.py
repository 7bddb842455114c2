"""A hand-built assessment with the figures of the 2019 announcement, and evidence rows that bear them out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa

from tocsin.assess.assessment import (
    SCHEMA,
    Assessment,
    Campaign,
    CampaignAccount,
    CategoryCounts,
    Change,
    ClockSkew,
    Counts,
    Coverage,
    DayCounts,
    Ended,
    Infrastructure,
    LateRecords,
    SourceCoverage,
    Targeting,
    Window,
)
from tocsin.assess.evidence import EVIDENCE
from tocsin.coverage import RosterSeen, knowledge, shown
from tocsin.lake import Covered, Seen

START = datetime(2019, 8, 3, 4, 12, tzinfo=UTC)
DAYS = 30
ATTEMPTS, IDENTIFIERS, ATTACKED, COMPROMISED, PROBED = 2712, 2604, 241, 4, 963
CATEGORIES = ("media", "campaign", "diaspora", "government", "academia", "think-tank", None)


def rfc3339(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")


def account_of(index: int) -> str:
    return f"person{index:04d}@example.org"


def category_of(index: int) -> str | None:
    # The first four fell; none of them is of a campaign or a government.
    return ("diaspora", "media", "academia", None)[index] if index < COMPROMISED else CATEGORIES[index % 7]


def stage_of(index: int) -> str:
    return "compromised" if index < COMPROMISED else "attacked" if index < ATTACKED else "probed"


def _row(campaign_id: str, number: int, role: str, account: str, when: datetime, **facts: Any) -> dict[str, Any]:
    return {
        "campaign_id": campaign_id,
        "event_uid": f"{role}-{number:05d}",
        "provider": ("okta", "google")[number % 2] if role == "identification" else "okta",
        "role": role,
        "counts_as": "identification_attempt" if role == "identification" else None,
        "time": when.replace(tzinfo=None),
        "activity": "recovery_start",
        "outcome": "unknown",
        "reason": None,
        "account": account,
        "account_provider": "okta",
        "account_exists": True,
        "stage": None,
        "category": None,
        "source_ip": f"203.0.113.{number % 40}",
        "raw_ref": f"okta/2019-08.jsonl:{number + 1}",
        **facts,
    }


def _evidence_rows(campaign_id: str) -> Iterator[dict[str, Any]]:
    for number in range(ATTEMPTS):
        index = number % IDENTIFIERS
        exists = index < ATTACKED + PROBED
        when = START + timedelta(minutes=15 * number + index % 7)
        facts: dict[str, Any] = {"account_exists": exists, "provider": "okta"}
        if exists:
            facts |= {"stage": "probed", "category": category_of(index)}
        else:
            facts |= {"reason": "unknown_account", "activity": "identify", "outcome": "failure"}
        yield _row(campaign_id, number, "identification", account_of(index), when, **facts)
    for index in range(ATTACKED):
        when = START + timedelta(days=4, hours=2.4 * index)
        facts = {
            "stage": "attacked",
            "category": category_of(index),
            "reason": "wrong_proof",
            "outcome": "failure",
        }
        yield _row(campaign_id, index, "attack", account_of(index), when, activity="recovery_proof", **facts)
    for index in range(COMPROMISED):
        when = START + timedelta(days=12 + 4 * index)
        facts = {"stage": "compromised", "category": category_of(index), "outcome": "success"}
        yield _row(campaign_id, index, "access", account_of(index), when, activity="recovery_complete", **facts)
    when = START + timedelta(days=20)
    facts = {"stage": "compromised", "category": category_of(0), "outcome": "success"}
    yield _row(campaign_id, 0, "persistence", account_of(0), when, activity="mailbox_rule", **facts)


def evidence_table(campaign_id: str = "C-2019-08-1") -> pa.Table:
    return pa.Table.from_pylist(list(_evidence_rows(campaign_id)), EVIDENCE)


def _account(index: int) -> CampaignAccount:
    first = START + timedelta(minutes=15 * index)
    organisations = {
        "media": "The Daily Example",
        "campaign": "Example for Office",
        "government": "City of Example",
    }
    category = category_of(index)
    return CampaignAccount(
        account=account_of(index),
        provider="okta",
        stage=stage_of(index),
        category=category,
        organisation=organisations.get(category or ""),
        first_seen=rfc3339(first),
        last_seen=rfc3339(first + timedelta(hours=(index * 37) % 400)),
    )


def _days() -> list[DayCounts]:
    rows = evidence_table().to_pylist()
    days: dict[str, dict[str, int]] = {}
    for row in rows:
        day = days.setdefault(row["time"].date().isoformat(), {})
        day[row["role"]] = day.get(row["role"], 0) + 1
    roles = ("identification", "attack", "access", "persistence")
    return [DayCounts(day=day, **{role: held.get(role, 0) for role in roles}) for day, held in sorted(days.items())]


def _by_category() -> dict[str, CategoryCounts]:
    held: dict[str, dict[str, int]] = {}
    for index in range(ATTACKED + PROBED):
        category = category_of(index)
        if category is not None:
            counts = held.setdefault(category, {"probed": 0, "attacked": 0, "compromised": 0})
            counts["probed"] += index >= ATTACKED
            counts["attacked"] += index < ATTACKED
            counts["compromised"] += index < COMPROMISED
    return {category: CategoryCounts(**counts) for category, counts in sorted(held.items())}


def _infrastructure() -> list[Infrastructure]:
    owners = (
        ("Example Hosting Ltd", "hosting", "NL"),
        ("Sample VPN", "vpn", "DE"),
        ("Elsewhere Telecom", "residential", "IR"),
        (None, None, None),
    )
    found = []
    for number in range(40):
        owner, kind, country = owners[number % 4]
        first = START + timedelta(hours=11 * number)
        found.append(
            Infrastructure(
                kind="ip",
                value=f"203.0.113.{number}",
                events=68 - number % 3,
                owner=owner,
                network_kind=kind,
                country=country,
                first_seen=rfc3339(first),
                last_seen=rfc3339(first + timedelta(days=9)),
            )
        )
    return [*found, Infrastructure(kind="client", value="python-requests/2.22.0", events=811)]


def announced() -> Campaign:
    """The campaign of the announcement."""
    return Campaign(
        id="C-2019-08-1",
        first_seen=rfc3339(START),
        last_seen=rfc3339(START + timedelta(days=DAYS - 1, hours=3)),
        detected_at="2019-08-07T00:00:00Z",
        verdict="targeted",
        counts=Counts(
            identification_attempts=ATTEMPTS,
            identifiers_tried=IDENTIFIERS,
            accounts_probed=PROBED,
            accounts_attacked=ATTACKED,
            accounts_compromised=COMPROMISED,
        ),
        by_category=_by_category(),
        accounts=[_account(index) for index in range(ATTACKED + PROBED)],
        infrastructure=_infrastructure(),
        techniques=["T1589.002", "F1006.003", "T1114.003"],
        targeting=Targeting(
            statistic="1,032 of the 1,204 accounts it went for are of people on the roster (hypergeometric test)",
            p_value=3.2e-40,
            roster_share=1032 / 1204,
            population_share=0.041,
        ),
        attribution=[],
        days=_days(),
        channels={"email": 198, "sms": 43},
        ways_in={"email": 2, "no_recovery": 1, "not_told": 1},
        providers={"okta": 2716, "google": 242},
        reasons=[
            "37 addresses present the same rare client, which 2 of 41,000 other sessions use",
            "they work through one list of identifiers in the same order and at the same hours of the day",
        ],
    )


def spray() -> Campaign:
    """Run-of-the-mill background: one day of password guessing."""
    return Campaign(
        id="C-2019-08-2",
        first_seen="2019-08-11T01:00:00Z",
        last_seen="2019-08-11T22:00:00Z",
        detected_at=None,
        verdict="opportunistic",
        counts=Counts(
            identification_attempts=1,
            identifiers_tried=1,
            accounts_probed=0,
            accounts_attacked=1,
            accounts_compromised=0,
        ),
        by_category={},
        accounts=[
            CampaignAccount(
                account="info@example.org",
                provider="okta",
                stage="attacked",
                category=None,
                organisation=None,
                first_seen="2019-08-11T01:00:00Z",
                last_seen="2019-08-11T22:00:00Z",
            )
        ],
        infrastructure=[],
        techniques=["T1110.003"],
        targeting=Targeting(statistic="no roster was given", p_value=None, roster_share=None, population_share=None),
        attribution=[],
    )


def sources() -> list[SourceCoverage]:
    """Okta shows nearly all, Google what it writes at all; its admin events were not given."""
    days = frozenset(range(18_109, 18_141))  # 1 August to 1 September 2019
    acts = {
        name: Seen(events=events, failed=events // 9, unknown=events // 20, factor=3, addressed=9, client=9, days=days)
        for name, events in {"sign_in": 900_000, "challenge": 90_000, "recovery_start": 2_800}.items()
    } | {"recovery_complete": Seen(events=300, addressed=300, client=300, days=days)}
    okta = SourceCoverage(
        provider="okta",
        tenant="example.okta.example",
        files=31,
        events=1_204_331,
        duplicates=212,
        rejected=14,
        first="2019-08-01T00:00:12Z",
        last="2019-09-01T23:59:48Z",
        gaps=[("2019-08-19T04:00:00Z", "2019-08-19T11:30:00Z")],
        formats=["okta_system_log"],
        late=LateRecords(in_files=31, longest_minutes=95, between_scans=0),
    )
    google = SourceCoverage(
        provider="google",
        tenant="example.org",
        files=4,
        events=88_210,
        duplicates=0,
        rejected=0,
        first="2019-08-05T06:00:00Z",
        last="2019-09-01T21:10:00Z",
        gaps=[],
        formats=["google_activity"],
    )
    return [_with_logs(okta, acts), _with_logs(google, {"sign_in": acts["sign_in"], "consent": acts["challenge"]})]


def _with_logs(source: SourceCoverage, acts: dict[str, Seen]) -> SourceCoverage:
    covered = Covered(
        provider=source.provider,
        tenant=source.tenant,
        files=source.files,
        events=source.events,
        duplicates=0,
        rejected=0,
        first=None,
        last=None,
        gaps=(),
        formats=tuple(source.formats),
        acts=acts,
    )
    logs, kinds = shown(covered, knowledge())
    return msgspec.structs.replace(source, logs=logs, shows=kinds)


def assess(campaigns: list[Campaign], covered: list[SourceCoverage] | None = None) -> Assessment:
    return Assessment(
        schema=SCHEMA,
        generated_at="2019-10-04T09:00:00Z",
        window=Window(start="2019-08-01T00:00:12Z", end="2019-09-01T23:59:48Z"),
        coverage=Coverage(
            sources=sources() if covered is None else covered,
            roster=RosterSeen(accounts=1_032, seen=1_030, never_seen=["ada@example.org", "bob@example.org"]),
            skews=[ClockSkew(provider="google", other="okta", seconds=-47, pairs=1_204)],
        ),
        campaigns=campaigns,
    )


HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}[bold]x[/bold]\u202egpj.exe\x1b[2J\x1b]0;owned\x07\u200b" + "A" * 500


def hostile_campaign() -> Campaign:
    """Every text that can come from a log or a roster is an attack on the reader."""
    campaign = announced()
    return msgspec.structs.replace(
        campaign,
        id=HOSTILE,
        accounts=[
            msgspec.structs.replace(one, account=HOSTILE + str(place), organisation=HOSTILE, category=HOSTILE)
            for place, one in enumerate(campaign.accounts[:30])
        ],
        by_category={HOSTILE: CategoryCounts(probed=1, attacked=3, compromised=1)},
        infrastructure=[Infrastructure(kind="client", value=HOSTILE, owner=HOSTILE, country=HOSTILE)],
        techniques=[HOSTILE],
        targeting=Targeting(statistic=HOSTILE, p_value=0.5, roster_share=0.1, population_share=0.1),
        reasons=[HOSTILE],
        channels={HOSTILE: 2},
        ways_in={HOSTILE: 2},
        providers={HOSTILE: 2},
        aliases=[HOSTILE],
        split_from=HOSTILE,
        history=[hostile_change()],
    )


def hostile_change() -> Change:
    return Change(at="2019-10-04T09:00:00Z", what=HOSTILE, reason=HOSTILE, other=HOSTILE, before=None, after=None)


def hostile_assessment() -> Assessment:
    covered = [
        msgspec.structs.replace(
            one,
            provider=HOSTILE,
            tenant=HOSTILE,
            formats=[HOSTILE],
            logs=[msgspec.structs.replace(log, title=HOSTILE, delay=HOSTILE) for log in one.logs],
            shows=[msgspec.structs.replace(kind, words=HOSTILE, document=HOSTILE) for kind in one.shows],
        )
        for one in sources()
    ]
    roster = RosterSeen(accounts=2, seen=1, never_seen=[HOSTILE])
    found = assess([hostile_campaign()], covered)
    skews = [ClockSkew(provider=HOSTILE, other=HOSTILE, seconds=600, pairs=20)]
    coverage = msgspec.structs.replace(found.coverage, roster=roster, skews=skews)
    ended = [Ended(id=HOSTILE, aliases=[HOSTILE], history=[hostile_change()])]
    return msgspec.structs.replace(found, notes=[HOSTILE], coverage=coverage, no_longer_found=ended)
