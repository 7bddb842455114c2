"""Rules and the store's events to findings like those of any other detection, and what each rule had to say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.detect.finding import FINDING_EVENT, Finding
from tocsin.detect.found import told
from tocsin.detect.pattern import HIT, Facts, Telling
from tocsin.detect.sigma.convert import rules_behind
from tocsin.detect.sigma.correlations import ROW, Episodes, episodes, hits
from tocsin.detect.sigma.match import Matches
from tocsin.detect.sigma.rules import Correlation, Rule, RuleSet
from tocsin.detect.words import counted
from tocsin.engines import Engine

TOO_MANY_OF = 0.5
"""A rule that matches more than this share of its log says nothing about any one event: it is told, not its events."""

FEW = 1000
"""Events of a log below which no rule is too broad."""

TOGETHER = 200_000
"""Events that are fetched at once."""

ALWAYS = 10**6
"""Hours: the events of an episode are one finding."""

BETWEEN = "\x1f"

SHOWN_OF_KEY = 200
"""Characters of a group in the sentence about it: a value may be as long as a log line."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a rule had to say."""

    rule: Rule | Correlation
    events: int
    findings: int = 0
    of: int | None = None  # events of its log, where it was too broad to be told


@dataclass(frozen=True, kw_only=True)
class Found:
    """Findings of rules."""

    findings: tuple[Finding, ...] = ()
    said: tuple[Said, ...] = ()
    events: pa.Table  # FINDING_EVENT


def rule_findings(engine: Engine, events: ibis.Table, rules: RuleSet, files: Sequence[str]) -> Found:
    """What the rules find in enriched events and in the fields of their records (files of `BesideStore`)."""
    if not rules.rules:
        return Found(events=FINDING_EVENT.empty_table())
    beside = engine.files("beside", files, rules.wanted.schema)
    matches = Matches(engine, events, beside, rules.plan)
    matched = matches.matched(rules.rules)
    counts = {
        row["part"]: row["events"]
        for row in engine.rows(matched.group_by("part").aggregate(events=matched.count())).to_pylist()
    }
    broad = _too_broad(engine, matches, rules, counts)
    found: list[Finding] = []
    tables = [FINDING_EVENT.empty_table()]
    said: list[Said] = []

    def tell(one: Rule | Correlation, rows: pa.Table, says: Callable[[Facts], str]) -> Said:
        before = len(found)
        for finding, finding_events in told(_telling(one, says), rows):
            found.append(finding)
            tables.append(finding_events)
        return Said(rule=one, events=len(rows), findings=len(found) - before)

    narrow = [one.number for one in rules.rules if one.speaks and one.number in counts and one.number not in broad]
    for numbers in _batches(narrow, counts):
        keyed = _keyed(matched.filter(matched.part.isin(numbers))).select("part", *HIT).distinct()
        rows = engine.rows(keyed)
        for number in numbers:
            own = rows.filter(pc.equal(rows["part"], number)).select(list(HIT))
            said.append(tell(rules.rules[number], own, _matching))
    said += [Said(rule=rules.rules[number], events=counts[number], of=of) for number, of in broad.items()]
    by_number: dict[int, Rule | Correlation] = {one.number: one for one in rules.every}
    made: dict[int, Episodes] = {}
    for one in rules.correlations:
        rows = engine.kept(f"sigma_rows_{one.number}", _rows(one, by_number, matches, made))
        moments = engine.kept(f"sigma_hits_{one.number}", hits(one, rows))
        made[one.number] = _with_deeper(one, episodes(one, rows, moments), made)
        if one.speaks:
            shown = _in_episodes(one, made[one.number], matches)
            hit = engine.rows(shown.select(*HIT).distinct())
            said.append(tell(one, hit, _correlated(one, by_number)))
    return Found(findings=tuple(found), events=pa.concat_tables(tables), said=tuple(said))


def _batches(numbers: Sequence[int], counts: Mapping[int, int]) -> Iterator[list[int]]:
    """Rules whose events are fetched together."""
    batch: list[int] = []
    for number in numbers:
        if batch and sum(counts[one] for one in batch) + counts[number] > TOGETHER:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _too_broad(engine: Engine, matches: Matches, rules: RuleSet, counts: Mapping[int, int]) -> dict[int, int]:
    """Rules that match most of their log, and how many events it has."""
    many = [rule for rule in rules.rules if rule.speaks and counts.get(rule.number, 0) > FEW * TOO_MANY_OF]
    totals = {
        rule.logs.name: engine.rows(matches.table(rule.logs).aggregate(events=lambda t: t.count()))["events"][0].as_py()
        for rule in many
    }
    return {
        rule.number: totals[rule.logs.name]
        for rule in many
        if totals[rule.logs.name] >= FEW and counts[rule.number] > TOO_MANY_OF * totals[rule.logs.name]
    }


def _keyed(matched: ibis.Table) -> ibis.Table:
    """HIT of single events: those of one account are one finding, or of one source where no account is named."""
    key = ibis.coalesce(matched.account, matched.source_ip, matched.tenant)
    return matched.mutate(key=key, note=ibis.null("string"))


