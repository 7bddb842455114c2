"""The scorer's rules, each on a world of a handful of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scorer import CampaignScore, Event, Found, Labelled, WorldScore, moment, scored

START = datetime(2026, 2, 2, 8, tzinfo=UTC)
ADA, BOB, EVE = ("okta", "ada@a.example"), ("okta", "bob@a.example"), ("entra", "eve@b.example")


def key(name: str) -> tuple[str, str]:
    return ("okta", name)


def keys(names: str) -> frozenset[tuple[str, str]]:
    """One event a letter."""
    return frozenset(key(name) for name in names)


def labelled(id: str = "first", names: str = "abcdefghij", verdict: str = "targeted", role: str = "attack") -> Labelled:
    """One event a letter, one a day."""
    events = [
        Event(campaign=id, key=key(name), role=role, time=START + timedelta(days=day)) for day, name in enumerate(names)
    ]
    return Labelled(
        id=id,
        verdict=verdict,
        events=tuple(events),
        attacked=frozenset({ADA, BOB}),
        compromised=frozenset({BOB}),
        attempts=3,
    )


def found(id: str = "c1", names: str = "abcdefghij", verdict: str = "targeted") -> Found:
    return Found(
        id=id,
        verdict=verdict,
        events=keys(names),
        attacked=frozenset({ADA, BOB}),
        compromised=frozenset({BOB}),
        attempts=3,
        detected_at=datetime(2026, 2, 5, tzinfo=UTC),
    )


PERFECT = CampaignScore(
    campaign="first",
    match="c1",
    events_found=10,
    events_true=10,
    events_right=10,
    attacked_found=2,
    attacked_true=2,
    attacked_right=2,
    compromised_missed=0,
    compromised_extra=0,
    attempts_found=3,
    attempts_true=3,
    split=False,
    verdict_found="targeted",
    verdict_true="targeted",
    days_to_detection=2.667,  # 2 February 08:00 to 5 February 00:00
    tries_before=0.3,
)
CLEAN = WorldScore(campaigns=(PERFECT,), merged=0, fragments=0, false=0, false_targeted=0)


def test_all_right() -> None:
    assert scored([labelled()], frozenset(), [found()]) == CLEAN


def test_companions_count_neither_as_hit_nor_as_miss() -> None:
    assert scored([labelled()], keys("xyz"), [found(names="abcdefghijxyz")]) == CLEAN


def test_a_record_that_is_nobodys_costs_precision_and_a_missing_one_recall() -> None:
    score = scored([labelled()], frozenset(), [found(names="abcdefgQ")])
    assert score == replace(CLEAN, campaigns=(replace(PERFECT, events_found=8, events_right=7),))


def test_accounts_and_verdict_are_those_of_the_match() -> None:
    wrong = replace(
        found(verdict="undetermined"), attacked=frozenset({BOB, EVE}), compromised=frozenset({EVE}), attempts=None
    )
    expected = replace(
        PERFECT,
        attacked_right=1,
        compromised_missed=1,
        compromised_extra=1,
        attempts_found=None,
        verdict_found="undetermined",
    )
    assert scored([labelled()], frozenset(), [wrong]) == replace(CLEAN, campaigns=(expected,))


def test_a_campaign_that_was_not_found_is_missed_whole() -> None:
    (score,) = scored([labelled()], frozenset(), []).campaigns
    assert score == CampaignScore(
        campaign="first",
        match=None,
        events_found=0,
        events_true=10,
        events_right=0,
        attacked_found=0,
        attacked_true=2,
        attacked_right=0,
        compromised_missed=1,
        compromised_extra=0,
        attempts_found=None,
        attempts_true=3,
        split=False,
        verdict_found=None,
        verdict_true="targeted",
        days_to_detection=None,
        tries_before=None,
    )


def test_two_actors_in_one_found_campaign_are_merged_and_the_smaller_is_missed() -> None:
    first, second = labelled(names="abcdef"), labelled("second", "uvwxy")
    score = scored([first, second], frozenset(), [found(names="abcdefuvwxy")])
    assert score.merged == 1
    assert [one.match for one in score.campaigns] == ["c1", None]
    assert (score.campaigns[0].events_right, score.campaigns[0].events_found) == (6, 11)


def test_a_strangers_crumb_below_a_tenth_is_no_merger() -> None:
    second = labelled("second", "klmnopqrstuvwxyz")
    score = scored([labelled(), second], frozenset(), [found(names="abcdefghijk"), found("c2", "lmnopqrstuvwxyz")])
    assert score.merged == 0
    assert [one.match for one in score.campaigns] == ["c1", "c2"]


def test_a_tenth_is_a_part() -> None:
    score = scored([labelled(), labelled("second", "uvwxyz")], frozenset(), [found(names="auvwxyz")])
    assert score.merged == 1


def test_a_campaign_in_two_pieces_is_split_and_the_smaller_piece_a_fragment() -> None:
    score = scored([labelled()], frozenset(), [found(names="abcdef"), found("c2", "ghij")])
    assert [one.match for one in score.campaigns] == ["c1"]
    assert score.campaigns[0].split
    assert (score.merged, score.fragments, score.false, score.false_targeted) == (0, 1, 0, 0)


def test_each_found_campaign_is_the_match_of_one() -> None:
    """The one with which it shares most; the other takes what is left."""
    score = scored(
        [labelled(names="abcde"), labelled("second", "uvwxyz")],
        frozenset(),
        [found(names="abuvwx"), found("c2", "cd")],
    )
    assert [one.match for one in score.campaigns] == ["c2", "c1"]


def test_targeted_in_a_world_without_campaigns_is_false() -> None:
    score = scored([], frozenset(), [found(), found("c2", "xyz", "opportunistic")])
    assert score == WorldScore(campaigns=(), merged=0, fragments=0, false=2, false_targeted=1)


def test_an_opportunistic_campaign_called_targeted_is_a_false_one() -> None:
    true = labelled(verdict="opportunistic")
    assert scored([true], frozenset(), [found()]).false_targeted == 1
    assert scored([true], frozenset(), [found(verdict="opportunistic")]).false_targeted == 0


def test_a_targeted_fragment_of_a_targeted_campaign_is_not_false() -> None:
    assert scored([labelled()], frozenset(), [found(names="abcdef"), found("c2", "ghij")]).false_targeted == 0


def test_half_nobodys_is_false_when_called_targeted() -> None:
    assert scored([labelled()], frozenset(), [found(names="abXY")]).false_targeted == 1
    assert scored([labelled()], frozenset(), [found(names="abcXY")]).false_targeted == 0


def test_tries_before_detection_are_look_ups_and_proofs_and_nothing_else() -> None:
    true = labelled()
    events = tuple(
        replace(event, role="access" if at > 4 else "identification") for at, event in enumerate(true.events)
    )
    (score,) = scored([replace(true, events=events)], frozenset(), [found()]).campaigns
    assert score.tries_before == 0.6  # three of the first five days


def test_detection_before_the_first_event_is_no_negative_time() -> None:
    early = replace(found(), detected_at=datetime(2026, 2, 1, tzinfo=UTC))
    (score,) = scored([labelled()], frozenset(), [early]).campaigns
    assert (score.days_to_detection, score.tries_before) == (0.0, 0.0)


def test_the_order_of_what_was_found_changes_nothing() -> None:
    true = [labelled(names="abcdef"), labelled("second", "uvwxyz")]
    said = [found(names="abcu"), found("c2", "defvwx"), found("c3", "yz12345")]
    assert scored(true, frozenset(), said) == scored(true, frozenset(), said[::-1])


def test_times_without_a_zone_are_utc() -> None:
    assert moment("2026-02-05T00:00:00") == moment("2026-02-05T00:00:00Z") == moment("2026-02-05T01:00:00+01:00")
    assert moment(None) is None


def test_a_chain_counts_where_both_its_ends_are_the_truths() -> None:
    """One told by a campaign beside the match is nobody's find, and one that no truth names is false. Where the log
    does not name the mailbox that was added, the account alone tells."""
    here, wrong = ("ada@a.example", "ada@mail.example"), ("bob@a.example", "ada@mail.example")
    truth = replace(labelled(), chains=frozenset({here}))
    whole = scored([truth], frozenset(), [replace(found(), chains=frozenset({here, wrong}))])
    assert [(one.chains_true, one.chains_right) for one in whole.campaigns] == [(1, 1)]
    assert whole.chains_false == 1
    unnamed = replace(found(), chains=frozenset({("ada@a.example", ""), ("eve@a.example", "")}))
    whole = scored([truth], frozenset(), [unnamed])
    assert [(one.chains_right, whole.chains_false) for one in whole.campaigns] == [(1, 1)]
    beside = replace(found("c2", names="xyz"), chains=frozenset({here}))
    whole = scored([truth], frozenset(), [found(), beside])
    assert [(one.chains_true, one.chains_right) for one in whole.campaigns] == [(1, 0)]
    assert whole.chains_false == 0
