"""The logs in a store against the rules about practice, tenant by tenant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.coverage import BY_NAME, CLAIMED, KindShown, knowledge, shown
from tocsin.engines import Engine, opened
from tocsin.errors import StoreNotFound
from tocsin.lake import Covered, Lake, coverage
from tocsin.lint.answer import Found, Judged, Place, Shown
from tocsin.lint.judge import Practice, cited
from tocsin.lint.practice.logs import Logs, looked_at
from tocsin.lint.practice.rule import PracticeRule
from tocsin.lint.practice.rules import PRACTICE_RULES

Tenant = tuple[str, str]

OF_RECOVERY = ("recovery_started", "recovery_message", "recovery_proof", "recovery_completed")


def practised(store: Path) -> Practice:
    """What the logs in the store of `tocsin scan` prove. Raises `StoreNotFound`."""
    if not store.is_dir():
        raise StoreNotFound(f"there is no store {store}", remedy="run `tocsin scan LOGS --store DIR` first")
    lake = Lake(store)
    files = lake.event_files()
    if not files:
        raise StoreNotFound(f"the store {store} holds no events", remedy="run `tocsin scan LOGS --store DIR` first")
    engine = opened("duckdb", scratch=store / "scratch")
    try:
        events = engine.events(files)
        return judge_logs(engine, looked_at(engine, events), coverage(lake, engine, events))
    finally:
        engine.close()


def judge_logs(engine: Engine, logs: Logs, covered: Sequence[Covered]) -> Practice:
    """Broken, kept and cannot-say, of each tenant that the logs cover."""
    table = knowledge()
    kinds = {
        (one.provider, one.tenant): {kind.kind: kind for kind in shown(one, table)[1]}
        for one in covered
        if one.first is not None
    }
    found: list[Found] = []
    kept: list[Judged] = []
    unsaid: list[Judged] = []
    for tenant, by_kind in kinds.items():
        if not any(by_kind[name].shown in CLAIMED for name in OF_RECOVERY):
            unsaid.append(_silent(tenant))
    telling = {
        tenant: by_kind
        for tenant, by_kind in kinds.items()
        if any(by_kind[name].shown in CLAIMED for name in OF_RECOVERY)
    }
    for rule in PRACTICE_RULES:
        cases = _cases(engine, logs, rule)
        for tenant, by_kind in telling.items():
            if tenant in cases:
                found.append(_broken(rule, tenant, cases[tenant]))
                continue
            reason = rule.unsaid if rule.finds is None else _lacking(rule, by_kind)
            (unsaid if reason else kept).append(_judged(rule, tenant, reason or _with_conditions(rule, by_kind)))
    return found, kept, unsaid


def _cases(engine: Engine, logs: Logs, rule: PracticeRule) -> dict[Tenant, list[dict[str, Any]]]:
    """Rows by tenant. What two logs tell of one case is counted once, where it began."""
    if rule.finds is None:
        return {}
    by_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in engine.rows(rule.finds(logs).distinct()).to_pylist():
        by_case[row["case"]].append(row)
    cases: dict[Tenant, list[dict[str, Any]]] = defaultdict(list)
    for rows in by_case.values():
        rows.sort(key=lambda row: (row["ts"], row["provider"], row["event_uid"]))
        provider = rows[0]["provider"]
        named = [row["tenant"] for row in rows if row["provider"] == provider and row["tenant"]]
        cases[provider, named[0] if named else ""] += rows
    return cases


def _broken(rule: PracticeRule, tenant: Tenant, rows: Sequence[dict[str, Any]]) -> Found:
    cases, accounts = {row["case"] for row in rows}, {row["account"] for row in rows}
    ordered = sorted(rows, key=lambda row: (row["case"], row["ts"], row["event_uid"]))
    return Found(
        rule=rule.name,
        title=rule.title,
        severity=rule.severity,
        why=rule.why,
        place=_place(tenant),
        fact=rule.says(len(cases), len(accounts)),
        fix=rule.fixes.get(tenant[0], rule.fix),
        clauses=cited(rule.clauses),
        source="",
        cases=len(cases),
        accounts=len(accounts),
        evidence=list(_evidence(ordered)),
    )


def _evidence(rows: Sequence[dict[str, Any]]) -> Iterator[Shown]:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (key := (row["provider"], row["event_uid"])) in seen:
            continue
        seen.add(key)
        moment = datetime.fromtimestamp(row["ts"] / 1000, UTC)
        yield Shown(
            provider=row["provider"],
            event_uid=row["event_uid"],
            account=row["account"],
            time=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            raw_ref=row["raw_ref"],
        )


def _lacking(rule: PracticeRule, by_kind: dict[str, KindShown]) -> str:
    """Why the log cannot tell; '' where it can."""
    for name in rule.needs:
        kind, words = by_kind[name], BY_NAME[name].words
        if kind.shown == "none_seen":
            return f"the log holds no {words}: there were none, or the export left them out"
        if kind.shown == "log_missing":
            return f"the log in which {words} stand was not given"
        if kind.shown == "no":
            return f"no log of this provider shows {words}"
        if kind.shown == "not_known":
            return f"it is not known whether this log shows {words}"
    return ""


def _with_conditions(rule: PracticeRule, by_kind: dict[str, KindShown]) -> str:
    partly = [by_kind[name].words for name in rule.needs if by_kind[name].shown == "partly" and by_kind[name].words]
    return f"{rule.so}, as far as the log shows ({'; '.join(partly)})" if partly else rule.so


def _silent(tenant: Tenant) -> Judged:
    return Judged(
        rule="practice",
        title="What the logs show of recoveries",
        severity="low",
        place=_place(tenant),
        fact="the log shows no recoveries, or it is not known what it shows",
    )


def _judged(rule: PracticeRule, tenant: Tenant, fact: str) -> Judged:
    return Judged(rule=rule.name, title=rule.title, severity=rule.severity, place=_place(tenant), fact=fact)


def _place(tenant: Tenant) -> Place:
    return Place(of="log", provider=tenant[0], tenant=tenant[1])
