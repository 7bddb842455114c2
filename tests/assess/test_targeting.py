"""The hypergeometric test of the roster's share, by hand, and the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from tocsin.assess.targeting import EXCESS, LEAST_ROSTERED, Aim, Reach, Stratum, aim, aim_at


def drawn(*, targets: int, rostered_targets: int, population: int, rostered: int) -> Aim:
    """The verdict where there is one provider."""
    return aim([Stratum(targets, rostered_targets, population, rostered)])


def at_one(accounts: Iterable[str], at_risk: Mapping[str, str], houses: Mapping[str, int]) -> Aim:
    """The same by accounts."""
    return aim_at([Reach(frozenset(accounts), at_risk, houses)])


def test_the_p_value_is_hypergeometric() -> None:
    """Three of ten on the roster, four targets: all three among them in C(3,3) C(7,1) / C(10,4) = 7 / 210 draws."""
    found = drawn(targets=4, rostered_targets=3, population=10, rostered=3)
    assert found.p_value == pytest.approx(7 / 210)
    assert (found.roster_share, found.population_share) == (0.75, 0.3)
    assert found.statistic == (
        "3 of the 4 accounts it went for are of people on the roster, and 3 of all 10 accounts seen there; a person's"
        " accounts count once (hypergeometric test)"
    )


def test_any_number_is_as_likely_as_that_or_more() -> None:
    assert drawn(targets=4, rostered_targets=0, population=10, rostered=3).p_value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("targets", "rostered_targets", "verdict"),
    [
        (40, 30, "targeted"),
        (LEAST_ROSTERED, LEAST_ROSTERED, "targeted"),
        (LEAST_ROSTERED - 1, LEAST_ROSTERED - 1, "undetermined"),  # too few to carry a verdict
        (2000, 110, "opportunistic"),  # thousands of targets, the roster's own share
        (20, 1, "undetermined"),  # an aim would not have shown on so few
    ],
)
def test_verdicts_where_a_twentieth_of_the_accounts_is_at_risk(
    targets: int, rostered_targets: int, verdict: str
) -> None:
    found = drawn(targets=targets, rostered_targets=rostered_targets, population=10_000, rostered=500)
    assert found.verdict == verdict


def test_a_significant_but_small_excess_is_no_aim() -> None:
    """4,000 targets of whom 7 % are at risk where 5 % of all are: hardly chance, and yet nobody's aim."""
    found = drawn(targets=4000, rostered_targets=280, population=100_000, rostered=5000)
    assert found.p_value is not None
    assert found.p_value < 1e-6
    assert found.roster_share is not None
    assert found.roster_share < EXCESS * 0.05
    assert found.verdict == "opportunistic"


def test_an_excess_that_chance_hardly_makes_rules_no_aim_out() -> None:
    """Thirty of 34 people at risk among the 67 of 98 gone for: once in seven hundred. One fact away: four fewer."""
    found = drawn(targets=67, rostered_targets=30, population=98, rostered=34)
    assert 1e-3 < float(found.p_value or 0.0) < 1e-2
    assert found.verdict == "undetermined"
    assert drawn(targets=67, rostered_targets=26, population=98, rostered=34).verdict == "opportunistic"


def test_whoever_goes_for_most_of_a_house_and_for_all_at_risk_in_it_aims_at_them() -> None:
    """Two of three accounts were gone for, 94 of 100 at risk: no share could be twice theirs (`EXCESS`)."""
    found = drawn(targets=274, rostered_targets=94, population=419, rostered=100)
    assert found.verdict == "targeted"
    assert drawn(targets=274, rostered_targets=70, population=419, rostered=100).verdict != "targeted"


@pytest.mark.parametrize(
    ("targets", "rostered", "why"),
    [
        (12, 0, "not tested: no roster account was seen at the providers that it went for"),
        (0, 50, "not tested: no existing account was gone for"),
    ],
    ids=["no roster", "no existing account"],
)
def test_without_a_roster_or_a_target_nothing_is_tested(targets: int, rostered: int, why: str) -> None:
    found = drawn(targets=targets, rostered_targets=0, population=1000, rostered=rostered)
    assert (found.verdict, found.statistic) == ("undetermined", why)
    assert (found.p_value, found.roster_share, found.population_share) == (None, None, None)


HOUSES = {"news.example": 80, "party.example": 60, "ngo.example": 50, "works.example": 5000}
LISTED = {"news.example": 25, "party.example": 20, "ngo.example": 15}


def _of(domain: str, numbers: range) -> list[str]:
    return [f"p{number}@{domain}" for number in numbers]


AT_RISK = {account: account for domain, number in LISTED.items() for account in _of(domain, range(number))}


def test_a_help_desk_that_resets_one_newsroom_aims_at_nobody_at_risk() -> None:
    """Half of the house, its people at risk in their share: far above the site's share, and no aim."""
    found = at_one(_of("news.example", range(12, 52)), AT_RISK, HOUSES)
    assert found.verdict != "targeted"
    assert found.population_share == pytest.approx(25 / 80)


