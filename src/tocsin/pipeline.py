"""How a record travels: the whole of Tocsin as one tuple of verbs.

Every stage takes the case as it stands and returns it with what it added. Imports point only backwards along the
tuple, from the last room to the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import ibis
import pyarrow as pa

from tocsin.assess import Earlier, concluded, with_findings, with_matches
from tocsin.assess.assessment import Assessment, Change
from tocsin.campaigns import ACT, Linked, Restoring, Site, linked, measured, restores
from tocsin.coverage import Knowledge, knowledge, with_own_logs
from tocsin.detect import PATTERNS, Finding, Habits, detected, findings, habits, in_order, looked_at, observed
from tocsin.engines import Engine, opened
from tocsin.enrich import (
    CODED,
    ROSTER,
    Fill,
    Pick,
    account_names,
    clients,
    coded_values,
    enriched,
    filling,
    gist_of,
    networks,
    origin,
    owner_days,
    picking,
    read_roster,
    with_origin,
)
from tocsin.indicators import INDICATOR, good_within, hits
from tocsin.lake import Covered, Intake, Lake, NothingRead, Way, coverage, log_files, take_in
from tocsin.recovery import RecoveryTables, sessions
from tocsin.report.coverage_words import with_words
from tocsin.settings import ScanSettings
from tocsin.sources import SOURCES, Reader, Source, read_mappings

if TYPE_CHECKING:
    from tocsin.detect.sigma import RuleSet

Progress = Callable[[str, Intake | None], None]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a scan knows so far. Times come in as `now`; nothing here looks at a clock."""

    settings: ScanSettings
    now: datetime  # naive UTC
    progress: Progress = lambda _stage, _intake: None
    before: Earlier | None = None  # what the last scan of this store left
    intake: Intake = field(default_factory=Intake)
    rules: RuleSet | None = None  # Sigma's, when some were brought
    roster: pa.Table = field(default_factory=ROSTER.empty_table)  # that of the last scan, until another is read
    indicators: pa.Table = field(default_factory=INDICATOR.empty_table)  # of others, as the store keeps them
    notes: tuple[str, ...] = ()
    table: Knowledge = field(default_factory=knowledge)  # what logs can show
    lake: Lake = field(init=False)
    engine: Engine = field(init=False)
    logged: ibis.Table = field(init=False)  # the events as they stand in the store
    events: ibis.Table = field(init=False)  # enriched
    pick: Pick = field(init=False)  # of these some, by keys
    fill: Fill = field(init=False)  # what only the store holds of some
    gist: ibis.Table = field(init=False)  # of all events what is asked of all at once
    days: ibis.Table = field(init=False)  # on which owners were let in
    habits: Habits = field(init=False)  # which of these are usual for whom
    looked_at: ibis.Table = field(init=False)  # events that are read one by one: few
    recovery: RecoveryTables = field(init=False)
    acts: ibis.Table = field(init=False)
    findings: tuple[Finding, ...] = field(init=False)
    finding_events: pa.Table = field(init=False)  # FINDING_EVENT
    site: Site = field(init=False)
    graph: Restoring = field(init=False)  # which account restores which
    linked: tuple[Linked, ...] = field(init=False)
    assessment: Assessment = field(init=False)
    evidence: pa.Table = field(init=False)
    changes: Sequence[tuple[str, Change]] = field(init=False)  # what became of which campaign since the last scan
    gone: pa.Table = field(init=False)  # EVIDENCE of campaigns that are no longer found


def _with(case: Case, **found: object) -> Case:
    """The case and what was found; parts not yet known stay unknown."""
    known = {name: getattr(case, name) for name in case.__dataclass_fields__ if hasattr(case, name)}
    following = object.__new__(Case)
    for name, value in (known | found).items():
        object.__setattr__(following, name, value)
    return following


