"""Judgements on whose hand a campaign is: proposed by one person, released by another, and kept.

The ledger is a file of JSON lines beside the events of a store, only ever appended to; each line holds the digest of
the line before it, so that a line changed or taken out afterwards is noticed. A name is what a person gives: the store
belongs to its owner alone, and whoever may write to it answers for the names.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.assess.assessment import Assessment, Attribution, Campaign, OpenAttribution
from tocsin.attribute.actor import Actor
from tocsin.attribute.icd203 import CONFIDENCES, band_of
from tocsin.attribute.names import folded
from tocsin.attribute.suggestion import View
from tocsin.errors import StoreError, UsageError

LEDGER = "judgements.jsonl"

LONGEST_NAME, LONGEST_REASON = 100, 2_000

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger."""

    at: str
    act: str  # suggested | proposed | released | withdrawn
    campaign: str
    actor: str
    authority: str
    term: str = ""
    likelihood: str = ""
    confidence: str = ""
    by: str = ""  # empty: the machine
    reason: str = ""
    previous: str = ""  # digest of the line before


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What stands of one actor and campaign."""

    state: str  # suggested | proposed | released
    act: Act
    released_by: tuple[str, ...] = ()  # both people

    def is_of(self, actor: Actor) -> bool:
        """Whether it is about this actor of this authority."""
        return (self.act.authority, self.act.actor) == actor.key


def read_ledger(store: Path) -> list[Act]:
    """Every act, the oldest first. Raises `StoreError` where a line was changed or is missing."""
    try:
        data = (store / LEDGER).read_bytes()
    except FileNotFoundError:
        return []
    return [act for act, _ in _acts(data, store / LEDGER)]


def judged(acts: Iterable[Act], ids: Sequence[str]) -> list[Judged]:
    """What stands of a campaign under any of its ids, in the order in which it came up."""
    held: dict[tuple[str, str], Judged] = {}
    for act in acts:
        if act.campaign not in ids:
            continue
        key = (act.authority, act.actor)
        before = held.get(key)
        if act.act == "withdrawn":
            held.pop(key, None)
        elif act.act == "released":
            first = before.act.by if before else ""
            held[key] = Judged(state="released", act=act, released_by=(first, act.by))
        elif act.act == "proposed":
            held[key] = Judged(state="proposed", act=act)
        elif act.act == "suggested" and (before is None or before.state == "suggested"):
            # The last suggestion replaces the ones before it, whomever they named.
            held = {k: one for k, one in held.items() if one.state != "suggested" or k[0] != act.authority}
            if act.actor:
                held[key] = Judged(state="suggested", act=act)
    return list(held.values())


def with_judgements(assessment: Assessment, acts: Sequence[Act]) -> Assessment:
    """The assessment with what two people released as its attribution, and what is open beside it."""
    campaigns = [_with_judged(one, judged(acts, (one.id, *one.aliases))) for one in assessment.campaigns]
    return msgspec.structs.replace(assessment, campaigns=campaigns)


def propose_or_release(
    store: Path,
    *,
    campaign: Campaign,
    actor: Actor,
    term: str | None,
    confidence: str | None,
    by: str,
    reason: str,
    now: datetime,
    suggested: tuple[str, str] | None = None,
) -> Act:
    """The first person's call proposes, another one's call with the same judgement releases. Raises `UsageError`.

    `term` and `confidence` may be left out: the first person then takes what was `suggested`, and the second one
    confirms what the first one said.
    """
    who, why = _line(by, "--by", LONGEST_NAME), _line(reason, "--reason", LONGEST_REASON, empty=True)
    ids = (campaign.id, *campaign.aliases)
    with _appending(store) as ledger:
        standing = judged(ledger.acts, ids)
        for one in standing:
            if one.state == "released" and one.act.authority == actor.authority:
                raise UsageError(
                    f"{one.act.actor} ({actor.authority}) is released for {campaign.id} already",
                    remedy="withdraw it first, with --withdraw",
                )
        proposal = next((one.act for one in standing if one.state == "proposed" and one.is_of(actor)), None)
        same = proposal is not None and term in (None, proposal.term) and confidence in (None, proposal.confidence)
        if proposal is not None and same:
            if _person(proposal.by) == _person(who):
                raise UsageError(
                    f"{proposal.by} proposed this: a release needs a second person",
                    remedy="have somebody else look at the evidence and release it with --by and their own name",
                )
            return ledger.append(_act("released", proposal, campaign, who, why, now))
        if suggested is not None:
            term, confidence = term or suggested[0], confidence or suggested[1]
        if term is None or confidence is None:
            raise UsageError(
                f"how likely is {actor.name}, and with which confidence?",
                remedy="give --likelihood and --confidence: the evidence suggests nothing that could stand for them",
            )
        within = band_of(term)
        if within is None or confidence not in CONFIDENCES:
            raise UsageError(
                f"{term!r} with confidence {confidence!r} is no judgement",
                remedy="--likelihood takes a term of ICD 203 (`likely`), --confidence low, moderate or high",
            )
        if not why:
            raise UsageError("a proposal needs its reason", remedy="say in --reason on what it rests, in a sentence")
        first = _unsigned("proposed", campaign, actor.authority, actor.name, within.term, within.range, confidence)
        return ledger.append(_act("proposed", first, campaign, who, why, now))


def standing(campaign: Campaign, name: str, authority: str | None) -> tuple[str, str] | None:
    """Authority and actor of the one judgement of a campaign that a name means, whether or not anybody still keeps a
    profile of that actor: what was released must be there to be taken back."""
    released = [(one.authority, one.actor) for one in campaign.attribution]
    proposed = [(one.authority, one.actor) for one in campaign.attribution_open if one.state == "proposed"]
    found = {
        (whose, actor)
        for whose, actor in (*released, *proposed)
        if folded(actor) == folded(name) and authority in (None, whose)
    }
    return found.pop() if len(found) == 1 else None


def withdraw(store: Path, *, campaign: Campaign, actor: tuple[str, str], by: str, reason: str, now: datetime) -> Act:
    """Take a proposal or a release of an actor (its authority and name) back; one person may. Raises `UsageError` where
    nothing stands."""
    who, why = _line(by, "--by", LONGEST_NAME), _line(reason, "--reason", LONGEST_REASON)
    with _appending(store) as ledger:
        standing = judged(ledger.acts, (campaign.id, *campaign.aliases))
        for one in standing:
            if one.state != "suggested" and (one.act.authority, one.act.actor) == actor:
                return ledger.append(_act("withdrawn", one.act, campaign, who, why, now))
    raise UsageError(
        f"{actor[1]} ({actor[0]}) is neither proposed nor released for {campaign.id}",
        remedy=f"`tocsin attribute {campaign.id}` shows what is",
    )


def remember_suggestions(store: Path, campaign: Campaign, views: Sequence[View], *, now: datetime) -> None:
    """Keep whom each authority's view suggests, or that it suggests nobody any more, where that is new."""
    with _appending(store) as ledger:
        last = {
            act.authority: (act.actor, act.term, act.confidence)
            for act in ledger.acts
            if act.act == "suggested" and act.campaign in (campaign.id, *campaign.aliases)
        }
        for view in views:
            lead = view.hypothesis(view.actor) if view.actor else None
            before = last.get(view.authority, ("", "", ""))
            if lead is None and before[0]:
                none = _unsigned("suggested", campaign, view.authority)
                ledger.append(_act("suggested", none, campaign, "", "", now))
            elif lead is not None and (lead.actor, lead.term, view.confidence) != before:
                told = (lead.actor, lead.term, lead.likelihood, view.confidence)
                first = _unsigned("suggested", campaign, view.authority, *told)
                ledger.append(_act("suggested", first, campaign, "", "", now))