def _rows(
    one: Correlation, by_number: Mapping[int, Rule | Correlation], matches: Matches, made: Mapping[int, Episodes]
) -> ibis.Table:
    """ROW: the events of all parts, with their group and what is counted of them."""
    found = []
    for part in one.parts:
        behind = by_number[part]
        for rule in dict.fromkeys(rules_behind(behind, dict(by_number))):
            names = {f"group_{place}": one.field_of(name, part) for place, name in enumerate(one.group_by)}
            names |= {f"of_{place}": one.field_of(name, part) for place, name in enumerate(one.of)}
            rows = matches.valued(rule, names)
            if isinstance(behind, Correlation):
                # Under names of their own: to Spark, columns of one table on both sides are the same column.
                moments = made[part].closing.select(at_provider="provider", at_uid="event_uid").distinct()
                rows = rows.semi_join(moments, [rows.provider == moments.at_provider, rows.event_uid == moments.at_uid])
            groups = [rows[f"group_{place}"].cast("string") for place in range(len(one.group_by))]
            values = [rows[f"of_{place}"].cast("string") for place in range(len(one.of))]
            rows = rows.filter(*(value.notnull() for value in groups)) if groups else rows
            found.append(
                rows.select(
                    "ts",
                    "provider",
                    "event_uid",
                    part=ibis.literal(part, "int64"),
                    key=_together(groups) if groups else ibis.literal(""),
                    value=_together(values) if values else ibis.null("string"),
                ).select(*ROW)
            )
    return ibis.union(*found, distinct=True) if found[1:] else found[0].distinct()


def _together(values: Sequence[ibis.Value]) -> ibis.Value:
    """Several texts as one; NULL where one of them is."""
    whole = values[0]
    for value in values[1:]:
        whole = whole.concat(BETWEEN, value)
    return whole


def _with_deeper(one: Correlation, own: Episodes, made: Mapping[int, Episodes]) -> Episodes:
    """The episodes with the events behind those of correlations that it refers to."""
    events = own.evidence
    for part in one.parts:
        if part not in made:
            continue
        inner = made[part]
        there = own.events.filter(own.events.part == part).select("key", "episode", "provider", "event_uid")
        closing = inner.closing.select("provider", "event_uid", inner_key="key", inner_episode="episode").distinct()
        pairs = there.inner_join(closing, ["provider", "event_uid"])
        pairs = pairs.select("key", "episode", "inner_key", "inner_episode").distinct()
        deeper = inner.evidence.select("provider", "event_uid", inner_key="key", inner_episode="episode")
        more = pairs.inner_join(deeper, ["inner_key", "inner_episode"])
        events = events.union(more.select("key", "episode", "provider", "event_uid"), distinct=True)
    return replace(own, evidence=events)


def _in_episodes(one: Correlation, found: Episodes, matches: Matches) -> ibis.Table:
    """HIT: an episode's events are one finding."""
    rows = found.evidence.mutate(
        finding_key=found.evidence.key.concat(BETWEEN, found.evidence.episode.cast("string")),
        note=found.evidence.key.replace(BETWEEN, ", ").substr(0, SHOWN_OF_KEY) if one.group_by else ibis.null("string"),
    )
    rows = rows.select("provider", "event_uid", "note", key="finding_key")
    return matches.shown(rows).select(*HIT)


def _telling(one: Rule | Correlation, says: Callable[[Facts], str]) -> Telling:
    about = one.about
    return Telling(
        name=about.name,
        title=about.title,
        role=about.role,
        level=about.level,
        techniques=about.techniques,
        says=says,
        quiet_hours=24 if isinstance(one, Rule) else ALWAYS,
    )


def _matching(facts: Facts) -> str:
    return f"{counted(facts.events, 'event')} of the Sigma rule"


def _correlated(one: Correlation, by_number: Mapping[int, Rule | Correlation]) -> Callable[[Facts], str]:
    span = _span(one.timespan_ms)
    titles = [by_number[part].about.title for part in one.parts]
    least = f"{'more than ' if one.op == 'gt' else ''}{one.count:g}"
    match one.kind:
        case "event_count":
            what = f"{least} events within {span}"
        case "value_count":
            what = f"{least} different values of {', '.join(one.of)} within {span}"
        case "value_sum" | "value_avg":
            sign = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤", "eq": "=", "neq": "≠"}[one.op]
            what = f"{'sum' if one.kind == 'value_sum' else 'mean'} of {one.of[0]} {sign} {one.count:g} within {span}"
        case "temporal_ordered":
            what = f"{', then '.join(titles)} within {span}"
        case _:
            what = f"{' and '.join(titles)} within {span}" if one.wanted is None else f"a combination within {span}"

    def says(facts: Facts) -> str:
        where = f" for {facts.notes[0]}" if facts.notes else ""
        return f"{what}{where}"

    return says


def _span(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    for size, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return counted(seconds // size, name)
    return counted(math.ceil(seconds), "second")