def read(case: Case) -> Case:
    """Roster and log files -> event rows in the store, each once; what cannot be read is kept aside with its reason."""
    settings = case.settings
    roster, said = _people(case)
    files = log_files(settings.paths)
    files = [one for one in files if one.stat().st_size] or files  # an empty one is no source
    mapped = read_mappings(settings.mappings, SOURCES)
    lake = Lake(settings.store)
    # A mapping is somebody's word about his own log, so it goes before what Tocsin would make of a record.
    sources = (*mapped.sources, *SOURCES)
    rules = _rules(settings, sources)
    reading = rules.plan.reading(sources) if rules else sources
    reader = Reader(reading, ingested_at=case.now, timezone=settings.timezone, workers=settings.workers)
    way = Way(timezone=settings.timezone, mapping=mapped.digest, mapped=mapped.providers)
    wanted = rules.wanted if rules else None
    intake = take_in(lake, files, reader, way=way, mirror=settings.mirror, wanted=wanted, progress=case.progress)
    if not lake.event_files():
        raise NothingRead(settings.paths, lake.refusals())
    return _with(
        case,
        lake=lake,
        rules=rules,
        roster=roster,
        intake=intake,
        notes=(*case.notes, *said, *intake.notes),
        table=with_own_logs(case.table, mapped.mappings),
    )


def _rules(settings: ScanSettings, sources: Sequence[Source]) -> RuleSet | None:
    """The Sigma rules that were brought. Who brings none does not wait for the parser to be loaded."""
    if not settings.sigma:
        return None
    from tocsin.detect.sigma import read_rules

    return read_rules(settings.sigma, sources, engine=settings.engine)


def _people(case: Case) -> tuple[pa.Table, list[str]]:
    """The roster asked for, with what is wrong with single rows; else that of the last scan, with a word on it."""
    if path := case.settings.roster:
        roster, faults = read_roster(path)
        return with_origin(roster, path, case.now), faults
    if not len(case.roster):
        return case.roster, []
    return case.roster, [
        f"The roster is that of {origin(case.roster) or 'an earlier scan'} ({len(case.roster):,} accounts): give"
        " --roster to replace it, --no-roster to drop it."
    ]


def enrich(case: Case) -> Case:
    """Events -> events with network, client and the days on which owners were let in; and the gist of all events."""
    case.progress("enrich", None)
    engine = opened(case.settings.engine, scratch=case.settings.store / "scratch", memory=case.settings.memory)
    known = surrounded(engine, case.lake, case.settings.databases, coded=True)
    gist = engine.kept("gist", gist_of(known.events), coded=CODED, ids=("event_uid",))
    return _with(
        case,
        engine=engine,
        logged=known.logged,
        events=known.events,
        pick=known.pick,
        fill=known.fill,
        gist=gist,
        days=engine.kept("owner_days", owner_days(gist)),
    )


class Surrounded(NamedTuple):
    """The events of a store with network and client."""

    logged: ibis.Table  # without either, as they stand in the store
    events: ibis.Table
    pick: Pick  # of these some, by keys
    fill: Fill  # what only the store holds of some


def surrounded(engine: Engine, lake: Lake, databases: Sequence[Path] = (), *, coded: bool = False) -> Surrounded:
    """The events of the store, enriched; `coded` is for those who hold what they make of them."""
    events = engine.events(lake.event_files())
    addresses = (
        events.filter(events.source_ip.notnull())
        .group_by("source_ip")
        .aggregate(source_asn=events.source_asn.max(), source_country=events.source_country.max())
    )
    agents = events.filter(events.user_agent.notnull()).select("user_agent").distinct()
    network_rows = networks(engine.rows(addresses), databases)
    client_rows = clients(engine.rows(agents)["user_agent"].to_pylist())
    name_rows = engine.rows(account_names(events).rename(account="known_as"))
    if coded:
        # From here on events, and tables that hold values of theirs, are read as codes.
        engine.codes(
            *coded_values(events, engine.table("networks", network_rows), engine.table("clients", client_rows))
        )
    network_table, client_table = engine.table("networks", network_rows), engine.table("clients", client_rows)
    names = engine.table("account_names", name_rows).rename(known_as="account")
    surroundings = names, network_table, client_table
    return Surrounded(
        logged=events,
        events=engine.named("enriched", enriched(events, *surroundings)),
        pick=picking(events, *surroundings),
        fill=filling(events, network_table),
    )