def _unsigned(
    what: str,
    campaign: Campaign,
    authority: str,
    actor: str = "",
    term: str = "",
    likelihood: str = "",
    confidence: str = "",
) -> Act:
    return Act(
        at="",
        act=what,
        campaign=campaign.id,
        actor=actor,
        authority=authority,
        term=term,
        likelihood=likelihood,
        confidence=confidence,
    )


def _act(what: str, about: Act, campaign: Campaign, by: str, reason: str, now: datetime) -> Act:
    at = now.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return msgspec.structs.replace(about, at=at, act=what, campaign=campaign.id, by=by, reason=reason, previous="")


def _with_judged(campaign: Campaign, held: Sequence[Judged]) -> Campaign:
    released = [
        Attribution(
            actor=one.act.actor,
            authority=one.act.authority,
            likelihood=one.act.likelihood,
            term=one.act.term,
            confidence=one.act.confidence,
        )
        for one in held
        if one.state == "released"
    ]
    still_open = [
        OpenAttribution(
            state=one.state,
            actor=one.act.actor,
            authority=one.act.authority,
            likelihood=one.act.likelihood,
            term=one.act.term,
            confidence=one.act.confidence,
            by=one.act.by or None,
            at=one.act.at,
        )
        for one in held
        if one.state != "released"
    ]
    return msgspec.structs.replace(campaign, attribution=released, attribution_open=still_open)