def test_whoever_goes_for_the_people_at_risk_of_one_newsroom_aims_at_them() -> None:
    """One fact away: the targets in the house are those on the roster."""
    found = at_one(_of("news.example", range(24)), AT_RISK, HOUSES)
    assert (found.verdict, found.within) == ("targeted", ("news.example",))
    assert found.statistic.startswith("in the organisation that it went for, 24 of the 24 accounts")


def test_three_houses_with_people_at_risk_are_an_aim() -> None:
    spread = [
        account for domain in ("news.example", "party.example", "ngo.example") for account in _of(domain, range(30))
    ]
    found = at_one(spread, AT_RISK, HOUSES)
    assert found.verdict == "targeted"
    assert found.population_share == pytest.approx(60 / 5190)


def test_where_the_logs_are_one_organisations_all_of_it_is_the_population() -> None:
    mine = {account: who for account, who in AT_RISK.items() if account.endswith("@news.example")}
    found = at_one(_of("news.example", range(24)), mine, {"news.example": 80})
    assert (found.verdict, found.within) == ("targeted", ())
    assert not found.statistic.startswith("in the organisation")


MAIL = HOUSES | {"mail.example": 2000}
MAILBOXES = {f"m{number}@mail.example": f"p{number}@news.example" for number in range(20)}
STRANGERS = _of("mail.example", range(100, 130))


def test_whoever_goes_for_the_mailboxes_that_restore_people_at_risk_aims_at_them() -> None:
    """Ten recovery mailboxes among thirty others; no account on the roster itself was gone for."""
    sought = [*MAILBOXES][:10] + STRANGERS
    found = at_one(sought, AT_RISK | MAILBOXES, MAIL)
    assert found.verdict == "targeted"
    assert (found.roster_share, found.population_share) == (10 / 40, 20 / 2000)
    assert "10 of the 40 accounts it went for are of people on the roster (10 by a mailbox that it names" in (
        found.statistic
    )


def test_mailboxes_that_the_roster_does_not_name_stand_for_nobody() -> None:
    """One fact away: the same list, and a roster without recovery channels."""
    assert at_one([*MAILBOXES][:10] + STRANGERS, AT_RISK, MAIL).verdict != "targeted"


def test_who_goes_for_half_a_mail_provider_meets_mailboxes_of_people_at_risk_without_an_aim() -> None:
    """Both sides of the table hold them."""
    found = at_one([*MAILBOXES][:10] + _of("mail.example", range(100, 1090)), AT_RISK | MAILBOXES, MAIL)
    assert found.verdict == "opportunistic"
    assert found.roster_share == found.population_share == pytest.approx(1 / 100)


def test_a_person_gone_for_by_account_and_by_mailbox_is_one_draw() -> None:
    people = _of("news.example", range(4))
    both = at_one([*people, *[*MAILBOXES][:4], *STRANGERS], AT_RISK | MAILBOXES, MAIL)
    assert both.roster_share == pytest.approx(4 / 34)
    assert both.population_share == pytest.approx(25 / (2080 - 20))
    assert "by a mailbox" not in both.statistic
    assert both.verdict == "undetermined"  # four people, though eight of their accounts


def test_a_name_at_two_providers_is_one_draw() -> None:
    people = _of("news.example", range(24))
    assert at_one([*people, *people], AT_RISK, HOUSES) == at_one(people, AT_RISK, HOUSES)


def test_the_order_of_the_targets_changes_nothing() -> None:
    spread = [account for domain in HOUSES for account in _of(domain, range(10))]
    assert at_one(spread, AT_RISK, HOUSES) == at_one(spread[::-1], AT_RISK, HOUSES)


AUDITED = {"works.example": 900, "news.example": 100}
LISTED_THERE = {account: account for account in _of("news.example", range(50))}
PRIVATE = Reach(frozenset(_of("mail.example", range(40))), {}, {"mail.example": 2000})


def test_who_tests_everybody_at_one_provider_chooses_nobody() -> None:
    """However many private mailboxes stand in another provider's log, and though a few of these were tried, too."""
    everybody = frozenset([*_of("works.example", range(900)), *_of("news.example", range(95))])
    audit = aim_at([Reach(everybody, LISTED_THERE, AUDITED), PRIVATE])
    assert audit.verdict != "targeted"
    assert (audit.p_value or 0.0) > 0.05
    pooled = at_one(everybody | PRIVATE.accounts, LISTED_THERE, {**AUDITED, **PRIVATE.houses})
    assert (pooled.p_value or 0.0) < 1e-6  # what the same numbers would say of one pot


def test_an_aim_at_one_provider_shows_beside_strays_at_another() -> None:
    chosen = Reach(frozenset(_of("news.example", range(40))), LISTED_THERE, AUDITED)
    found = aim_at([PRIVATE, chosen])
    assert found.verdict == "targeted"
    assert "where 20.0 would be, had it chosen anybody at each of the 2 providers" in found.statistic


def test_strata_are_added_by_hand() -> None:
    """One of two drawn from each of two pots of three with one marked: 2/3 each; both in 4 of 9, at least one in 8."""
    pot = Stratum(2, 1, 3, 1)
    assert aim([pot, pot]).p_value == pytest.approx(4 / 9)
    assert aim([pot, pot._replace(rostered_targets=0)]).p_value == pytest.approx(8 / 9)
