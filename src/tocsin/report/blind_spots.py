"""What the logs cannot show, said beside every answer: missing logs, and first steps that are never written."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.assess.assessment import Coverage, SourceCoverage
from tocsin.coverage import RECOVERIES, SIGN_INS
from tocsin.report.names import kind_words, source_name, whole
from tocsin.report.phrases import PROVIDER_WORDS, listed
from tocsin.report.visible import visible

FIRST_STEPS = ("unknown_at_sign_in", "unknown_at_recovery", "recovery_started")
"""How an attack begins."""

SOURCES_NAMED = 3


def blind_spots(coverage: Coverage) -> list[str]:
    """Sentences; none where the logs show both front doors and the first steps at them."""
    sources = whole(coverage.sources)
    sentences = [
        *_missing(sources, SIGN_INS, "sign-ins"),
        *_missing(sources, RECOVERIES, "recoveries"),
        *_never_written(sources),
    ]
    if not_known := [source_name(one) for one in sources if not one.logs and one.shows]:
        sentences.append(f"What the logs of {_some(not_known)} can show is not known.")
    return sentences


def _missing(sources: Sequence[SourceCoverage], kinds: Sequence[str], words: str) -> list[str]:
    """Logs in which one of the doors stands, and which were not given."""
    absent: dict[str, list[str]] = {}
    for source in sources:
        states = {one.kind: one for one in source.shows}
        missing = [states[kind] for kind in kinds if kind in states]
        if missing and all(one.shown == "log_missing" for one in missing):
            titles = {log.log: visible(log.title) for log in source.logs}
            log = " or ".join(titles[name] for name in missing[0].logs if name in titles)
            absent.setdefault(log, []).append(source_name(source))
    return [
        f"Of the {log} of {_some(names)} nothing was given, so that {words} there cannot be seen."
        for log, names in absent.items()
    ]


def _never_written(sources: Sequence[SourceCoverage]) -> list[str]:
    """Providers that leave out a first step altogether."""
    left_out: dict[str, list[str]] = {}
    for source in sources:
        states = {one.kind: one.shown for one in source.shows}
        steps = [kind_words(kind) for kind in FIRST_STEPS if states.get(kind) == "no"]
        if steps:
            left_out.setdefault(source.provider, steps)
    by_steps: dict[tuple[str, ...], list[str]] = {}
    for provider, steps in left_out.items():
        by_steps.setdefault(tuple(steps), []).append(PROVIDER_WORDS.get(provider, visible(provider)))
    return [
        f"{listed(providers)} {'writes' if len(providers) == 1 else 'write'} nothing of {listed(list(steps))}."
        for steps, providers in by_steps.items()
    ]


def _some(names: Sequence[str]) -> str:
    rest = len(names) - SOURCES_NAMED
    return listed([*names[:SOURCES_NAMED], f"{rest} more"] if rest > 0 else list(names))