class _Ledger:
    def __init__(self, acts: list[Act], digest: str, file: int) -> None:
        self.acts, self._digest, self._file = acts, digest, file

    def append(self, act: Act) -> Act:
        kept = msgspec.structs.replace(act, previous=self._digest)
        line = msgspec.json.encode(kept)
        os.write(self._file, line + b"\n")
        os.fsync(self._file)
        self._digest = _digest(line)
        self.acts.append(kept)
        return kept


@contextmanager
def _appending(store: Path) -> Iterator[_Ledger]:
    """The ledger, nobody else's until it is left."""
    path = store / LEDGER
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", remedy="check the store's folder and its permissions"
        ) from error
    try:
        _lock(file)
        data = path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):  # a line that was being written when its process was killed
            os.ftruncate(file, len(whole))
        held = list(_acts(whole, path))
        yield _Ledger([act for act, _ in held], held[-1][1] if held else "", file)
    finally:
        os.close(file)


def _lock(file: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: an append of one line is whole there, too
        return
    fcntl.flock(file, fcntl.LOCK_EX)


def _acts(data: bytes, path: Path) -> Iterator[tuple[Act, str]]:
    digest = ""
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), start=1):
        try:
            act = msgspec.json.decode(line, type=Act)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _damaged(path, number, str(error)) from error
        if act.previous != digest:
            raise _damaged(path, number, "it does not follow the line before it")
        digest = _digest(line)
        yield act, digest


def _damaged(path: Path, number: int, why: str) -> StoreError:
    return StoreError(
        f"{path}, line {number}: {why}",
        remedy="the ledger of judgements was changed: put back a copy of it, or move it away and judge anew",
    )


def _digest(line: bytes) -> str:
    return hashlib.blake2b(line, digest_size=16).hexdigest()


def _person(name: str) -> str:
    """A person's name however it is written."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(one for one in folded if one.isalnum())


def _line(text: str, option: str, longest: int, *, empty: bool = False) -> str:
    said = " ".join(unicodedata.normalize("NFC", text).split())
    if not said and not empty:
        raise UsageError(f"{option} is empty", remedy=f"give {option} and the words")
    if option == "--by" and not _person(said):
        raise UsageError("--by holds no name", remedy="give the name of the person who judges")
    if len(said) > longest:
        raise UsageError(f"{option} is longer than {longest} characters", remedy="shorten it")
    if any(unicodedata.category(one) in _UNSEEN for one in said):
        raise UsageError(f"{option} holds characters that nobody sees", remedy="type it anew")
    return said