def recover(case: Case) -> Case:
    """Recovery steps of every provider -> recovery sessions with states."""
    case.progress("recover", None)
    engine = case.engine
    known = habits(engine, case.days)
    some = looked_at(engine, case.fill, case.gist, known, ACT)
    found = sessions(case.gist, concerned=some, keep=lambda steps: engine.kept("recovery_steps", steps))
    return _with(case, habits=known, looked_at=some, recovery=found)


def detect(case: Case) -> Case:
    """Events -> acts worth weighing, labelled by detection, and findings with the events that show them."""
    case.progress("detect", None)
    engine = case.engine
    acts = engine.kept("acts", detected(case.looked_at).select(*ACT, "detection"), coded=CODED)
    with engine.passing():
        seen = observed(engine, case.events, case.days, case.recovery, case.habits, some=case.looked_at)
        graph = restores(engine, case.looked_at, case.days, case.roster)
        engine.forget(case.looked_at, case.habits.devices)
        found, rows = findings(engine, seen, PATTERNS)
    notes = case.notes
    if case.rules is not None:
        from tocsin.detect.sigma import notes_on, rule_findings

        with engine.passing():
            of_rules = rule_findings(engine, case.events, case.rules, case.intake.beside)
        found, rows = in_order([*found, *of_rules.findings]), pa.concat_tables([rows, of_rules.events])
        intake = case.intake
        told = {"formats": intake.formats, "without": intake.without}
        notes = (*notes, *notes_on(case.rules, of_rules.said, **told, read_again=intake.read_again))
    return _with(case, acts=acts, graph=graph, findings=tuple(found), finding_events=rows, notes=notes)


def link(case: Case) -> Case:
    """Acts -> operators: strangers weighed against owners, sources linked by rare shared traits."""
    case.progress("link", None)
    site = measured(
        case.engine, case.fill, case.gist, case.days, case.habits, case.recovery.steps, case.acts, case.roster
    )
    case.engine.forget(case.acts, *case.habits.tables())
    found = linked(case.engine, case.fill, case.gist, case.days, site, case.graph)
    return _with(case, site=site, linked=found)


def assess(case: Case) -> Case:
    """Operators -> campaigns with stages, counts, evidence, aim and verdict."""
    case.progress("assess", None)
    covered = coverage(case.lake, case.engine, case.gist, logged=case.logged)
    good = _good_in(covered, case.indicators)
    tables = {"source_ip": case.gist, "account": case.gist, "channel_value": case.events}
    matched = hits(case.engine, case.pick, tables, good)
    done = concluded(
        case.engine,
        pick=case.pick,
        fill=case.fill,
        gist=case.gist,
        recovery=case.recovery,
        site=case.site,
        found=case.linked,
        roster=case.roster,
        covered=covered,
        now=case.now,
        before=case.before,
        notes=case.notes,
        table=case.table,
        graph=case.graph,
        hits=matched,
    )
    case.engine.close()
    assessment = with_findings(done.assessment, done.evidence, case.findings, case.finding_events)
    answer = with_words(with_matches(assessment, done.evidence, matched, kept=len(case.indicators), good=len(good)))
    return _with(case, assessment=answer, evidence=done.evidence, changes=done.changes, gone=done.gone)


def _good_in(covered: Sequence[Covered], indicators: pa.Table) -> pa.Table:
    """The indicators that are good at some time of the logs' period."""
    firsts, lasts = ([time for one in covered if (time := getattr(one, end))] for end in ("first", "last"))
    return good_within(indicators, min(firsts), max(lasts)) if firsts and lasts else indicators.slice(0, 0)


PIPELINE = (read, enrich, recover, detect, link, assess)


def run(case: Case) -> Case:
    """The case, all the way."""
    for stage in PIPELINE:
        case = stage(case)
    return case
